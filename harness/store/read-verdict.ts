/** `verdict.json` of a run, read and checked. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { runVerdictSchema, type RunVerdict } from './verdict.ts';

export type ReadVerdict =
  | { readonly verdict: RunVerdict }
  /** One line on why there is none. `missing`: the run did not come to its end. */
  | { readonly problem: string; readonly missing: boolean };

/** Details may be megabytes, and what `JSON.parse` gave is JSON: they are not gone through once more. */
const { checks } = runVerdictSchema.shape;
const readSchema = runVerdictSchema.extend({
  checks: z.array(checks.element.extend({ details: z.unknown() })),
});

export function readVerdict(file: string): ReadVerdict {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return { problem: 'holds no finished run: there is no verdict.json', missing: true };
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { problem: `${file} is not JSON`, missing: false };
  }
  const read = readSchema.safeParse(json);
  if (read.success) return { verdict: read.data as RunVerdict };
  const [issue] = read.error.issues;
  return {
    problem: `${file} is no verdict of this version: ${issue?.path.join('.')} ${issue?.message}`,
    missing: false,
  };
}
