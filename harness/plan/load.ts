/** Plans from files. */
import { fstatSync, closeSync, openSync, readFileSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Catalogue } from './catalogue.ts';
import { absoluteSystem, isSystemPath } from '../hosts/system.ts';
import { own } from './mistake.ts';
import { nearest } from './nearest.ts';
import { applyOverrides, type Overrides } from './overrides.ts';
import type { PlanProblem } from './problem.ts';
import { resolvePlan, type Resolved } from './resolve.ts';
import { MAX_CHARS, parseYaml, position, toData } from './source.ts';

/** A plan's file; or its text, with the file that it would be, from where its paths are taken. */
export type PlanSource = string | { readonly text: string; readonly file: string };

/** Reads, changes and checks a plan. Never throws for what is in the file, or because there is none. */
export function loadPlan(file: string, overrides: Overrides, catalogue: Catalogue): Resolved {
  const read = readText(file);
  return 'text' in read ? resolvePlan(read.text, file, overrides, catalogue) : { problems: [read.problem] };
}

/**
 * The absolute path of the module that a plan names as its system; undefined where it names none, or can't be
 * read: `loadPlan` says why.
 */
export function systemPathIn(source: PlanSource, overrides: Overrides): string | undefined {
  const file = typeof source === 'string' ? source : source.file;
  const read = typeof source === 'string' ? readText(source) : source;
  const doc = 'text' in read ? parseYaml(read.text).doc : undefined;
  if (doc === undefined || doc.contents === null) return undefined;
  applyOverrides(doc, overrides);
  const content = toData(doc);
  const name = 'data' in content ? own(own(content.data, 'system'), 'name') : undefined;
  return typeof name === 'string' && isSystemPath(name) ? absoluteSystem(name, dirname(file)) : undefined;
}

function readText(file: string): { readonly text: string } | { readonly problem: PlanProblem } {
  const problem = (message: string, rest: Partial<PlanProblem> = {}): { readonly problem: PlanProblem } => ({
    problem: { file, line: undefined, column: undefined, path: '', message, ...rest },
  });
  let bytes: Buffer;
  try {
    const fd = openSync(file, 'r');
    try {
      const stat = fstatSync(fd);
      if (stat.isDirectory()) return problem('this is a folder', { expected: 'a YAML file' });
      if (stat.isCharacterDevice()) return problem('this is a device', { expected: 'a YAML file' });
      // A character takes four bytes at most.
      if (stat.size > 4 * MAX_CHARS)
        return problem(`a plan has at most ${MAX_CHARS} characters; this file has ${stat.size} bytes`);
      bytes = readFileSync(fd);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return problem('there is no such file', hintOfFile(file));
    return problem(
      code === 'EACCES' ? 'no permission to read this file' : `this file cannot be read: ${message}`,
    );
  }
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    const text = new TextDecoder('utf-8').decode(bytes);
    const start = Math.max(0, text.indexOf('\ufffd'));
    const hint = 'save the file as UTF-8';
    return problem('this is not text in UTF-8', { ...position(text, { start, end: start + 1 }), hint });
  }
}

function hintOfFile(file: string): { hint?: string } {
  try {
    const found = nearest(
      basename(file),
      readdirSync(dirname(file)).filter((name) => /\.ya?ml$/i.test(name)),
    );
    return found === undefined ? {} : { hint: `did you mean \`${join(dirname(file), found)}\`?` };
  } catch {
    return {};
  }
}
