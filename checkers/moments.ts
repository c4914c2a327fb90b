/**
 * When operations were invoked and completed, and by which node: what the checker does not need and people
 * do, of the few operations that are shown to them. Of a whole history, in one row each, so that taking
 * them in costs next to nothing; finding one is a walk.
 */
import type { Op } from '../harness/history/op.ts';

export interface Moment {
  /** Nanoseconds. */
  readonly invoked: number;
  /** Of unknown outcome, when the client gave up, or null if it never did. */
  readonly completed: number | null;
  readonly node: string | null;
}

export class Moments {
  readonly #ids: number[] = [];
  readonly #invoked: number[] = [];
  readonly #completed: number[] = [];
  readonly #nodes: (string | null)[] = [];

  add(invocation: Op, completion: Op | undefined): void {
    this.#ids.push(invocation.index);
    this.#invoked.push(invocation.time);
    this.#completed.push(completion?.time ?? NaN);
    this.#nodes.push(completion?.node ?? invocation.node ?? null);
  }

  /** `id`: index of an invocation that was added. */
  of(id: number): Moment {
    const at = this.#ids.indexOf(id);
    if (at < 0) throw new RangeError(`there is no operation ${id}`);
    const completed = this.#completed[at]!;
    return {
      invoked: this.#invoked[at]!,
      completed: Number.isNaN(completed) ? null : completed,
      node: this.#nodes[at]!,
    };
  }
}
