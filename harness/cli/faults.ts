/** Faults in words: what a plan asks for, and what the history says happened. */
import type { NemesisEntry, Span, Target, Timing } from '../../nemesis/entry.ts';
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
    case 'delay':
      return `delay ${entry.links === 'all' ? 'all links' : `links of ${entry.links}`} by ${milliseconds(entry.delay)}${entry.jitter > 0 ? ` + 0…${milliseconds(entry.jitter)}` : ''}`;
  }
}

function target(target: Target): string {
  if (typeof target === 'object') return target.node;
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
  const [fault, step] = op.f.split('.');
  const value = recordOf(op.value);
  if (op.type === 'info' || op.type === 'fail') return `✗ ${op.f}: ${op.error ?? 'did not work'}`;
  if (op.type === 'invoke') return undefined;
  if (typeof value['skipped'] === 'string') return `· ${fault} skipped: ${value['skipped']}`;
  if (step === 'start') return `▼ ${fault} ${text(value['about'])}`;
  if (step === 'stop')
    return `▲ ${fault} over${value['observed'] === true ? '' : ', but it was not seen to take effect'}${evidence(recordOf(value['evidence']))}`;
  return undefined;
}

/** The numbers that show that a fault took effect, where there are any. */
function evidence({ offered, delivered }: Record<string, Json>): string {
  if (typeof offered !== 'number' || typeof delivered !== 'number') return '';
  return ` (${count(offered)} bytes offered, ${count(delivered)} delivered while it was on)`;
}

function recordOf(value: Json | undefined): Record<string, Json> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, Json>)
    : {};
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}
