// @ts-check
/**
 * The primary puts all writes in an order, its log. A write is
 *
 *   1. appended to the primary's own log, and synced;
 *   2. sent to the followers, which append and sync it, and say how much they have;
 *   3. applied and answered once a majority of all nodes, the primary included, has it on disk.
 *
 * Sent only after its own sync: else a crash could take from the primary what a follower has, and the
 * next write in its place would differ from the follower's.
 *
 * After a crash the log may hold writes that were answered, and it does not say which. So the primary
 * serves nobody until a majority has confirmed all that it found there.
 */
import { Log } from './log.js';
import { Store } from './store.js';

/** Beyond these a request is refused, and a message is cut. */
const MAX_WAITING = 10_000;
const MAX_SENT = 200;

/** @typedef {import('faultline').Node} Node */
/** @implements {Node} */
export class Primary {
  #env;
  #settings;
  #log;
  #store = new Store();
  /** So many writes are applied: a majority has them. */
  #applied = 0;
  /** So many were found at the start; until they are applied nobody is served. */
  #found;
  /** How much each follower is known to have on its disk. @type {Map<string, number>} */
  #have = new Map();
  /** How much was sent to each. @type {Map<string, number>} */
  #sent = new Map();
  /** Who waits for which write: its place in the log → the request. @type {Map<number, number>} */
  #waiting = new Map();

  /**
   * @param {import('faultline').Env} env
   * @param {{ readonly resendEvery: number, readonly acksBeforeSync: boolean }} settings in ms; and the seeded bug
   */
  constructor(env, settings) {
    this.#env = env;
    this.#settings = settings;
    this.#log = new Log(env);
    this.#found = this.#log.writes.length;
    for (const peer of env.peers) this.#have.set(peer, 0);
  }

  onStart() {
    this.#env.log('start', { found: this.#found });
    this.#resend();
    this.#apply();
  }

  onTimer() {
    this.#resend();
  }

  /** @param {import('faultline').RequestId} request @param {import('faultline').Message} body */
  onRequest(request, body) {
    const { f, key, value = null } = /** @type {{ f: string, key: string, value?: any }} */ (body);
    if (this.#applied < this.#found) return this.#env.reply(request, { refused: 'recovering' });
    if (f === 'get') return this.#env.reply(request, { ok: this.#store.get(key) });
    if (this.#waiting.size >= MAX_WAITING) return this.#env.reply(request, { refused: 'too busy' });
    this.#log.append([{ f, key, value }]);
    this.#waiting.set(this.#log.writes.length - 1, request);
    if (this.#settings.acksBeforeSync) this.#applyUpTo(this.#log.writes.length);
  }

  /** @param {import('faultline').DiskCompletion} completion */
  onDisk(completion) {
    try {
      if (!this.#log.completed(completion)) return;
    } catch (error) {
      return this.#env.halt(String(error));
    }
    for (const peer of this.#env.peers) this.#send(peer);
    this.#apply();
  }

  /** What a follower has on its disk. @param {string} from @param {import('faultline').Message} message */
  onMessage(from, message) {
    const { have } = /** @type {{ have: number }} */ (message);
    // Messages overtake each other; what was on a disk once stays there.
    this.#have.set(from, Math.max(have, this.#have.get(from) ?? 0));
    this.#send(from);
    this.#apply();
  }

  status() {
    return {
      role: 'primary',
      term: 0,
      leader: this.#env.id,
      logEnd: this.#log.writes.length,
      commit: this.#applied,
      applied: this.#applied,
    };
  }

  /** What has not been confirmed by now, once more: a message may have been lost, or its reader. */
  #resend() {
    for (const peer of this.#env.peers) {
      this.#sent.delete(peer);
      this.#send(peer);
    }
    this.#env.setTimer(this.#settings.resendEvery);
  }

  /** The next writes that a follower has not been sent. @param {string} peer */
  #send(peer) {
    const at = Math.max(this.#have.get(peer) ?? 0, this.#sent.get(peer) ?? 0);
    const writes = this.#log.writes.slice(at, Math.min(this.#log.durable, at + MAX_SENT));
    if (writes.length === 0) return;
    this.#sent.set(peer, at + writes.length);
    this.#env.send(peer, { at, writes: writes.map(({ f, key, value }) => ({ f, key, value })) });
  }

  /** Whatever a majority has. */
  #apply() {
    const counts = [this.#log.durable, ...this.#have.values()].sort((a, b) => b - a);
    const byMajority = counts[Math.floor(counts.length / 2)] ?? 0;
    // No follower can have more than the primary, which is the one to say what is next.
    this.#applyUpTo(Math.min(byMajority, this.#log.durable));
  }

  /** @param {number} end */
  #applyUpTo(end) {
    const wasRecovering = this.#applied < this.#found;
    for (; this.#applied < end; this.#applied++) {
      const write = this.#log.writes[this.#applied];
      if (write === undefined) return;
      const tookEffect = this.#store.apply(write);
      const request = this.#waiting.get(this.#applied);
      if (request === undefined) continue;
      this.#waiting.delete(this.#applied);
      this.#env.reply(request, tookEffect ? { ok: null } : { mismatch: true });
    }
    if (wasRecovering && this.#applied >= this.#found) this.#env.reached('recovered');
  }
}
