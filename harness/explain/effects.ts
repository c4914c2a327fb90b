/** Operations on a value that can be read and replaced, appended to, swapped: what each saw, and what each left. */
import type { OperationDetails } from '../../checkers/linearizable.ts';
import type { Json } from '../history/op.ts';

export type Words = Pick<OperationDetails, 'f' | 'value'>;

const READS = ['read', 'get'];
const WRITES = ['write', 'put'];

export function isRead({ f }: Words): boolean {
  return READS.includes(f);
}

/** What an operation of known outcome shows that the object was; undefined where it shows nothing. */
export function sawOf(op: OperationDetails): Json | undefined {
  if (op.outcome !== 'known') return undefined;
  if (isRead(op)) return op.result;
  return op.f === 'cas' && op.result === true ? pairOf(op.value)?.[0] : undefined;
}

/** What an operation makes of the object, whatever it was; undefined for one that depends on that, or leaves it. */
export function leftOf(op: Words): Json | undefined {
  if (WRITES.includes(op.f)) return op.value;
  if (op.f === 'cas') return pairOf(op.value)?.[1];
  return op.f === 'delete' ? null : undefined;
}

/** What an append adds. */
export function addedOf({ f, value }: Words): Json | undefined {
  return f === 'append' ? value : undefined;
}

/** The words of a text, as each append adds one; of anything else that itself. */
export function tokensOf(value: Json | undefined): readonly Json[] {
  if (typeof value === 'string') return value.split(' ').filter((word) => word !== '');
  return value === null || value === undefined ? [] : [value];
}

/** Whether `value` shows what `op` wrote or appended. */
export function shows(value: Json, op: Words): boolean {
  const written = leftOf(op) ?? addedOf(op);
  if (written === undefined) return value === null && leftOf(op) === null;
  const held = tokensOf(value);
  const tokens = tokensOf(written);
  return tokens.length > 0 && tokens.every((token) => held.includes(token));
}

function pairOf(value: Json): readonly Json[] | undefined {
  return Array.isArray(value) && value.length === 2 ? (value as readonly Json[]) : undefined;
}
