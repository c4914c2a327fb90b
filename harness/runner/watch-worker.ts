/** The thread of `watch.ts`: reads what was added to the history, and checks it op by op. */
import { openSync, readSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { onlineChecks } from '../../checkers/online-checks.ts';
import { workloads } from '../../workloads/index.ts';
import type { Op } from '../history/op.ts';
import type { Grown, SeenViolation, WatchOptions } from './watch-protocol.ts';

if (parentPort === null) throw new Error('the watch runs in a worker thread');
const port = parentPort;
const { file, workload, system, checks } = workerData as WatchOptions;
const checker = onlineChecks({ checks, model: workloads[workload]!.model, system });
if (checker === undefined) throw new Error('there is nothing to look for while the run goes on');
const fd = openSync(file, 'r');
let at = 0;
let found = false;

port.on('message', ({ bytes }: Grown) => {
  if (found) return;
  for (const line of added(bytes)) {
    // Written by this process, whole: no need to doubt its shape.
    const violation = checker.push(JSON.parse(line) as Op);
    if (violation === undefined) continue;
    found = true;
    port.postMessage(violation satisfies SeenViolation);
    return;
  }
});

/** The lines from where the last call ended up to `end`. */
function added(end: number): readonly string[] {
  const buffer = Buffer.allocUnsafe(end - at);
  for (let read = 0; read < buffer.length;) {
    const bytes = readSync(fd, buffer, read, buffer.length - read, at + read);
    if (bytes === 0) throw new Error(`the history ended before byte ${end}`);
    read += bytes;
  }
  at = end;
  return buffer.toString().split('\n').slice(0, -1);
}
