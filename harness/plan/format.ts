/**
 * Problems as text, in the manner of rustc: what is wrong, where, the line with a mark under the place,
 * what would be right.
 */
import { printableLine } from '../cli/printable.ts';
import type { PlanProblem } from './problem.ts';

/** Colours; chalk is one. */
export interface Paint {
  red(text: string): string;
  blue(text: string): string;
  bold(text: string): string;
}
const plain: Paint = { red: (text) => text, blue: (text) => text, bold: (text) => text };

/** Beyond that a reader is not helped. */
const MAX_PROBLEMS = 50;
/** Of a long line a window around the place is shown. */
const MAX_WIDTH = 120;

/** Ends with a line end; nothing for no problems. Control characters are shown, not sent. */
export function formatProblems(problems: readonly PlanProblem[], paint: Paint = plain): string {
  if (problems.length === 0) return '';
  const blocks = problems.slice(0, MAX_PROBLEMS).map((problem) => block(problem, paint));
  const files = new Set(problems.map(({ file }) => file));
  const where = files.size === 1 ? printableLine(problems[0]!.file) : `${files.size} files`;
  const rest = problems.length > MAX_PROBLEMS ? `, the first ${MAX_PROBLEMS} shown` : '';
  const total = `${problems.length} mistake${problems.length === 1 ? '' : 's'} in ${where}${rest}; nothing was started`;
  return `${[...blocks, paint.bold(total)].join('\n\n')}\n`;
}

function block(problem: PlanProblem, paint: Paint): string {
  const { file, line, column, path, excerpt, option, message, expected, hint } = problem;
  const subject = option ?? path;
  const headline = printableLine(subject === '' ? message : `${subject}: ${message}`);
  const gutter = ' '.repeat(String(line ?? '').length || 1);
  const bar = paint.blue('|');
  const place = line === undefined ? '' : `:${line}:${column}`;
  const lines = [`${paint.red('error')}: ${paint.bold(headline)}`];
  if (option === undefined) lines.push(`${gutter}${paint.blue('-->')} ${printableLine(file)}${place}`);
  if (line !== undefined && column !== undefined && excerpt !== undefined) {
    const { text, mark } = pointedAt(excerpt.text, column, excerpt.length);
    lines.push(
      `${gutter} ${bar}`,
      `${paint.blue(String(line))} ${bar} ${text}`,
      `${gutter} ${bar} ${paint.red(mark)}`,
    );
  }
  const notes = {
    expected: expected !== undefined && !message.includes(expected) ? expected : undefined,
    hint,
  };
  for (const [name, note] of Object.entries(notes)) {
    if (note !== undefined) lines.push(`${gutter} ${paint.blue('=')} ${name}: ${printableLine(note)}`);
  }
  return lines.join('\n');
}

/** A line as printed, and the line of marks below it. */
function pointedAt(
  line: string,
  column: number,
  length: number,
): { readonly text: string; readonly mark: string } {
  const from =
    line.length > MAX_WIDTH ? Math.max(0, Math.min(column - 1 - MAX_WIDTH / 2, line.length - MAX_WIDTH)) : 0;
  const to = Math.min(line.length, from + MAX_WIDTH);
  const show = (start: number, end: number): string =>
    printableLine(line.slice(start, end).replaceAll('\t', ' '));
  const before = `${from > 0 ? '…' : ''}${show(from, column - 1)}`;
  const marked = show(column - 1, Math.min(to, column - 1 + length));
  const after = `${show(Math.min(to, column - 1 + length), to)}${to < line.length ? '…' : ''}`;
  return {
    text: `${before}${marked}${after}`.trimEnd(),
    mark: ' '.repeat(before.length) + '^'.repeat(Math.max(1, marked.length)),
  };
}
