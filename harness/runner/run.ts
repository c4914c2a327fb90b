/**
 * One experiment, from plan to verdict: start the system, drive it, break it, heal it, read what it
 * ended with, stop it, judge the history.
 *
 * The running half only records; the judging half only reads what was recorded.
 */
import { CLIENTS } from '../../nemesis/host.ts';
import { runNemesis, runSchedule, type RecordedFault } from '../../nemesis/index.ts';
import { systems } from '../../systems/index.ts';
import { composeVerdicts } from '../../checkers/types.ts';
import type { System } from '../../systems/contract.ts';
import { workloads } from '../../workloads/index.ts';
import { HistoryWriter } from '../history/writer.ts';
import type { Host } from '../hosts/host.ts';
import { startProcessHost } from '../hosts/process/index.ts';
import { stringifyPlan, type Plan } from '../plan/index.ts';
import { createRunFolder, type RunFolder } from '../store/run-folder.ts';
import type { RunVerdict } from '../store/verdict.ts';
import { environment } from './environment.ts';
import type { RunEvent } from './events.ts';
import { judge, type Judged } from './judge.ts';
import { Load } from './load.ts';
import { Seconds } from './seconds.ts';
import { randomOf, subSeed } from './seeds.ts';
import { Watch } from './watch.ts';
import type { SeenViolation } from './watch-protocol.ts';

/** How long after the last heal the system may take until every final read is answered, ms. */
const SETTLE_MS = 15_000;
/** How long judging may take before its verdict is `unknown`, ms. */
export const CHECK_TIMEOUT_MS = 120_000;

export interface RunOptions {
  /** Where run folders go. */
  readonly out: string;
  /** Ends the run early: it is cleaned up, and its verdict is `unknown`. */
  readonly signal: AbortSignal;
  readonly onEvent: (event: RunEvent) => void;
  /** Faults as they were recorded in another run, instead of the plan's. */
  readonly schedule?: readonly RecordedFault[];
  /** Commands that show the run again, given its folder. */
  readonly reproduce: (folder: string) => readonly string[];
}

export interface RunOutcome {
  readonly folder: string;
  readonly verdict: RunVerdict;
}

/**
 * Runs a checked plan. Rejects only where the harness itself fails (no disk, a node that does not
 * start); by then everything it started is gone, and what was recorded stays in the folder.
 */
export async function runPlan(plan: Plan, options: RunOptions): Promise<RunOutcome> {
  const started = new Date();
  const folder = createRunFolder(options.out, plan.name, plan.seed, started);
  folder.write(folder.plan, stringifyPlan(plan));
  const { interrupted, seen } = await experiment(plan, folder, options);
  options.onEvent({ kind: 'judging', ops: 0 });
  const {
    torn: _,
    format: __,
    ...judged
  } = confirming(
    seen,
    await judge(folder.history, {
      workload: workloads[plan.workload.name]!,
      checks: plan.checks,
      require: { okOps: plan.require.okOps, faults: plan.nemesis.length },
      timeout: CHECK_TIMEOUT_MS,
    }),
  );
  const verdict: RunVerdict = {
    format: 1,
    plan: plan.name,
    seed: plan.seed,
    host: plan.host,
    started: started.toISOString(),
    ...judged,
    expect: plan.expect,
    met: judged.verdict === plan.expect,
    interrupted,
    seen: seen ?? null,
    environment: environment(),
    reproduce: [...options.reproduce(folder.path)],
  };
  folder.write(folder.verdict, `${JSON.stringify(verdict, null, 2)}\n`);
  options.onEvent({ kind: 'judged', verdict, folder: folder.path });
  return { folder: folder.path, verdict };
}

/**
 * A run that was ended for a violation which the checker of the whole history does not find: one of the
 * two is wrong, so nothing is proven.
 */
function confirming(seen: SeenViolation | undefined, judged: Judged): Judged {
  const whole = judged.checks.find(({ checker }) => checker === 'linearizable');
  if (seen === undefined || whole?.verdict !== 'valid') return judged;
  const doubt = {
    checker: 'online',
    verdict: 'unknown' as const,
    summary: `op ${seen.index}, ${seen.description}, was taken for a violation while the run went on, and the whole history does not confirm it: a fault of Faultline's, please report it`,
    details: null,
  };
  const checks = [...judged.checks, doubt];
  return { ...judged, verdict: composeVerdicts(checks.map(({ verdict }) => verdict)), checks };
}

interface Ending {
  /** By the user. */
  readonly interrupted: boolean;
  /** The violation that was seen while the run went on. */
  readonly seen: SeenViolation | undefined;
}

/** The running half. */
async function experiment(plan: Plan, folder: RunFolder, options: RunOptions): Promise<Ending> {
  const { onEvent } = options;
  const begin = performance.now();
  const sinceBegin = (): number => performance.now() - begin;
  const nodes = Array.from({ length: plan.system.nodes }, (_, i) => `n${i + 1}`);
  onEvent({ kind: 'started', plan, nodes, folder: folder.path });

  // Whatever ends the run early: the user, or a failure that leaves no point in going on.
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  let failure: unknown;
  const fail = (error: unknown): void => {
    failure ??= error;
    stop.abort();
  };

  let seen: SeenViolation | undefined;
  const history = new HistoryWriter(
    folder.history,
    () => Math.round(sinceBegin() * 1e6),
    fail,
    (bytes) => watch?.grown(bytes),
  );
  // What the plan does not ask for is no violation of it.
  const watch = plan.checks.includes('linearizable')
    ? new Watch(
        { file: folder.history, workload: plan.workload.name },
        {
          onViolation: (violation) => {
            seen = violation;
            onEvent({ kind: 'violation', violation, ms: sinceBegin(), stops: plan.onViolation === 'stop' });
            if (plan.onViolation === 'stop') stop.abort();
          },
          onLost: (reason) => onEvent({ kind: 'watch-lost', reason, ms: sinceBegin() }),
        },
      )
    : undefined;
  let host: Host | undefined;
  let load: Load | undefined;
  const seconds = new Seconds();
  try {
    const { system } = await systems[plan.system.name]!();
    host = await startProcessHost({
      system: plan.system.name,
      bugs: plan.system.bugs,
      options: plan.system.options,
      nodes,
      directory: folder.nodes,
      seed: subSeed(plan.seed, 'nodes'),
      onEvent: (event) => {
        history.record({
          process: 'host',
          type: 'info',
          f: `node.${event.state}`,
          node: event.node,
          error: event.reason,
        });
        onEvent({ kind: 'host', event, ms: sinceBegin() });
      },
    });
    onEvent({ kind: 'up', ms: sinceBegin() });
    if (signal.aborted) return { interrupted: !failure, seen };

    load = makeLoad(plan, system, host, history, seconds, () =>
      onEvent({ kind: 'first-op', ms: sinceBegin() }),
    );
    seconds.start((second) => onEvent({ kind: 'second', second, ms: sinceBegin() }));
    load.start();
    await Promise.all([nemesis(host, system), elapsed(plan.time, signal)]);
    if (!signal.aborted) {
      await untilAborted(load.drain(), signal);
      history.record({ process: 'runner', type: 'info', f: 'final-reads' });
      onEvent({ kind: 'final-reads', ms: sinceBegin() });
      await untilAborted(load.finalReads(SETTLE_MS), signal);
    }
  } catch (error) {
    fail(error);
  } finally {
    seconds.stop();
    load?.close();
    await host?.stop();
    history.close();
    await watch?.close();
  }
  if (failure !== undefined) throw failure;
  return { interrupted: options.signal.aborted, seen };

  /** The faults, from the plan or from a recorded schedule; resolves when all is healed. */
  async function nemesis(host: Host, system: System): Promise<void> {
    const start = performance.now();
    const setting = {
      host,
      leaderRole: system.leaderRole,
      time: plan.time,
      clock: {
        now: () => performance.now() - start,
        sleepUntil: (ms: number, signal: AbortSignal) => elapsed(ms - (performance.now() - start), signal),
      },
      record: (entry: Parameters<HistoryWriter['record']>[0]) => {
        onEvent({ kind: 'fault', op: history.record(entry) });
      },
      signal,
    };
    const happened = options.schedule
      ? await runSchedule({ ...setting, schedule: options.schedule })
      : await runNemesis({ ...setting, entries: plan.nemesis, seed: subSeed(plan.seed, 'nemesis') });
    folder.write(folder.schedule, `${JSON.stringify(happened, null, 2)}\n`);
  }
}

function makeLoad(
  plan: Plan,
  system: System,
  host: Host,
  history: HistoryWriter,
  seconds: Seconds,
  onFirst: () => void,
): Load {
  const workload = workloads[plan.workload.name]!;
  const { clients, rate, opTimeout, keys, ops } = plan.workload;
  let first = true;
  return new Load({
    system,
    config: { bugs: plan.system.bugs, options: plan.system.options },
    workload,
    generator: workload.generator({ keys, ops }, randomOf(subSeed(plan.seed, 'workload'))),
    clients,
    rate,
    opTimeout,
    history,
    clientEnv: (process) => host.clientEnv(subSeed(plan.seed, `${CLIENTS}/${process}`)),
    onCompletion: (completion, latency) => {
      if (first && completion.type === 'ok') {
        first = false;
        onFirst();
      }
      seconds.add(completion, latency);
    },
  });
}

/** Resolves after `ms`, or at once when `signal` fires. */
function elapsed(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, Math.max(0, ms));
    signal.addEventListener('abort', done);
  });
}

async function untilAborted(work: Promise<unknown>, signal: AbortSignal): Promise<void> {
  const over = new AbortController();
  await Promise.race([work, elapsed(2 ** 31 - 1, AbortSignal.any([signal, over.signal]))]);
  over.abort();
}
