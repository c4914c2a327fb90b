/**
 * A partition in numbers. Known operations (those that return) are numbered by their calls, and listed
 * once more by their returns; those of unknown outcome are kept apart, as they never have to happen.
 *
 * A search that has linearized everything up to some return may next linearize whatever was called
 * before the first return that is left: `called` says which those are.
 */
import type { Budget } from '../budget.ts';
import type { Operation } from '../model.ts';
import type { Steps } from './steps.ts';

/** Rivals that are looked at. Leaving some out costs repeated work, never a wrong verdict. */
const MOST_RIVALS = 8;

export interface Layout {
  readonly count: number;
  /** By number: its id, class and lane, a place that no other operation has that is open meanwhile. */
  readonly ids: readonly number[];
  readonly classOf: Int32Array;
  readonly laneOf: Int32Array;
  readonly lanes: number;
  /** By number: others of the class that are open meanwhile and return earlier. */
  readonly rivals: readonly (readonly number[])[];
  /** The known operations in order of their returns, and how many of them were called before each. */
  readonly returns: Int32Array;
  readonly called: Int32Array;
  /** Those of unknown outcome, in order of their calls. */
  readonly lost: readonly Lost[];
  /** The same by class, in order of their first calls. */
  readonly groups: readonly Group[];
}

/** An operation of unknown outcome. */
export interface Lost {
  readonly id: number;
  /** The first return, by its place in `returns`, that it was called before. */
  readonly since: number;
}

/** Operations of unknown outcome of one class: any may stand in for another, so the earliest goes first. */
export interface Group {
  readonly of: number;
  /** By place in `lost`. */
  readonly members: readonly number[];
}

export function layOut<S, I, O>(
  operations: readonly Operation<I, O>[],
  steps: Steps<S, I, O>,
  budget: Budget,
): Layout {
  const byCall = [...operations].sort((a, b) => a.call - b.call);
  const known = byCall.filter((operation) => operation.return !== Infinity);
  const count = known.length;
  const returns = Int32Array.from(known.keys()).sort((a, b) => known[a]!.return - known[b]!.return || a - b);
  const classOf = new Int32Array(count);
  const laneOf = new Int32Array(count);
  const called = new Int32Array(count);
  const open = new Open(known);
  const rivals = known.map((): number[] => []);
  const free: number[] = [];
  let lanes = 0;
  let next = 0;
  returns.forEach((back, k) => {
    // Intervals are closed: of a call and a return at the same time, the call comes first.
    for (; next < count && known[next]!.call <= known[back]!.return; next++) {
      budget.tick();
      classOf[next] = steps.classOf(known[next]!);
      laneOf[next] = free.pop() ?? lanes++;
      open.add(next, classOf[next]!, rivals);
    }
    called[k] = next;
    open.delete(back, classOf[back]!);
    free.push(laneOf[back]!);
  });
  const ids = known.map(({ id }) => id);
  const unknown = lostOf(byCall, known, returns, steps, budget);
  return { count, ids, classOf, laneOf, lanes, rivals, returns, called, ...unknown };
}

/** The known operations that are open, by class. */
class Open {
  readonly #known: readonly Operation[];
  readonly #byClass = new Map<number, number[]>();

  constructor(known: readonly Operation[]) {
    this.#known = known;
  }

  /** Tells its rivals and those it is a rival of. */
  add(operation: number, of: number, rivals: readonly number[][]): void {
    const others = this.#byClass.get(of);
    if (!others) {
      this.#byClass.set(of, [operation]);
      return;
    }
    const end = this.#known[operation]!.return;
    for (const other of others) {
      const [first, second] = this.#known[other]!.return <= end ? [other, operation] : [operation, other];
      if (rivals[second]!.length < MOST_RIVALS) rivals[second]!.push(first);
    }
    others.push(operation);
  }

  delete(operation: number, of: number): void {
    const others = this.#byClass.get(of)!;
    others.splice(others.indexOf(operation), 1);
  }
}

function lostOf<S, I, O>(
  byCall: readonly Operation<I, O>[],
  known: readonly Operation<I, O>[],
  returns: Int32Array,
  steps: Steps<S, I, O>,
  budget: Budget,
): Pick<Layout, 'lost' | 'groups'> {
  const lost: Lost[] = [];
  const groups = new Map<number, { of: number; members: number[] }>();
  let since = 0;
  for (const operation of byCall) {
    if (operation.return !== Infinity) continue;
    budget.tick();
    while (since < returns.length && known[returns[since]!]!.return < operation.call) since++;
    // What was called after the last return can't matter to anybody.
    if (since === returns.length) break;
    const of = steps.classOf(operation);
    const group = groups.get(of) ?? { of, members: [] };
    groups.set(of, group);
    group.members.push(lost.push({ id: operation.id, since }) - 1);
  }
  return { lost, groups: [...groups.values()] };
}
