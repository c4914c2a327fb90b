/** An op as a line of a table. */
import type { Op, OpType } from '../../history/op.ts';
import { cell, numberCell, span, type Line, type Span, type Style } from '../spans.ts';
import type { Row } from './rows.ts';
import { lanesOf, type Window } from './windows.ts';

/** Of a value that is long the beginning; more does not fit on any screen. */
const MAX_VALUE = 400;
/** More lanes side by side would leave no room. */
const MAX_LANES = 4;

const TYPE_STYLE: { readonly [type in OpType]: Style } = {
  invoke: 'dim',
  ok: 'plain',
  fail: 'unsure',
  info: 'unsure',
};

export interface OpMarks {
  /** Indices of ops that nothing explains, and of all that show it. */
  readonly violations: ReadonlySet<number>;
  readonly involved: ReadonlySet<number>;
}

export class OpTable {
  readonly #marks: OpMarks;
  readonly #lanes: readonly (readonly [string, readonly Window[]])[];

  constructor(windows: readonly Window[], marks: OpMarks) {
    this.#marks = marks;
    this.#lanes = [...lanesOf(windows)].slice(0, MAX_LANES);
  }

  head(indexWidth: number): Line {
    return [
      span(
        `${' '.repeat(this.#lanes.length + 2)}${'op'.padStart(indexWidth)}  ${'time'.padStart(12)}  ${'process'.padStart(9)}  ${'type'.padEnd(6)}  what`,
        'dim',
      ),
    ];
  }

  line(row: Row, at: number, indexWidth: number, isChosen: boolean): Line {
    const mark = (isMarked: boolean, text: string): Span => span(isMarked ? text : ' ', 'bad');
    const pointer = span(isChosen ? '▶' : ' ', 'bold');
    if (row.kind === 'broken') {
      return [
        ...this.#gutter(undefined),
        pointer,
        mark(true, '!'),
        numberCell(String(at), indexWidth),
        span(`  no op: ${row.problem}: `, 'bad'),
        span(row.text.slice(0, MAX_VALUE)),
      ];
    }
    const { op } = row;
    const isViolation = this.#marks.violations.has(op.index);
    return [
      ...this.#gutter(op.time),
      pointer,
      isViolation ? mark(true, '✗') : mark(this.#marks.involved.has(op.index), '•'),
      numberCell(String(op.index), indexWidth, isChosen ? 'bold' : 'plain'),
      span('  '),
      numberCell(momentText(op.time), 12, 'dim'),
      span('  '),
      numberCell(String(op.process), 9),
      span('  '),
      cell(op.type, 6, TYPE_STYLE[op.type]),
      span('  '),
      ...whatSpans(op, isChosen),
    ];
  }

  /** A letter a lane: the first of the fault's name while it is on. */
  #gutter(time: number | undefined): readonly Span[] {
    return this.#lanes.map(([, windows]) => {
      const on =
        time === undefined
          ? undefined
          : windows.find((window) => window.wasOn && window.from <= time && time <= window.until);
      return on === undefined ? span(' ') : span(on.name.slice(0, 1).toUpperCase(), 'fault');
    });
  }
}

/** `put k1 "9" · n3 · timeout`. */
function whatSpans(op: Op, isChosen: boolean): readonly Span[] {
  const { f, key, value, node, error } = op;
  const style: Style = isChosen ? 'bold' : 'plain';
  return [
    span(f, style),
    ...(key === undefined ? [] : [span(` ${key}`, style)]),
    ...(value === undefined ? [] : [span(` ${valueText(value)}`, style)]),
    ...(node === undefined ? [] : [span(` · ${node}`, 'dim')]),
    ...(error === undefined ? [] : [span(` · ${error.slice(0, MAX_VALUE)}`, 'unsure')]),
  ];
}

function valueText(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE)}…` : text;
}

/** ns as `1.529337 s`: to the microsecond, so that neighbours can be told apart. */
export function momentText(ns: number): string {
  return `${(ns / 1e9).toFixed(6)} s`;
}
