/**
 * A history without a verdict, judged as `faultline check` judges it: in a process of its own, so that keys are
 * never in its way and what it needs of memory is its own.
 */
import { execa } from 'execa';
import { fileURLToPath } from 'node:url';
import type { Model, ModelOptions, Value } from 'porcupine-ts';
import { z } from 'zod';
import { modelNamed } from '../../../checkers/models.ts';
import { workloads } from '../../../workloads/index.ts';
import { builtModule } from '../../built.ts';
import type { RunVerdict } from '../../store/verdict.ts';

const PROGRAM = fileURLToPath(builtModule(import.meta.url, '../../cli/main'));

/** What a verdict says of a history, whoever judged it. */
export type Findings = Pick<RunVerdict, 'verdict' | 'ops' | 'checks' | 'explanation'>;

export type Judgement =
  | { readonly findings: Findings; readonly model: Model | undefined }
  /** Why there is none, in the words of `check`. */
  | { readonly problem: string };

/** As far as it is used here; `check --json` writes the rest too. */
const answerSchema = z.object({
  model: z.string(),
  initial: z.unknown(),
  format: z.string(),
  verdict: z.enum(['valid', 'invalid', 'unknown']),
  ops: z.number(),
  checks: z.array(z.unknown()),
  explanation: z.unknown(),
});

/** `path`: a run's folder or a history. Rejects only where the program can't be started. */
export async function judgeHistory(path: string, signal: AbortSignal): Promise<Judgement> {
  const { stdout, stderr, isCanceled } = await execa(process.execPath, [PROGRAM, 'check', path, '--json'], {
    reject: false,
    stdin: 'ignore',
    cancelSignal: signal,
    maxBuffer: 2 ** 29,
  });
  if (isCanceled) return { problem: 'given up' };
  let json: unknown;
  try {
    json = JSON.parse(stdout);
  } catch {
    return { problem: stderr.trim().replace(/^faultline: /, '') || 'check gave no answer' };
  }
  const read = answerSchema.safeParse(json);
  if (!read.success) return { problem: `check gave an answer of another version: ${read.error.message}` };
  const { model, initial, format, verdict, ops, checks, explanation } = read.data;
  return {
    // It is our own program that wrote this.
    findings: { verdict, ops, checks, explanation } as Findings,
    model: modelFor(model, initial, format),
  };
}

/** What `check` held the history against (see `check-question.ts`). */
function modelFor(name: string, initial: unknown, format: string): Model | undefined {
  const options: ModelOptions = {
    ...(initial !== null && { initial: initial as Value }),
    ...(format === 'edn' && { nullReads: 'unknown' }),
  };
  return modelNamed(name, options) ?? workloads[name]?.model;
}
