/**
 * All that the object may be at one moment, without what can do no more than something else in it.
 *
 * A configuration covers another in the same state if each open operation is at least as far (`EITHER`
 * is as good as either; what never changes anything had better be done) and no more unknown ones are
 * spent. It also covers one that has spent a write of unknown outcome to get where it is, and nothing
 * else that is of use: it can spend that write later, when somebody needs it. For more, see `Outlook`.
 */
import { ATTEMPT, UPDATE } from '../kinds.ts';
import { DONE, EITHER, PENDING, spendsNoMore, type Configuration } from './configuration.ts';
import type { OnlineOperation } from './operation.ts';
import type { Outlook } from './outlook.ts';
import type { UnknownOperations } from './unknown.ts';

export type Open<S, I> = readonly (OnlineOperation<S, I> | undefined)[];

/** How one compares configurations: at an event, or just after it (`since` is later than `at`). */
export interface Moment<S, I> {
  readonly open: Open<S, I>;
  readonly outlook: Outlook<S, I> | undefined;
  readonly at: number;
  readonly since: number;
}

export class Frontier<S, I> {
  readonly #moment: Moment<S, I>;
  readonly #unknown: UnknownOperations<S>;
  readonly #configurations: Configuration<S>[] = [];

  constructor(moment: Moment<S, I>, unknown: UnknownOperations<S>) {
    this.#moment = moment;
    this.#unknown = unknown;
  }

  get configurations(): readonly Configuration<S>[] {
    return this.#configurations;
  }

  get size(): number {
    return this.#configurations.length;
  }

  add(added: Configuration<S>): void {
    const all = this.#configurations;
    for (const known of all) if (this.#covers(known, added)) return;
    let kept = 0;
    for (const known of all) if (!this.#covers(added, known)) all[kept++] = known;
    all.length = kept;
    all.push(added);
  }

  #covers(a: Configuration<S>, b: Configuration<S>): boolean {
    if (isAtLeast(this.#moment, a, b)) return true;
    if (a.state === b.state || b.spent.length === 0) return false;
    const writer = this.#unknown.writerOf(b.state);
    return (
      writer !== undefined &&
      spendsNoMore(a.spent, b.spent, writer) &&
      coversLanes(this.#moment, a, b, NOTHING)
    );
  }
}

/** What may run at once in the one, if it ran in the other already. */
const NOTHING = 0;
const WHAT_LEAVES_IT_DEAD = 1;
const ANYTHING_TOTAL = 2;

/** Is what `b` can do, in the rest of this batch and later, no more than what `a` can? */
export function isAtLeast<S, I>(moment: Moment<S, I>, a: Configuration<S>, b: Configuration<S>): boolean {
  if (!spendsNoMore(a.spent, b.spent)) return false;
  if (!b.isDead) return a.state === b.state && coversLanes(moment, a, b, NOTHING);
  const free = moment.outlook?.isAsGoodAsDead(a.state, moment.at) ? ANYTHING_TOTAL : WHAT_LEAVES_IT_DEAD;
  if (free === WHAT_LEAVES_IT_DEAD && !a.isDead) return false;
  return coversLanes(moment, a, b, free);
}

function coversLanes<S, I>(
  { open, outlook, at, since }: Moment<S, I>,
  a: Configuration<S>,
  b: Configuration<S>,
  free: number,
): boolean {
  for (let lane = 0; lane < open.length; lane++) {
    const mark = a.lanes[lane] ?? PENDING;
    if (mark === (b.lanes[lane] ?? PENDING) || mark === EITHER) continue;
    const operation = open[lane];
    const action = operation?.action;
    if (!action) return false;
    if (mark === DONE) {
      if (action.isPure || outlook?.isBetterDone(operation, a.lanes, at, since)) continue;
    } else if (free === ANYTHING_TOTAL ? action.isTotal : free > 0 && leavesDead(action.kind)) continue;
    return false;
  }
  return true;
}

function leavesDead(kind: number): boolean {
  return kind === UPDATE || kind === ATTEMPT;
}
