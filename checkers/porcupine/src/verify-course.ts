/**
 * Checks a linearization against what is written down of the operations, sharing nothing with the search.
 * That each operation does what is written of it was held against the model when it was (`rows.ts`).
 */
import { ATTEMPT, CAS, NOOP, READ, REJECT, WRITE } from './kinds.ts';
import type { Columns } from './rows.ts';
import type { faults } from './verify.ts';

/** The operation at this position is at fault. */
export interface Fault {
  readonly operation: number;
  readonly kind: keyof typeof faults;
}

/**
 * Why `order` is no linearization of these operations, which append nothing; undefined if it is one: every
 * step is legal, every known operation occurs once and every unknown one at most once, and none occurs
 * after one that was called only when it had returned. Operations by position, states by number.
 */
export function verifyCourse(columns: Columns, initial: number, order: Int32Array): Fault | undefined {
  const { call, return: end } = columns;
  const isPlaced = new Uint8Array(call.length);
  let state = initial;
  let lastCall = -Infinity;
  for (const operation of order) {
    if (isPlaced[operation] !== 0) return { operation, kind: 'occursTwice' };
    isPlaced[operation] = 1;
    // Everything seen so far comes sooner in the linearization.
    if (end[operation]! < lastCall) return { operation, kind: 'tooLate' };
    if (call[operation]! > lastCall) lastCall = call[operation]!;
    state = after(columns, operation, state);
    if (state === ILLEGAL) return { operation, kind: 'illegal' };
  }
  for (let operation = 0; operation < end.length; operation++)
    if (isPlaced[operation] === 0 && end[operation] !== Infinity) return { operation, kind: 'missing' };
  return undefined;
}

const ILLEGAL = -1;

function after({ kindOf, from, to }: Columns, operation: number, state: number): number {
  switch (kindOf[operation]) {
    case NOOP:
      return state;
    case READ:
      return state === from[operation] ? state : ILLEGAL;
    case REJECT:
      return state === from[operation] ? ILLEGAL : state;
    case WRITE:
      return to[operation]!;
    case CAS:
      return state === from[operation] ? to[operation]! : ILLEGAL;
    case ATTEMPT:
      return state === from[operation] ? to[operation]! : state;
    default:
      return ILLEGAL;
  }
}
