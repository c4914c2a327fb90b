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

/** Something that holds a state; `value` is the argument. */
export interface Simulated {
  apply(f: string, value: Json | undefined): Answer;
}

/** What can be asked for these functions. */
export function objectWith(functions: readonly string[]): Simulated {
  if (functions.includes('enqueue')) return new Queue();
  return functions.includes('add') ? new GrowingSet() : new Cell();
}

/** One key of a store; a register is a store's key in other words. */
class Cell implements Simulated {
  #held: Json = null;

  /** The argument of a cas is `[expected, next]`. */
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

/** First in, first out; null is what an empty one answers. */
class Queue implements Simulated {
  readonly #elements: Json[] = [];

  apply(f: string, value: Json | undefined): Answer {
    if (f === 'dequeue') return { type: 'ok', value: this.#elements.shift() ?? null };
    this.#elements.push(value ?? null);
    return DONE;
  }
}

/** Added to, and read as a whole. */
class GrowingSet implements Simulated {
  readonly #elements = new Set<Json>();

  apply(f: string, value: Json | undefined): Answer {
    if (f === 'read') return { type: 'ok', value: [...this.#elements] };
    this.#elements.add(value ?? null);
    return DONE;
  }
}
