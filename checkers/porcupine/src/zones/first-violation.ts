/**
 * How much of an invalid history is explained: the longest prefix in time that is decided to be valid,
 * found from where the violation showed, for that is mostly where it began.
 */
import type { Violation } from './evidence.ts';
import type { Model } from '../model.ts';
import type { History, Undecided } from './history.ts';
import { CAS, NOOP, READ, REJECT, UPDATE, WRITE } from '../kinds.ts';

/** Of what is valid: positions in the order of a linearization. */
export type Decision = Int32Array | Violation | Undecided;

export interface Explained {
  readonly completions: number;
  /** Is the next one decided to be wrong? */
  readonly isMost: boolean;
  /** When the last of them returned, and the next one. */
  readonly until: number;
  readonly next: number;
  readonly order: Int32Array;
  /** What is wrong with the next one, if that was decided. */
  readonly violation: Violation | undefined;
}

type Times = Pick<History<unknown, unknown, unknown>, 'kindOf' | 'return'>;

/** `violation` is one of the whole history. */
export function explainedBefore(
  history: Times,
  violation: Violation,
  decide: (until: number) => Decision,
): Explained {
  const returns = returnsOf(history);
  let high = returns.length - 1;
  let low = -1;
  let order: Int32Array = new Int32Array();
  /** Of what is known to be wrong, the least: what is wrong at `high`. */
  let wrong = violation;
  /** Is there something new to look at in it? */
  let isNew = true;
  let isDecided = false;
  /** Undefined where it can't be told. */
  const isExplained = (completion: number): boolean | undefined => {
    const decision = decide(returns[completion]!);
    isNew = 'suspects' in decision;
    if ('why' in decision) return undefined;
    if ('suspects' in decision) {
      isDecided = true;
      wrong = decision;
      high = completion;
      return false;
    }
    low = completion;
    order = decision;
    return true;
  };
  /** Where the last of those returned that show it, which is mostly where it is. */
  const suspected = (): number => {
    const last = isNew ? lastReturn(history, wrong) : undefined;
    return last === undefined ? high : upTo(returns, last) - 1;
  };
  // Where the first few can't be told, the next ones mostly can't either.
  for (let step = 1; low < 0 && high >= step;) {
    const probe = suspected();
    if (probe < high) isExplained(probe);
    else {
      isExplained(high - step);
      step *= step < 16 ? 2 : 8;
    }
  }
  while (low + 1 < high) {
    const probe = (low + high) >> 1;
    if (isExplained(probe) === undefined) break;
  }
  const isMost = low + 1 === high;
  return {
    completions: low + 1,
    isMost,
    until: returns[low] ?? -Infinity,
    next: returns[high]!,
    order,
    violation: isMost && isDecided ? wrong : undefined,
  };
}

/**
 * Does what was open at the end of a prefix do the same when its answer is unknown? So it was taken to,
 * and for common models it does; a model may see it otherwise.
 */
export function staySame<S, I, O>(
  model: Model<S, I, O>,
  { given: { operations }, kindOf, to, call, return: end, states }: History<S, I, O>,
  until: number,
): boolean {
  const equal = model.equal?.bind(model) ?? Object.is;
  for (let i = 0; i < operations.length; i++) {
    if (call[i]! > until || end[i]! <= until || end[i] === Infinity) continue;
    const open = model.effect?.(operations[i]!.input, undefined);
    const same =
      kindOf[i] === WRITE
        ? open?.kind === 'write' && equal(open.state, states.get(to[i]!))
        : kindOf[i] === CAS
          ? open?.kind === 'attempt' && equal(open.to, states.get(to[i]!))
          : kindOf[i] !== UPDATE || open?.kind === 'update';
    if (!same) return false;
  }
  return true;
}

/** In ascending order, as those of a recording mostly are. */
function returnsOf({ return: end }: Times): Float64Array {
  const returns = new Float64Array(end.length);
  let count = 0;
  let last = -Infinity;
  let ascending = true;
  for (let i = 0; i < end.length; i++) {
    if (end[i] === Infinity) continue;
    returns[count++] = end[i]!;
    ascending &&= end[i]! >= last;
    last = end[i]!;
  }
  const known = returns.subarray(0, count);
  return ascending ? known : known.sort();
}

/** How many of these, in ascending order, are not greater. */
function upTo(ascending: Float64Array, limit: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle]! <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** When the last of those that looked had seen it. */
function lastReturn({ kindOf, return: end }: Times, { suspects }: Violation): number | undefined {
  const known = suspects.filter((i) => i >= 0 && end[i] !== Infinity);
  const looked = known.filter((i) => kindOf[i] === READ || kindOf[i] === REJECT || kindOf[i] === NOOP);
  const times = (looked.length > 0 ? looked : known).map((i) => end[i]!);
  return times.length > 0 ? Math.max(...times) : undefined;
}
