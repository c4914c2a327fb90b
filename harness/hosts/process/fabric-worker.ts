/** The fabric's thread: obeys the host's thread, one command at a time. */
import { parentPort, workerData } from 'node:worker_threads';
import type { FabricMessage, FabricOptions, FabricRequest } from './fabric-protocol.ts';
import { Switchboard } from './switchboard.ts';

if (parentPort === null) throw new Error('the fabric runs in a worker thread');
const port = parentPort;
const switchboard = new Switchboard(workerData as FabricOptions);

port.on('message', ({ id, command }: FabricRequest) => {
  try {
    answer({ kind: 'done', id, counters: switchboard.obey(command) });
  } catch (error) {
    answer({ kind: 'refused', id, reason: error instanceof Error ? error.message : String(error) });
  }
});
answer({ kind: 'ready', entrances: await switchboard.listen() });

function answer(message: FabricMessage): void {
  port.postMessage(message);
}
