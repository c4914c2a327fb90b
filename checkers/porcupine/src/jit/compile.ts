/**
 * A partition made ready for the search: events in order of time, classes instead of inputs and
 * outputs, and without the operations that can make no difference.
 *
 * What is left out, and why that is right:
 *  - an operation of unknown outcome that changes nothing: whether it ran says nothing;
 *  - a write, update or attempt of unknown outcome whose result nobody ever observes (see `Horizon`),
 *    unless somebody rejects the state before it. In a linearization that contains it, leave it out and
 *    let the state before it stand. Nobody saw its result, so until the next write all others are
 *    writes, updates and attempts, which are legal in any state, and rejects: those it may be there for.
 *
 *        w(1) ok · w?(2) · cas(1→3) failed        valid only because of w?(2)
 *
 *    Each that stays in serves a reject of its own. So with r rejects, r of them are enough: those that
 *    were called first, as they are open whenever the others are.
 */
import type { Budget } from '../budget.ts';
import { Classes } from './classes.ts';
import { ATTEMPT, NOOP, OPAQUE, PURE, READ, REJECT, UPDATE, WRITE } from '../kinds.ts';
import { Demand } from './demand.ts';
import { Horizon } from './horizon.ts';
import { chosen, columnsFor, inOrderOfCalls, layOut, NEVER_RETURNS, type Columns } from './layout.ts';
import type { Given, Model, Operation } from '../model.ts';
import { StateTable } from '../states.ts';
import type { History } from '../zones/history.ts';

/** Of an operation that is left out. */
const NO_CLASS = -1;

/** A partition in numbers: all that the search looks at. Operations are named by position. */
export interface Problem {
  /** operation * 2 for its call, operation * 2 + 1 for its return. */
  readonly events: Int32Array;
  readonly classOf: Int32Array;
  /** Known operations only: a place that no other open operation has. */
  readonly laneOf: Int32Array;
  readonly lanes: number;
  /** By operation: the position of its return among the events. */
  readonly returnedAt: Int32Array;
  readonly classes: Pick<
    Classes<unknown, unknown, unknown>,
    'kind' | 'from' | 'to' | 'size' | 'bytes' | 'result' | 'peek'
  >;
  readonly states: Pick<StateTable<unknown>, 'size'>;
  readonly initial: number;
  readonly horizon: Pick<
    Horizon<unknown, unknown, unknown>,
    'lastOf' | 'firstOf' | 'lastRejectOf' | 'latestReject' | 'updates' | 'parentOf'
  >;
  readonly demand: Demand;
  /** By class of an operation of unknown outcome: when anybody may observe that it took effect. */
  readonly seen: ReadonlyMap<number, { readonly first: number; readonly last: number }>;
  /** Something is in it of which only `step` knows what it does: nothing can be said ahead. */
  readonly opaque: boolean;
}

/** A problem, and what its numbers stand for. */
export interface Compiled<S, I, O> extends Problem {
  readonly given: Given<I, O>;
  /** By operation, which are in order of their calls: where it is in what was given. */
  readonly positions: Int32Array;
  readonly classes: Classes<S, I, O>;
  readonly states: StateTable<S>;
}

export function isUnknown(operation: Operation): boolean {
  return operation.return === Infinity;
}

/** What is left of what was given. */
export function operationsOf<S, I, O>({ given, positions }: Compiled<S, I, O>): Operation<I, O>[] {
  const { operations } = given;
  return Array.from(positions, (position) => operations[position]!);
}

export function compile<S, I, O>(
  model: Model<S, I, O>,
  operations: readonly Operation<I, O>[],
  budget: Budget,
  hints = true,
): Compiled<S, I, O> {
  const states = new StateTable<S>(model);
  const classes = new Classes<S, I, O>(model, states, budget, hints);
  const initial = states.intern(model.init());
  const columns = columnsFor(operations.length);
  const { positions, classOf, call, return: end } = columns;
  for (let i = 0; i < operations.length; i++) {
    budget.tick();
    const operation = operations[i]!;
    positions[i] = i;
    call[i] = operation.call;
    end[i] = operation.return;
    const isLeftOut = isUnknown(operation) && changesNothing(model, operation);
    classOf[i] = isLeftOut ? NO_CLASS : classes.of(operation);
  }
  return compiled(model, { operations }, columns, { states, classes, initial }, budget);
}

/** The same of operations that were read before, none of which appends. */
export function compileRead<S, I, O>(
  model: Model<S, I, O>,
  { given, kindOf, from, to, call, return: end, states, initial }: History<S, I, O>,
  budget: Budget,
): Compiled<S, I, O> {
  const classes = new Classes<S, I, O>(model, states, budget, true);
  const positions = new Int32Array(call.length);
  const classOf = new Int32Array(call.length);
  for (let i = 0; i < call.length; i++) {
    budget.tick();
    positions[i] = i;
    const kind = kindOf[i]!;
    const isLeftOut = end[i] === Infinity && (kind === NOOP || kind === READ || kind === REJECT);
    classOf[i] = isLeftOut ? NO_CLASS : classes.with(kind, from[i]!, to[i]!, end[i] !== Infinity);
  }
  const columns = { positions, classOf, call, return: end };
  return compiled(model, given, columns, { states, classes, initial }, budget);
}

function compiled<S, I, O>(
  model: Model<S, I, O>,
  given: Given<I, O>,
  columns: Columns,
  { states, classes, initial }: Pick<Compiled<S, I, O>, 'states' | 'classes' | 'initial'>,
  budget: Budget,
): Compiled<S, I, O> {
  const telling = inOrderOfCalls(columns);
  const all = layOut(telling);
  const horizon = new Horizon(model, states, classes, all, budget);
  const opaque =
    classes.kind.some((kind) => kind === OPAQUE || kind === PURE) ||
    (classes.kind.includes(UPDATE) && !model.lineage);
  const seen = seenClasses(classes, horizon, telling);
  const kept = opaque ? telling : dropUnseen(telling, seen, classes);
  const laid = kept === telling ? all : layOut(kept);
  // Their positions have moved; the horizon speaks of positions.
  const final = kept === telling ? horizon : new Horizon(model, states, classes, laid, budget);
  const seenNow = kept === telling ? seen : seenClasses(classes, final, kept);
  if (!opaque) mergeUnseen(kept, seenNow, classes.kind);
  const demand = new Demand(classes, final, states.size, laid, initial);
  return {
    given,
    positions: kept.positions,
    ...laid,
    classes,
    states,
    initial,
    horizon: final,
    demand,
    seen: seenNow,
    opaque,
  };
}

function changesNothing<S, I, O>(model: Model<S, I, O>, { input, output }: Operation<I, O>): boolean {
  const kind = model.effect?.(input, output)?.kind;
  return kind === 'noop' || kind === 'read' || kind === 'reject' || model.pure?.(input, output) === true;
}

type Seen = Map<number, { readonly first: number; readonly last: number }>;

function seenClasses<S, I, O>(
  { kind, to, shows }: Classes<S, I, O>,
  horizon: Horizon<S, I, O>,
  { classOf, return: end }: Columns,
): Seen {
  const seen: Seen = new Map();
  for (let i = 0; i < classOf.length; i++) {
    const of = classOf[i]!;
    if (end[i] !== Infinity || seen.has(of)) continue;
    if (kind[of] === UPDATE) seen.set(of, horizon.window(shows[of] ?? (() => true)));
    else if (kind[of] === OPAQUE) seen.set(of, { first: -1, last: NEVER_RETURNS });
    else seen.set(of, { first: horizon.firstOf(to[of]!), last: horizon.lastOf(to[of]!) });
  }
  return seen;
}

function isAnyUnseen(seen: Seen): boolean {
  for (const { last } of seen.values()) if (last < 0) return true;
  return false;
}

function dropUnseen(columns: Columns, seen: Seen, { kind, from }: Problem['classes']): Columns {
  if (!isAnyUnseen(seen)) return columns;
  const { classOf, return: end } = columns;
  let rejects = 0;
  for (let i = 0; i < classOf.length; i++) if (kind[classOf[i]!] === REJECT) rejects++;
  const stays = new Int32Array(classOf.length);
  let staying = 0;
  const kept = new Map<number, number>();
  for (let i = 0; i < classOf.length; i++) {
    const of = classOf[i]!;
    if (end[i] === Infinity && seen.get(of)!.last < 0) {
      // Attempts from the same state, and any two writes or updates, can stand in for each other.
      const alike = kind[of] === ATTEMPT ? from[of]! : -kind[of]!;
      const before = kept.get(alike) ?? 0;
      kept.set(alike, before + 1);
      if (before >= rejects) continue;
    }
    stays[staying++] = i;
  }
  return staying === classOf.length ? columns : chosen(columns, stays.subarray(0, staying));
}

/** Of unknown outcome, unseen writes always lead to a dead state: one is as good as another. So with updates. */
function mergeUnseen({ classOf, return: end }: Columns, seen: Seen, kind: readonly number[]): void {
  if (!isAnyUnseen(seen)) return;
  const one = new Map<number, number>();
  for (let i = 0; i < classOf.length; i++) {
    const of = classOf[i]!;
    if (end[i] !== Infinity || (kind[of] !== WRITE && kind[of] !== UPDATE)) continue;
    if (seen.get(of)!.last >= 0) continue;
    const first = one.get(kind[of]);
    if (first === undefined) one.set(kind[of], of);
    else classOf[i] = first;
  }
  for (const [of, { last }] of seen) {
    if (last < 0 && (one.get(kind[of]!) ?? of) !== of) seen.delete(of);
  }
}
