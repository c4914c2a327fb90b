/** What `faultline inspect` prints where there is no screen: lines for people, or JSON. */
import chalk from 'chalk';
import { relative } from 'node:path';
import { describeRun, listRuns, matchingRows, rowPrinter } from '../tui/inspect/answer.ts';
import { compareRuns } from '../tui/inspect/compare.ts';
import { comparisonLines } from '../tui/inspect/compare-lines.ts';
import { parseFilter } from '../tui/inspect/filter.ts';
import { unknownFault } from '../tui/inspect/matcher.ts';
import { NothingThereError, type Run } from '../tui/inspect/run.ts';
import type { Row } from '../tui/inspect/rows.ts';
import { summaryLines } from '../tui/inspect/summary.ts';
import { metSpan, verdictSpan } from '../tui/inspect/words.ts';
import { span, type Line } from '../tui/spans.ts';
import { ansi } from '../tui/theme.ts';
import { BadFilterError } from './inspect-filter.ts';
import { printableLine } from './printable.ts';
import { count } from './text.ts';
import { verdictLines } from './verdict.ts';

/** Lines side by side need some width; a pipe has none of its own. */
const WIDTH = 120;
/** Ops are written in pieces of so many characters. */
const PIECE = 64 * 1024;

export function printRuns(root: string, json: boolean): void {
  const runs = listRuns(root);
  if (json) {
    writeJson(runs);
    return;
  }
  if (runs.length === 0) throw new NothingThereError(`no runs in ${root}: faultline run PLAN makes one`);
  for (const run of runs) {
    const folder = `  ${relative(process.cwd(), run.folder)}`;
    if ('problem' in run) {
      write([span(`? ${run.problem}`, 'unsure'), span(folder, 'dim')]);
      continue;
    }
    const { started, verdict, plan, seed, host, ops, pattern } = run;
    write([
      span(`${started.slice(0, 19).replace('T', ' ')}  `, 'dim'),
      verdictSpan(verdict),
      span(', '),
      metSpan(run),
      span(`  ${plan} seed ${seed} on ${host}, ${count(ops)} operations`),
      ...(pattern === null ? [] : [span(`  ${pattern}`)]),
      span(folder, 'dim'),
      ...(run.latest ? [span('  latest', 'dim')] : []),
    ]);
  }
}

export async function printRun(run: Run, json: boolean): Promise<void> {
  const answer = await describeRun(run);
  if (json) writeJson(answer);
  else if (run.verdict !== undefined && run.folder !== undefined) {
    for (const one of verdictLines(run.verdict, run.folder.path)) process.stdout.write(`${one}\n`);
  } else for (const one of summaryLines(run, WIDTH)) write(one);
}

/** As lines, or each op as it is in a history, so that what reads histories reads this. */
export async function printOps(run: Run, filter: string, json: boolean): Promise<void> {
  await run.history.load(() => undefined);
  const parsed = parseFilter(filter);
  const terms = 'filter' in parsed ? parsed.filter : [];
  const wrong = unknownFault(terms, filter, run.windows);
  if (wrong !== undefined) throw new BadFilterError(wrong.problem);
  const lineOf = rowPrinter(run);
  let piece: string[] = [];
  let size = 0;
  const flush = (): void => {
    process.stdout.write(piece.join(''));
    piece = [];
    size = 0;
  };
  let matches = 0;
  await matchingRows(run, terms, (row, at) => {
    // Whoever read our output may have seen enough.
    if (process.stdout.destroyed) return 'stop';
    matches++;
    const text = json
      ? `${harmless(JSON.stringify(jsonOf(row, at)))}\n`
      : `${ansi(lineOf(row, at)).trimEnd()}\n`;
    piece.push(text);
    size += text.length;
    if (size >= PIECE) flush();
    return undefined;
  });
  flush();
  const { problem, length } = run.history;
  if (problem !== undefined) process.stderr.write(`faultline: ${printableLine(problem)}\n`);
  process.stderr.write(chalk.dim(`${count(matches)} of ${count(length)} ops\n`));
}

export async function printComparison(one: Run, other: Run, json: boolean): Promise<void> {
  const comparison = await compareRuns(one, other);
  if (json) writeJson(comparison);
  else for (const line of comparisonLines(comparison, WIDTH)) write(line);
}

function writeJson(answer: unknown): void {
  // JSON has no Infinity: what is on to the end has no end.
  const text = JSON.stringify(answer, (_, value: unknown) => (value === Infinity ? null : value), 2);
  process.stdout.write(`${harmless(text)}\n`);
}

function jsonOf(row: Row, at: number): object {
  return row.kind === 'op' ? row.op : { line: at, problem: row.problem, text: row.text };
}

/** JSON leaves some characters that a terminal obeys as they are; written by number they are the same JSON. */
function harmless(json: string): string {
  return json.replace(/[\u007f-\u009f\u2028\u2029]|\p{Cf}/gu, (char) =>
    [...Array(char.length).keys()]
      .map((at) => `\\u${char.charCodeAt(at).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}

function write(line: Line): void {
  process.stdout.write(`${ansi(line).trimEnd()}\n`);
}
