/**
 * What each operation does, and when: a row for each, of all partitions, those of a partition together.
 *
 *     bytes    0       call
 *              8       return
 *             16  20   hashes of the states that it leads from and to
 *             24       what it does
 *
 * Operations are looked at once, in the order in which they lie in memory; what is in a row, and the states
 * beside it, is all that is needed then. One row is one place in memory: as many columns of a thousand
 * partitions, written side by side, would be more places than a processor keeps in view.
 */
import type { Effect, Model, Operation } from '../model.ts';
import type { Scratch } from '../scratch.ts';
import { hashing } from '../states.ts';
import { ATTEMPT, CAS, FAILED, NOOP, OPAQUE, OTHER, READ, REJECT, UPDATE, WRITE } from './kinds.ts';

export const ROW_BYTES = 32;
const FLOATS = 4;
const INTS = 8;
const FROM = 4;
const TO = 5;
const KIND = 6;

export class Rows<S, I, O> {
  readonly #model: Model<S, I, O>;
  /** What the hashes in rows are made by. */
  readonly hash: (state: S) => number;
  readonly #floats: Float64Array;
  readonly #ints: Int32Array;
  /** By row: the state that is read or rejected, or that a cas or an attempt leads from. */
  readonly #from: S[];
  /** The state that a write, a cas or an attempt leads to; or the text that is appended. */
  readonly #to: (S | string)[];

  constructor(model: Model<S, I, O>, count: number, scratch: Scratch) {
    this.#model = model;
    this.hash = hashing(model);
    this.#floats = scratch.float64(FLOATS * count);
    this.#ints = new Int32Array(this.#floats.buffer, this.#floats.byteOffset, INTS * count);
    this.#from = new Array<S>(count);
    this.#to = new Array<S | string>(count);
  }

  /**
   * Each row once. What the model throws is the row's kind. False where zones can't decide a history with
   * this operation: of its partition, no more rows need to be written.
   */
  write(row: number, { call, return: end, input, output }: Operation<I, O>): boolean {
    this.#floats[FLOATS * row] = call;
    this.#floats[FLOATS * row + 1] = end;
    let kind = FAILED;
    try {
      kind = this.#effect(row, this.#model.effect?.(input, output));
    } catch {
      // It may be fit for another algorithm; whoever asks the model next hears of it.
    }
    this.#ints[INTS * row + KIND] = kind;
    return kind < OTHER;
  }

  call(row: number): number {
    return this.#floats[FLOATS * row]!;
  }

  return(row: number): number {
    return this.#floats[FLOATS * row + 1]!;
  }

  kind(row: number): number {
    return this.#ints[INTS * row + KIND]!;
  }

  from(row: number): S {
    return this.#from[row]!;
  }

  to(row: number): S {
    return this.#to[row] as S;
  }

  text(row: number): string {
    return this.#to[row] as string;
  }

  hashOfFrom(row: number): number {
    return this.#ints[INTS * row + FROM]!;
  }

  hashOfTo(row: number): number {
    return this.#ints[INTS * row + TO]!;
  }

  #effect(row: number, effect: Effect<S> | undefined): number {
    switch (effect?.kind) {
      case undefined:
        return OPAQUE;
      case 'noop':
        return NOOP;
      case 'read':
        this.#leadsFrom(row, effect.state);
        return READ;
      case 'reject':
        this.#leadsFrom(row, effect.state);
        return REJECT;
      case 'write':
        this.#leadsTo(row, effect.state);
        return WRITE;
      case 'cas':
      case 'attempt':
        this.#leadsFrom(row, effect.from);
        this.#leadsTo(row, effect.to);
        return effect.kind === 'cas' ? CAS : ATTEMPT;
      case 'update':
        if (!effect.appends || !this.#model.text) return OTHER;
        this.#to[row] = effect.appends;
        return UPDATE;
    }
  }

  #leadsFrom(row: number, state: S): void {
    this.#ints[INTS * row + FROM] = this.hash(state);
    this.#from[row] = state;
  }

  #leadsTo(row: number, state: S): void {
    this.#ints[INTS * row + TO] = this.hash(state);
    this.#to[row] = state;
  }
}
