/**
 * Whether a history is linearizable, for a test: judged as `faultline check` judges it, and when it is not,
 * told in the same words. What could not be decided is no success.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { models, type Model } from 'porcupine-ts';
import { modelNamed } from '../../checkers/models.ts';
import type { CheckResult, Verdict } from '../../checkers/types.ts';
import { workloads } from '../../workloads/index.ts';
import { prepare, Unclear } from '../cli/check-question.ts';
import { unfit } from '../cli/models.ts';
import { shellWord } from '../cli/shell-words.ts';
import { checkLines } from '../cli/verdict.ts';
import { explainFile, Explainer, type Explanation } from '../explain/index.ts';
import { isClientOp, type Op } from '../history/op.ts';
import { HistoryFormatError } from '../history/reader.ts';
import { judge, Judgement, type Question } from '../runner/judge.ts';
import { HistoryMistake, opsOf, type GivenOp } from './given-history.ts';

/** A history as ops, or the path of a file or of a run's folder; every format that `faultline check` reads. */
export type GivenHistory = readonly GivenOp[] | string;
/** The name of a model or of a workload (`faultline list models`), or a model of your own. */
export type GivenModel = string | Model;

export interface LinearizableOptions {
  /** How long it may take, ms; then it is unknown. */
  readonly timeout?: number;
  /** How much a key's search may hold, bytes; then it is unknown. */
  readonly memory?: number;
  /** Where a history that fails is kept, so that it can be looked at; `results` by default, `false` for nowhere. */
  readonly keepIn?: string | false;
}

export interface Judged {
  readonly verdict: Verdict;
  /** For people: the verdict, why, the smallest piece that shows it, and a command to see it again. */
  readonly message: string;
}

const TIMEOUT_MS = 120_000;
const MEMORY = 2 ** 30;

interface Found {
  readonly verdict: Verdict;
  readonly checks: readonly CheckResult[];
  readonly explanation: Explanation | undefined;
  readonly operations: number;
}

/**
 * `model` may be left out for a run's folder, whose plan says it, and for a file that leaves no doubt. Rejects
 * with `HistoryMistake` for what is no history, and where it is not clear what to hold it against.
 */
export async function judgeHistory(
  history: GivenHistory,
  model?: GivenModel,
  options: LinearizableOptions = {},
): Promise<Judged> {
  if (typeof history === 'string') {
    const found = await ofFile(history, model, options);
    return { verdict: found.verdict, message: messageOf(found, commandFor(history, model)) };
  }
  if (model === undefined) {
    throw new HistoryMistake(`expected a model: ${Object.keys(models).join(', ')}, or one of your own`);
  }
  const ops = opsOf(history);
  const found = await ofOps(ops, model, options);
  const { verdict } = found;
  const kept = verdict === 'valid' ? undefined : keep(ops, options.keepIn ?? 'results');
  return { verdict, message: messageOf(found, kept && commandFor(kept, model)) };
}

async function ofOps(ops: readonly Op[], model: GivenModel, options: LinearizableOptions): Promise<Found> {
  const { timeout = TIMEOUT_MS, memory = MEMORY } = options;
  const held = modelOf(model);
  if (typeof model === 'string' && Object.hasOwn(models, model)) checkFits(ops, model);
  const judgement = new Judgement({
    workload: { model: held },
    checks: ['linearizable'],
    require: undefined,
    timeout,
    linearizable: { memory },
  });
  for (const op of ops) judgement.push(op);
  const { verdict, checks, ops: operations } = await judgement.finish();
  const results = checks as readonly CheckResult[];
  const explainer = Explainer.of(results);
  for (const op of explainer === undefined ? [] : ops) explainer?.push(op);
  return { verdict, checks: results, explanation: explainer?.finish(), operations };
}

async function ofFile(
  path: string,
  model: GivenModel | undefined,
  options: LinearizableOptions,
): Promise<Found> {
  const { timeout = TIMEOUT_MS, memory = MEMORY } = options;
  const silent = { read: () => {}, checked: () => {}, clear: () => {} };
  try {
    const wishes = { checker: 'linearizable' as const, timeout, memory };
    // A model of one's own tells nothing of what ops may look like; any name will do until it takes its place.
    const name = typeof model === 'object' ? 'register' : model;
    const prepared = await prepare(
      path,
      { ...wishes, ...(name !== undefined && { model: name }) },
      false,
      silent,
    );
    const asked = prepared.question(silent);
    const question: Question =
      typeof model === 'object'
        ? {
            ...asked,
            workload: { model: modelOf(model) },
            reading: { ...asked.reading, problemOf: () => undefined },
          }
        : asked;
    const { verdict, checks, ops: operations } = await judge(prepared.history, question);
    const results = checks as readonly CheckResult[];
    return {
      verdict,
      checks: results,
      operations,
      explanation: await explainFile(prepared.history, results, question.reading),
    };
  } catch (error) {
    if (error instanceof Unclear || error instanceof HistoryFormatError)
      throw new HistoryMistake(error.message);
    throw error;
  }
}

/** Throws `HistoryMistake` where there is none of that name. */
function modelOf(model: GivenModel): Model {
  // Threads make models by name, and would take one of ours for it.
  if (typeof model === 'object') return Object.create(model, { name: { value: `${model.name}, your own` } });
  const found = modelNamed(model) ?? (Object.hasOwn(workloads, model) ? workloads[model]?.model : undefined);
  if (found !== undefined) return found;
  throw new HistoryMistake(`there is no model ${model}: expected one of ${Object.keys(models).join(', ')}`);
}

/** An op that the model can't have is a mistake in the test, not a violation. */
function checkFits(ops: readonly Op[], model: string): void {
  const problemOf = unfit(model);
  for (const [at, op] of ops.entries()) {
    const problem = problemOf(op);
    if (problem !== undefined) throw new HistoryMistake(`op ${at}: ${problem}`);
  }
}

/** What is worth the reader's time: what is not as it should be, and the proof of it. */
function messageOf({ verdict, checks, explanation, operations }: Found, command: string | undefined): string {
  const told = verdict === 'valid' ? checks : checks.filter((check) => check.verdict !== 'valid');
  const said =
    verdict === 'invalid'
      ? 'not linearizable'
      : verdict === 'valid'
        ? 'linearizable'
        : 'unknown whether linearizable';
  const lines = [
    `${said}: ${operations} operations`,
    ...checkLines(verdict, told, explanation),
    ...(command === undefined ? [] : ['', `see it again:  ${command}`]),
  ];
  return stripVTControlCharacters(lines.join('\n'));
}

function commandFor(path: string, model: GivenModel | undefined): string | undefined {
  // A model that is not by name can't be named to a command.
  if (typeof model === 'object') return undefined;
  const shown = shellWord(relative(process.cwd(), path) || '.');
  const named = model === undefined ? '' : ` --model ${shellWord(model)}`;
  return `faultline check ${shown}${named} --checker linearizable`;
}

/** The file; undefined where it was not wanted or could not be written: the failure itself counts more. */
function keep(ops: readonly Op[], folder: string | false): string | undefined {
  if (folder === false || !ops.some(isClientOp)) return undefined;
  const text = ops.map((op) => `${JSON.stringify(op)}\n`).join('');
  const name = createHash('sha256').update(text).digest('hex').slice(0, 12);
  const file = join(folder, 'histories', `${name}.jsonl`);
  try {
    mkdirSync(join(folder, 'histories'), { recursive: true });
    writeFileSync(file, text);
    return file;
  } catch {
    return undefined;
  }
}
