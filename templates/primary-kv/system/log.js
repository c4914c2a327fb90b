// @ts-check
/**
 * A log of writes in one file, a line of JSON each, made durable in groups: while one sync is under way,
 * whatever is appended waits for the next.
 *
 * On a crash any suffix of what was not yet synced may be missing, and the last line may be torn. A torn
 * line has no line break at its end, so it is known, and cut off: nobody was ever told that it was stored.
 */
const FILE = 'log';

/** @typedef {{ readonly f: string, readonly key: string, readonly value: import('faultline').Json }} Write */

export class Log {
  /** @type {Write[]} */
  writes = [];
  /** So many of them are on the disk for certain. */
  durable = 0;
  /** @type {{ token: number, count: number } | undefined} */
  #sync;
  #disk;
  #encoder = new TextEncoder();

  /** Reads what is there. @param {import('faultline').Env} env */
  constructor(env) {
    this.#disk = env.disk;
    const bytes = env.disk.read(FILE) ?? new Uint8Array();
    const end = bytes.lastIndexOf(10) + 1;
    if (end < bytes.length) env.disk.truncate(FILE, end);
    const lines = new TextDecoder().decode(bytes.subarray(0, end)).split('\n').slice(0, -1);
    this.writes = lines.map((/** @type {string} */ line) => JSON.parse(line));
    // A crash of the process alone leaves what was written and never synced: so sync it before it counts.
    this.#begin();
  }

  /** @param {readonly Write[]} writes */
  append(writes) {
    if (writes.length === 0) return;
    const text = writes.map((write) => `${JSON.stringify(write)}\n`).join('');
    this.#disk.append(FILE, this.#encoder.encode(text));
    this.writes.push(...writes);
    this.#begin();
  }

  /**
   * Takes the end of a sync; true where more is durable than before. Throws where the disk failed: then
   * nothing may be assumed about what is on it, and whoever goes on would lie.
   * @param {import('faultline').DiskCompletion} completion
   */
  completed({ token, error }) {
    if (token !== this.#sync?.token) return false;
    if (error !== undefined) throw new Error(`the disk failed: ${error}`);
    this.durable = this.#sync.count;
    this.#sync = undefined;
    this.#begin();
    return true;
  }

  #begin() {
    if (this.#sync !== undefined || this.durable === this.writes.length) return;
    this.#sync = { token: this.#disk.sync(FILE), count: this.writes.length };
  }
}
