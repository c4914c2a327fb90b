/**
 * What a dashboard shows, derived from a run's events and nothing else: a picture before, an event, the
 * picture after. Pure, so that it is tested without a terminal, and bounded: of a long run the latest is
 * kept.
 */
import { describeFault } from '../../cli/faults.ts';
import { count, elided } from '../../cli/text.ts';
import type { BrokenLink } from '../../../nemesis/index.ts';
import type { NodeState } from '../../../nemesis/host.ts';
import type { NodeId, NodeStatus } from '../../../systems/contract.ts';
import type { Explanation } from '../../explain/index.ts';
import type { Plan } from '../../plan/index.ts';
import type { RunEvent, Second } from '../../runner/events.ts';
import type { SeenViolation, WatchProgress } from '../../runner/watch-protocol.ts';
import { withFault, type FaultView } from './fault-views.ts';

/** Seconds of which figures are kept, and lines of the timeline. */
const MAX_SECONDS = 7200;
const MAX_LINES = 10_000;

export type Phase = 'starting' | 'running' | 'ending' | 'final-reads' | 'judging' | 'judged';

export interface NodeView {
  readonly node: NodeId;
  readonly state: NodeState;
  /** What it last said of itself, and whether it still does. */
  readonly status: NodeStatus | undefined;
  readonly answers: boolean;
}

/** A second of the run; `ms` is when it was over. */
export interface SecondView extends Second {
  readonly ms: number;
  readonly paused: boolean;
}

export interface TimelineLine {
  readonly ms: number;
  readonly text: string;
  readonly tone: 'start' | 'stop' | 'bad' | 'note';
}

export interface Violation extends SeenViolation {
  readonly ms: number;
  /** The plan ends the run for it. */
  readonly stops: boolean;
}

export interface Picture {
  readonly plan: Plan | undefined;
  readonly folder: string;
  readonly phase: Phase;
  /** When the last event was, and when all nodes were up; ms since the start. */
  readonly ms: number;
  readonly upAt: number | undefined;
  readonly nodes: readonly NodeView[];
  readonly links: readonly BrokenLink[];
  readonly seconds: readonly SecondView[];
  readonly totals: { readonly ok: number; readonly fail: number; readonly info: number };
  /** Those that are or were on, by when they began. */
  readonly faults: readonly FaultView[];
  readonly timeline: readonly TimelineLine[];
  readonly paused: boolean;
  readonly watched: (WatchProgress & { readonly recorded: number }) | undefined;
  readonly watchLost: string | undefined;
  readonly violation: Violation | undefined;
  readonly explanation: Explanation | undefined;
}

export const NOTHING_YET: Picture = {
  plan: undefined,
  folder: '',
  phase: 'starting',
  ms: 0,
  upAt: undefined,
  nodes: [],
  links: [],
  seconds: [],
  totals: { ok: 0, fail: 0, info: 0 },
  faults: [],
  timeline: [],
  paused: false,
  watched: undefined,
  watchLost: undefined,
  violation: undefined,
  explanation: undefined,
};

/** The picture after an event. */
export function pictureAfter(before: Picture, event: RunEvent): Picture {
  const after = changed(before, event);
  const ms = 'ms' in event ? event.ms : event.kind === 'fault' ? event.op.time / 1e6 : before.ms;
  return { ...after, ms: Math.max(before.ms, ms) };
}

function changed(before: Picture, event: RunEvent): Picture {
  switch (event.kind) {
    case 'started': {
      const nodes = event.nodes.map((node): NodeView => ({
        node,
        state: 'down',
        status: undefined,
        answers: false,
      }));
      return { ...before, plan: event.plan, folder: event.folder, nodes };
    }
    case 'up': {
      const nodes = before.nodes.map((one) => ({ ...one, state: 'up' as const }));
      return noted({ ...before, phase: 'running', upAt: event.ms, nodes }, event.ms, 'all nodes up');
    }
    case 'first-op':
      return noted(before, event.ms, 'first operation answered');
    case 'second':
      return withSecond(before, event.second, event.ms);
    case 'fault': {
      const text = describeFault(event.op);
      const faults = withFault(before.faults, event.op);
      const isBad = event.op.type === 'fail' || event.op.type === 'info';
      const tone = isBad ? 'bad' : event.op.f.endsWith('.start') ? 'start' : 'stop';
      const ms = event.op.time / 1e6;
      return text === undefined ? { ...before, faults } : noted({ ...before, faults }, ms, text, tone);
    }
    case 'host': {
      const { node, state, reason } = event.event;
      const nodes = before.nodes.map((one) => (one.node === node ? { ...one, state, answers: false } : one));
      return noted({ ...before, nodes }, event.ms, `✗ ${node} ${state}: ${reason}`, 'bad');
    }
    case 'look': {
      const { node, state, status } = event.look;
      const nodes = before.nodes.map((one) =>
        one.node === node
          ? { node, state, status: status ?? one.status, answers: status !== undefined }
          : one,
      );
      return { ...before, nodes };
    }
    case 'states': {
      const known = new Map(event.states.map(({ node, state }) => [node, state]));
      const nodes = before.nodes.map((one) => {
        const state = known.get(one.node) ?? one.state;
        return state === one.state ? one : { ...one, state, answers: false };
      });
      return { ...before, nodes };
    }
    case 'links':
      return { ...before, links: event.links };
    case 'watched':
      return { ...before, watched: { ...event.progress, recorded: event.recorded } };
    case 'watch-lost':
      return noted(
        { ...before, watchLost: event.reason },
        event.ms,
        `! not looking for violations any more until the run is over: ${event.reason}`,
        'bad',
      );
    case 'workload':
      return noted(
        { ...before, paused: event.paused },
        event.ms,
        event.paused ? '‖ workload paused by hand' : '▶ workload goes on',
      );
    case 'ending':
      return noted({ ...before, phase: 'ending' }, event.ms, 'ending early, by hand');
    case 'violation': {
      const violation = { ...event.violation, ms: event.ms, stops: event.stops };
      return noted({ ...before, violation }, event.ms, `✗ violation: ${event.violation.description}`, 'bad');
    }
    case 'explained':
      return { ...before, explanation: event.explanation };
    case 'final-reads':
      return noted(
        { ...before, phase: 'final-reads', paused: false },
        event.ms,
        'everything healed; final reads',
      );
    case 'judging':
      return { ...before, phase: 'judging' };
    case 'judged':
      return { ...before, phase: 'judged' };
  }
}

function withSecond(before: Picture, second: Second, ms: number): Picture {
  const { ok, fail, info } = before.totals;
  return {
    ...before,
    seconds: [...before.seconds.slice(-MAX_SECONDS + 1), { ...second, ms, paused: before.paused }],
    totals: { ok: ok + second.ok, fail: fail + second.fail, info: info + second.info },
  };
}

function noted(before: Picture, ms: number, text: string, tone: TimelineLine['tone'] = 'note'): Picture {
  const line = { ms, text: elided(text), tone };
  return { ...before, timeline: [...before.timeline.slice(-MAX_LINES + 1), line] };
}

/** The fault that a person has started and not healed yet, or is about to be on. */
export function faultByHand({ faults }: Picture): FaultView | undefined {
  return faults.findLast(({ lane, until }) => lane === 'hand' && until === undefined);
}

/** `violation on key "k1": nothing explains get k1 → "9" (op 3432)`. */
export function violationText({ checker, key, index, description }: SeenViolation): string {
  const where = key === '' ? '' : ` on key ${elided(JSON.stringify(key))}`;
  const what = elided(description);
  return checker === 'invariants'
    ? `broken invariant, ${what} (op ${count(index)})`
    : `violation${where}: nothing explains ${what} (op ${count(index)})`;
}
