/** The catalogue of what ships, and of the systems of the user's own that plans name. */
import { invariantsOf } from '../../checkers/invariants/index.ts';
import { MODES } from '../../nemesis/entry.ts';
import { faults } from '../../nemesis/faults.ts';
import { shapes } from '../../nemesis/grudge.ts';
import type { System } from '../../systems/contract.ts';
import { systems } from '../../systems/index.ts';
import { workloads } from '../../workloads/index.ts';
import { Unprepared } from '../hosts/prepare.ts';
import { wrongSystem } from '../hosts/system-shape.ts';
import { shownSystem, systemNamed } from '../hosts/system.ts';
import type { Catalogue, SystemEntry } from './catalogue.ts';
import { systemPathIn, type PlanSource } from './load.ts';
import type { Overrides } from './overrides.ts';

const hosts: Catalogue['hosts'] = {
  process: {
    available: true,
    faults: ['partition', 'pause', 'crash', 'delay', 'packet', 'clock', 'disk', 'flip'],
    modes: MODES,
  },
  sim: { available: true, faults: Object.values(faults).map(({ name }) => name), modes: MODES },
  netns: { available: false, why: 'not in this version' },
};

/**
 * What exists. With the files of plans that are going to be run, also the systems that they name by a path:
 * their modules are loaded, which runs them. Rejects for nothing that is in a plan or in a module.
 */
export async function loadCatalogue(
  plans: readonly PlanSource[] = [],
  overrides: Overrides = {},
): Promise<Catalogue> {
  const loaded = await Promise.all(
    Object.entries(systems).map(
      async ([name, load]) => [name, entryOf(name, (await load()).system)] as const,
    ),
  );
  const entries = Object.entries(workloads).map(
    ([name, workload]) => [name, { ...workload, hasModel: workload.model !== undefined }] as const,
  );
  const modules = await modulesOf(plans, overrides);
  return {
    systems: { ...Object.fromEntries(loaded), ...modules.systems },
    unusable: modules.unusable,
    workloads: Object.fromEntries(entries),
    shapes,
    hosts,
  };
}

/** For plans that are only read, such as those beside recorded histories. */
export async function catalogueToRead(): Promise<Catalogue> {
  return { ...(await loadCatalogue()), isToRead: true };
}

async function modulesOf(
  plans: readonly PlanSource[],
  overrides: Overrides,
): Promise<Required<Pick<Catalogue, 'systems' | 'unusable'>>> {
  const paths = new Set(
    plans.map((file) => systemPathIn(file, overrides)).filter((path) => path !== undefined),
  );
  const known: Record<string, SystemEntry> = {};
  const unusable: Record<string, string> = {};
  for (const path of paths) {
    try {
      const system = await systemNamed(path);
      const wrong = wrongSystem(system);
      if (wrong === undefined) known[path] = entryOf(path, system);
      else unusable[path] = `what ${shownSystem(path)} exports as \`system\` is none: ${wrong}`;
    } catch (error) {
      if (!(error instanceof Unprepared)) throw error;
      unusable[path] = error.message;
    }
  }
  return { systems: known, unusable };
}

function entryOf(name: string, system: System): SystemEntry {
  return { ...system, hasInvariants: invariantsOf(name).length > 0 };
}
