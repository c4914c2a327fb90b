/**
 * A run as a job of another harness, for `--jobs`: a process of its own, so that several use several cores and
 * none shares its event loop, and with it its timing, with another. The job writes its progress to stderr and
 * its verdict to stdout; that is what `faultline run --json` does.
 *
 * A job is in a process group of its own: a terminal's Ctrl-C would reach it twice, once from the terminal and
 * once from here, and the second one ends a harness at once. So it also has to notice when its parent is gone.
 */
import { execa } from 'execa';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { builtModule } from '../built.ts';
import { runVerdictSchema, type RunVerdict } from '../store/verdict.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import type { OverrideOptions } from './overrides.ts';
import type { Turn } from './turns.ts';

const MAIN = fileURLToPath(builtModule(import.meta.url, 'main'));
/** Of a job that ended without a word, so many of its last lines are told. */
const LAST_LINES = 10;

export interface JobOptions extends OverrideOptions {
  readonly out: string;
  readonly trace?: boolean;
}

export interface JobOutcome {
  readonly folder: string | undefined;
  readonly verdict: RunVerdict | undefined;
  readonly failure: string | undefined;
  readonly exit: ExitCode;
}

const answerSchema = z.object({
  folder: z.string().optional(),
  verdict: runVerdictSchema.optional(),
  failure: z.string().optional(),
});

/** Never rejects. `signal` asks the job to end its run cleanly; it is judged as far as it got. */
export async function runJob(
  { file, plan }: Turn,
  options: JobOptions,
  { signal, onLine }: { readonly signal: AbortSignal; readonly onLine: (line: string) => void },
): Promise<JobOutcome> {
  const { set = [], time, host, out, trace } = options;
  const args = [
    ...['run', file, '--json', '--job', '--out', out, '--seed', String(plan.seed)],
    ...set.flatMap((one) => ['--set', one]),
    ...(time === undefined ? [] : ['--time', time]),
    ...(host === undefined ? [] : ['--host', host]),
    ...(trace ? ['--trace'] : []),
  ];
  const child = execa(process.execPath, [MAIN, ...args], {
    ipc: true,
    detached: true,
    reject: false,
    buffer: { stdout: true, stderr: false },
    stdin: 'ignore',
  });
  const end = (): void => void child.kill('SIGINT');
  if (signal.aborted) end();
  else signal.addEventListener('abort', end, { once: true });
  const last: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    last.push(line);
    if (last.length > LAST_LINES) last.shift();
    onLine(line);
  });
  const { exitCode, stdout, signal: killed } = await child;
  signal.removeEventListener('abort', end);
  const exit = Object.values(EXIT).find((code) => code === exitCode) ?? EXIT.harness;
  const answer = answerOf(stdout);
  if (answer !== undefined) {
    const { folder, verdict, failure } = answer;
    return { folder, verdict, failure, exit };
  }
  const how =
    killed === undefined ? `ended with exit code ${exitCode ?? 'unknown'}` : `was ended by ${killed}`;
  const failure = [`faultline: the run's process ${how} without a verdict`, ...last].join('\n');
  return { folder: undefined, verdict: undefined, failure, exit: exit === EXIT.met ? EXIT.harness : exit };
}

/** In a job: ends it as `kill` would, once whoever started it is gone. */
export function endWithParent(): void {
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  // To listen keeps the channel open, and with it a process that is done.
  process.channel?.unref();
}

function answerOf(stdout: string): z.infer<typeof answerSchema> | undefined {
  try {
    const read = answerSchema.safeParse(JSON.parse(stdout));
    return read.success ? read.data : undefined;
  } catch {
    return undefined;
  }
}
