/** Which invariants each system has: by its name, what makes them for one run. */
import { gfsInvariants } from './gfs.ts';
import { primaryBackupInvariants } from './primary-backup.ts';
import { raftKvInvariants } from './raft-kv.ts';
import type { Invariant } from './types.ts';

export type MakeInvariant = () => Invariant;

export const invariantsBySystem: { readonly [system: string]: readonly MakeInvariant[] } = {
  gfs: gfsInvariants,
  'primary-backup': primaryBackupInvariants,
  'raft-kv': raftKvInvariants,
};

/** None for a system that is not known, or that has none. */
export function invariantsOf(system: string | undefined): readonly MakeInvariant[] {
  if (system === undefined || !Object.hasOwn(invariantsBySystem, system)) return [];
  return invariantsBySystem[system]!;
}
