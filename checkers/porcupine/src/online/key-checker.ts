/**
 * One key, checked while its history grows.
 *
 * What an operation did is known when it returns, and may concern any moment since its call. So two
 * things are kept. `#base` is exact: all that the object may have been at an earlier moment, at which
 * all that was open has been resolved since; the events from there on are kept with it. `#front` is
 * some of what it may be now. So long as that is not empty the history is linearizable. When it runs
 * empty, the recent events are gone through again with what is known by now: from when the returning
 * operation was called, in a narrow way, and if that ends as well from the base, exactly. Nothing left
 * after that means that no linearization exists.
 *
 *     base ──exact──────────────────────────▶┐
 *            |  |  | call r |  |  |  | return r → 3
 *                  └─narrow─────────▶ front
 *
 * The base moves on, at most to the call of the oldest operation that is still open, and rather to a
 * read before it, after which little is left that the object may have been (`Outlook`). So what is kept
 * depends on how much happens while one operation is open, and not on the length of the history. One that
 * stays open too long is taken for one of unknown outcome. That only allows more, so a violation stays
 * one; but if it returns after all, its answer was not checked, and the verdict is `unknown` at best.
 *
 * What is unknown for good only counts: see `UnknownOperations`. As the base is exact, what is spent in
 * all of its configurations is spent in any linearization.
 */
import type { Keys } from '../key.ts';
import type { Model } from '../model.ts';
import { actionOf } from './action.ts';
import { Configuration, countOf, type Visit } from './configuration.ts';
import { costly } from './costly.ts';
import { Expansion } from './expansion.ts';
import { OnlineOperation, type OnlineEvent } from './operation.ts';
import { Outlook } from './outlook.ts';
import { Passage, TooWide, type Extent } from './passage.ts';
import { RecentEvents } from './recent.ts';
import type { OnlineKeyVerdict, OnlineOptions, OnlineUnknownReason } from './result.ts';
import { StatePool, type State } from './state-pool.ts';
import { UnknownOperations, type UnknownClass } from './unknown.ts';

const DEFAULT_MEMORY = 2 ** 26;
const DEFAULT_CONFIGURATIONS = 2000;
const NARROW: Extent = { width: 16, steps: 64, exact: false };
const DEFAULT_CHUNK = 64;
/** So many times that number, if no read shows where to move it. */
const PATIENCE = 8;
/** Steps of exact search: for each event, and at once. */
const EFFORT = 200;
const MOST_EFFORT = 200_000;
const SWEEP_AT_LEAST = 256;
const BYTES_PER_EVENT = 200;
const BYTES_PER_STATE = 150;
const BYTES_PER_CONFIGURATION = 250;

type Ended = Pick<OnlineKeyVerdict, 'verdict' | 'blocked' | 'reason'>;

export class KeyChecker<S, I, O> {
  readonly #key: string;
  readonly #model: Model<S, I, O>;
  readonly #keys: Keys;
  readonly #memory: number;
  readonly #exact: Extent;
  readonly #chunk: number;
  readonly #states: StatePool<S>;
  readonly #unknown = new UnknownOperations<S>();
  readonly #recent = new RecentEvents<S, I>();
  readonly #passage: Passage<S, I>;
  readonly #freeLanes: number[] = [];
  #lanes = 0;
  #base: readonly Configuration<S>[];
  #front: readonly Configuration<S>[];
  #explained = 0;
  /** When there are so many events, the base is moved, if it can be. */
  #moveAt: number;
  #sweepAt = SWEEP_AT_LEAST;
  #ended: Ended | undefined;
  #late: OnlineUnknownReason | undefined;

  constructor(key: string, model: Model<S, I, O>, keys: Keys, options: OnlineOptions) {
    this.#key = key;
    this.#model = model;
    this.#keys = keys;
    this.#memory = options.memory ?? DEFAULT_MEMORY;
    this.#moveAt = this.#chunk = options.chunk ?? DEFAULT_CHUNK;
    const width = options.maxConfigurations ?? DEFAULT_CONFIGURATIONS;
    this.#exact = { width, steps: width, exact: true };
    this.#states = new StatePool(model);
    const expansion = new Expansion(model, this.#states, this.#recent.open, this.#unknown);
    this.#passage = new Passage(this.#recent, this.#unknown, expansion);
    const path = { state: this.#states.intern(model.init()), at: 0, previous: undefined };
    this.#passage.allow(MOST_EFFORT, MOST_EFFORT);
    this.#base = this.#front = [new Configuration([], [], path)];
  }

  /** Nothing more is learned about this key. */
  get isOver(): boolean {
    return this.#ended !== undefined;
  }

  /** What is held, for measurements. */
  get held(): { readonly configurations: number; readonly states: number; readonly events: number } {
    return {
      configurations: this.#base.length + this.#front.length,
      states: this.#states.size,
      events: this.#recent.length,
    };
  }

  verdict(): OnlineKeyVerdict {
    const ended =
      this.#ended ?? (this.#late ? { verdict: 'unknown', reason: this.#late } : { verdict: 'valid' });
    return { key: this.#key, explained: this.#explained, ...ended };
  }

  call(id: number, input: I): OnlineOperation<S, I> {
    const lane = this.#freeLanes.pop() ?? this.#lanes++;
    const asked = this.#ended ? undefined : actionOf(this.#model, this.#states, input, undefined);
    const operation = new OnlineOperation<S, I>(id, input, lane, this.#recent.end, asked, this.#front);
    if (!this.#ended) this.#append({ kind: 'call', operation });
    return operation;
  }

  return(operation: OnlineOperation<S, I>, output: O): void {
    if (this.#ended) return;
    if (operation.status === 'unknown') {
      this.#tooLate(operation);
      return;
    }
    this.#freeLanes.push(operation.lane);
    operation.status = 'returned';
    operation.action = actionOf(this.#model, this.#states, operation.input, { output });
    this.#front = this.#passage.resolve(this.#front, operation);
    this.#append({ kind: 'return', operation });
    if (!this.#ended) this.#explained++;
  }

  /** Its outcome will never be known. */
  giveUp(operation: OnlineOperation<S, I>): void {
    if (this.#ended || operation.status === 'unknown') return;
    this.#freeLanes.push(operation.lane);
    operation.status = 'unknown';
    const { action, input, id } = operation;
    if (action) operation.unknown = this.#unknown.classOf(action, () => String(this.#keys.of(input)), id);
    this.#append({ kind: 'unknown', operation });
  }

  /** It certainly never took effect. */
  fail(operation: OnlineOperation<S, I>): void {
    if (this.#ended) return;
    if (operation.status === 'unknown') {
      this.#tooLate(operation);
      return;
    }
    this.#freeLanes.push(operation.lane);
    operation.status = 'failed';
    this.#recent.remove(operation);
    this.#front = this.#passage.without(this.#front, operation.lane);
    this.#append({ kind: 'fail', operation });
  }

  #append(event: OnlineEvent<S, I>): void {
    const { operation } = event;
    this.#recent.push(event);
    this.#passage.allow(EFFORT, MOST_EFFORT);
    this.#front = this.#passage.step(this.#front, NARROW);
    if (this.#front.length === 0) this.#again(operation);
    if (event.kind !== 'call') operation.before = [];
    if (!this.#ended && this.#recent.length >= this.#moveAt) this.#moveBase();
  }

  /** The front ran empty when this operation was resolved. */
  #again(operation: OnlineOperation<S, I>): void {
    const recent = this.#recent;
    if (operation.before.length > 0) {
      recent.rewind(operation.call);
      let from = operation.before;
      for (const open of recent.open) if (open) from = this.#passage.resolve(from, open);
      for (let lane = 0; lane < this.#lanes; lane++)
        if (!recent.open[lane]) from = this.#passage.without(from, lane);
      this.#front = this.#passage.run(from, recent.end, NARROW);
      recent.unwind();
      if (this.#front.length > 0) return;
    }
    recent.rewind(recent.start);
    try {
      const outlook = Outlook.of(this.#model, this.#states, recent, this.#unknown);
      this.#front = this.#passage.run(this.#base, recent.end, this.#exact, outlook);
      if (this.#front.length === 0) this.#end({ verdict: 'invalid', blocked: operation.id });
      else if (this.#front.length > NARROW.width) this.#front = this.#front.slice(0, NARROW.width);
    } catch (error) {
      if (!(error instanceof TooWide)) throw error;
      this.#endUnknown('configurations', error.costly);
    }
    recent.unwind();
  }

  /** To the last read that shows what there was before; without any, up to the oldest call that is open. */
  #moveBase(): void {
    const recent = this.#recent;
    const { start, length } = recent;
    const settled = this.#oldestOpen();
    this.#moveAt = length * 2;
    if (settled - start < length / 2) {
      this.#keepWithin();
      return;
    }
    recent.rewind(start);
    const outlook = Outlook.of(this.#model, this.#states, recent, this.#unknown, settled);
    const isEarly = length < PATIENCE * this.#chunk && this.#bytes <= this.#memory;
    const target = outlook && (isEarly || outlook.limit - start > length / 4) ? outlook.limit : settled;
    if (isEarly && (outlook?.limit ?? start) - start < length / 4) {
      recent.unwind();
      return;
    }
    try {
      this.#base = this.#passage.run(this.#base, target, this.#exact, outlook);
    } catch (error) {
      if (!(error instanceof TooWide)) throw error;
      this.#endUnknown('configurations', error.costly);
    }
    recent.unwind();
    if (this.#ended) return;
    // What has a front has a base.
    if (this.#base.length === 0) throw new Error('the base ran empty before the front');
    recent.drop(target);
    this.#moveAt = Math.max(this.#chunk, recent.length * 2);
    for (const { path } of this.#held()) cut(path, target);
    this.#settleSpent();
    if (this.#states.size >= this.#sweepAt) this.#sweep();
    this.#keepWithin();
  }

  #oldestOpen(): number {
    let oldest = this.#recent.end;
    for (const open of this.#recent.open) if (open && open.call < oldest) oldest = open.call;
    return oldest;
  }

  /** What is spent in every configuration of the base is spent whatever happened. */
  #settleSpent(): void {
    const [first, ...others] = this.#base;
    const settled = new Map<UnknownClass<S>, number>();
    for (const one of new Set(first!.spent)) {
      const least = others.reduce(
        (count, { spent }) => Math.min(count, countOf(spent, one)),
        countOf(first!.spent, one),
      );
      if (least > 0) settled.set(one, least);
    }
    if (settled.size === 0) return;
    this.#base = this.#base.map((configuration) => without(configuration, settled)!);
    // One that got by without is covered by one that did not: it may go, as the front is not complete.
    this.#front = this.#front.flatMap((configuration) => without(configuration, settled) ?? []);
    for (const open of this.#recent.open) if (open) open.before = [];
    for (const [one, count] of settled) {
      one.called -= count;
      if (one.called === 0) this.#unknown.forget(one);
    }
  }

  /** All configurations that are kept anywhere. */
  *#held(): IterableIterator<Configuration<S>> {
    yield* this.#base;
    yield* this.#front;
    for (const open of this.#recent.open) if (open) yield* open.before;
  }

  #sweep(): void {
    this.#states.sweep(this.#used());
    this.#sweepAt = Math.max(SWEEP_AT_LEAST, this.#states.size * 2);
  }

  *#used(): IterableIterator<State<S>> {
    for (const { path } of this.#held()) {
      for (let visit: Visit<S> | undefined = path; visit; visit = visit.previous) yield visit.state;
    }
    for (const { asked, action } of this.#recent.operations()) {
      for (const state of [asked?.from, asked?.to, action?.from, action?.to]) if (state) yield state;
    }
    for (const { action } of this.#unknown.all()) {
      if (action.from) yield action.from;
      if (action.to) yield action.to;
    }
  }

  get #bytes(): number {
    const { configurations, events, states } = this.held;
    return events * BYTES_PER_EVENT + configurations * BYTES_PER_CONFIGURATION + states * BYTES_PER_STATE;
  }

  #keepWithin(): void {
    if (this.#bytes <= this.#memory) return;
    const events = this.#recent.length;
    const half = this.#recent.start + this.#recent.length / 2;
    const oldest = this.#recent.open.filter((open) => open !== undefined && open.call < half);
    if (events * BYTES_PER_EVENT < this.#memory / 2 || oldest.length === 0) {
      this.#endUnknown('memory', costly(this.#base));
      return;
    }
    // They are taken for unknown, so that the base can move on.
    this.#moveAt = Infinity;
    for (const open of oldest) if (open) this.giveUp(open);
    this.#moveAt = this.#recent.length;
  }

  /** It was taken for one of unknown outcome, and has one after all. */
  #tooLate({ id }: OnlineOperation<S, I>): void {
    this.#late ??= {
      kind: 'late',
      message: `operation ${id} was open for too long to be remembered, and was then resolved`,
      costly: [],
    };
  }

  #endUnknown(kind: 'configurations' | 'memory', blame: readonly number[]): void {
    const most =
      kind === 'memory'
        ? `needs more than ${Math.round(this.#memory / 2 ** 20)} MiB`
        : `may be in too many configurations (at most ${this.#exact.width} are followed)`;
    const which = blame.length === 0 ? '' : `; most depends on the unknown outcome of ${blame.join(', ')}`;
    this.#end({ verdict: 'unknown', reason: { kind, message: `the key ${most}${which}`, costly: blame } });
  }

  #end(ended: Ended): void {
    this.#ended = ended;
    this.#base = this.#front = [];
  }
}

/** Nobody asks what was before this event. */
function cut<S>(path: Visit<S>, before: number): void {
  let visit = path;
  while (visit.at >= before && visit.previous) visit = visit.previous;
  visit.previous = undefined;
}

/** Undefined where these are not spent. */
function without<S>(
  { lanes, spent, path }: Configuration<S>,
  settled: ReadonlyMap<UnknownClass<S>, number>,
): Configuration<S> | undefined {
  const left = new Map(settled);
  const rest = spent.filter((one) => {
    const count = left.get(one) ?? 0;
    if (count > 0) left.set(one, count - 1);
    return count === 0;
  });
  for (const count of left.values()) if (count > 0) return undefined;
  return new Configuration(lanes, rest, path);
}
