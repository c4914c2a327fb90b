/**
 * Takes configurations over events: exactly, or only so many of them and so far as is cheap. What is
 * left is, in either case, what the object really may be, so long as any is left the history up to there
 * is linearizable. Only where the passage was exact, and nothing is left, it is not.
 */
import { CAS } from '../kinds.ts';
import type { Action } from './action.ts';
import { Configuration, DONE, EITHER, PENDING, spend } from './configuration.ts';
import { costly } from './costly.ts';
import { COMPARED_PER_STEP, type Expansion } from './expansion.ts';
import { Frontier } from './frontier.ts';
import type { OnlineOperation } from './operation.ts';
import type { Outlook } from './outlook.ts';
import type { RecentEvents } from './recent.ts';
import type { UnknownOperations } from './unknown.ts';

export interface Extent {
  /** So many configurations at one moment. */
  readonly width: number;
  /** So many steps from one configuration at one return. */
  readonly steps: number;
  /** More than that: an error, or some are left out. */
  readonly exact: boolean;
}

/** An exact passage takes more than it may. */
export class TooWide extends Error {
  /** Ids of operations of unknown outcome that make it so. */
  readonly costly: readonly number[];

  constructor(costly: readonly number[]) {
    super('too many configurations');
    this.name = 'TooWide';
    this.costly = costly;
  }
}

export class Passage<S, I> {
  readonly #recent: RecentEvents<S, I>;
  readonly #unknown: UnknownOperations<S>;
  readonly #expansion: Expansion<S, I>;
  #outlook: Outlook<S, I> | undefined;
  /** Exact passages may take so many more steps. */
  #effort = 0;

  constructor(recent: RecentEvents<S, I>, unknown: UnknownOperations<S>, expansion: Expansion<S, I>) {
    this.#recent = recent;
    this.#unknown = unknown;
    this.#expansion = expansion;
  }

  /** Allows for more effort, but never for more than `most` at a time. */
  allow(steps: number, most: number): void {
    this.#effort = Math.min(most, this.#effort + steps);
  }

  /** From the cursor to another position. */
  run(
    from: readonly Configuration<S>[],
    to: number,
    extent: Extent,
    outlook?: Outlook<S, I>,
  ): readonly Configuration<S>[] {
    this.#outlook = outlook;
    let configurations = from;
    while (this.#recent.at < to && configurations.length > 0)
      configurations = this.step(configurations, extent);
    return configurations;
  }

  /** Over the next event. */
  step(from: readonly Configuration<S>[], extent: Extent): readonly Configuration<S>[] {
    const { kind, operation } = this.#recent.next;
    if (operation.status === 'failed') {
      this.#recent.forward();
      return from;
    }
    switch (kind) {
      case 'call':
        this.#recent.forward();
        return this.#call(from, operation);
      case 'return': {
        const after = operation.action ? this.#return(from, operation, extent) : from;
        this.#recent.forward();
        return after;
      }
      case 'unknown':
        this.#recent.forward();
        return operation.action ? this.#giveUp(from, operation) : from;
      case 'fail':
        throw new Error('an operation that failed has that status');
    }
  }

  #call(
    from: readonly Configuration<S>[],
    { lane, action }: OnlineOperation<S, I>,
  ): readonly Configuration<S>[] {
    if (!action) return from;
    return map(from, (configuration) => {
      const next = action.result(configuration.state);
      if (action.isPure) return next ? configuration.withLane(lane, DONE) : configuration;
      return next === configuration.state ? configuration.withLane(lane, EITHER) : configuration;
    });
  }

  #return(
    from: readonly Configuration<S>[],
    operation: OnlineOperation<S, I>,
    extent: Extent,
  ): readonly Configuration<S>[] {
    const { lane } = operation;
    const { width, exact } = extent;
    const { at, open } = this.#recent;
    const outlook = exact ? this.#outlook : undefined;
    const after = new Frontier({ open, outlook, at, since: at + 1 }, this.#unknown);
    const take = (configuration: Configuration<S>): boolean => {
      const { state, lanes } = configuration;
      if (exact) this.#effort -= after.size >> COMPARED_PER_STEP;
      after.add(outlook ? configuration.withDeath(outlook.isDead(state, lanes, at, at + 1)) : configuration);
      return after.size >= width;
    };
    const late: Configuration<S>[] = [];
    for (const configuration of from) {
      if (configuration.lanes[lane] !== DONE) late.push(configuration);
      else take(configuration.withLane(lane, PENDING));
    }
    // A few that need no effort are enough where not all are asked for.
    if (!exact && after.size > 0 && operation.action!.isPure) return after.configurations;
    const now = { open, outlook, at, since: at };
    for (const configuration of late) {
      const steps = exact ? Math.max(0, Math.min(extent.steps, this.#effort)) : extent.steps;
      const complete = this.#expansion.run(configuration, operation, now, { steps, exact }, take);
      if (exact) this.#effort -= steps - this.#expansion.left;
      if (after.size >= width || (exact && !complete)) {
        if (exact) throw new TooWide(costly(after.configurations));
        break;
      }
    }
    return after.configurations;
  }

  #giveUp(
    from: readonly Configuration<S>[],
    { lane, unknown }: OnlineOperation<S, I>,
  ): readonly Configuration<S>[] {
    const { at, open } = this.#recent;
    const after = new Frontier({ open, outlook: undefined, at, since: at + 1 }, this.#unknown);
    for (const configuration of from) {
      const rest = configuration.withLane(lane, PENDING);
      const isSpent = configuration.lanes[lane] === DONE;
      after.add(isSpent ? new Configuration(rest.lanes, spend(rest.spent, unknown!), rest.path) : rest);
    }
    return after.configurations;
  }

  /**
   * Configurations from when an operation was open, in the light of what is known of it now: those that
   * certainly still are some.
   */
  resolve(from: readonly Configuration<S>[], operation: OnlineOperation<S, I>): readonly Configuration<S>[] {
    const { lane, asked, action, call } = operation;
    if (!action || (asked && isSame(asked, action))) return from;
    const resolved: Configuration<S>[] = [];
    for (const configuration of from) {
      const mark = resolvedMark(configuration, lane, call, asked, action);
      if (mark !== undefined) resolved.push(configuration.withLane(lane, mark));
    }
    return resolved;
  }

  /** Configurations in which this operation, which is known to have failed, took no effect. */
  without(from: readonly Configuration<S>[], lane: number): readonly Configuration<S>[] {
    const kept = from.filter(({ lanes }) => lanes[lane] !== DONE);
    return map(kept, (configuration) => configuration.withLane(lane, PENDING));
  }
}

function isSame<S>(a: Action<S>, b: Action<S>): boolean {
  return a.kind === b.kind && a.from === b.from && a.to === b.to && (a.isTotal || a.isPure);
}

function resolvedMark<S>(
  configuration: Configuration<S>,
  lane: number,
  call: number,
  asked: Action<S> | undefined,
  action: Action<S>,
): number | undefined {
  const mark = configuration.lanes[lane] ?? PENDING;
  if (asked?.from === action.from && action.kind === CAS) return mark === DONE ? DONE : PENDING;
  if (mark === DONE) return undefined;
  if (!action.isPure) return PENDING;
  return configuration.visited(call, (state) => action.result(state) !== undefined) ? DONE : PENDING;
}

/** The same list where nothing changes. */
function map<T>(list: readonly T[], change: (item: T) => T): readonly T[] {
  let changed: T[] | undefined;
  list.forEach((item, i) => {
    const next = change(item);
    if (next === item) return;
    changed ??= list.slice();
    changed[i] = next;
  });
  return changed ?? list;
}
