/** What exists: the names that a plan may use, and what goes with each. */
import type { FaultName, PartitionShape } from '../../nemesis/entry.ts';
import type { ShapeSpec } from '../../nemesis/grudge.ts';
import type { CutMode } from '../../nemesis/host.ts';
import type { System } from '../../systems/contract.ts';
import type { Workload } from '../../workloads/types.ts';
import type { HostName } from './plan.ts';

export interface Catalogue {
  /** By name, and those of the user by the absolute path of their module. */
  readonly systems: { readonly [name: string]: SystemEntry };
  /** Modules that plans name and that are no system, by absolute path: why. */
  readonly unusable?: { readonly [path: string]: string };
  /**
   * Plans are only read, never run: a system that is a module is taken as its plan has it, and not loaded,
   * since that would run whatever the plan names.
   */
  readonly isToRead?: boolean;
  readonly workloads: { readonly [name: string]: WorkloadEntry };
  readonly shapes: Readonly<Record<PartitionShape, ShapeEntry>>;
  readonly hosts: Readonly<Record<HostName, HostEntry>>;
}

export type SystemEntry = Pick<System, 'nodes' | 'roles' | 'bugs' | 'options' | 'operations' | 'marks'> & {
  readonly hasInvariants: boolean;
};

export type WorkloadEntry = Pick<Workload, 'functions' | 'defaultKeys' | 'needs' | 'checks'> & {
  readonly hasModel: boolean;
};

export type ShapeEntry = Pick<ShapeSpec, 'minNodes' | 'sided' | 'targeted'>;

export type HostEntry =
  | {
      readonly available: true;
      readonly faults: readonly FaultName[];
      readonly modes: readonly CutMode[];
      readonly why?: undefined;
    }
  | { readonly available: false; readonly why: string };
