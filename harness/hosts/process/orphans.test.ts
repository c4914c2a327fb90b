/** Nothing outlives the harness, however it ends, with nodes paused at the time. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { childrenOf, isAlive, listeningAt, stillListening, withArgument } from './fixtures/proc.ts';
import { readRegistration, writeRegistration } from './registration.ts';

const built = (path: string) =>
  fileURLToPath(new URL(`../../../dist/harness/hosts/process/${path}`, import.meta.url));

let directory: string;
beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'faultline-orphans-'))));
afterEach(() => rmSync(directory, { recursive: true }));

/** Starts a harness and, when it is ready, notes all it has running and open. */
async function doomed(end: string) {
  const harness = spawn(process.execPath, [built('fixtures/doomed-harness.js'), directory, end], {
    detached: true, // a process group of its own, as in a terminal
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const pid = harness.pid!;
  await new Promise((resolve) => harness.stdout.once('data', resolve));
  const children = childrenOf(pid);
  const ports = [pid, ...children].flatMap(listeningAt);
  const ended = new Promise((resolve) => harness.once('exit', resolve));
  return { harness, pid, children, ports, ended };
}

const alive = (pids: readonly number[]) => pids.filter(isAlive);

describe.runIf(process.platform === 'linux')('nothing is left within two seconds of', () => {
  const ends: readonly [string, string, (harness: { pid: number; tell: () => void }) => void][] = [
    ['SIGKILL', 'wait', ({ pid }) => process.kill(pid, 'SIGKILL')],
    ['SIGTERM', 'wait', ({ pid }) => process.kill(pid, 'SIGTERM')],
    ['Ctrl-C in its terminal', 'wait', ({ pid }) => process.kill(-pid, 'SIGINT')],
    ['an exception', 'exception', ({ tell }) => tell()],
    ['process.exit', 'exit', ({ tell }) => tell()],
    ['an abort', 'abort', ({ tell }) => tell()],
  ];

  test.each(ends)('%s', async (_name, how, finish) => {
    const { harness, pid, children, ports, ended } = await doomed(how);
    expect(alive(children)).toHaveLength(6); // five nodes and the supervisor
    expect(stillListening(ports)).toHaveLength(5 + 5 * 5); // each node, and the fabric's entrance of each link
    finish({ pid, tell: () => harness.stdin.write('now\n') });
    await ended;
    await expect.poll(() => [alive(children), stillListening(ports)], { timeout: 2000 }).toEqual([[], []]);
    expect(withArgument(directory)).toEqual([]);
  });

  test('a SIGKILL after the supervisor was killed: another had taken over', async () => {
    const { pid, children, ports, ended } = await doomed('wait');
    const nodes = children.filter((child) => withArgument(directory).includes(child));
    const [supervisor] = children.filter((child) => !nodes.includes(child));
    process.kill(supervisor!, 'SIGKILL');
    await expect.poll(() => alive(childrenOf(pid)).filter((child) => child !== supervisor).length).toBe(6);
    process.kill(pid, 'SIGKILL');
    await ended;
    await expect.poll(() => [alive(nodes), stillListening(ports)], { timeout: 2000 }).toEqual([[], []]);
  });

  test('a SIGKILL in the middle of the start', async () => {
    for (const delay of [50, 100, 150, 200, 250]) {
      const harness = spawn(process.execPath, [built('fixtures/doomed-harness.js'), directory, 'wait'], {
        detached: true,
        stdio: 'ignore',
      });
      const ended = new Promise((resolve) => harness.once('exit', resolve));
      await new Promise((resolve) => setTimeout(resolve, delay)); // not an event: any moment will do
      const children = childrenOf(harness.pid!);
      harness.kill('SIGKILL');
      await ended;
      await expect
        .poll(() => [...alive(children), ...withArgument(directory)], { timeout: 2000 })
        .toEqual([]);
    }
  });
});

describe('a registration', () => {
  test.each([
    { group: 4711, alive: true, started: '12345' },
    { group: 4711, alive: false, started: '' },
  ])('is read as it was written: %j', (registration) => {
    expect(readRegistration(writeRegistration(registration))).toEqual(registration);
  });

  test.each(['', '+', '+ ', '+ 1 2', '+ 0 2', '+ -5 2', '+ 12', '* 12 3', '+ 12 3 4', '+ 12 x', '+ 1e3 1'])(
    'that is none is ignored: %j',
    (line) => expect(readRegistration(line)).toBeUndefined(),
  );
});
