/** The running half of a run on child processes. */
import { onlineChecks } from '../../checkers/online-checks.ts';
import { workloads } from '../../workloads/index.ts';
import { HistoryWriter } from '../history/writer.ts';
import type { Host } from '../hosts/host.ts';
import { prepareSystem } from '../hosts/prepare.ts';
import { startProcessHost } from '../hosts/process/index.ts';
import { systemNamed } from '../hosts/system.ts';
import { experiment, hostEntry } from './experiment.ts';
import { RealTime } from './real-time.ts';
import { recordReached } from './reached.ts';
import type { Running } from './running.ts';
import { seedOf } from './seeds.ts';
import { Watch } from './watch.ts';
import type { SeenViolation } from './watch-protocol.ts';

export const onProcesses: Running = async (plan, folder, options) => {
  const { onEvent, schedule, live } = options;
  const timeline = new RealTime();
  const ms = (): number => timeline.now();

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
    () => Math.round(timeline.now() * 1e6),
    fail,
    (bytes) => watch?.grown(bytes),
  );
  const asked = { checks: plan.checks, system: plan.system.name };
  const { model } = workloads[plan.workload.name]!;
  const watch = onlineChecks({ ...asked, model })
    ? new Watch(
        { ...asked, file: folder.history, workload: plan.workload.name, tells: live !== undefined },
        {
          onViolation: (violation) => {
            seen = violation;
            onEvent({ kind: 'violation', violation, ms: ms(), stops: plan.onViolation === 'stop' });
            if (plan.onViolation !== 'stop') return;
            if (live?.mayEnd === undefined) stop.abort();
            else void live.mayEnd(violation).then((ends) => ends && stop.abort(), fail);
          },
          onLost: (reason) => onEvent({ kind: 'watch-lost', reason, ms: ms() }),
          onProgress: (progress) =>
            onEvent({ kind: 'watched', progress, recorded: history.length, ms: ms() }),
          onExplained: (explanation) => onEvent({ kind: 'explained', explanation, ms: ms() }),
        },
      )
    : undefined;
  let host: Host | undefined;
  try {
    const system = await systemNamed(plan.system.name);
    await prepareSystem(system, plan.system);
    host = await startProcessHost({
      system: plan.system.name,
      bugs: plan.system.bugs,
      options: plan.system.options,
      nodes: Array.from({ length: plan.system.nodes }, (_, i) => `n${i + 1}`),
      directory: folder.nodes,
      seed: seedOf(plan, 'nodes', 'nodes'),
      onEvent: (event) => {
        history.record(hostEntry(event));
        onEvent({ kind: 'host', event, ms: ms() });
      },
      marks: plan.require.marks ?? [],
      onMark: (mark, node) => recordReached(history, mark, node),
    });
    onEvent({ kind: 'up', ms: ms() });
    if (!signal.aborted) {
      const happened = await experiment(
        plan,
        { system, host, timeline, history },
        { signal, onEvent, schedule, live },
      );
      folder.write(folder.schedule, `${JSON.stringify(happened, null, 2)}\n`);
    }
  } catch (error) {
    fail(error);
  } finally {
    await host?.stop();
    history.close();
    await watch?.close();
  }
  if (failure !== undefined) throw failure;
  return { interrupted: options.signal.aborted, seen };
};
