/**
 * Outlives the harness by a moment, to see that nothing else does. It reads which process groups exist
 * from a pipe whose other end only the harness holds; when the pipe ends, the harness is gone, however
 * it went, and every group still registered is killed. SIGKILL ends stopped processes too.
 *
 * It has a session of its own, so the terminal's Ctrl-C does not reach it.
 */
import { createInterface } from 'node:readline';
import { startTime } from './process-table.ts';
import { readRegistration } from './registration.ts';

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

/** Group → when its leader was started, where that can be known. */
const groups = new Map<number, string>();

const lines = createInterface({ input: process.stdin });
process.argv.slice(2).forEach(register);
lines.on('line', register);
lines.on('close', () => {
  for (const [group, started] of groups) if (isStill(group, started)) kill(group);
  process.exit(0);
});
process.stdout.on('error', () => undefined); // a harness that died meanwhile doesn't read it
process.stdout.write('ready\n');

function register(line: string): void {
  const registration = readRegistration(line);
  if (registration === undefined) return;
  if (registration.alive) groups.set(registration.group, registration.started);
  else groups.delete(registration.group);
}

/** False when the leader's number belongs to another process by now, so the whole group is gone. */
function isStill(group: number, started: string): boolean {
  const now = startTime(group);
  return started === '' || now === '' || now === started;
}

function kill(group: number): void {
  try {
    process.kill(-group, 'SIGKILL');
  } catch {
    // Gone already.
  }
}
