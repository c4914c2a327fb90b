/** States of a model by number: the same number exactly for what the model calls equal. */
import type { Model } from 'porcupine-ts';

export class States {
  readonly #states: unknown[] = [];
  readonly #numbers = new Map<unknown, number[]>();
  readonly #model: Model;

  constructor(model: Model) {
    this.#model = model;
  }

  number(state: unknown): number {
    const { hash, equal } = this.#model;
    const same = equal ?? Object.is;
    // Without a hash all states that `equal` compares are in one place.
    const place = hash ? hash(state) : equal ? 0 : state;
    let there = this.#numbers.get(place);
    if (!there) this.#numbers.set(place, (there = []));
    const known = there.find((number) => same(this.#states[number], state));
    if (known !== undefined) return known;
    const number = this.#states.push(state) - 1;
    there.push(number);
    return number;
  }

  state(number: number): unknown {
    return this.#states[number];
  }
}
