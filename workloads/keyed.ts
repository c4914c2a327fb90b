/**
 * Draws operations on keys that are objects of their own: a function by weight, a key uniformly, and
 * arguments that make the history telling:
 *
 *  - every value written to a key is written once, so a read says exactly which write it saw;
 *  - a cas expects what its key likely holds, so it often succeeds, and sometimes what it held shortly
 *    before, so that a stale node that lets it through is caught.
 */
import { MISMATCH } from '../harness/history/op.ts';
import type { Completion, Invocation, Json } from '../systems/contract.ts';
import type { Generator, Random, WorkloadOptions } from './types.ts';
import { Weights } from './weights.ts';

/** `draw`: the system itself writes what it draws, and answers with it. */
type Kind = 'read' | 'write' | 'cas' | 'append' | 'delete' | 'draw';

/** The words of a workload. */
export interface Vocabulary {
  /** What each of its functions does. */
  readonly kinds: { readonly [f: string]: Kind };
  /** The function of the final reads. */
  readonly read: string;
  /** The `n`th value of a key; those from 1 on are written, 0 never is. */
  value(n: number): Json;
}

/** So many of the values last written to a key may be what a cas expects. */
const RECENT = 4;
/** Divides by every number up to `RECENT`: a draw below it picks evenly from that many. */
const PICKS = 12;
/** A cas expects what was last seen this often, in percent, where something was seen. */
const EXPECT_SEEN = 75;

interface KeyState {
  readonly key: string;
  /** How many values were written or appended, or tried to. */
  count: number;
  /** The values last asked to be written, oldest first. */
  readonly recent: Json[];
  /** What it held by the last completion that says; undefined when none does. */
  seen: Json | undefined;
}

export class KeyedGenerator implements Generator {
  readonly #vocabulary: Vocabulary;
  readonly #random: Random;
  readonly #weights: Weights;
  readonly #keys: readonly KeyState[];
  readonly #byName: ReadonlyMap<string, KeyState>;

  constructor(vocabulary: Vocabulary, { keys, ops }: WorkloadOptions, random: Random) {
    this.#vocabulary = vocabulary;
    this.#random = random;
    this.#weights = new Weights(ops, Object.keys(vocabulary.kinds));
    this.#keys = Array.from({ length: keys }, (_, index) => ({
      key: `k${index + 1}`,
      count: 0,
      recent: [],
      seen: undefined,
    }));
    this.#byName = new Map(this.#keys.map((state) => [state.key, state]));
  }

  next(): Invocation {
    const f = this.#weights.draw(this.#random);
    const state = this.#keys[this.#random.int(this.#keys.length)]!;
    const { key } = state;
    switch (this.#vocabulary.kinds[f]!) {
      case 'read':
      case 'delete':
      case 'draw':
        return { f, key };
      case 'write':
        return { f, key, value: this.#write(state) };
      case 'append':
        return { f, key, value: ` ${++state.count}` };
      case 'cas': {
        const expected = this.#expected(state);
        return { f, key, value: [expected, this.#write(state)] };
      }
    }
  }

  completed({ f, key, value }: Invocation, { type, value: answer, error }: Completion): void {
    const state = this.#byName.get(key ?? '');
    if (state === undefined) return;
    const kind = this.#vocabulary.kinds[f];
    if (type === 'fail' && error !== MISMATCH) return;
    if (type !== 'ok') {
      // What was expected is not there, or what was seen may have been replaced.
      if (kind !== 'read') state.seen = undefined;
      return;
    }
    switch (kind) {
      case 'read':
      case 'draw':
        state.seen = answer;
        return;
      case 'write':
        state.seen = value;
        return;
      case 'cas':
        state.seen = Array.isArray(value) ? value[1] : undefined;
        return;
      case 'append':
        state.seen = appended(state.seen, value);
        return;
      case 'delete':
        state.seen = null;
        return;
      case undefined:
    }
  }

  final(): readonly Invocation[] {
    return this.#keys.map(({ key }) => ({ f: this.#vocabulary.read, key }));
  }

  #write(state: KeyState): Json {
    const value = this.#vocabulary.value(++state.count);
    state.recent.push(value);
    if (state.recent.length > RECENT) state.recent.shift();
    return value;
  }

  /** As many draws whatever the system answered: or one other answer would change all later operations. */
  #expected({ seen, recent }: KeyState): Json {
    const [chance, picked] = [this.#random.int(100), this.#random.int(PICKS)];
    if (seen !== undefined && seen !== null && chance < EXPECT_SEEN) return seen;
    if (recent.length > 0) return recent[picked % recent.length]!;
    return this.#vocabulary.value(0);
  }
}

/** What a key holds after an append; undefined where what it held before is not known. */
function appended(seen: Json | undefined, value: Json | undefined): Json | undefined {
  if (typeof value !== 'string') return undefined;
  if (seen === null) return value;
  return typeof seen === 'string' ? seen + value : undefined;
}
