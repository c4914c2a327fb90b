/**
 * An experiment in a simulation: the plan's system on the simulated host, recorded by whoever asks. All
 * of it is fixed by the plan, its seeds and the version of Faultline.
 */
import { onlineChecks, type OnlineChecks } from '../../checkers/online-checks.ts';
import type { FoundViolation } from '../../checkers/online.ts';
import type { RecordedFault } from '../../nemesis/index.ts';
import type { Json, NodeId } from '../../systems/contract.ts';
import { workloads } from '../../workloads/index.ts';
import type { Entry, Recorder } from '../history/recorder.ts';
import type { Op } from '../history/op.ts';
import type { Trace } from '../hosts/sim/draws.ts';
import { prepareSystem } from '../hosts/prepare.ts';
import { SimHost } from '../hosts/sim/index.ts';
import { systemNamed } from '../hosts/system.ts';
import type { Plan } from '../plan/index.ts';
import type { RunEvent } from './events.ts';
import { experiment, hostEntry, SETTLE_MS } from './experiment.ts';
import { watchRequired } from './reached.ts';
import { seedOf } from './seeds.ts';

/** Virtual time beyond what a run can take, ms: for whoever waits for what never comes. */
const MARGIN_MS = 300_000;

export interface SimulationOptions {
  /** Makes what records; `now` gives ns since the start. */
  readonly recorder: (now: () => number) => Recorder;
  /** Looks for a violation as the history grows, and ends the run at the first if the plan says so. */
  readonly watched: boolean;
  /** Ends it early. */
  readonly signal: AbortSignal;
  /** Undefined where nobody listens. */
  readonly onEvent: ((event: RunEvent) => void) | undefined;
  readonly schedule?: readonly RecordedFault[] | undefined;
  readonly onLog?: (node: NodeId, ms: number, event: string, data: { readonly [key: string]: Json }) => void;
  readonly trace?: Trace | undefined;
  /** Once the run is over: the host as it was left. */
  readonly onOver?: (host: SimHost) => void;
}

/** What a simulation comes to, beside what was recorded. */
export interface SimulationEnding {
  readonly schedule: readonly RecordedFault[];
  /** How often each mark was reached. */
  readonly marks: { readonly [mark: string]: number };
  /** ms of virtual time, and how many events happened in it. */
  readonly virtual: number;
  readonly events: number;
  /** The violation that was seen while the run went on. */
  readonly seen: FoundViolation | undefined;
}

export async function simulation(plan: Plan, options: SimulationOptions): Promise<SimulationEnding> {
  const { onEvent, onLog, trace, schedule } = options;
  const system = await systemNamed(plan.system.name);
  await prepareSystem(system, plan.system);
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const host = new SimHost({
    system,
    config: { bugs: plan.system.bugs, options: plan.system.options },
    nodes: Array.from({ length: plan.system.nodes }, (_, i) => `n${i + 1}`),
    settings: plan.sim,
    seeds: {
      network: seedOf(plan, 'network', 'network'),
      disks: seedOf(plan, 'disks', 'disks'),
      nodes: seedOf(plan, 'nodes', 'nodes'),
    },
    onEvent: (event) => {
      history.record(hostEntry(event));
      onEvent?.({ kind: 'host', event, ms: timeline.now() });
    },
    ...(onLog && { onLog: (node, event, data) => onLog(node, timeline.now(), event, data) }),
    ...(trace && { trace }),
  });
  const { timeline } = host;
  const recorder = options.recorder(() => Math.round(timeline.now() * 1e6));
  let seen: FoundViolation | undefined;
  const { model } = workloads[plan.workload.name]!;
  const checks = options.watched
    ? onlineChecks({ checks: plan.checks, model, system: plan.system.name })
    : undefined;
  const history = checks
    ? new Watched(recorder, checks, (violation) => {
        seen = violation;
        const stops = plan.onViolation === 'stop';
        onEvent?.({ kind: 'violation', violation, ms: timeline.now(), stops });
        if (stops) stop.abort();
      })
    : recorder;
  host.start();
  watchRequired(plan.require.marks ?? [], host, history, signal);
  onEvent?.({ kind: 'up', ms: timeline.now() });
  const limit = plan.time + SETTLE_MS + plan.workload.opTimeout + MARGIN_MS;
  const happened = await host.drive(
    limit,
    experiment(plan, { system, host, timeline, history }, { signal, onEvent, schedule }),
  );
  options.onOver?.(host);
  await host.stop();
  return {
    schedule: happened,
    marks: host.marks,
    virtual: timeline.now(),
    events: host.queue.happened,
    seen,
  };
}

/** Looks at each op as it is recorded, until one shows a violation. */
class Watched implements Recorder {
  readonly #recorder: Recorder;
  readonly #onViolation: (violation: FoundViolation) => void;
  #checks: OnlineChecks | undefined;

  constructor(recorder: Recorder, checks: OnlineChecks, onViolation: (violation: FoundViolation) => void) {
    this.#recorder = recorder;
    this.#checks = checks;
    this.#onViolation = onViolation;
  }

  record(entry: Entry): Op {
    const op = this.#recorder.record(entry);
    const violation = this.#checks?.push(op);
    if (violation !== undefined) {
      this.#checks = undefined;
      this.#onViolation(violation);
    }
    return op;
  }
}
