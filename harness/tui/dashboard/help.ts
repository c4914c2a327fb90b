/** All keys, and what the signs mean. */
import { line, span, type Line } from '../spans.ts';
import { LETTERS_TEXT } from './fault-views.ts';

const KEYS: readonly (readonly [key: string, does: string])[] = [
  ['1 2 3 4, tab', 'panels: faults, node log, checks, violation'],
  ['↑ ↓ PgUp PgDn', 'scroll; Home and End: the first, the latest (which is followed)'],
  ['← →', 'the log of the node before, of the next'],
  ['p', 'pause the workload, and let it go on; faults and the time go on'],
  ['f', 'start a fault by hand; recorded as such, and replay repeats it'],
  ['h', 'heal the fault that was started by hand'],
  ['e', 'end the run early: heal, read the final values, judge what ran'],
  ['s c i', 'after a violation: stop, continue, stop and inspect'],
  ['ctrl-c', 'end at once: everything is cleaned up, the verdict is unknown'],
];

const SIGNS: readonly (readonly [sign: string, means: string])[] = [
  ['● ◐ ‖ ✗', 'a node: up; up, some links cut; paused; down, or ended by itself'],
  ['○', 'up and cut off: isolated, deaf (hears none), mute (is heard by none)'],
  ['· ✗ ~', 'a link: whole; cut; slowed or losing messages (cl: all clients)'],
  ['?', 'what a node said before it fell silent'],
];

export function helpLines(): readonly Line[] {
  const row = ([left, right]: readonly [string, string]): Line => [
    span(` ${left.padEnd(14)} `, 'bold'),
    span(right),
  ];
  return [
    line(' Keys', 'title'),
    ...KEYS.map(row),
    line(' Signs', 'title'),
    ...SIGNS.map(row),
    line(' Faults, by second: shaded in the charts, and a letter below (small: by hand)', 'title'),
    line(` ${LETTERS_TEXT}`),
  ];
}
