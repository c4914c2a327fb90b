/** Where reports of a command's runs go, beside the terminal: `--reporter junit=FILE`, `--reporter github`. */
import { InvalidArgumentError } from 'commander';
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { annotations, stepSummary } from '../report/github.ts';
import { junitXml } from '../report/junit.ts';
import type { ReportedRun } from '../report/outcome.ts';

export type Reporter = { readonly kind: 'junit'; readonly file: string } | { readonly kind: 'github' };

/** One use of `--reporter`, after those before it. */
export function collectReporter(text: string, previous: readonly Reporter[] = []): readonly Reporter[] {
  const [kind, ...rest] = text.split('=');
  const file = rest.join('=');
  if (kind === 'junit' && file !== '') return [...previous, { kind, file }];
  if (text === 'github') return [...previous, { kind: 'github' }];
  throw new InvalidArgumentError('expected junit=FILE or github');
}

/**
 * `write`: a line of the job's output, where GitHub reads annotations. Throws what the file system throws.
 */
export function report(
  reporters: readonly Reporter[],
  runs: readonly ReportedRun[],
  started: Date,
  write: (line: string) => void,
): void {
  for (const reporter of reporters) {
    if (reporter.kind === 'junit') {
      mkdirSync(dirname(reporter.file), { recursive: true });
      writeFileSync(reporter.file, junitXml(runs, started));
      continue;
    }
    for (const line of annotations(runs)) write(line);
    // Set by GitHub for each step; elsewhere there is no summary to write.
    const file = process.env['GITHUB_STEP_SUMMARY'];
    if (file !== undefined && file !== '') appendFileSync(file, stepSummary(runs));
  }
}
