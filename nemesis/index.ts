/** What breaks the system: the catalogue of faults, and the nemesis that runs them. */
import { linkSets as linkSetsByName } from './delay.ts';
import { faults as faultsByName } from './faults.ts';
import { shapes as shapesByName } from './grudge.ts';
import { targets as targetsByName } from './targets.ts';

export { parseSchedule, type RecordedFault } from './recorded.ts';
export {
  runNemesis,
  runSchedule,
  type NemesisOptions,
  type NemesisRecord,
  type ReplayOptions,
  type Setting,
} from './nemesis.ts';
export type { Clock } from './clock.ts';

/** Every fault, with its parameters, its defaults and what it needs of a host. */
export const faults = Object.values(faultsByName);

/** Every shape of a partition, with what it asks for. */
export const shapes = Object.entries(shapesByName).map(([name, shape]) => ({ name, ...shape }));

/** Every target that has a name. */
export const targets = lines(targetsByName);

/** What a delay can be put on. */
export const linkSets = lines(linkSetsByName);

function lines(
  abouts: Readonly<Record<string, string>>,
): readonly { readonly name: string; readonly about: string }[] {
  return Object.entries(abouts).map(([name, about]) => ({ name, about }));
}
