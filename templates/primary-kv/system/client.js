// @ts-check
/**
 * A client: one operation, one request to the primary. How it ends is what the verdict stands on:
 *
 *   ok    the primary said so
 *   fail  it certainly took no effect: it was refused, it never left, or it only reads
 *   info  nobody knows: a write without an answer may have happened, and may happen yet
 */

/** @typedef {import('faultline').Client} Client */
/** @implements {Client} */
export class PrimaryClient {
  #env;
  #settings;

  /**
   * @param {import('faultline').ClientEnv} env
   * @param {{ readonly primary: string, readonly readsFromAnyone: boolean }} settings
   */
  constructor(env, settings) {
    this.#env = env;
    this.#settings = settings;
  }

  /**
   * @param {import('faultline').Invocation} invocation
   * @param {number} timeout in ms
   * @param {(completion: import('faultline').Completion) => void} done
   */
  invoke({ f, key = '', value = null }, timeout, done) {
    const node = this.#nodeFor(f);
    this.#env.request(node, { f, key, value }, timeout, (answer) => {
      if (answer.kind === 'not-sent') return done({ type: 'fail', node, error: 'not-sent' });
      if (answer.kind === 'no-answer') {
        return done({ type: f === 'get' ? 'fail' : 'info', node, error: answer.why });
      }
      const { ok, mismatch, refused } = /** @type {any} */ (answer.body);
      if (refused !== undefined) return done({ type: 'fail', node, error: refused });
      // This word is known to the checker: the key held something else.
      if (mismatch === true) return done({ type: 'fail', node, error: 'mismatch' });
      done({ type: 'ok', node, ...(f === 'get' && { value: ok }) });
    });
  }

  close() {}

  /** @param {string} f */
  #nodeFor(f) {
    const { primary, readsFromAnyone } = this.#settings;
    if (f !== 'get' || !readsFromAnyone) return primary;
    const { nodes } = this.#env;
    return nodes[Math.floor(this.#env.random('which node') * nodes.length)] ?? primary;
  }
}
