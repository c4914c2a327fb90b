/** `verdict.json` of a run, read and checked. */
import { readFileSync } from 'node:fs';
import { runVerdictSchema, type RunVerdict } from './verdict.ts';

export type ReadVerdict =
  | { readonly verdict: RunVerdict }
  /** One line on why there is none. `missing`: the run did not come to its end. */
  | { readonly problem: string; readonly missing: boolean };

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
  const read = runVerdictSchema.safeParse(json);
  if (read.success) return { verdict: read.data };
  const [issue] = read.error.issues;
  return {
    problem: `${file} is no verdict of this version: ${issue?.path.join('.')} ${issue?.message}`,
    missing: false,
  };
}
