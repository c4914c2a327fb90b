/**
 * Which algorithm decides a partition. `auto` tries those it knows in the order of the table, until one
 * decides; one that was asked for is the only one that is tried.
 */
import type { MakeAlgorithm } from './algorithm.ts';
import { distinct } from './distinct/distinct.ts';
import { general } from './general/general.ts';
import { jit } from './jit/jit.ts';
import { zones } from './zones/zones.ts';
import type { AlgorithmName, ChosenAlgorithm } from './result.ts';

export interface Choice extends ChosenAlgorithm {
  readonly make: MakeAlgorithm;
  /** Does it help to read all partitions for it at once? */
  readonly reads?: boolean;
}

interface Row extends Choice {
  /** Does `auto` try it? */
  readonly auto: boolean;
}

/** Those that decide only some histories, and say so where they can't, come before `jit`. */
const ALGORITHMS: readonly Row[] = [
  { name: 'zones', make: zones, auto: true, reads: true, why: 'every written value is another one' },
  { name: 'distinct', make: distinct, auto: true, why: 'every element is another one' },
  { name: 'jit', make: jit, auto: true, why: 'it decides every history' },
  { name: 'general', make: general, auto: false, why: 'it decides every history' },
];

/** What to try, in this order. */
export function choose(asked: AlgorithmName | 'auto' = 'auto'): readonly Choice[] {
  if (asked === 'auto') return ALGORITHMS.filter(({ auto }) => auto);
  const why = 'it was asked for';
  const found = ALGORITHMS.filter(({ name }) => name === asked).map((row) => ({ ...row, why }));
  return found.length > 0 ? found : [{ name: asked, make: missing(asked), why }];
}

/** The same one again, for a part of the history, where it may not apply. */
export function again({ name, make, why }: Choice): readonly Choice[] {
  return name === 'jit' ? [{ name, make, why }] : [{ name, make, why }, ...choose('jit')];
}

function missing(name: string): MakeAlgorithm {
  return () => ({
    run: () => ({ kind: 'undecided', why: `there is no algorithm '${name}'` }),
    progress: () => ({ explained: 0, longest: [] }),
  });
}
