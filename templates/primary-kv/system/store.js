// @ts-check
/** The keys and their values: what the log's writes come to, in their order. */
export class Store {
  /** @type {Map<string, import('faultline').Json>} */
  #values = new Map();

  /** @param {string} key @returns {import('faultline').Json} */
  get(key) {
    return this.#values.get(key) ?? null;
  }

  /** Whether it took effect; a cas does so only where the key holds what it expects. @param {import('./log.js').Write} write */
  apply({ f, key, value }) {
    if (f === 'put') {
      this.#values.set(key, value);
      return true;
    }
    const [expected, next] = /** @type {import('faultline').Json[]} */ (value);
    if (this.get(key) !== expected || next === undefined) return false;
    this.#values.set(key, next);
    return true;
  }
}
