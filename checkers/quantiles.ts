/** Where most of many numbers lie. Exact: of all numbers, sorted. */

export type Quantiles = {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
};

/** Null of none. */
export function quantiles(numbers: readonly number[]): Quantiles | null {
  const sorted = Float64Array.from(numbers).sort();
  const max = sorted.at(-1);
  if (max === undefined) return null;
  // The smallest number that so many of all are not above.
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max };
}
