/** Faults in words: what a plan asks for, and what the history says happened. */
import { HAND } from '../../nemesis/index.ts';
import type { NemesisEntry, Span, Target, Timing } from '../../nemesis/entry.ts';
import { percent, probabilitiesText } from '../../nemesis/packet.ts';
import type { Json, Op } from '../history/op.ts';
import { count, milliseconds } from './text.ts';

/** An entry of a plan, e.g. `pause the leader every 7 s for 1 s`. */
export function describeNemesis(entry: NemesisEntry): string {
  return `${what(entry)} ${when(entry.timing)}`;
}

function what(entry: NemesisEntry): string {
  switch (entry.fault) {
    case 'partition': {
      const way = entry.direction === 'both' ? '' : `, only what goes ${entry.direction}`;
      return `partition (${entry.shape}${way}${entry.mode === 'stall' ? '' : `, by ${entry.mode}`})`;
    }
    case 'pause':
      return `pause ${target(entry.target)}`;
    case 'crash':
      return `crash ${target(entry.target)}`;
    case 'packet': {
      const { links, loss, duplicate, reorder } = entry;
      return `packets of ${links === 'all' ? 'all links' : `links of ${links}`} (${probabilitiesText({ loss, duplicate, reorder })})`;
    }
    case 'clock':
      return `clock of ${target(entry.target)} ${clock(entry)}`;
    case 'disk':
      return `disk of ${target(entry.target)} ${entry.trouble === 'slow' ? `slow by ${milliseconds(entry.delay)}` : entry.trouble === 'fail' ? 'fails' : 'is full'}`;
    case 'flip':
      return `flip a bit on the disk of ${target(entry.target)}`;
    case 'delay':
      return `delay ${entry.links === 'all' ? 'all links' : `links of ${entry.links}`} by ${milliseconds(entry.delay)}${entry.jitter > 0 ? ` + 0…${milliseconds(entry.jitter)}` : ''}`;
  }
}

function clock(entry: Extract<NemesisEntry, { fault: 'clock' }>): string {
  switch (entry.mode) {
    case 'bump':
      return `off by ${offset(entry.offset)}`;
    case 'drift':
      return `drifts by ${drift(entry.drift)}`;
    case 'strobe':
      return `jumps by ${offset(entry.offset)} every ${milliseconds(entry.period)}`;
  }
}

function offset({ min, max }: Span): string {
  const signed = (ms: number): string => (ms < 0 ? `−${milliseconds(-ms)}` : milliseconds(ms));
  return min === max ? signed(min) : `${signed(min)}…${signed(max)}`;
}

function drift({ min, max }: Span): string {
  const signed = (share: number): string => (share < 0 ? `−${percent(-share)}` : percent(share));
  return min === max ? signed(min) : `${signed(min)}…${signed(max)}`;
}

function target(target: Target): string {
  if (typeof target === 'object') return 'role' in target ? `the ${target.role}` : target.node;
  return {
    one: 'a node',
    minority: 'a minority',
    majority: 'a majority',
    all: 'all nodes',
    leader: 'the leader',
    followers: 'the followers',
    random: 'some nodes',
    trigger: 'the node that reached it',
  }[target];
}

function when(timing: Timing): string {
  switch (timing.kind) {
    case 'always':
      return 'all the time';
    case 'clock':
      return `every ${span(timing.every)} for ${span(timing.for)}`;
    case 'mark':
      return `whenever a node reaches “${timing.mark}”, for ${span(timing.for)}`;
  }
}

function span({ min, max }: Span): string {
  return min === max ? milliseconds(min) : `${milliseconds(min)}…${milliseconds(max)}`;
}

/**
 * What one line of the nemesis tells, or undefined where its other line tells it better: a fault is shown
 * when it is on, when it is undone, and when something about it went wrong.
 */
export function describeFault(op: Op): string | undefined {
  const [name, step] = op.f.split('.');
  const fault = op.process === `nemesis-${HAND}` ? `${name} by hand` : name;
  const value = recordOf(op.value);
  if (op.type === 'info' || op.type === 'fail') return `✗ ${op.f}: ${op.error ?? 'did not work'}`;
  if (op.type === 'invoke') return undefined;
  if (typeof value['skipped'] === 'string') return `· ${fault} skipped: ${value['skipped']}`;
  if (step === 'start') return `▼ ${fault} ${text(value['about'])}`;
  if (step === 'stop') {
    const seen =
      value['observed'] === true
        ? ''
        : value['idle'] === true
          ? '; there was nothing for it to take effect on'
          : ', but it was not seen to take effect';
    return `▲ ${fault} over${seen}${evidence(recordOf(value['evidence']))}`;
  }
  return undefined;
}

/** The numbers that show that a fault took effect, where there are any. */
function evidence(shown: Record<string, Json>): string {
  const { offered, delivered, mangled, disks, places } = shown;
  if (typeof mangled === 'number') return ` (${count(mangled)} messages hit)`;
  if (disks !== undefined) return disksText(recordOf(disks));
  if (places !== undefined) return placesText(recordOf(places), recordOf(shown['after']));
  if (typeof offered !== 'number' || typeof delivered !== 'number') return '';
  return ` (${count(offered)} bytes offered, ${count(delivered)} delivered while it was on)`;
}

function disksText(disks: Record<string, Json>): string {
  const of = (name: string): number =>
    Object.values(disks).reduce<number>((sum, counters) => {
      const value = recordOf(counters)[name];
      return sum + (typeof value === 'number' ? value : 0);
    }, 0);
  return ` (of ${count(of('syncs'))} syncs ${count(of('slowed'))} slowed, ${count(of('failed'))} failed)`;
}

function placesText(places: Record<string, Json>, after: Record<string, Json>): string {
  const told = Object.entries(places).map(([node, place]) => {
    const { file, offset } = recordOf(place);
    return place === null
      ? `${node}: nothing stored`
      : `${node} ${text(file)}:${Number(offset)}, now ${text(after[node])}`;
  });
  return ` (${told.join('; ')})`;
}

function recordOf(value: Json | undefined): Record<string, Json> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, Json>)
    : {};
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}
