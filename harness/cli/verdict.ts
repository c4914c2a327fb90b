/** A verdict as lines for people; a view of `verdict.json`. */
import chalk from 'chalk';
import { relative } from 'node:path';
import type { LinearizableDetails } from '../../checkers/linearizable.ts';
import type { RecoveryDetails } from '../../checkers/recovery.ts';
import type { CheckResult, Verdict } from '../../checkers/types.ts';
import type { Explanation } from '../explain/index.ts';
import type { RunVerdict } from '../store/verdict.ts';
import { counterexampleLines } from './counterexample.ts';
import { measureLines } from './measures.ts';
import { printable } from './printable.ts';
import { stuckLines } from './stuck.ts';
import { count, elided } from './text.ts';

const MARK: Record<Verdict, string> = {
  valid: chalk.green('✓'),
  invalid: chalk.red('✗'),
  unknown: chalk.yellow('?'),
};
const COLOUR: Record<Verdict, (text: string) => string> = {
  valid: chalk.green,
  invalid: chalk.red,
  unknown: chalk.yellow,
};

const WIDTH = 100;

/** The end of a run: the verdict, what it rests on, what proves it, and how to see it again. */
export function verdictLines(run: RunVerdict, folder: string): readonly string[] {
  const said = COLOUR[run.verdict](chalk.bold(run.verdict.toUpperCase()));
  const isAllowed = run.met && run.verdict === 'unknown';
  const expected = isAllowed
    ? chalk.yellow('which the plan lets pass')
    : run.met
      ? chalk.green('as expected')
      : chalk.red(`expected ${run.expect}`);
  return [
    `${said}, ${expected} · ${count(run.ops)} operations${run.interrupted ? chalk.yellow(' · interrupted') : ''}`,
    ...checkLines(run.verdict, run.checks as readonly CheckResult[], run.explanation ?? undefined),
    '',
    ...measureLines(run.checks as readonly CheckResult[]),
    '',
    ...run.reproduce.map(
      (command, i) => `${i === 0 ? 'see it again:' : '          or:'}  ${printable(command)}`,
    ),
    chalk.dim(`everything:    ${printable(relative(process.cwd(), folder) || '.')}`),
  ];
}

/** A line for each check, then the counterexample where there is one. */
export function checkLines(
  verdict: Verdict,
  checks: readonly CheckResult[],
  explanation?: Explanation,
): readonly string[] {
  const width = Math.max(...checks.map(({ checker }) => checker.length));
  const lines = checks.map(
    (check) => `  ${MARK[check.verdict]} ${check.checker.padEnd(width)}  ${printable(elided(check.summary))}`,
  );
  if (verdict !== 'invalid') return lines;
  if (explanation !== undefined) lines.push('', ...explanationLines(explanation));
  const recovery = checks.find(({ checker, verdict }) => checker === 'recovery' && verdict === 'invalid');
  // So do `recovery` and `linearizable`: they document their details so.
  if (recovery?.details != null) {
    lines.push('', ...stuckLines(recovery.details as unknown as RecoveryDetails));
  }
  const failed = checks.find(({ checker, verdict }) => checker === 'linearizable' && verdict === 'invalid');
  if (failed?.details == null) return lines;
  const key = (failed.details as unknown as LinearizableDetails).keys[0];
  return key === undefined ? lines : [...lines, '', ...counterexampleLines(key)];
}

/** Sentences may be long, and hold what clients wrote. */
function explanationLines({ pattern, sentences }: Explanation): readonly string[] {
  return [
    chalk.bold(printable(pattern)),
    ...sentences.flatMap((sentence) => wrapped(printable(sentence), WIDTH)),
  ];
}

/** Lines of about `width` characters, broken at blanks, indented. */
function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + word.length >= width) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].map((one, at) => `  ${at === 0 ? '' : '  '}${one}`);
}
