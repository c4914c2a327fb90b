/**
 * What each operation of a partition does, and when: a row for each, written when the operation is looked
 * at, which is all that `zones` needs of it.
 *
 *     bytes    0       call
 *              8       return
 *             16  20   the states that it leads from and to, by number
 *             24       what it does
 *
 * One row is one place in memory: as many columns of a thousand partitions, written side by side, would be
 * more places than a processor keeps in view.
 *
 * What the model says of an operation (`effect`) is held against what it does (`step`) with each row: in the
 * state that it leads from, and in one that came up before. So a linearization of the rows is one of the
 * operations (`verify-course.ts`).
 */
import {
  ATTEMPT,
  CAS,
  FAILED,
  FLAWED,
  NONE,
  NOOP,
  OPAQUE,
  OTHER,
  READ,
  REJECT,
  UPDATE,
  WRITE,
} from './kinds.ts';
import { ILLEGAL, type Effect, type Model, type Operation } from './model.ts';
import { hashing, StateTable } from './states.ts';
import type { Scratch } from './scratch.ts';

export const ROW_BYTES = 32;
const FLOATS = 4;
const INTS = 8;
const FROM = 4;
const TO = 5;
const KIND = 6;

/** Rows that lie together. */
export interface Chunk {
  readonly floats: Float64Array;
  readonly ints: Int32Array;
}

/** Gives room for so many rows. */
export type MakeChunk = (rows: number) => Chunk;

export function chunkOf(floats: Float64Array): Chunk {
  return { floats, ints: new Int32Array(floats.buffer, floats.byteOffset, 2 * floats.length) };
}

/** At first, and at most, rows in a chunk, where nobody knows how many there will be. */
const FIRST_CHUNK = 8;
const LARGEST_CHUNK = 1024;

/** Rows in numbers, one column for each. */
export interface Columns {
  readonly kindOf: Uint8Array;
  /** The state that is read or rejected, or that a cas or an attempt leads from. */
  readonly from: Int32Array;
  /** The state that a write, a cas or an attempt leads to. */
  readonly to: Int32Array;
  readonly call: Float64Array;
  /** Infinity: unknown outcome. */
  readonly return: Float64Array;
}

export interface RowsOptions {
  /** How many there will be, where that is known. */
  readonly count?: number;
  readonly makeChunk: MakeChunk;
  /** Where the numbers of states are found, if that is gone with the rows. */
  readonly scratch?: Scratch;
}

export class Rows<S, I, O> {
  readonly states: StateTable<S>;
  readonly initial: number;
  /** By row, for those that append. */
  readonly appends = new Map<number, string>();
  /** No operation comes before one that had returned when it was called. */
  inOrder = true;
  /** The kind of the operation that zones can't decide, if there is one, and the operation: the last that has a row. */
  unfit: number = NONE;
  culprit: Operation<I, O> | undefined;
  readonly #model: Model<S, I, O>;
  readonly #equal: (a: S, b: S) => boolean;
  readonly #hash: (state: S) => number;
  readonly #makeChunk: MakeChunk;
  readonly #chunks: Chunk[] = [];
  #floats: Float64Array = new Float64Array();
  #ints: Int32Array = new Int32Array();
  /** In the last chunk: rows, and those of them that have the numbers of their states; the others have hashes. */
  #written = 0;
  #numbered = 0;
  /** The states of the others, in their order. */
  #states: S[] = [];
  #size: number;
  #length = 0;
  #lastCall = -Infinity;
  /** One that came up before. */
  #some: S;

  constructor(model: Model<S, I, O>, { count, makeChunk, scratch }: RowsOptions) {
    this.#model = model;
    this.#equal = model.equal?.bind(model) ?? Object.is;
    this.#hash = hashing(model);
    this.#makeChunk = makeChunk;
    // About half of all operations make a state.
    this.states = new StateTable<S>(model, (count ?? 0) / 2, this.#hash, scratch);
    let initial = NONE;
    try {
      initial = this.states.intern(model.init());
    } catch {
      // Whoever asks the model next hears of it.
      this.unfit = FAILED;
    }
    this.initial = initial;
    this.#some = this.states.get(initial);
    this.#size = count ?? FIRST_CHUNK / 2;
    if (count !== undefined) this.#open(count);
  }

  get length(): number {
    return this.#length;
  }

  /**
   * Each operation once. What the model throws is the row's kind. False where zones can't decide a history
   * with this operation: no more rows need to be written.
   */
  write(operation: Operation<I, O>): boolean {
    if (this.unfit !== NONE) return false;
    if (FLOATS * this.#written === this.#floats.length) this.#open(Math.min(2 * this.#size, LARGEST_CHUNK));
    const { call, return: end } = operation;
    const float = FLOATS * this.#written;
    this.#floats[float] = call;
    this.#floats[float + 1] = end;
    if (end < this.#lastCall) this.inOrder = false;
    if (call > this.#lastCall) this.#lastCall = call;
    const kind = this.#kindOf(operation, INTS * this.#written);
    this.#ints[INTS * this.#written + KIND] = kind;
    this.#written++;
    this.#length++;
    if (kind < OTHER) return true;
    this.unfit = kind;
    this.culprit = operation;
    return false;
  }

  columns(scratch: Scratch): Columns {
    this.#number();
    const count = this.#length;
    const columns = {
      kindOf: scratch.rawUint8(count),
      from: scratch.rawInt32(count),
      to: scratch.rawInt32(count),
      call: scratch.rawFloat64(count),
      return: scratch.rawFloat64(count),
    };
    let at = 0;
    for (const chunk of this.#chunks) {
      copy(chunk, columns, at, Math.min(count, at + chunk.floats.length / FLOATS));
      at += chunk.floats.length / FLOATS;
    }
    return columns;
  }

  #open(rows: number): void {
    this.#number();
    const chunk = this.#makeChunk(rows);
    this.#chunks.push(chunk);
    this.#floats = chunk.floats;
    this.#ints = chunk.ints;
    this.#size = rows;
    this.#written = 0;
    this.#numbered = 0;
  }

  #kindOf({ input, output }: Operation<I, O>, int: number): number {
    try {
      const effect = this.#model.effect?.(input, output);
      if (effect === undefined) return OPAQUE;
      if (effect.kind === 'update') return this.#append(effect);
      return this.#holds(effect, input, output) ? this.#row(effect, int) : FLAWED;
    } catch {
      // It may be fit for another algorithm; whoever asks the model next hears of it.
      return FAILED;
    }
  }

  #append({ appends }: Extract<Effect<S>, { kind: 'update' }>): number {
    if (appends === undefined || appends === '' || !this.#model.text) return OTHER;
    this.appends.set(this.#length, appends);
    return UPDATE;
  }

  #row(effect: Plain<S>, int: number): number {
    switch (effect.kind) {
      case 'noop':
        return NOOP;
      case 'read':
        this.#leadsFrom(effect.state, int);
        return READ;
      case 'reject':
        this.#leadsFrom(effect.state, int);
        return REJECT;
      case 'write':
        this.#leadsTo(effect.state, int);
        return WRITE;
      case 'cas':
      case 'attempt':
        this.#leadsFrom(effect.from, int);
        this.#leadsTo(effect.to, int);
        return effect.kind === 'cas' ? CAS : ATTEMPT;
    }
  }

  #leadsFrom(state: S, int: number): void {
    this.#ints[int + FROM] = this.#hash(state);
    this.#states.push(state);
  }

  #leadsTo(state: S, int: number): void {
    this.#ints[int + TO] = this.#hash(state);
    this.#states.push(state);
  }

  /** States are looked up for many rows of a partition at once: one by one, those of other partitions come between. */
  #number(): void {
    const ints = this.#ints;
    const states = this.#states;
    let next = 0;
    for (let row = this.#numbered; row < this.#written; row++) {
      const int = INTS * row;
      const kind = ints[int + KIND]!;
      const hasFrom = kind === READ || kind === REJECT || kind === CAS || kind === ATTEMPT;
      const hasTo = kind === WRITE || kind === CAS || kind === ATTEMPT;
      ints[int + FROM] = hasFrom ? this.states.intern(states[next++]!, ints[int + FROM]!) : NONE;
      ints[int + TO] = hasTo ? this.states.intern(states[next++]!, ints[int + TO]!) : NONE;
    }
    this.#numbered = this.#written;
    this.#states = [];
  }

  /** Does `step` do what the effect says? Of appends that is seen when a linearization of them is verified. */
  #holds(effect: Plain<S>, input: I, output: O | undefined): boolean {
    const some = this.#some;
    switch (effect.kind) {
      case 'noop':
        return this.#leads(some, input, output, some);
      case 'read':
        this.#some = effect.state;
        return this.#leads(effect.state, input, output, effect.state);
      case 'reject':
        if (this.#model.step(effect.state, input, output) !== ILLEGAL) return false;
        return this.#equal(some, effect.state) || this.#leads(some, input, output, some);
      case 'write':
        this.#some = effect.state;
        return this.#leads(some, input, output, effect.state);
      case 'cas':
        this.#some = effect.to;
        return this.#leads(effect.from, input, output, effect.to);
      case 'attempt':
        this.#some = effect.to;
        if (!this.#leads(effect.from, input, output, effect.to)) return false;
        return this.#equal(some, effect.from) || this.#leads(some, input, output, some);
    }
  }

  #leads(from: S, input: I, output: O | undefined, to: S): boolean {
    const next = this.#model.step(from, input, output);
    return next === to || (next !== ILLEGAL && this.#equal(next, to));
  }
}

type Plain<S> = Exclude<Effect<S>, { kind: 'update' }>;

function copy({ floats, ints }: Chunk, columns: Columns, begin: number, end: number): void {
  const { kindOf, from, to, call, return: returned } = columns;
  for (let i = begin, float = 0, int = 0; i < end; i++, float += FLOATS, int += INTS) {
    call[i] = floats[float]!;
    returned[i] = floats[float + 1]!;
    const kind = ints[int + KIND]!;
    from[i] = ints[int + FROM]!;
    to[i] = ints[int + TO]!;
    // From a state to itself, they only look.
    const looks = (kind === CAS || kind === ATTEMPT) && from[i] === to[i];
    kindOf[i] = looks ? (kind === CAS ? READ : NOOP) : kind;
  }
}
