/**
 * One experiment on a host that is up, from the first operation to the last: drive the system, break it,
 * heal it, read what it ended with. It only records; whoever judges only reads what was recorded.
 *
 * Nothing in here reads a clock but the timeline, so the same experiment runs on child processes and in a
 * simulation.
 */
import { CLIENTS } from '../../nemesis/host.ts';
import {
  inLanes,
  runNemesis,
  runSchedule,
  type BrokenLink,
  type Hand,
  type RecordedFault,
} from '../../nemesis/index.ts';
import type { Invocation, System } from '../../systems/contract.ts';
import { workloads } from '../../workloads/index.ts';
import type { Entry, Recorder } from '../history/recorder.ts';
import type { Host, HostEvent } from '../hosts/host.ts';
import type { Plan } from '../plan/index.ts';
import type { RunEvent } from './events.ts';
import { Drawn } from './drawn.ts';
import { Listed } from './listed.ts';
import type { Live, RunHandle } from './live.ts';
import { Load } from './load.ts';
import { Seconds } from './seconds.ts';
import { randomOf, seedOf, subSeed } from './seeds.ts';
import { keepAsking, recordStatuses, type NodeLook } from './statuses.ts';
import type { Timeline } from './timeline.ts';

/** How long after the last heal the system may take until every final read is answered, ms. */
export const SETTLE_MS = 15_000;

export interface Stage {
  readonly system: System;
  readonly host: Host;
  readonly timeline: Timeline;
  readonly history: Recorder;
}

export interface ExperimentOptions {
  /** Ends it early, healed, without final reads. */
  readonly signal: AbortSignal;
  /** Undefined where nobody listens: then seconds are not counted either. */
  readonly onEvent: ((event: RunEvent) => void) | undefined;
  /** Faults as they were recorded in another run, instead of the plan's. */
  readonly schedule?: readonly RecordedFault[] | undefined;
  /** Somebody looks on, and may step in. */
  readonly live?: Live | undefined;
}

interface Told {
  readonly onEvent: (event: RunEvent) => void;
}

const ignore = (): void => {};

/** What a host tells of a node that ended by itself, as the history has it. */
export function hostEntry({ node, state, reason }: HostEvent): Entry {
  return { process: 'host', type: 'info', f: `node.${state}`, node, error: reason };
}

/** Resolves with the faults as they happened. */
export async function experiment(
  plan: Plan,
  stage: Stage,
  options: ExperimentOptions,
): Promise<readonly RecordedFault[]> {
  const { host, timeline, history } = stage;
  const { signal, live, onEvent = ignore } = options;
  const ms = (): number => timeline.now();
  const seconds = options.onEvent && new Seconds();
  const load = makeLoad(plan, stage, seconds, () => onEvent({ kind: 'first-op', ms: ms() }));
  const start = ms();
  const looks = plan.checks.includes('invariants');
  const over = new AbortController();
  const onLook = live && ((look: NodeLook) => onEvent({ kind: 'look', look, ms: ms() }));
  const asking =
    looks || live
      ? keepAsking(stage, { record: looks, onLook }, AbortSignal.any([signal, over.signal]))
      : Promise.resolve();
  asking.catch(() => undefined); // awaited below; until then a failure of it is nobody's
  // Before its time, by whoever looks on.
  const early = new AbortController();
  const sooner = live ? AbortSignal.any([signal, early.signal]) : signal;
  let hand: Hand | undefined;
  try {
    seconds?.start(timeline, (second) => onEvent({ kind: 'second', second, ms: ms() }));
    load.start();
    const breaking = breakThings(
      plan,
      stage,
      { ...options, onEvent, signal: sooner },
      (given) => (hand = given),
    );
    live?.onHandle(handleOn(stage, load, () => hand, early, onEvent));
    const [happened] = await Promise.all([breaking, timeline.sleepUntil(start + plan.time, sooner)]);
    if (!signal.aborted) {
      await untilAborted(load.drain(), signal, timeline);
      host.calm?.();
      history.record({ process: 'runner', type: 'info', f: 'final-reads' });
      onEvent({ kind: 'final-reads', ms: ms() });
      const unanswered = (await untilAborted(load.finalReads(SETTLE_MS), signal, timeline)) ?? [];
      over.abort();
      await asking;
      const stuck = timeline.isVirtual && unanswered.length > 0;
      if (!signal.aborted && (looks || stuck)) await recordStatuses(stage);
      if (stuck) recordStuck(history, unanswered);
    }
    return happened;
  } finally {
    over.abort();
    seconds?.stop();
    load.close();
    await asking.catch(() => undefined);
  }
}

/** The faults, from the plan or from a recorded schedule; resolves when all is healed. */
function breakThings(
  plan: Plan,
  { system, host, timeline, history }: Stage,
  { signal, onEvent, live, schedule = plan.schedule && inLanes(plan.schedule) }: ExperimentOptions & Told,
  onHand: (hand: Hand) => void,
): Promise<readonly RecordedFault[]> {
  const start = timeline.now();
  const setting = {
    host,
    leaderRole: system.leaderRole,
    time: plan.time,
    clock: {
      now: () => timeline.now() - start,
      sleepUntil: (ms: number, signal: AbortSignal) => timeline.sleepUntil(start + ms, signal),
    },
    record: (entry: Entry) => {
      const op = history.record(entry);
      onEvent({ kind: 'fault', op });
      if (live === undefined || op.type === 'invoke') return;
      const states = host.nodes.map((node) => ({ node, state: host.state(node) }));
      onEvent({ kind: 'states', states, ms: timeline.now() });
    },
    signal,
    ...(live && {
      onHand,
      onLinks: (links: readonly BrokenLink[]) => onEvent({ kind: 'links', links, ms: timeline.now() }),
    }),
  };
  return schedule
    ? runSchedule({ ...setting, schedule })
    : runNemesis({ ...setting, entries: plan.nemesis, seed: seedOf(plan, 'faults', 'nemesis') });
}

/** What a person does is recorded where it is done: once it makes a difference. */
function handleOn(
  { timeline, history }: Stage,
  load: Load,
  hand: () => Hand | undefined,
  early: AbortController,
  onEvent: Told['onEvent'],
): RunHandle {
  const note = (f: string): void => void history.record({ process: 'runner', type: 'info', f });
  const tell = (paused: boolean): void => onEvent({ kind: 'workload', paused, ms: timeline.now() });
  return {
    pauseWorkload() {
      if (!load.pause()) return;
      note('workload.paused');
      tell(true);
    },
    resumeWorkload() {
      // Before the first operation that follows, so that none seems to be invoked in the pause.
      if (!load.isPaused) return;
      note('workload.resumed');
      load.resume();
      tell(false);
    },
    startFault: (entry) => !early.signal.aborted && (hand()?.start(entry) ?? false),
    healFault: () => hand()?.heal(),
    end() {
      if (early.signal.aborted || !load.isRunning) return;
      note('ended-early');
      onEvent({ kind: 'ending', ms: timeline.now() });
      early.abort();
    },
  };
}

/** Nothing is broken and nothing but the system itself can be slow, and still it does not serve. */
function recordStuck(history: Recorder, unanswered: readonly Invocation[]): void {
  const reads = unanswered.map(({ f, key }) => (key === undefined ? f : `${f} ${key}`));
  history.record({ process: 'runner', type: 'info', f: 'stuck', value: { reads, within: SETTLE_MS } });
}

function makeLoad(
  plan: Plan,
  { system, host, timeline, history }: Stage,
  seconds: Seconds | undefined,
  onFirst: () => void,
): Load {
  const workload = workloads[plan.workload.name]!;
  const { clients, rate, opTimeout, keys, ops, operations } = plan.workload;
  const clientSeed = seedOf(plan, 'workload', CLIENTS);
  const generator = workload.generator({ keys, ops }, randomOf(seedOf(plan, 'workload', 'workload')));
  for (const { f, key, value } of operations ?? []) {
    generator.listed?.({ f, ...(key !== undefined && { key }), ...(value !== undefined && { value }) });
  }
  let first = true;
  return new Load({
    system,
    config: { bugs: plan.system.bugs, options: plan.system.options },
    workload,
    source: operations ? new Listed(operations, generator.final()) : new Drawn(generator, rate),
    clients,
    opTimeout,
    timeline,
    history,
    clientEnv: (process) => host.clientEnv(subSeed(clientSeed, String(process))),
    onCompletion: (completion, latency) => {
      if (first && completion.type === 'ok') {
        first = false;
        onFirst();
      }
      seconds?.add(completion, latency);
    },
  });
}

/** What `work` resolves with; undefined when `signal` fires first. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal, timeline: Timeline): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      timeline.settled();
      resolve(undefined);
    };
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    const over = (): void => signal.removeEventListener('abort', abort);
    work.finally(over).then(resolve, reject);
  });
}
