/**
 * A job as it is asked for: what to compute, of which input, into how many partitions. As JSON it is one
 * object, which travels from the client to the coordinator and with every task to the worker:
 *
 *     { "kind": "word-count", "reducers": 3, "seed": 7, "size": 2000, "splits": 4 }
 *     { "kind": "grep", "pattern": "ka", "reducers": 1, "texts": ["one split's lines\n", "another's\n"] }
 *     { "kind": "module", "reducers": 2, "files": ["input-0", "input-1"] }
 *
 * `files` are files on every worker's disk, put there before it started: a shared file system's part.
 */
import type { Json } from '../../contract.ts';
import { grep } from './grep.ts';
import { invertedIndex } from './inverted-index.ts';
import type { Job } from './job.ts';
import { moduleAt } from './module.ts';
import { textFromSeed } from './text.ts';
import { wordCount } from './word-count.ts';

export interface JobSpec {
  readonly job: Job;
  readonly splits: number;
  readonly reducers: number;
  /** The text of a split; `read` gives the content of a file. Throws when there is no such file. */
  textOf(split: number, read: (file: string) => string | undefined): string;
  /** As it was asked for. */
  readonly json: Json;
}

const MAX_SPLITS = 1000;
const MAX_REDUCERS = 100;
const MAX_SIZE = 64 * 1024 * 1024;
const MAX_TEXTS = 1024 * 1024;
const FILE = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}$/;

/** The job in `json`, or what is wrong with it; `module` is the path of the user's own, '' for none. */
export function parseSpec(json: Json | undefined, module: string): JobSpec | string {
  if (typeof json !== 'object' || json === null || !('kind' in json)) return 'a job is an object with a kind';
  const { kind, pattern, reducers } = json;
  if (!isWhole(reducers, 1, MAX_REDUCERS)) return `a job has 1 to ${MAX_REDUCERS} reducers`;
  const job = jobOf(kind, pattern, module);
  if (typeof job === 'string') return job;
  const input = inputOf(json);
  return typeof input === 'string' ? input : { job, reducers, ...input, json };
}

function jobOf(kind: Json | undefined, pattern: Json | undefined, module: string): Job | string {
  switch (kind) {
    case 'word-count':
      return wordCount;
    case 'inverted-index':
      return invertedIndex;
    case 'grep':
      if (typeof pattern !== 'string') return 'grep needs a pattern';
      try {
        return grep(new RegExp(pattern, 'u'));
      } catch {
        return `the pattern ${JSON.stringify(pattern)} is no regular expression`;
      }
    case 'module':
      return moduleAt(module) ?? 'there is no module; name one in the option `module`';
    default:
      return 'the kind of a job is word-count, inverted-index, grep or module';
  }
}

function inputOf(json: { readonly [key: string]: Json }): Pick<JobSpec, 'splits' | 'textOf'> | string {
  const { seed, size, splits, texts, files } = json;
  if (isTexts(texts)) {
    const length = texts.reduce((sum, text) => sum + text.length, 0);
    if (texts.length === 0 || texts.length > MAX_SPLITS || length > MAX_TEXTS)
      return `texts are 1 to ${MAX_SPLITS}, of ${MAX_TEXTS} characters together`;
    return { splits: texts.length, textOf: (split) => texts[split]! };
  }
  if (isTexts(files)) {
    if (files.length === 0 || files.length > MAX_SPLITS || !files.every((file) => FILE.test(file)))
      return `files are 1 to ${MAX_SPLITS} flat names`;
    return {
      splits: files.length,
      textOf(split, read) {
        const text = read(files[split]!);
        if (text === undefined) throw new Error(`there is no input file ${files[split]!}`);
        return text;
      },
    };
  }
  if (!isWhole(seed, 0, Number.MAX_SAFE_INTEGER)) return 'a job has a seed, texts or files to read';
  if (!isWhole(splits, 1, MAX_SPLITS)) return `a job has 1 to ${MAX_SPLITS} splits`;
  if (!isWhole(size, 1, MAX_SIZE)) return `the size of a split is 1 to ${MAX_SIZE} characters`;
  return { splits, textOf: (split) => textFromSeed(seed, split, size) };
}

function isWhole(value: Json | undefined, min: number, max: number): value is number {
  return Number.isSafeInteger(value) && Number(value) >= min && Number(value) <= max;
}

function isTexts(value: Json | undefined): value is readonly string[] {
  return Array.isArray(value) && value.every((text) => typeof text === 'string');
}
