/** The running half of a run in a simulation, recorded to the run's folder like any other. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NodeId } from '../../systems/contract.ts';
import { HistoryWriter } from '../history/writer.ts';
import type { SimHost } from '../hosts/sim/index.ts';
import type { RunFolder } from '../store/run-folder.ts';
import { LineFile } from './line-file.ts';
import type { Running } from './running.ts';
import { simulation } from './simulation.ts';
import type { SeenViolation } from './watch-protocol.ts';

/** Characters of a node's log, and of a trace, beyond which nothing more is kept. */
const MAX_LOG = 64 * 1024 * 1024;
const MAX_TRACE = 1024 * 1024 * 1024;

export const onSimulation: Running = async (plan, folder, options) => {
  const { onEvent, schedule } = options;
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  let failure: unknown;
  const fail = (error: unknown): void => {
    failure ??= error;
    stop.abort();
  };
  const logs = new Map<NodeId, LineFile>();
  const logOf = (node: NodeId): LineFile => {
    const log = logs.get(node) ?? new LineFile(join(nodeFolder(folder, node), 'node.log'), MAX_LOG, fail);
    logs.set(node, log);
    return log;
  };
  const trace = options.trace ? new LineFile(folder.trace, MAX_TRACE, fail) : undefined;
  let history: HistoryWriter | undefined;
  let seen: SeenViolation | undefined;
  try {
    const ending = await simulation(plan, {
      recorder: (now) => (history = new HistoryWriter(folder.history, now, fail)),
      watched: true,
      signal,
      onEvent,
      schedule,
      onLog: (node, time, event, data) => logOf(node).write(JSON.stringify({ time, event, data })),
      trace: trace && ((line) => trace.write(line)),
      onOver: (host) => writeDisks(host, folder),
    });
    ({ seen } = ending);
    folder.write(folder.schedule, `${JSON.stringify(ending.schedule, null, 2)}\n`);
  } catch (error) {
    fail(error);
  } finally {
    history?.close();
    trace?.close();
    for (const log of logs.values()) log.close();
  }
  if (failure !== undefined) throw failure;
  return { interrupted: options.signal.aborted, seen };
};

/** What the run left on every disk, as the process host leaves it. */
function writeDisks(host: SimHost, folder: RunFolder): void {
  for (const node of host.nodes) {
    const { disk } = host.at(node);
    const data = join(nodeFolder(folder, node), 'data');
    mkdirSync(data, { recursive: true });
    for (const [index, file] of disk.list().entries()) {
      // A node names its files as it likes; here they must be names.
      const name = /^[\w.-]{1,100}$/.test(file) && !file.startsWith('.') ? file : `file-${index}`;
      writeFileSync(join(data, name), disk.read(file)!);
    }
  }
}

function nodeFolder(folder: RunFolder, node: NodeId): string {
  const path = join(folder.nodes, node);
  mkdirSync(path, { recursive: true });
  return path;
}
