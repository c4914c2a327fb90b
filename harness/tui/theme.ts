/**
 * How each style looks. The colours are told apart with any colour vision (blue and orange, no red beside a
 * green), and none says anything that a letter or a sign beside it does not say as well: `NO_COLOR` takes
 * nothing away.
 */
import chalk from 'chalk';
import type { Line, Style } from './spans.ts';

const LOOKS: Readonly<Record<Style, (text: string) => string>> = {
  plain: (text) => text,
  dim: chalk.dim,
  bold: chalk.bold,
  title: chalk.bold.ansi256(39),
  good: chalk.ansi256(39),
  bad: chalk.bold.ansi256(208),
  fault: chalk.ansi256(214),
  unsure: chalk.ansi256(176),
  chart: chalk.ansi256(75),
  shaded: chalk.black.bgAnsi256(214),
  chosen: chalk.inverse,
};

/** The line as a terminal is sent it. */
export function ansi(line: Line): string {
  let text = '';
  for (const { text: plain, style } of line) text += LOOKS[style](plain);
  return text;
}
