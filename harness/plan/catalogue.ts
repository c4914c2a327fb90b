/** What exists: the names that a plan may use, and what goes with each. */
import { invariantsOf } from '../../checkers/invariants/index.ts';
import { MODES, type FaultName, type PartitionShape } from '../../nemesis/entry.ts';
import { faults } from '../../nemesis/faults.ts';
import { shapes, type ShapeSpec } from '../../nemesis/grudge.ts';
import type { CutMode } from '../../nemesis/host.ts';
import type { System } from '../../systems/contract.ts';
import { systems } from '../../systems/index.ts';
import { workloads } from '../../workloads/index.ts';
import type { Workload } from '../../workloads/types.ts';
import type { HostName } from './plan.ts';

export interface Catalogue {
  readonly systems: { readonly [name: string]: SystemEntry };
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

const hosts: Catalogue['hosts'] = {
  process: {
    available: true,
    faults: ['partition', 'pause', 'crash', 'delay', 'packet', 'clock', 'disk', 'flip'],
    modes: MODES,
  },
  sim: { available: true, faults: Object.values(faults).map(({ name }) => name), modes: MODES },
  netns: { available: false, why: 'not in this version' },
};

export async function loadCatalogue(): Promise<Catalogue> {
  const loaded = await Promise.all(
    Object.entries(systems).map(async ([name, load]) => {
      const { system } = await load();
      return [name, { ...system, hasInvariants: invariantsOf(name).length > 0 }] as const;
    }),
  );
  const entries = Object.entries(workloads).map(
    ([name, workload]) => [name, { ...workload, hasModel: workload.model !== undefined }] as const,
  );
  return {
    systems: Object.fromEntries(loaded),
    workloads: Object.fromEntries(entries),
    shapes,
    hosts,
  };
}
