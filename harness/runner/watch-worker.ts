/** The thread of `watch.ts`: reads what was added to the history, and checks it op by op. */
import { openSync, readSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { onlineChecks } from '../../checkers/online-checks.ts';
import { workloads } from '../../workloads/index.ts';
import type { Op } from '../history/op.ts';
import { explainSoFar } from './explain-so-far.ts';
import type { Grown, SeenViolation, WatchNews, WatchOptions } from './watch-protocol.ts';

/** How often it says how far it has come, ms. */
const TELL_EVERY = 200;

if (parentPort === null) throw new Error('the watch runs in a worker thread');
const port = parentPort;
const { file, workload, system, checks, tells = false } = workerData as WatchOptions;
const { model } = workloads[workload]!;
const checker = onlineChecks({ checks, model, system });
if (checker === undefined) throw new Error('there is nothing to look for while the run goes on');
const fd = openSync(file, 'r');
let at = 0;
let found = false;
let told = -Infinity;

port.on('message', ({ bytes }: Grown) => {
  if (found) return;
  for (const line of added(bytes)) {
    // Written by this process, whole: no need to doubt its shape.
    const violation = checker.push(JSON.parse(line) as Op);
    if (violation === undefined) continue;
    found = true;
    tell({ kind: 'violation', violation });
    if (tells) void explain(violation);
    break;
  }
  if (!tells || (!found && performance.now() - told < TELL_EVERY)) return;
  told = performance.now();
  tell({ kind: 'progress', progress: checker.progress() });
});

function tell(news: WatchNews): void {
  port.postMessage(news);
}

/** Nothing else is looked for any more, so there is time for it. */
async function explain(violation: SeenViolation): Promise<void> {
  const explanation = await explainSoFar(file, violation, { model, system });
  if (explanation !== undefined) tell({ kind: 'explained', explanation });
}

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
