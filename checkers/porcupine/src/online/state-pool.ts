/**
 * States by identity: one object for each state that is in use, so that two states are the same exactly
 * when they are the same object. A run has no end, so what is no longer in use must be forgotten:
 * `sweep` keeps what its caller still holds, and nothing else. A state that comes up again afterwards
 * gets a new object, which nobody can mistake for the old one, as nobody holds that.
 */
import type { Model } from '../model.ts';

export class State<S> {
  readonly value: S;
  /** The sweep in which it was last found in use. */
  seen = 0;

  constructor(value: S) {
    this.value = value;
  }
}

export class StatePool<S> {
  #buckets = new Map<unknown, State<S> | State<S>[]>();
  #size = 0;
  #sweeps = 0;
  readonly #equal: (a: S, b: S) => boolean;
  readonly #bucket: (state: S) => unknown;

  constructor(model: Pick<Model<S>, 'equal' | 'hash'>) {
    this.#equal = model.equal?.bind(model) ?? Object.is;
    // A Map takes 0 and -0 for one key: `equal` tells them apart.
    this.#bucket = model.hash?.bind(model) ?? (model.equal ? () => 0 : (state) => state);
  }

  get size(): number {
    return this.#size;
  }

  /** Different states rarely have the same one, equal states always. */
  bucketOf(value: S): unknown {
    return this.#bucket(value);
  }

  intern(value: S): State<S> {
    const key = this.#bucket(value);
    const bucket = this.#buckets.get(key);
    if (bucket instanceof State) {
      if (this.#equal(bucket.value, value)) return bucket;
    } else {
      const known = bucket?.find((state) => this.#equal(state.value, value));
      if (known) return known;
    }
    const state = new State(value);
    this.#put(key, bucket, state);
    return state;
  }

  /** Forgets all states but these. */
  sweep(used: Iterable<State<S>>): void {
    this.#sweeps++;
    this.#buckets = new Map();
    this.#size = 0;
    for (const state of used) {
      if (state.seen === this.#sweeps) continue;
      state.seen = this.#sweeps;
      const key = this.#bucket(state.value);
      this.#put(key, this.#buckets.get(key), state);
    }
  }

  #put(key: unknown, bucket: State<S> | State<S>[] | undefined, state: State<S>): void {
    this.#size++;
    if (bucket === undefined) this.#buckets.set(key, state);
    else if (bucket instanceof State) this.#buckets.set(key, [bucket, state]);
    else bucket.push(state);
  }
}
