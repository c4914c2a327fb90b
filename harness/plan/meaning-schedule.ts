/** Faults at exact times against the run, the nodes and the host. */
import { NODE_ID } from './fields.ts';
import { checkHostCan, settingOf } from './meaning-nemesis.ts';
import { own, quoted, type Mistake, type Path } from './mistake.ts';
import { meantFault } from './shape.ts';
import { checkInTime } from './meaning-timing.ts';
import type { Catalogue, SystemEntry } from './catalogue.ts';

export function checkSchedule(
  data: unknown,
  system: SystemEntry | undefined,
  catalogue: Catalogue,
): Mistake[] {
  const schedule = own(data, 'schedule');
  if (schedule === undefined) return [];
  const mistakes: Mistake[] = [];
  if (own(data, 'nemesis') !== undefined) {
    mistakes.push({
      path: ['schedule'],
      at: 'name',
      message: '`nemesis` and `schedule` exclude each other: one draws the faults, the other lists them',
      hint: 'keep one of them',
    });
  }
  if (!Array.isArray(schedule)) return mistakes;
  const setting = settingOf(data, system, catalogue);
  for (const [index, entry] of schedule.entries()) {
    const path = ['schedule', index];
    const fault = meantFault(entry);
    if (typeof entry !== 'object' || entry === null) continue;
    if (fault !== undefined) mistakes.push(...checkHostCan(path, fault, entry, setting));
    if (setting.nodes !== undefined) mistakes.push(...checkNodes(path, entry, setting.nodes));
    mistakes.push(...checkInTime(path, entry, own(data, 'time')));
  }
  return mistakes;
}

/** Nodes that are not there, in `nodes` and at the ends of `links`. */
function checkNodes(path: Path, entry: object, count: number): Mistake[] {
  const skews = own(entry, 'skews');
  const skewed = typeof skews === 'object' && skews !== null ? Object.keys(skews) : [];
  const inSkews = skewed.map((node) => ['skews', node, node] as const);
  const inLists = ['nodes', 'links'].flatMap((field) => {
    const named = own(entry, field);
    return Array.isArray(named) ? named.map((text: unknown, index) => [field, index, text] as const) : [];
  });
  return [...inLists, ...inSkews].flatMap(([field, index, text]) => {
    const ends = typeof text === 'string' ? text.split(/[>-]/) : [];
    const missing = ends.find((end) => NODE_ID.test(end) && Number(end.slice(1)) > count);
    if (missing === undefined) return [];
    const expected = count === 1 ? 'n1' : `n1 to n${count}`;
    return [
      {
        path: [...path, field, index],
        at: 'value' as const,
        message: `no node ${quoted(missing)}`,
        expected,
      },
    ];
  });
}
