/** Draws that variations are made of. Every use has a stream of its own, so one draw more leaves all others. */
import type { Random } from '../../nemesis/random.ts';
import type { OptionValue } from '../../systems/contract.ts';
import type { Choice } from '../plan/index.ts';

const GRID = 2 ** 30;

export function pick<T>(items: readonly T[], random: Random): T {
  return items[random.int(items.length)]!;
}

/** True in `percent` of all cases. */
export function chance(percent: number, random: Random): boolean {
  return random.int(100) < percent;
}

/**
 * Uniform in the order of magnitude: as often from 1 to 10 as from 10 to 100. What matters about rates,
 * sizes and times is how many times larger one is than another. A range from 0 has 0 itself, one time in
 * eight, and else a thousand times what its end allows.
 */
export function magnitude(min: number, max: number, random: Random): number {
  if (min >= max) return min;
  if (min === 0 && random.int(8) === 0) return 0;
  const least = min > 0 ? min : max / 1000;
  return least * (max / least) ** (random.int(GRID) / (GRID - 1));
}

/** A whole number, both ends included. */
export function wholeMagnitude(min: number, max: number, random: Random): number {
  return clamp(Math.round(magnitude(min, max, random)), min, max);
}

/** One of a choice; of a range by orders of magnitude, `round`ed. */
export function choose<T extends OptionValue>(
  choice: Choice<T>,
  random: Random,
  round: (value: number) => number,
): T | number {
  if (!isRange(choice)) return pick(choice, random);
  const [min, max] = [Number(choice.min), Number(choice.max)];
  return clamp(round(magnitude(min, max, random)), min, max);
}

export function isRange<T>(choice: Choice<T>): choice is { readonly min: T; readonly max: T } {
  return 'min' in choice;
}

/** Three digits say enough of a rate or a time, and are short to read. */
export function threeDigits(value: number): number {
  return Number(value.toPrecision(3));
}

export function clamp(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, value));
}
