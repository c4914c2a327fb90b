/**
 * A violation in words: what was seen, why it can't be right, and what was broken at the time. One piece
 * of text for terminals, reports and files; whoever shows it makes it safe for where it is shown.
 */
import type { KeyDetails, OperationDetails } from '../../checkers/linearizable.ts';
import { milliseconds } from '../cli/text.ts';
import type { Json } from '../history/op.ts';
import { isRead, sawOf } from './effects.ts';
import type { Pattern } from './pattern.ts';
import type { Happening } from './scene.ts';

const MAX_VALUE = 80;
const MAX_STATES = 3;

export function wordsOf(pattern: Pattern, key: KeyDetails): readonly string[] {
  const { operations, blocked } = key.counterexample!;
  const last = operations.find(({ invoke }) => invoke === blocked)!;
  const where = key.key === '' ? '' : `key ${valueText(key.key)}: `;
  const reason = reasonFor(pattern, last);
  return [
    `${where}${whatItDid(last)}`,
    ...reason,
    ...(NEEDS_STATES.includes(pattern.kind) ? states(key) : []),
  ];
}

/** Where the reason does not say what would have been right. */
const NEEDS_STATES: readonly Pattern['kind'][] = ['stale read', 'lost write', 'order flip', 'general'];

/** `process 3 read 7 from n2 at 12.034 s (op 118).` */
function whatItDid(op: OperationDetails): string {
  const saw = sawOf(op);
  const who = `process ${op.process}`;
  const from = op.node === null ? '' : ` from ${op.node}`;
  const at = op.completed === null ? '' : ` at ${seconds(op.completed)}`;
  if (saw === undefined) return `${who} was answered ${op.description}${from}${at} (op ${op.invoke}).`;
  if (isRead(op)) return `${who} read ${valueText(saw)}${from}${at} (op ${op.invoke}).`;
  return `the compare-and-set of ${who} succeeded${from}${at}, so it found ${valueText(saw)} (op ${op.invoke}).`;
}

function reasonFor(pattern: Pattern, last: OperationDetails): readonly string[] {
  switch (pattern.kind) {
    case 'phantom value': {
      const { value, elsewhere } = pattern;
      const never = `No operation ever wrote ${valueText(value)} to it`;
      return [
        elsewhere === undefined ? `${never}.` : `${never}; it was written to key ${valueText(elsewhere)}.`,
      ];
    }
    case 'early value':
      return [
        `${valueText(pattern.value)} was written only after that: ${happened(pattern.writer)}, invoked at ${seconds(pattern.writer.invocation.time)}.`,
      ];
    case 'dirty read':
      return [
        `${valueText(pattern.value)} was never to be seen: the only operation that would have written it, ${happened(pattern.writer)}, was refused${refusal(pattern.writer)}.`,
      ];
    case 'duplicate append': {
      const { token, times, asked } = pattern;
      return [
        `It holds ${valueText(token)} ${times} times, and that was appended ${asked === 1 ? 'once' : `${asked} times`}.`,
      ];
    }
    case 'stale read':
    case 'lost write':
      return [replacedText(pattern, last), ...(pattern.kind === 'lost write' ? [LOST] : [])];
    case 'order flip': {
      const { first, saw } = pattern;
      return [
        `${valueText(saw)} had been there before: process ${first.process} saw it at ${seconds(first.completed!)} (op ${first.invoke}), ${ago(first.completed!, last.invoked)} before this began. It was written after ${valueText(sawOf(last)!)}, which therefore can't come back.`,
      ];
    }
    case 'lost update':
      return [
        `So did that of process ${pattern.other.process} (op ${pattern.other.invoke}). ${valueText(pattern.saw)} was written once, and whichever came first had replaced it: one of the two updates is lost.`,
      ];
    case 'disagreement': {
      const saw = ([a, b]: readonly [OperationDetails, OperationDetails]): string =>
        `process ${a.process} saw ${valueText(sawOf(a)!)} (op ${a.invoke}) before process ${b.process} saw ${valueText(sawOf(b)!)} (op ${b.invoke})`;
      return [
        `Two orders were seen that can't both be: ${saw(pattern.pairs[0])}, and ${saw(pattern.pairs[1])}. Each of the two was written once.`,
      ];
    }
    case 'general':
      return [
        'No order of the operations, each somewhere between its beginning and its end, gives this answer.',
      ];
  }
}

const LOST =
  'It is missing in every read after that too, when all was healed: it was acknowledged, and is lost.';

function replacedText(
  { over, writer }: Extract<Pattern, { kind: 'stale read' | 'lost write' }>,
  last: OperationDetails,
): string {
  const did =
    over.f === 'append'
      ? `append of ${valueText(over.value)}`
      : over.f === 'delete'
        ? 'delete'
        : `${over.f} of ${valueText(writtenBy(over))}`;
  const acknowledged = `acknowledged at ${seconds(over.completed!)}, ${ago(over.completed!, last.invoked)} before the ${isRead(last) ? 'read' : 'compare-and-set'} began`;
  if (over.f === 'append')
    return `It lacks process ${over.process}'s ${did} (op ${over.invoke}), ${acknowledged}.`;
  const saw = sawOf(last)!;
  const subject = saw === null ? 'Something had been there' : `${valueText(saw)} had been overwritten`;
  const by = saw === null ? `: process ${over.process}'s ${did}` : ` by process ${over.process}'s ${did}`;
  const since =
    writer === undefined || writer.completed === null
      ? ''
      : `, which began after ${valueText(saw)} was ${saw === null ? 'all there was' : 'written'}`;
  return `${subject}${by} (op ${over.invoke})${since}, ${acknowledged}.`;
}

function writtenBy({ f, value }: OperationDetails): Json {
  return f === 'cas' && Array.isArray(value) ? (value as readonly Json[])[1]! : value;
}

/** What the object may have been instead, where that is short. */
function states({ key, counterexample }: KeyDetails): readonly string[] {
  const { configurations, more } = counterexample!;
  const found = [...new Set(configurations.map(({ state }) => (state === 'null' ? 'nothing' : state)))];
  if (more || found.length === 0 || found.length > MAX_STATES) return [];
  const listed = found.map((state) => (state.length > MAX_VALUE ? `${state.slice(0, MAX_VALUE)}…` : state));
  const text = listed.length === 1 ? listed[0]! : `${listed.slice(0, -1).join(', ')} or ${listed.at(-1)}`;
  return [`By then ${key === '' ? 'the object' : 'the key'} could only have been ${text}.`];
}

function happened({ invocation: { process, f, value, index } }: Happening): string {
  return `process ${process}'s ${f}${value === undefined ? '' : ` of ${valueText(value)}`} (op ${index})`;
}

function refusal({ completion }: Happening): string {
  return completion?.error === undefined ? '' : ` (${completion.error})`;
}

function valueText(value: Json): string {
  if (value === null) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE)}…` : text;
}

export const seconds = (ns: number): string => `${(ns / 1e9).toFixed(3)} s`;

function ago(from: number, until: number): string {
  return milliseconds(Math.max(0, until - from) / 1e6);
}
