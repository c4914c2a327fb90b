/**
 * A counter is the sum of what was added to it: could each read have seen what it says? Semantics of
 * Jepsen's `counter`, with decrements.
 *
 * At any moment the sum is at least that of what was surely added and of the decrements that may have
 * been, and at most that of what surely was subtracted and of the increments that may have been. An add
 * is sure once it succeeded; it may be from its invocation on, until it fails, and for ever if its
 * outcome is unknown. One that failed never was. A read may show what the sum was at any moment between
 * its invocation and its completion:
 *
 *     add 5   |-----|          the read must be 0 to 5, since the increment was sure before the
 *     add -3          |----|   decrement was invoked: at no moment could the sum be below 0
 *     read     |-----------|
 *
 * Necessary, not sufficient: reads are judged one by one, not against each other, and a sum between the
 * bounds need not be one of some of the adds.
 *
 * Holds all operations, a few numbers each. Functions: `add` with an integer, `read` whose answer is one.
 * `details`: `CounterDetails`.
 */
import type { Op, ProcessId } from '../harness/history/op.ts';
import { counted, listed, type Listed } from './listed.ts';
import { NotUnderstood, Objects, type Judgement, type ObjectJudge } from './objects.ts';

export const COUNTER_FUNCTIONS = ['add', 'read'] as const;

export interface CounterOptions {
  /** What it is before anything was added. Default: 0. */
  readonly initial?: number;
}

export type CounterDetails = {
  readonly adds: number;
  readonly reads: number;
  /** Reads of what the counter can't have been, in order of their completions. */
  readonly errors: Listed<ReadBounds>;
  /** What it may be after all. */
  readonly final: { readonly lower: number; readonly upper: number };
};

export type ReadBounds = {
  /** Indices of the read. */
  readonly invoked: number;
  readonly completed: number;
  readonly lower: number;
  readonly value: number;
  readonly upper: number;
};

export function counterBounds(options: CounterOptions = {}): Objects {
  return new Objects({
    name: 'counter',
    functions: COUNTER_FUNCTIONS,
    judge: () => new CounterJudge(options),
  });
}

interface Add {
  readonly kind: 'add';
  readonly delta: number;
  outcome: 'open' | 'ok' | 'fail';
}

interface Read {
  readonly kind: 'read';
  readonly invoked: number;
  /** Undefined unless it succeeded. */
  answer: { readonly completed: number; readonly value: number } | undefined;
}

/** What changes the bounds, or whom they apply to. */
interface Event {
  readonly end: 'begins' | 'ends';
  readonly of: Add | Read;
}

class CounterJudge implements ObjectJudge<CounterDetails> {
  readonly #initial: number;
  readonly #open = new Map<ProcessId, Add | Read>();
  /** In the order of the history. Whether an add fails is known only later: bounds are drawn at the end. */
  readonly #events: Event[] = [];

  constructor({ initial = 0 }: CounterOptions) {
    this.#initial = initial;
  }

  invoked(invocation: Op): void {
    const of: Add | Read =
      invocation.f === 'add'
        ? { kind: 'add', delta: integer(invocation), outcome: 'open' }
        : { kind: 'read', invoked: invocation.index, answer: undefined };
    this.#open.set(invocation.process, of);
    this.#events.push({ end: 'begins', of });
  }

  completed({ process }: Op, completion: Op): void {
    const of = this.#open.get(process);
    this.#open.delete(process);
    if (!of || completion.type === 'info') return;
    if (of.kind === 'add') of.outcome = completion.type === 'ok' ? 'ok' : 'fail';
    else if (completion.type === 'ok') {
      of.answer = { completed: completion.index, value: integer(completion) };
    }
    if (completion.type === 'ok') this.#events.push({ end: 'ends', of });
  }

  finish(): Judgement<CounterDetails> {
    const bounds = new Bounds(this.#initial);
    const errors: ReadBounds[] = [];
    let [adds, reads] = [0, 0];
    for (const { end, of } of this.#events) {
      if (of.kind === 'add') {
        if (end === 'begins') adds++;
        if (of.outcome !== 'fail') bounds.add(end, of.delta);
      } else if (end === 'begins') {
        if (of.answer) bounds.watch(of);
      } else if (of.answer) {
        reads++;
        const read = { invoked: of.invoked, ...of.answer, ...bounds.seenBy(of) };
        if (read.value < read.lower || read.value > read.upper) errors.push(read);
      }
    }
    const { lower, upper } = bounds;
    const details: CounterDetails = {
      adds,
      reads,
      errors: listed(errors, (error) => error),
      final: { lower, upper },
    };
    if (!bounds.exact) {
      return { verdict: 'unknown', summary: 'sums beyond what numbers can hold exactly', details };
    }
    const worst = errors[0];
    if (worst) return { verdict: 'invalid', summary: describe(worst, errors.length), details };
    if (reads === 0) return { verdict: 'unknown', summary: 'the counter was never read', details };
    return { verdict: 'valid', summary: `${counted(reads, 'read')} within bounds`, details };
  }
}

/** What the counter may be now, and may have been while each open read was under way. */
class Bounds {
  lower: number;
  upper: number;
  exact = true;
  readonly #seen = new Map<Read, { lower: number; upper: number }>();

  constructor(initial: number) {
    this.lower = initial;
    this.upper = initial;
  }

  /** `begins`: from now on it may have been added; `ends`: it surely was. */
  add(end: Event['end'], delta: number): void {
    if ((end === 'begins') === delta > 0) this.upper += delta;
    else this.lower += delta;
    this.exact &&= Number.isSafeInteger(this.lower) && Number.isSafeInteger(this.upper);
    for (const seen of this.#seen.values()) {
      seen.lower = Math.min(seen.lower, this.lower);
      seen.upper = Math.max(seen.upper, this.upper);
    }
  }

  watch(read: Read): void {
    this.#seen.set(read, { lower: this.lower, upper: this.upper });
  }

  seenBy(read: Read): { readonly lower: number; readonly upper: number } {
    const seen = this.#seen.get(read);
    this.#seen.delete(read);
    return seen ?? { lower: this.lower, upper: this.upper };
  }
}

function integer(op: Op): number {
  if (typeof op.value === 'number' && Number.isSafeInteger(op.value)) return op.value;
  throw new NotUnderstood(op, 'expected an integer');
}

function describe({ completed, value, lower, upper }: ReadBounds, errors: number): string {
  const more = errors > 1 ? `, and ${errors - 1} more such ${errors === 2 ? 'read' : 'reads'}` : '';
  return `op ${completed} read ${value}, where the counter was from ${lower} to ${upper}${more}`;
}
