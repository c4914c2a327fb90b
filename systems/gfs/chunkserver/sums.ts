/**
 * Checksums of data, worked out while it comes in where that is possible: by the time that it is ordered, there
 * is nothing left to do for it but to write.
 */
import { crc32 } from '../../crc32.ts';

/** By the array, which whoever has its sum here does not change any more. */
const known = new WeakMap<Uint8Array, number>();

export function sumOf(bytes: Uint8Array): number {
  return known.get(bytes) ?? crc32(bytes, 0, bytes.length);
}

/** The sum of `bytes` is known to be this. */
export function rememberSum(bytes: Uint8Array, sum: number): void {
  known.set(bytes, sum);
}
