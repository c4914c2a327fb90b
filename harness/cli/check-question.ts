/**
 * What is asked of a history: from the user's options, else from the plan beside it, else from what its
 * ops look like. What that leaves open is for the user to say, not for us to guess.
 */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Model, ModelOptions, Value } from 'porcupine-ts';
import { checkersByName, type CheckerName } from '../../checkers/catalogue.ts';
import { modelNamed } from '../../checkers/models.ts';
import { isClientOp, MISMATCH, type Json, type Op } from '../history/op.ts';
import { KEY_MEMBER, readOps, type FormatName, type KeySource } from '../history/reader.ts';
import type { Plan } from '../plan/index.ts';
import type { Question } from '../runner/judge.ts';
import { workloads } from '../../workloads/index.ts';
import { findRunFolder } from '../store/run-folder.ts';
import type { Progress } from './check-progress.ts';
import { wordsOf } from './edn-words.ts';
import { MODELS, modelsFor, unfit } from './models.ts';

/** What the user may say. */
export interface Wishes {
  /** Undefined: what the plan beside the history asks for, or else `linearizable`. */
  readonly checker?: CheckerName;
  readonly model?: string;
  readonly workload?: string;
  readonly key?: string;
  readonly init?: Json;
  readonly failedCas?: 'observed' | 'dropped';
  /** Milliseconds. */
  readonly timeout: number;
  /** Bytes. */
  readonly memory: number;
  readonly algorithm?: NonNullable<Question['linearizable']>['algorithm'];
  /** A file. */
  readonly witness?: string;
}

export interface Prepared {
  /** The file. */
  readonly history: string;
  readonly model: string;
  readonly initial: Json;
  /** Format, model and keys, for people. */
  readonly about: string;
  question(progress: Progress): Question;
}

/** The history does not say what to hold it against. */
export class Unclear extends Error {}

/** Of a history, so many client ops tell what it is about. */
const SURVEYED = 1000;
const FORMATS: { readonly [name in FormatName]: string } = {
  jsonl: 'JSON lines',
  edn: 'EDN',
  'porcupine-kv': "Porcupine's key-value text",
  'jepsen-log': 'Jepsen log',
};

/** Reads the beginning of the history, or with `whole` all of it, so that it is known to be one. */
export async function prepare(
  path: string,
  wishes: Wishes,
  whole: boolean,
  progress: Progress,
): Promise<Prepared> {
  const history = historyAt(path);
  const plan = await planBeside(history);
  const survey = await surveyOf(history, whole, progress);
  const checks = wishes.checker ? [wishes.checker] : (plan?.checks ?? ['linearizable']);
  if (checks.includes('invariants') && plan === undefined) {
    throw new Unclear(
      `${history}: only a plan beside a history says which system's invariants to hold it against; expected a run folder`,
    );
  }
  const needsModel = checks.some((check) => checkersByName[check].functions === undefined);
  const name =
    wishes.model ??
    wishes.workload ??
    (needsModel ? (plan?.workload.name ?? guessModel(history, survey)) : 'register');
  const key = keyOf(wishes.key) ?? (survey.looksIndependent ? { from: 'value' } : KEY_MEMBER);
  const initial = wishes.init ?? (wishes.init === undefined && survey.format === 'porcupine-kv' ? '' : null);
  // An EDN history of several registers is Knossos's, and there a read of nil says nothing.
  const modelOptions: ModelOptions = {
    ...(initial !== null && { initial: initial as Value }),
    ...(survey.format === 'edn' && { nullReads: 'unknown' }),
  };
  const model = modelOf(name, modelOptions);
  const words = wordsOf(needsModel ? name : checks[0]!);
  const meaning = meaningOf(wishes.failedCas);
  const problemOf = needsModel && Object.hasOwn(MODELS, name) ? unfit(name) : () => undefined;
  if (whole) await readOps(history, () => {}, { key, problemOf });
  return {
    history,
    model: name,
    initial,
    about: `${FORMATS[survey.format]}, ${needsModel ? name : checks.join(', ')}${initial === null ? '' : ` from ${JSON.stringify(initial)}`}${saidOf(key)}`,
    question: (progress) => ({
      workload: { ...(model && { model }) },
      system: plan?.system.name,
      checks,
      require: plan && { okOps: plan.require.okOps, faults: plan.nemesis.length },
      timeout: wishes.timeout,
      linearizable: {
        ...searchOf(wishes),
        modelOptions,
        onProgress: (decided, keys) => progress.checked(history, decided, keys),
      },
      reading: {
        key,
        problemOf,
        meaning: (op) => words(meaning(op)),
        onProgress: (bytes) => {
          progress.read(history, bytes);
          return undefined;
        },
      },
    }),
  };
}

function searchOf({ memory, witness, algorithm }: Wishes): NonNullable<Question['linearizable']> {
  return { memory, witness: witness !== undefined, ...(algorithm !== undefined && { algorithm }) };
}

/** What the ops of failed compare-and-sets say, by the user's word. */
function meaningOf(failedCas: 'observed' | 'dropped' | undefined): (op: Op) => Op {
  const isFailedCas = ({ type, f }: Op): boolean => type === 'fail' && f === 'cas';
  switch (failedCas) {
    case undefined:
      return (op) => op;
    case 'observed': // one with another error says that it failed for another reason
      return (op) => (isFailedCas(op) && op.error === undefined ? { ...op, error: MISMATCH } : op);
    case 'dropped':
      return (op) => (isFailedCas(op) && op.error === MISMATCH ? { ...op, error: 'dropped' } : op);
  }
}

interface Survey {
  readonly format: FormatName;
  readonly functions: ReadonlySet<string>;
  /** All values are `[key value]`, and some can be nothing else. */
  readonly looksIndependent: boolean;
  /** Some values have names, as those of several registers at once. */
  readonly hasMaps: boolean;
}

async function surveyOf(history: string, whole: boolean, progress: Progress): Promise<Survey> {
  const functions = new Set<string>();
  let ops = 0;
  let pairs = true;
  let telling = false;
  let hasMaps = false;
  const push = (op: Op): void => {
    if (!isClientOp(op)) return;
    functions.add(op.f);
    hasMaps ||= isMap(op.value);
    if (ops++ >= SURVEYED || !pairs) return;
    const pair = Array.isArray(op.value) && op.value.length === 2 ? (op.value as readonly Json[]) : undefined;
    // Where a read is invoked, an answer has its place: `nil`, or `[key nil]`.
    const isAsked = op.type === 'invoke' || op.value !== undefined;
    if (op.key !== undefined || (isAsked && pair === undefined)) pairs = false;
    if (op.type !== 'invoke' || pair === undefined) return;
    if (
      op.f in READS ? pair[1] === null : op.f === 'cas' && !Array.isArray(pair[0]) && Array.isArray(pair[1])
    )
      telling = true;
  };
  const format = await readOps(history, push, {
    onProgress: (bytes) => {
      progress.read(history, bytes);
      return !whole && ops >= SURVEYED ? 'stop' : undefined;
    },
  });
  return { format, functions, looksIndependent: format !== 'jsonl' && pairs && telling, hasMaps };
}

const READS: { readonly [f: string]: true } = { read: true, get: true };

function keyOf(text: string | undefined): KeySource | undefined {
  if (text === undefined) return undefined;
  if (text === 'none') return { from: 'nowhere' };
  return text === 'value' ? { from: 'value' } : { from: 'member', name: text };
}

function saidOf(key: KeySource): string {
  if (key.from === 'value') return ', keys from values';
  if (key.from === 'nowhere') return ', one object';
  return key.name === 'key' ? '' : `, keys from ${key.name}`;
}

function historyAt(path: string): string {
  const missing = new Unclear(`no history at ${path}: expected a run folder or a file`);
  if (!existsSync(path)) throw missing;
  if (!statSync(path).isDirectory()) return path;
  const history = join(path, 'history.jsonl');
  if (!existsSync(history)) throw missing;
  return history;
}

async function planBeside(history: string): Promise<Plan | undefined> {
  const folder = findRunFolder(history);
  if (folder === undefined || !existsSync(folder.plan)) return undefined;
  // Most histories have none, and a check of a small one should not wait for what reads plans.
  const { catalogueToRead, loadPlan } = await import('../plan/index.ts');
  const loaded = loadPlan(folder.plan, { set: [] }, await catalogueToRead());
  return 'plan' in loaded ? loaded.plan : undefined;
}

/** What EDN can say and JSON can't is a map with one name, `#…`; that is a value like any other. */
function isMap(value: Json | undefined): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return '#map' in value || !Object.keys(value).some((name) => name.startsWith('#'));
}

/** Of a workload whose model has another name, or none, that one. */
function modelOf(name: string, options: ModelOptions): Model | undefined {
  try {
    return modelNamed(name, options) ?? workloads[name]?.model;
  } catch (error) {
    if (error instanceof TypeError) throw new Unclear(`--init: ${error.message}`);
    throw error;
  }
}

function guessModel(history: string, { functions, hasMaps }: Survey): string {
  // Else several registers at once would look like one that holds maps.
  const fits = hasMaps && functions.has('write') ? ['register', 'multi-register'] : modelsFor(functions);
  if (functions.size === 0) throw new Unclear(`${history}: there is no client operation in this history`);
  if (fits.length === 1) return fits[0]!;
  throw new Unclear(
    `${history}: cannot tell which model this is for (functions: ${[...functions].join(', ')}); say so with --model ${(fits.length > 0 ? fits : Object.keys(MODELS)).join('|')}`,
  );
}
