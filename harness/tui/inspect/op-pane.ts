/** All of one op: what it says, the other half of it, the faults that were on, what its node logged around it. */
import { milliseconds } from '../../cli/text.ts';
import { isClientOp, type Op } from '../../history/op.ts';
import { line, span, wrapped, type Line } from '../spans.ts';
import type { HistorySource } from './history-source.ts';
import { momentText } from './op-lines.ts';
import type { Run } from './run.ts';
import { TextPane } from './text-pane.ts';
import { windowsAt } from './windows.ts';

/** Before and after it, ns. */
const LOG_MARGIN = 50e6;
/** The other half is looked for in so many rows around it. */
const MAX_DISTANCE = 20_000;
const PIECE = 500;
/** Of a value that is long so many characters: as many as anybody reads. */
const MAX_TEXT = 20_000;

/** `at`: its row. */
export function opPane(run: Run, at: number): TextPane {
  const [row] = run.history.rows(at, 1);
  if (row === undefined) return new TextPane(() => [line('there is nothing here')]);
  if (row.kind === 'broken') {
    return new TextPane((width) => [
      line(`Line ${at} is no op: ${row.problem}`, 'bad'),
      [],
      ...wrapped(row.text, width),
    ]);
  }
  const { op } = row;
  const other =
    isClientOp(op) || /^nemesis/.test(String(op.process)) ? otherHalf(run.history, op, at) : undefined;
  const logs = logLines(run, op, other);
  return new TextPane((width) => [
    line(`op ${op.index}`, 'title'),
    ...fieldLines(op, width),
    [],
    ...otherLines(op, other, width),
    ...faultLines(run, op, width),
    ...logs(width),
  ]);
}

function fieldLines(op: Op, width: number): readonly Line[] {
  const { index: _, time, ...rest } = op;
  const fields = { time: momentText(time), ...rest };
  return Object.entries(fields).flatMap(([name, value]) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    const cut = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}… (${text.length} characters)` : text;
    return wrapped(cut, Math.max(10, width - 11)).map((part, row): Line => [
      span(`  ${(row === 0 ? name : '').padEnd(9)}`, 'dim'),
      ...part,
    ]);
  });
}

function otherLines(op: Op, other: Op | undefined, width: number): readonly Line[] {
  if (other === undefined) {
    if (op.type !== 'invoke') return [];
    return [line(`Nothing says how it ended, in the ${MAX_DISTANCE} ops after it.`, 'unsure'), []];
  }
  const took = milliseconds(Math.abs(other.time - op.time) / 1e6);
  const title =
    op.type === 'invoke'
      ? `${other.type} after ${took}: op ${other.index}`
      : `invoked ${took} before: op ${other.index}`;
  return [line(title, 'bold'), ...fieldLines(other, width), []];
}

function faultLines(run: Run, op: Op, width: number): readonly Line[] {
  const on = windowsAt(run.windows, op.time);
  if (on.length === 0) return [line('No fault was on.', 'dim'), []];
  return [
    line(`${on.length === 1 ? 'A fault was' : `${on.length} faults were`} on:`, 'bold'),
    ...on.flatMap(({ number, name, about, from, until }) =>
      wrapped(
        `#${number} ${name} ${about}, ${momentText(from)} to ${until === Infinity ? 'the end' : momentText(until)}`,
        Math.max(10, width - 4),
        'fault',
      ).map((part): Line => [span('  '), ...part]),
    ),
    [],
  ];
}

/** Read once, when the op is opened. */
function logLines(run: Run, op: Op, other: Op | undefined): (width: number) => readonly Line[] {
  const from = Math.min(op.time, other?.time ?? op.time) - LOG_MARGIN;
  const until = Math.max(op.time, other?.time ?? op.time) + LOG_MARGIN;
  const node = op.node ?? other?.node;
  const all = Object.entries(run.logs(from, until));
  const logs = node === undefined ? all : all.filter(([name]) => name === node);
  const margin = milliseconds(LOG_MARGIN / 1e6);
  return (width) => {
    if (run.folder === undefined) return [];
    if (logs.every(([, lines]) => lines.length === 0))
      return [
        line(
          `${node ?? 'No node'} logged ${node === undefined ? 'anything' : 'nothing'} from ${margin} before to ${margin} after.`,
          'dim',
        ),
      ];
    return logs.flatMap(([name, lines]) => [
      line(`${name} logged, from ${margin} before to ${margin} after:`, 'bold'),
      ...lines.flatMap(({ time, text }) =>
        wrapped(text, Math.max(10, width - 16)).map((part, row): Line => [
          span(`  ${(row === 0 ? momentText(time * 1e6) : '').padStart(12)}  `, 'dim'),
          ...part,
        ]),
      ),
      [],
    ]);
  };
}

/** What the same process did before an op, or after it. */
function otherHalf(history: HistorySource, op: Op, at: number): Op | undefined {
  const step = op.type === 'invoke' ? 1 : -1;
  for (let distance = 0; distance < MAX_DISTANCE; distance += PIECE) {
    const from = step > 0 ? at + 1 + distance : Math.max(0, at - distance - PIECE);
    const size = step > 0 ? PIECE : at - distance - from;
    if (size <= 0) return undefined;
    const rows = history.rows(from, size);
    const found = (step > 0 ? rows : [...rows].reverse()).find(
      (row) => row.kind === 'op' && row.op.process === op.process,
    );
    if (found?.kind === 'op')
      return found.op.type === 'invoke' ? (step < 0 ? found.op : undefined) : step > 0 ? found.op : undefined;
    if (rows.length < size) return undefined;
  }
  return undefined;
}
