/**
 * Which operations of unknown outcome make a key hard: those that some configurations depend on, and
 * others don't.
 */
import type { Configuration } from './configuration.ts';
import type { UnknownClass } from './unknown.ts';

const MOST = 5;

/** Ids, the worst first. */
export function costly<S>(configurations: readonly Configuration<S>[]): readonly number[] {
  const counts = new Map<UnknownClass<S>, number>();
  for (const { spent } of configurations)
    for (const one of new Set(spent)) counts.set(one, (counts.get(one) ?? 0) + 1);
  return [...counts]
    .filter(([, count]) => count < configurations.length)
    .sort(([, a], [, b]) => b - a)
    .slice(0, MOST)
    .map(([{ example }]) => example);
}
