/**
 * From a configuration, just before the return of an operation that is not done, to all that it may be
 * just after.
 *
 * Operations are linearized just in time (Lowe, "Testing for linearizability", 2017): only when one
 * returns, it the last of its batch; what would come after it can wait. Within a batch:
 *
 *  - What never changes anything is done as soon as it is legal; what changes nothing here may have run
 *    here (`EITHER`).
 *  - A write hides whatever may run just before it: every open operation that is legal in any state may
 *    have done so. So a write, update or attempt that another write follows before anybody saw the
 *    difference need not be tried: it hides, or, of unknown outcome, is left out.
 *  - That leaves what leads to a state that somebody waits for: an open read, the origin of a cas, that
 *    of an attempt that leads to such a state; and, where there are updates, the states that such a one
 *    may have grown from (`Model.lineage`). Where the returning operation itself depends on the state in
 *    other ways (a reject, an update), or only `step` knows what is going on, anything is tried.
 *
 * Nobody looks ahead: of what is open and did not return so far, nothing is expected.
 */
import { ATTEMPT, CAS, OPAQUE, PURE, READ, REJECT, UPDATE, WRITE } from '../kinds.ts';
import type { Model } from '../model.ts';
import type { Action } from './action.ts';
import { Configuration, countOf, DONE, EITHER, padded, PENDING, spend } from './configuration.ts';
import { isAtLeast, type Moment, type Open } from './frontier.ts';
import type { OnlineOperation } from './operation.ts';
import type { State, StatePool } from './state-pool.ts';
import type { UnknownClass, UnknownOperations } from './unknown.ts';

/** Takes a configuration; true when no more are needed. */
export type Take<S> = (configuration: Configuration<S>) => boolean;

/** As a power of two: comparing so many configurations counts as a step. */
export const COMPARED_PER_STEP = 4;

export class Expansion<S, I> {
  readonly #model: Pick<Model<S>, 'lineage'>;
  readonly #states: StatePool<S>;
  readonly #open: Open<S, I>;
  readonly #unknown: UnknownOperations<S>;
  #deadline!: OnlineOperation<S, I>;
  #moment!: Moment<S, I>;
  #exact = false;
  #take!: Take<S>;
  #entered: Configuration<S>[] = [];
  #left = 0;
  /** What somebody waits for in the configuration at hand, and whether anything may help. */
  #wanted = new Set<State<S>>();
  #origins: ReadonlySet<unknown> | undefined;
  #any = false;
  #anyLive = false;

  constructor(
    model: Pick<Model<S>, 'lineage'>,
    states: StatePool<S>,
    open: Open<S, I>,
    unknown: UnknownOperations<S>,
  ) {
    this.#model = model;
    this.#states = states;
    this.#open = open;
    this.#unknown = unknown;
  }

  /**
   * Gives `take` what may follow, best guesses first; some of it may be covered by other. `steps` is how
   * many configurations may be entered; false when that was too few. Unless it has to be `exact`, some
   * of what takes an effort to find is left out.
   */
  run(
    from: Configuration<S>,
    deadline: OnlineOperation<S, I>,
    moment: Moment<S, I>,
    { steps, exact }: { readonly steps: number; readonly exact: boolean },
    take: Take<S>,
  ): boolean {
    this.#deadline = deadline;
    this.#moment = moment;
    this.#exact = exact;
    this.#take = take;
    this.#left = steps;
    this.#entered = [];
    this.#enter(from);
    return this.#left >= 0;
  }

  /** How many steps are left over. */
  get left(): number {
    return Math.max(0, this.#left);
  }

  /** True when no more is needed. */
  #enter(from: Configuration<S>): boolean {
    const { lane, action } = this.#deadline;
    const mark = from.lanes[lane] ?? PENDING;
    if (mark === DONE) return this.#take(from.withLane(lane, PENDING));
    const next = action!.isPure ? undefined : action!.result(from.state);
    if (next) {
      const taken = this.#linearize(from, action!, next, lane, undefined);
      if (this.#take(taken.withLane(lane, PENDING))) return true;
    }
    if (mark === EITHER && (action!.kind !== WRITE || next !== from.state)) {
      if (this.#take(from.withLane(lane, PENDING))) return true;
    }
    this.#aim(from);
    if (!this.#any && !this.#anyLive && this.#wanted.size === 0) return false;
    if (this.#entered.some((other) => isAtLeast(this.#moment, other, from))) return false;
    this.#left -= 1 + (this.#entered.length >> COMPARED_PER_STEP);
    if (this.#left < 0) return true;
    this.#entered.push(from);
    // What is tried next says that the deadline's operation is not done yet.
    const before = mark === EITHER ? from.withLane(lane, PENDING) : from;
    return this.#candidates(before).some((candidate) => this.#enter(candidate));
  }

  #candidates(from: Configuration<S>): Configuration<S>[] {
    const found: Configuration<S>[] = [];
    this.#open.forEach((operation, lane) => {
      if (!operation?.action || operation.action.isPure || operation === this.#deadline) return;
      if (from.lanes[lane] === DONE) return;
      const next = operation.action.result(from.state);
      if (!next || !this.#helps(from, operation.action, next, lane)) return;
      found.push(this.#linearize(from, operation.action, next, lane, undefined));
    });
    for (const one of this.#unknownCandidates()) {
      if (found.length > this.#left) {
        // An exact expansion has failed.
        if (this.#exact) this.#left = -1;
        break;
      }
      this.#tryUnknown(from, one, found);
    }
    return found;
  }

  *#unknownCandidates(): Iterable<UnknownClass<S>> {
    const unknown = this.#unknown;
    if (this.#any) yield* unknown.all();
    else if (this.#anyLive || this.#origins) {
      yield* unknown.writers();
      yield* unknown.attempts();
      const shown = new Set<UnknownClass<S>>();
      for (const state of this.#wanted) for (const one of unknown.showing(state)) shown.add(one);
      if (this.#anyLive) for (const one of this.#moment.outlook!.shown()) shown.add(one);
      yield* shown;
    } else {
      for (const state of this.#wanted) {
        const writer = unknown.writerOf(state);
        if (writer) yield writer;
        yield* unknown.attemptsTo(state);
      }
    }
  }

  #tryUnknown(from: Configuration<S>, one: UnknownClass<S>, found: Configuration<S>[]): void {
    const next = one.action.result(from.state);
    if (!next || !this.#helps(from, one.action, next, -1)) return;
    if (countOf(from.spent, one) >= one.called) return;
    found.push(this.#linearize(from, one.action, next, -1, one));
  }

  #helps(from: Configuration<S>, { kind }: Action<S>, next: State<S>, lane: number): boolean {
    // What leads back to the same state is marked already, but for what a write hides.
    if (next === from.state && (kind !== WRITE || !this.#wouldHide(from, lane))) return false;
    if (this.#any || kind === CAS || this.#wanted.has(next)) return true;
    if (this.#anyLive && !this.#isDead(next, from.lanes)) return true;
    return this.#origins?.has(this.#states.bucketOf(next.value)) === true;
  }

  #wouldHide({ lanes }: Configuration<S>, lane: number): boolean {
    return this.#open.some((operation, other) => {
      if (!operation?.action || other === lane || operation === this.#deadline) return false;
      return (lanes[other] ?? PENDING) === PENDING && this.#hides(operation, operation.action);
    });
  }

  #linearize(
    from: Configuration<S>,
    action: Action<S>,
    state: State<S>,
    lane: number,
    unknown: UnknownClass<S> | undefined,
  ): Configuration<S> {
    const lanes = padded(from.lanes, this.#open.length);
    if (lane >= 0) lanes[lane] = DONE;
    const hides = action.kind === WRITE;
    for (let other = 0; other < lanes.length; other++) {
      if (lanes[other] !== PENDING) continue;
      const operation = this.#open[other];
      const waiting = operation?.action;
      if (!waiting) continue;
      if (waiting.isPure) {
        if (waiting.result(state)) lanes[other] = DONE;
      } else if (hides && operation !== this.#deadline && this.#hides(operation, waiting)) {
        lanes[other] = EITHER;
      } else if (waiting.result(state) === state) lanes[other] = EITHER;
    }
    const { at } = this.#moment;
    const path = state === from.state ? from.path : { state, at, previous: from.path };
    const spent = unknown ? spend(from.spent, unknown) : from.spent;
    return new Configuration(lanes, spent, path, this.#isDead(state, lanes));
  }

  #isDead(state: State<S>, lanes: readonly number[]): boolean {
    const { outlook, at } = this.#moment;
    return outlook?.isDead(state, lanes, at, at) === true;
  }

  /** An attempt that may still return must say whether it took effect: it hides only where it had none. */
  #hides({ status }: OnlineOperation<S, I>, action: Action<S>): boolean {
    return action.isTotal && (action.kind !== ATTEMPT || status !== 'open');
  }

  #aim({ lanes, state }: Configuration<S>): void {
    const wanted = this.#wanted;
    wanted.clear();
    this.#any = false;
    this.#anyLive = false;
    let updates = this.#unknown.hasOthers;
    for (let lane = 0; lane < this.#open.length; lane++) {
      const operation = this.#open[lane];
      const action = operation?.action;
      if (!action || (lanes[lane] ?? PENDING) === DONE) continue;
      const isDeadline = operation === this.#deadline;
      switch (action.kind) {
        case READ:
        case CAS:
          // Of a cas also where it is legal here: there may be a way round that does more.
          wanted.add(action.from!);
          break;
        case REJECT:
          // Whatever leads away will do, and the deadline's operation does, unless it leads back here.
          if (isDeadline || this.#deadline.action!.result(state) === state) this.#any = true;
          break;
        case PURE:
        case OPAQUE:
          this.#any = true;
          break;
        case UPDATE:
          updates = true;
          if (isDeadline) this.#aimOfUpdate(state, action);
          break;
        case ATTEMPT:
          if (isDeadline) this.#any = true;
          break;
      }
    }
    this.#origins = undefined;
    if (this.#any || (wanted.size === 0 && !this.#anyLive)) return;
    for (const { action } of this.#unknown.others()) if (action.kind === OPAQUE) this.#any = true;
    if (!updates) this.#reachBack();
    else if (this.#model.lineage) this.#growBack(this.#model.lineage.bind(this.#model));
    else this.#any = true;
  }

  /** What it leads to depends on the state; but that matters only if somebody is to observe it. */
  #aimOfUpdate(state: State<S>, action: Action<S>): void {
    if (!this.#exact) return;
    const { outlook, at } = this.#moment;
    const next = action.result(state);
    if (next && outlook?.isAsGoodAsDead(next, at)) this.#anyLive = true;
    else this.#any = true;
  }

  /** What an attempt leads from is wanted where what it leads to is. */
  #reachBack(): void {
    const wanted = this.#wanted;
    // A Set is walked with what is added on the way.
    for (const state of wanted) {
      for (const { action } of this.#unknown.attemptsTo(state)) wanted.add(action.from!);
      for (const operation of this.#open) {
        const action = operation?.action;
        if (action?.kind === ATTEMPT && action.to === state) wanted.add(action.from!);
      }
    }
  }

  /** The same where what is wanted may grow from other states, by updates. */
  #growBack(lineage: (state: S) => Iterable<S>): void {
    const wanted = this.#wanted;
    const origins = new Set<unknown>();
    const attempts = [...this.#unknown.attempts()].map(({ action }) => action);
    for (const operation of this.#open)
      if (operation?.action?.kind === ATTEMPT) attempts.push(operation.action);
    // A Set is walked with what is added on the way.
    for (const state of wanted) {
      for (const origin of lineage(state.value)) origins.add(this.#states.bucketOf(origin));
      for (const { from, to } of attempts)
        if (origins.has(this.#states.bucketOf(to!.value))) wanted.add(from!);
    }
    this.#origins = origins;
  }
}
