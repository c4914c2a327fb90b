/**
 * What the object may be at one moment of a history: its state, which of the open operations took
 * effect already, and which of those of unknown outcome.
 *
 * As in `jit/position.ts`, one configuration stands for several: an operation marked `EITHER` may count
 * as done or as still to come, because it could have run where it made no difference.
 */
import type { State } from './state-pool.ts';
import type { UnknownClass } from './unknown.ts';

/** Of an open operation, by its lane. */
export const PENDING = 0;
export const DONE = 1;
export const EITHER = 2;

/** A state that was gone through, and since which event. Newest first. */
export interface Visit<S> {
  readonly state: State<S>;
  readonly at: number;
  previous: Visit<S> | undefined;
}

/** Never changed once it is made: the configurations of several moments share them. */
export class Configuration<S> {
  readonly lanes: readonly number[];
  /** In order of classes; one twice that is spent twice. */
  readonly spent: readonly UnknownClass<S>[];
  readonly path: Visit<S>;
  /** Nobody will observe its state: see `Outlook`. */
  readonly isDead: boolean;

  constructor(lanes: readonly number[], spent: readonly UnknownClass<S>[], path: Visit<S>, isDead = false) {
    this.lanes = lanes;
    this.spent = spent;
    this.path = path;
    this.isDead = isDead;
  }

  get state(): State<S> {
    return this.path.state;
  }

  withLane(lane: number, mark: number): Configuration<S> {
    if ((this.lanes[lane] ?? PENDING) === mark) return this;
    const lanes = padded(this.lanes, lane + 1);
    lanes[lane] = mark;
    return new Configuration(lanes, this.spent, this.path, this.isDead);
  }

  withDeath(isDead: boolean): Configuration<S> {
    return isDead === this.isDead ? this : new Configuration(this.lanes, this.spent, this.path, isDead);
  }

  /** Did it go through such a state at or after the given event? */
  visited(since: number, test: (state: State<S>) => boolean): boolean {
    for (let visit: Visit<S> | undefined = this.path; visit; visit = visit.previous) {
      if (test(visit.state)) return true;
      if (visit.at < since) return false;
    }
    return false;
  }
}

/** A copy with so many lanes at least. */
export function padded(lanes: readonly number[], length: number): number[] {
  const copy = lanes.slice();
  while (copy.length < length) copy.push(PENDING);
  return copy;
}

export function spend<S>(
  spent: readonly UnknownClass<S>[],
  one: UnknownClass<S>,
): readonly UnknownClass<S>[] {
  const at = spent.findIndex((other) => other.order > one.order);
  return at < 0 ? [...spent, one] : [...spent.slice(0, at), one, ...spent.slice(at)];
}

export function countOf<S>(spent: readonly UnknownClass<S>[], one: UnknownClass<S>): number {
  let count = 0;
  for (const other of spent) if (other === one) count++;
  return count;
}

/** Is nothing spent in `less` that is not spent in `more`, but for one of `extra`? */
export function spendsNoMore<S>(
  less: readonly UnknownClass<S>[],
  more: readonly UnknownClass<S>[],
  extra?: UnknownClass<S>,
): boolean {
  const allowance = extra ? 1 : 0;
  if (less.length + allowance > more.length) return false;
  let skipped = extra === undefined;
  let i = 0;
  for (const one of more) {
    if (!skipped && one === extra) skipped = true;
    else if (i < less.length && less[i] === one) i++;
  }
  return skipped && i === less.length;
}
