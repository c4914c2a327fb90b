/** Put throughput of a system under the harness's own client loop: 50 clients, as fast as possible. */
import { join } from 'node:path';
import { HistoryWriter } from '../harness/history/writer.ts';
import { Drawn } from '../harness/runner/drawn.ts';
import { Load } from '../harness/runner/load.ts';
import { RealTime } from '../harness/runner/real-time.ts';
import { Seconds } from '../harness/runner/seconds.ts';
import { randomOf } from '../harness/runner/seeds.ts';
import type { ClientEnv, System, SystemConfig } from '../systems/contract.ts';
import { workloads } from '../workloads/index.ts';

const CLIENTS = 50;
const WARM_MS = 2000;

/** Acknowledged puts per second over `ms`, after a warm-up. */
export async function putsPerSecond(
  system: System,
  config: SystemConfig,
  clientEnv: (process: number) => ClientEnv,
  folder: string,
  ms: number,
): Promise<number> {
  const start = performance.now();
  const history = new HistoryWriter(
    join(folder, `${system.name}-${Math.round(start)}.jsonl`),
    () => Math.round((performance.now() - start) * 1e6),
    (error) => {
      throw error;
    },
  );
  const workload = workloads['kv']!;
  const seconds = new Seconds();
  let ok = 0;
  const load = new Load({
    system,
    config,
    workload,
    source: new Drawn(workload.generator({ keys: 100, ops: { put: 1 } }, randomOf(1)), Infinity),
    clients: CLIENTS,
    opTimeout: 5000,
    timeline: new RealTime(),
    history,
    clientEnv,
    onCompletion: (completion, latency) => {
      seconds.add(completion, latency);
      if (completion.type === 'ok') ok++;
    },
  });
  load.start();
  await new Promise((resolve) => setTimeout(resolve, WARM_MS));
  const [before, from] = [ok, performance.now()];
  await new Promise((resolve) => setTimeout(resolve, ms));
  const rate = (ok - before) / ((performance.now() - from) / 1000);
  await load.drain();
  load.close();
  history.close();
  return rate;
}
