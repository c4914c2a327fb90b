/**
 * What reads and compare-and-sets of one value do, for every model that has them.
 */
import type { Effect, Operation, Partition } from '../model.ts';
import { describeValue, type Value } from './value.ts';

export interface Answer {
  /** What a read saw. */
  readonly value?: Value;
  /** Did a compare-and-set find what it expected? */
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
