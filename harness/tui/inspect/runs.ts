/** The runs below a folder, newest first, and what their verdicts say in a line. */
import { lstatSync, readdirSync, readFileSync, realpathSync, statSync, type Dirent } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { z } from 'zod';
import { RunFolder } from '../../store/run-folder.ts';
import { runVerdictSchema } from '../../store/verdict.ts';

/** Deeper than `<out>/<plan>/<run>` nobody puts runs but by hand. */
const MAX_DEPTH = 4;

export interface RunPlace {
  /** Absolute. */
  readonly path: string;
  /** Below the folder that was asked for. */
  readonly name: string;
  readonly isLatest: boolean;
  /** By its name, or when it was changed last. */
  readonly started: Date;
}

export interface Headline {
  readonly plan: string;
  readonly seed: number;
  readonly host: string;
  readonly started: string;
  readonly verdict: 'valid' | 'invalid' | 'unknown';
  readonly expect: 'valid' | 'invalid';
  readonly met: boolean;
  readonly interrupted: boolean;
  readonly ops: number;
  /** The known way of failing that it is, if any. */
  readonly pattern: string | null;
}

/** `problem` says why there is no verdict: not finished, or damaged. */
export type RunState = { readonly headline: Headline } | { readonly problem: string };

/** Of the whole verdict only what a line says: the details of checks may be long. */
const headSchema = z.object({
  ...runVerdictSchema.pick({
    plan: true,
    seed: true,
    host: true,
    started: true,
    verdict: true,
    expect: true,
    met: true,
    interrupted: true,
    ops: true,
    explanation: true,
  }).shape,
});

/** No error for what can't be read: it is not listed. */
export function findRuns(root: string): readonly RunPlace[] {
  const latest = latestOf(root);
  return below(root, 0)
    .map((path) => ({ path, stamp: stampOf(path) }))
    .sort((a, b) => b.stamp.getTime() - a.stamp.getTime() || b.path.localeCompare(a.path))
    .map(({ path, stamp }) => ({
      path,
      name: relative(root, path),
      isLatest: resolve(path) === latest,
      started: stamp,
    }));
}

export function stateOf({ path }: RunPlace): RunState {
  let text: string;
  try {
    text = readFileSync(new RunFolder(path).verdict, 'utf8');
  } catch {
    return { problem: 'not finished' };
  }
  try {
    const { explanation, ...head } = headSchema.parse(JSON.parse(text));
    return { headline: { ...head, pattern: explanation?.pattern ?? null } };
  } catch {
    return { problem: 'verdict.json is damaged, or of another version' };
  }
}

/** Links are not followed: `latest` is a run that is listed already. */
function below(folder: string, depth: number): readonly string[] {
  let entries: readonly Dirent[];
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
  if (depth > 0 && entries.some((entry) => entry.name === 'history.jsonl' && entry.isFile())) return [folder];
  if (depth === MAX_DEPTH) return [];
  return entries
    .filter((entry) => entry.isDirectory() && entry.name !== 'node_modules')
    .flatMap((entry) => below(join(folder, entry.name), depth + 1));
}

/** By the name that Faultline gives; of folders of other names by when they were changed. */
function stampOf(path: string): Date {
  const [, day, hour, minute, second] = /^(\d{4}-\d\d-\d\d)T(\d\d)(\d\d)(\d\d)Z/.exec(basename(path)) ?? [];
  const named = new Date(`${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(named.getTime()) ? statSync(path).mtime : named;
}

function latestOf(root: string): string | undefined {
  const link = join(root, 'latest');
  try {
    return lstatSync(link).isSymbolicLink() ? realpathSync(link) : undefined;
  } catch {
    return undefined;
  }
}
