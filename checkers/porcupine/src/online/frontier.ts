/**
 * All that the object may be at one moment, without what can do no more than something else in it.
 *
 * A configuration covers another in the same state if each open operation is at least as far (`EITHER`
 * is as good as either; what never changes anything had better be done) and no more unknown ones are
 * spent. It also covers one that has spent a write of unknown outcome to get where it is, and nothing
 * else that is of use: it can spend that write later, when somebody needs it.
 */
import { Configuration, DONE, EITHER, spendsNoMore } from './configuration.ts';
import type { OnlineOperation } from './operation.ts';
import type { UnknownOperations } from './unknown.ts';

export type Open<S, I> = readonly (OnlineOperation<S, I> | undefined)[];

export class Frontier<S, I> {
  readonly #open: Open<S, I>;
  readonly #unknown: UnknownOperations<S>;
  #configurations: Configuration<S>[] = [];

  constructor(open: Open<S, I>, unknown: UnknownOperations<S>) {
    this.#open = open;
    this.#unknown = unknown;
  }

  get configurations(): readonly Configuration<S>[] {
    return this.#configurations;
  }

  get size(): number {
    return this.#configurations.length;
  }

  add(added: Configuration<S>): void {
    for (const known of this.#configurations) if (this.#covers(known, added)) return;
    let kept = 0;
    const all = this.#configurations;
    for (const known of all) if (!this.#covers(added, known)) all[kept++] = known;
    all.length = kept;
    all.push(added);
  }

  #covers(a: Configuration<S>, b: Configuration<S>): boolean {
    if (a.state === b.state) {
      if (!spendsNoMore(a.spent, b.spent)) return false;
    } else {
      if (b.spent.length === 0) return false;
      const writer = this.#unknown.writerOf(b.state);
      if (!writer || !spendsNoMore(a.spent, b.spent, writer)) return false;
    }
    return coversLanes(this.#open, a, b);
  }
}

/** Do the open operations allow of whatever is done in `b`? */
function coversLanes<S, I>(open: Open<S, I>, a: Configuration<S>, b: Configuration<S>): boolean {
  for (let lane = 0; lane < open.length; lane++) {
    const mark = a.lanes[lane] ?? 0;
    const other = b.lanes[lane] ?? 0;
    if (mark === other || mark === EITHER) continue;
    if (mark === DONE && open[lane]?.action?.isPure) continue;
    return false;
  }
  return true;
}

/** Is what `b` can do in the rest of this batch no more than what `a` can? */
export function isAtLeast<S, I>(open: Open<S, I>, a: Configuration<S>, b: Configuration<S>): boolean {
  return a.state === b.state && spendsNoMore(a.spent, b.spent) && coversLanes(open, a, b);
}
