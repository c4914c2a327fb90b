/** Consistency by its definition: tries every order of a small history that keeps to the given one. */
import { ILLEGAL, type Operation } from 'porcupine-ts';
import type { Json, Op } from '../../harness/history/op.ts';
import { OperationPairing, type Input, type Output } from '../operations.ts';
import type { Apply } from './simulate.ts';

export type KnownOperation = Operation<Input, Output>;

export type Step<S> = (state: S, input: Input, output: Output | undefined) => S | typeof ILLEGAL;

/** Must `a` come before `b`? */
export type Precedes = (a: KnownOperation, b: KnownOperation) => boolean;

export const inRealTime: Precedes = (a, b) => a.return < b.call;
export const inProcess: Precedes = (a, b) => a.process === b.process && a.call < b.call;

export function hasOrder<S>(
  init: S,
  step: Step<S>,
  operations: readonly KnownOperation[],
  precedes: Precedes,
): boolean {
  // What is of unknown outcome may never take effect.
  if (operations.every((operation) => operation.return === Infinity)) return true;
  return operations.some((operation) => {
    const others = operations.filter((other) => other !== operation);
    if (others.some((other) => precedes(other, operation))) return false;
    const next = step(init, operation.input, operation.output);
    return next !== ILLEGAL && hasOrder(next, step, others, precedes);
  });
}

/** All operations of a history, keys side by side; reads of unknown outcome, which say nothing, left out. */
export function operationsOf(history: readonly Op[], reads: readonly string[]): KnownOperation[] {
  const pairing = new OperationPairing({
    name: 'reads change nothing',
    init: () => null,
    step: (state) => state,
    pure: (input) => reads.includes((input as Input).f),
  });
  for (const op of history) pairing.push(op);
  return pairing.finish().recording.partitions.flatMap(({ operations }) => operations);
}

/** The steps of an object that is given by what it answers. */
export function stepOf<S>(apply: Apply<S>, same: (a: Json, b: Json) => boolean): Step<S> {
  return (state, { f, value }, output) => {
    const [after, answer] = apply(state, f, value);
    if (answer === undefined || output === undefined) return after;
    return same(answer, output.value ?? null) ? after : ILLEGAL;
  };
}
