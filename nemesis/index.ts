/** What breaks the system: the catalogue of faults, and the nemesis that runs them. */
import { faults as faultsByName } from './faults.ts';
import { shapes as shapesByName } from './grudge.ts';
import { targets as targetsByName } from './targets.ts';

export type { BrokenLink } from './broken-links.ts';
export { HAND, type Hand } from './hand.ts';
export { inLanes, parseSchedule, type RecordedFault, type ScheduledFault } from './recorded.ts';
export { runNemesis, runSchedule } from './nemesis.ts';

/** Every fault, with its parameters, its defaults and what it needs of a host. */
export const faults = Object.values(faultsByName);

/** Every shape of a partition, with what it asks for. */
export const shapes = Object.entries(shapesByName).map(([name, shape]) => ({ name, ...shape }));

/** Every target that has a name. */
export const targets = Object.entries(targetsByName).map(([name, about]) => ({ name, about }));
