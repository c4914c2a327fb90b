/**
 * The objects whose histories are drawn, each in the words of its workload: what a client may ask for,
 * and what a correct object, asked one thing at a time, answers.
 */
import { MISMATCH, type Json } from '../../harness/history/op.ts';

export interface Answer {
  readonly type: 'ok' | 'fail';
  readonly value?: Json;
  readonly error?: string;
}

const DONE: Answer = { type: 'ok' };
const REFUSED: Answer = { type: 'fail', error: MISMATCH };

/** One key of a store; a register is a store's key in other words. */
export class Cell {
  #held: Json = null;

  /** `value` is the argument; that of a cas is `[expected, next]`. */
  apply(f: string, value: Json | undefined): Answer {
    switch (f) {
      case 'read':
      case 'get':
        return { type: 'ok', value: this.#held };
      case 'write':
      case 'put':
        this.#held = value ?? null;
        return DONE;
      case 'append':
        this.#held = `${this.#held === null ? '' : String(this.#held)}${String(value)}`;
        return DONE;
      case 'cas': {
        const [expected, next] = Array.isArray(value) ? value : [];
        if (this.#held !== expected) return REFUSED;
        this.#held = next;
        return DONE;
      }
      default:
        throw new RangeError(`a cell has no ${f}`);
    }
  }
}
