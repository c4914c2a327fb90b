/**
 * What models have in common: answers, what reads and compare-and-sets do, and how steps are written.
 */
import { ILLEGAL, type Effect, type Illegal, type Operation, type Partition } from '../model.ts';
import { describeValue, type Value } from './value.ts';

export interface Answer {
  /** What a read saw. */
  readonly value?: Value;
  /**
   * False: the object answered that it was not in the state for it (a compare-and-set found another
   * value, a queue was empty, a lock was held). That is an observation; it changed nothing.
   */
  readonly ok?: boolean;
}

export function effectOfRead<S>(of: (value: Value) => S, answer: Answer | undefined): Effect<S> {
  return answer === undefined ? { kind: 'noop' } : { kind: 'read', state: of(answer.value ?? null) };
}

export function effectOfCas<S>(from: S, to: S, answer: Answer | undefined): Effect<S> {
  if (answer?.ok === undefined) return { kind: 'attempt', from, to };
  return answer.ok ? { kind: 'cas', from, to } : { kind: 'reject', state: from };
}

export function keyOf({ key }: { readonly key?: string }): string {
  return key ?? '';
}

/** What is legal in `from` only, and leads to `to`. */
export function change<S>(from: S, to: S, is: boolean, answer: Answer | undefined): S | Illegal {
  if (answer?.ok === false) return is ? ILLEGAL : from;
  if (is) return to;
  return answer === undefined ? from : ILLEGAL;
}

/** The effect of such a change: an answer that tells nothing but that it happened is one. */
export function effectOfChange<S>(from: S, to: S, answer: Answer | undefined): Effect<S> {
  if (answer === undefined) return { kind: 'attempt', from, to };
  return answer.ok === false ? { kind: 'reject', state: from } : { kind: 'cas', from, to };
}

/** What was taken out of a container: null when it was empty. */
export function taken(answer: Answer): Value {
  return answer.ok === false ? null : (answer.value ?? null);
}

/** Keys are independent objects. */
export function byKey<I extends { readonly key?: string }, O>(
  history: readonly Operation<I, O>[],
): readonly Partition<I, O>[] {
  const keys = new Map<string, Operation<I, O>[]>();
  for (const operation of history) {
    const key = keyOf(operation.input);
    const others = keys.get(key);
    if (others) others.push(operation);
    else keys.set(key, [operation]);
  }
  return [...keys].map(([label, operations]) => ({ label, operations }));
}

/** `put x 3`, `get x → 3`, `cas x 3 4 → mismatch`; `→ ?` where the answer is unknown. */
export function describe(
  input: { readonly f: string; readonly key?: string; readonly value?: Value },
  answer: Answer | undefined,
  isRead: boolean,
): string {
  const args =
    input.value === undefined ? [] : input.f === 'cas' ? (input.value as readonly Value[]) : [input.value];
  const asked = [input.f, ...(input.key === undefined ? [] : [input.key]), ...args.map(describeValue)].join(
    ' ',
  );
  if (answer === undefined) return `${asked} → ?`;
  if (isRead) return `${asked} → ${describeValue(answer.value ?? null)}`;
  return answer.ok === false ? `${asked} → mismatch` : `${asked} → ok`;
}

/** As `describe`, for models whose refusals have a word of their own: `dequeue → empty`. */
export function describeStep(
  { f, key, value }: { readonly f: string; readonly key?: string; readonly value?: Value },
  answer: Answer | undefined,
  refusal: string,
): string {
  const asked = [
    f,
    ...(key === undefined ? [] : [key]),
    ...(value === undefined ? [] : [describeValue(value)]),
  ];
  return `${asked.join(' ')} → ${describeAnswer(answer, refusal)}`;
}

function describeAnswer(answer: Answer | undefined, refusal: string): string {
  if (answer === undefined) return '?';
  if (answer.ok === false) return refusal;
  return answer.value === undefined ? 'ok' : describeValue(answer.value);
}
