/**
 * `faultline check HISTORY` as users run it: the time from the command to its end, and how large its
 * process became.
 */
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { memoryOf, processorTimeOf } from './proc.ts';
import type { Round } from './round.ts';

const MAIN = fileURLToPath(new URL('../../harness/cli/main.js', import.meta.url));
const LOOK_EVERY_MS = 20;

const Answer = z.object({ verdict: z.enum(['valid', 'invalid', 'unknown']) });

export async function runCheckCommand(history: string, workload: string): Promise<Round> {
  const start = performance.now();
  const args = [MAIN, 'check', history, '--workload', workload, '--json'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let peakBytes = 0;
  let cpuMs = 0;
  const look = setInterval(() => {
    peakBytes = Math.max(peakBytes, memoryOf(child.pid!, 'VmHWM') ?? 0);
    cpuMs = processorTimeOf(child.pid!) ?? cpuMs;
  }, LOOK_EVERY_MS);
  const answer = await text(child.stdout);
  clearInterval(look);
  const ms = performance.now() - start;
  const { verdict } = Answer.parse(JSON.parse(answer));
  return { event: 'checked', phase: 'cold', verdict, ms, cpuMs, baseBytes: 0, peakBytes };
}
