/**
 * Streams of random draws, all derived from a run's one seed.
 *
 * Each user of randomness has a stream of its own, named by a label: workload, nemesis, clients, nodes.
 * So a change in one (another workload, one more fault) leaves the draws of the others as they were.
 */
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { Random } from '../../workloads/types.ts';
import type { Plan, SeedName } from '../plan/index.ts';

/** A 32-bit seed for `label`, from the run's seed: FNV-1a over both, then mixed so that near seeds part. */
export function subSeed(seed: number, label: string): number {
  let hash = 0x811c9dc5;
  for (const char of `${seed}/${label}`) hash = Math.imul(hash ^ char.codePointAt(0)!, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) | 0;
}

/** The seed of one user of randomness, from the part of the plan's seeds that it belongs to. */
export function seedOf({ seed, seeds }: Pick<Plan, 'seed' | 'seeds'>, part: SeedName, label: string): number {
  return subSeed(seeds[part] ?? seed, label);
}

export function randomOf(seed: number): Random {
  const generator = xoroshiro128plus(seed);
  return { int: (bound) => uniformInt(generator, 0, bound - 1) };
}
