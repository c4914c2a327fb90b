// @ts-check
/**
 * A follower keeps a copy of the primary's log: it appends what comes next, syncs it, and says how much it
 * has. What it has already is skipped, and what leaves a gap is not taken: the primary sends it again.
 */
import { Log } from './log.js';
import { Store } from './store.js';

/** @typedef {import('faultline').Node} Node */
/** @implements {Node} */
export class Follower {
  #env;
  #primary;
  #log;
  #store = new Store();
  #applied = 0;
  #wasDown;

  /** @param {import('faultline').Env} env @param {string} primary */
  constructor(env, primary) {
    this.#env = env;
    this.#primary = primary;
    this.#log = new Log(env);
    this.#wasDown = this.#log.writes.length > 0;
  }

  onStart() {
    this.#env.log('start', { found: this.#log.writes.length });
  }

  onTimer() {}

  /** From the primary. @param {string} from @param {import('faultline').Message} message */
  onMessage(from, message) {
    const { at, writes } = /** @type {{ at: number, writes: import('./log.js').Write[] }} */ (message);
    if (at <= this.#log.writes.length) this.#log.append(writes.slice(this.#log.writes.length - at));
    // Also where nothing is new: the primary may not have heard it.
    this.#env.send(from, { have: this.#log.durable });
  }

  /** @param {import('faultline').DiskCompletion} completion */
  onDisk(completion) {
    try {
      if (!this.#log.completed(completion)) return;
    } catch (error) {
      return this.#env.halt(String(error));
    }
    for (const write of this.#log.writes.slice(this.#applied, this.#log.durable)) this.#store.apply(write);
    this.#applied = this.#log.durable;
    if (this.#wasDown) this.#env.reached('caught-up');
    this.#wasDown = false;
    this.#env.send(this.#primary, { have: this.#log.durable });
  }

  /**
   * Only clients with the seeded bug `read-from-followers` come here: what a follower has may be old, and
   * may be what no client was ever told of.
   * @param {import('faultline').RequestId} request @param {import('faultline').Message} body
   */
  onRequest(request, body) {
    const { f, key } = /** @type {{ f: string, key: string }} */ (body);
    this.#env.reply(request, f === 'get' ? { ok: this.#store.get(key) } : { refused: 'not the primary' });
  }

  status() {
    return {
      role: 'follower',
      term: 0,
      leader: this.#primary,
      logEnd: this.#log.writes.length,
      commit: this.#applied,
      applied: this.#applied,
    };
  }
}
