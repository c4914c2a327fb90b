/**
 * States by number. Two states have the same number exactly when the model calls them equal; a hash
 * only finds the candidates, `equal` decides.
 */
import type { Model } from './model.ts';

/** Of a look-up that found nothing. */
export const ABSENT = -1;

export class StateTable<S> {
  readonly #states: S[] = [];
  readonly #buckets = new Map<unknown, number | number[]>();
  readonly #equal: (a: S, b: S) => boolean;
  readonly #bucket: (state: S) => unknown;

  constructor(model: Pick<Model<S>, 'equal' | 'hash'>) {
    this.#equal = model.equal?.bind(model) ?? Object.is;
    const hash = model.hash?.bind(model);
    // Without a hash, states that are compared by identity are their own; others share one bucket and
    // are compared one by one. A Map takes 0 and -0 for one key: `equal` tells them apart.
    this.#bucket = hash ?? (model.equal ? () => 0 : (state) => state);
  }

  get size(): number {
    return this.#states.length;
  }

  get(id: number): S {
    return this.#states[id]!;
  }

  find(state: S): number {
    return this.#in(this.#buckets.get(this.#bucket(state)), state);
  }

  intern(state: S): number {
    const key = this.#bucket(state);
    const bucket = this.#buckets.get(key);
    const known = this.#in(bucket, state);
    if (known !== ABSENT) return known;
    const id = this.#states.push(state) - 1;
    if (bucket === undefined) this.#buckets.set(key, id);
    else if (typeof bucket === 'number') this.#buckets.set(key, [bucket, id]);
    else bucket.push(id);
    return id;
  }

  #in(bucket: number | number[] | undefined, state: S): number {
    if (bucket === undefined) return ABSENT;
    if (typeof bucket === 'number') return this.#equal(this.#states[bucket]!, state) ? bucket : ABSENT;
    return bucket.find((id) => this.#equal(this.#states[id]!, state)) ?? ABSENT;
  }
}
