/**
 * Runs one of the programs that are measured, alone, and reads what it says of itself (`round.ts`). It is
 * stopped, by its pid, when it says nothing for too long or grows too large: for some histories the
 * yardstick would take all the memory there is.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { memoryOf } from './proc.ts';
import { line, type Loaded, type Round } from './round.ts';

export interface Limits {
  /** For one check. */
  readonly seconds: number;
  readonly bytes: number;
}

export type End =
  | { readonly kind: 'finished' }
  | { readonly kind: 'timeout'; readonly seconds: number }
  | { readonly kind: 'memory'; readonly bytes: number }
  | { readonly kind: 'undecided'; readonly reason: string }
  | { readonly kind: 'unavailable'; readonly needs: string }
  | { readonly kind: 'failed'; readonly message: string };

export interface Performance {
  readonly loaded: Loaded | undefined;
  readonly rounds: readonly Round[];
  readonly end: End;
  /** The largest it was seen. */
  readonly peakBytes: number;
}

/** Reading a large file on a busy machine takes its time. */
const LOAD_SECONDS = 120;
/** A program that ends its checks by itself is given this much longer to say so. */
const GRACE_SECONDS = 3;
const LOOK_EVERY_MS = 50;

export async function perform(command: readonly [string, ...string[]], limits: Limits): Promise<Performance> {
  const [program, ...args] = command;
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const rounds: Round[] = [];
  let loaded: Loaded | undefined;
  let end: End = { kind: 'finished' };
  let peakBytes = 0;
  let errors = '';
  const stop = (why: End): void => {
    end = why;
    child.kill('SIGKILL');
  };
  let deadline = performance.now() + LOAD_SECONDS * 1000;
  const look = setInterval(() => {
    if (performance.now() > deadline) stop({ kind: 'timeout', seconds: limits.seconds });
    const bytes = (child.pid !== undefined && memoryOf(child.pid, 'VmRSS')) || 0;
    peakBytes = Math.max(peakBytes, bytes);
    if (bytes > limits.bytes) stop({ kind: 'memory', bytes: limits.bytes });
  }, LOOK_EVERY_MS);
  const orphan = (): void => void child.kill('SIGKILL');
  process.once('exit', orphan);
  child.stderr.on('data', (text) => (errors = `${errors}${String(text)}`.slice(-2000)));
  const ended = new Promise<string | undefined>((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code) => resolve(code === 0 ? undefined : `ended with ${code}: ${problemIn(errors)}`));
  });
  for await (const text of createInterface({ input: child.stdout })) {
    deadline = performance.now() + (limits.seconds + GRACE_SECONDS) * 1000;
    const said = line.parse(JSON.parse(text));
    if (said.event === 'loaded') loaded = said;
    else if (said.event === 'checked') rounds.push(said);
    else end = { kind: 'unavailable', needs: said.needs };
  }
  const problem = await ended;
  clearInterval(look);
  process.off('exit', orphan);
  if (problem !== undefined && end.kind === 'finished') end = { kind: 'failed', message: problem };
  const last = rounds.at(-1);
  if (last?.verdict === 'unknown' && end.kind === 'finished') {
    end = undecided(last, limits);
  }
  return { loaded, rounds, end, peakBytes };
}

/** The yardstick's only reason is that time is over. */
function undecided({ reason }: Round, { seconds }: Limits): End {
  return reason === undefined ? { kind: 'timeout', seconds } : { kind: 'undecided', reason };
}

/** The line that names the error, or the last one. */
function problemIn(errors: string): string {
  const lines = errors.trim().split('\n');
  return lines.find((line) => /^\w*(Error|panic|fatal)/.test(line)) ?? lines.at(-1)!;
}
