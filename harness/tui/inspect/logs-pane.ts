/** What the nodes logged between two moments, of all of them in the order of time. */
import { line, span, wrapped, type Line } from '../spans.ts';
import { momentText } from './op-lines.ts';
import type { Run } from './run.ts';
import { TextPane } from './text-pane.ts';

/** Before and after, ns. */
const MARGIN = 200e6;
const MAX_LINES = 2000;

/** ns. Logs are read once, when the pane is opened. */
export function logsPane(run: Run, from: number, until: number): TextPane {
  const entries = Object.entries(run.logs(from - MARGIN, until + MARGIN))
    .flatMap(([node, lines]) => lines.map((entry) => ({ node, ...entry })))
    .sort((a, b) => a.time - b.time);
  const wide = Math.max(4, ...entries.map(({ node }) => Math.min(12, node.length)));
  return new TextPane((width) => [
    line(
      `What nodes logged from ${momentText(Math.max(0, from - MARGIN))} to ${momentText(until + MARGIN)}`,
      'bold',
    ),
    ...(entries.length === 0 ? [line('nothing', 'dim')] : []),
    ...entries.slice(0, MAX_LINES).flatMap(({ node, time, text }) =>
      wrapped(text, Math.max(10, width - 18 - wide)).map((part, row): Line => {
        const isWithin = time * 1e6 >= from && time * 1e6 <= until;
        return [
          span(row === 0 && isWithin ? ' │' : '  ', 'bad'),
          span(` ${(row === 0 ? momentText(time * 1e6) : '').padStart(12)} `, 'dim'),
          span(`${(row === 0 ? node : '').padEnd(wide)} `, 'bold'),
          ...part,
        ];
      }),
    ),
  ]);
}
