/**
 * What the recent events say about what will be observed. Whoever goes through them again knows what
 * comes next, up to some event. A state that nobody observes from now on, neither itself nor what grows
 * from it by updates, is `dead`: until it is overwritten all such states are alike.
 *
 *  - A dead state pleases every reject, no read and no cas; an update leads to another dead state.
 *  - Where nothing that is rejected can come up, any state is as good as a dead one: what runs in a dead
 *    state until it is overwritten is legal anywhere, so it can run here. What is done or hidden there
 *    can run openly here.
 *  - Where nothing is rejected at all, a write of a state that nobody is still to observe had better be
 *    done: a run with it is one without it, too.
 *
 * To decide about the events up to now, what is known now is all there is. To say what the object may be
 * at some moment before, whatever may come, takes a read that was called after it and that returned
 * before the oldest call that is still open: all that is called before its return is resolved, and what
 * none of that observes must be overwritten before the read takes effect, as the read saw another state.
 */
import { ATTEMPT, CAS, OPAQUE, PURE, READ, REJECT, UPDATE, WRITE } from '../kinds.ts';
import type { Model } from '../model.ts';
import type { Action } from './action.ts';
import { DONE } from './configuration.ts';
import type { OnlineOperation } from './operation.ts';
import type { RecentEvents } from './recent.ts';
import type { State, StatePool } from './state-pool.ts';
import type { UnknownClass, UnknownOperations } from './unknown.ts';

/** Who observes a state, and from when to when that one is open. */
interface Observer {
  /** Where it says whether it is done; what grows is observed by too many to ask them all. */
  readonly lane: number;
  readonly call: number;
  readonly end: number;
}

const NO_LANE = -1;

export class Outlook<S, I> {
  /** It holds for events before this one. */
  readonly limit: number;
  readonly #open: readonly (OnlineOperation<S, I> | undefined)[];
  readonly #observers: ReadonlyMap<State<S>, readonly Observer[]>;
  /** By state: when it, or what grows from it, is last rejected. */
  readonly #rejected: ReadonlyMap<State<S>, number>;
  readonly #lastReject: number;
  /** Of unknown outcome, and in the making of some state that is observed. */
  readonly #shown: () => ReadonlySet<UnknownClass<S>>;

  private constructor(
    limit: number,
    open: readonly (OnlineOperation<S, I> | undefined)[],
    observers: ReadonlyMap<State<S>, readonly Observer[]>,
    rejected: ReadonlyMap<State<S>, number>,
    shown: () => ReadonlySet<UnknownClass<S>>,
  ) {
    this.limit = limit;
    this.#open = open;
    this.#observers = observers;
    this.#rejected = rejected;
    this.#lastReject = Math.max(-1, ...rejected.values());
    this.#shown = once(shown);
  }

  /**
   * To decide about all recent events, or to say what the object may be at some moment before the event
   * `settled`, when everything called before that is resolved. The cursor stands at the start.
   */
  static of<S, I>(
    model: Pick<Model<S>, 'lineage'>,
    states: StatePool<S>,
    recent: RecentEvents<S, I>,
    unknown: UnknownOperations<S>,
    settled?: number,
  ): Outlook<S, I> | undefined {
    const operations = [...recent.calls()].filter(({ action, status }) => action && status !== 'failed');
    let limit = recent.end;
    let known = operations;
    if (settled !== undefined) {
      const last = lastRead(operations, settled);
      if (!last) return undefined;
      limit = last.call;
      known = operations.filter(({ call }) => call < last.end);
    }
    const lasting = [...unknown.attempts(), ...unknown.others()].map(({ action }) => action);
    const actions = [...known.map(({ action }) => action!), ...lasting];
    if (actions.some(({ kind }) => kind === PURE || kind === OPAQUE)) return undefined;
    const grows = actions.some(({ kind }) => kind === UPDATE);
    if (grows && !model.lineage) return undefined;
    const observers = new Map<State<S>, Observer[]>();
    const rejected = new Map<State<S>, number>();
    const note = ({ kind, from }: Action<S>, observer: Observer): void => {
      if (kind !== READ && kind !== CAS && kind !== ATTEMPT && kind !== REJECT) return;
      const seen = grows ? origins(from!, observer) : [from!];
      for (const state of seen) add(observers, state, observer);
      if (kind !== REJECT) return;
      for (const state of grows ? grown(from!) : [from!])
        rejected.set(state, Math.max(rejected.get(state) ?? -1, observer.end));
    };
    const grown = (state: State<S>): State<S>[] =>
      Array.from(model.lineage!(state.value), (origin) => states.intern(origin));
    /** What has an observer of the same or a later end has it with its lineage. */
    const origins = (state: State<S>, { end }: Observer): State<S>[] => {
      const found: State<S>[] = [];
      for (const origin of model.lineage!(state.value)) {
        const one = states.intern(origin);
        if (observers.get(one)?.some((other) => other.lane === NO_LANE && other.end >= end)) break;
        found.push(one);
      }
      return found;
    };
    for (const action of lasting) note(action, { lane: NO_LANE, call: -1, end: Infinity });
    known.sort((a, b) => lastMoment(b) - lastMoment(a));
    for (const operation of known) {
      const { action, lane, call } = operation;
      note(action!, { lane: grows ? NO_LANE : lane, call, end: lastMoment(operation) });
    }
    const shown = (): ReadonlySet<UnknownClass<S>> => {
      const seen = new Set(actions.flatMap(({ from }) => from ?? []));
      return new Set([...seen].flatMap((state) => [...unknown.showing(state)]));
    };
    return new Outlook(limit, recent.open, observers, rejected, shown);
  }

  /** Updates of unknown outcome that may have had a part in what is observed. */
  shown(): ReadonlySet<UnknownClass<S>> {
    return this.#shown();
  }

  /** Does nobody observe it at `since` or later? What is done in these lanes doesn't. */
  isDead(state: State<S>, lanes: readonly number[], at: number, since: number): boolean {
    if (at >= this.limit) return false;
    const observers = this.#observers.get(state);
    return !observers?.some(
      ({ lane, call, end }) => end >= since && !(lane !== NO_LANE && call < at && lanes[lane] === DONE),
    );
  }

  /** Is it as good as a dead state to leave this one as it is, and to run openly what is open? */
  isAsGoodAsDead(state: State<S>, at: number): boolean {
    if (at >= this.limit) return false;
    if (this.#lastReject < at) return true;
    if (this.#isRejected(state, at)) return false;
    return this.#open.every((operation) => {
      const to = operation?.action?.to;
      return !to || !this.#isRejected(to, at);
    });
  }

  /** Is this write better done? It must be by its return; later ones may be for somebody not known yet. */
  isBetterDone(
    { action, status, end }: OnlineOperation<S, I>,
    lanes: readonly number[],
    at: number,
    since: number,
  ): boolean {
    if (action?.kind !== WRITE || status !== 'returned' || end >= this.limit) return false;
    return this.#lastReject < at && this.isDead(action.to!, lanes, at, since);
  }

  #isRejected(state: State<S>, at: number): boolean {
    return (this.#rejected.get(state) ?? -1) >= at;
  }
}

/** What is called last of the reads that returned before this event. */
function lastRead<S, I>(
  operations: readonly OnlineOperation<S, I>[],
  before: number,
): OnlineOperation<S, I> | undefined {
  let last: OnlineOperation<S, I> | undefined;
  for (const operation of operations) {
    const { action, call, end } = operation;
    if (action?.kind === READ && end < before && call > (last?.call ?? -1)) last = operation;
  }
  return last;
}

/** What is not resolved, or of unknown outcome, may run at any time. */
function lastMoment<S, I>({ status, end }: OnlineOperation<S, I>): number {
  return status === 'returned' ? end : Infinity;
}

function add<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
