/** Throughput and latency second by second, with the seconds shaded in which a fault was on. */
import { count, milliseconds } from '../../cli/text.ts';
import { cell, span, type Line, type Style } from '../spans.ts';
import { sparkline, type Column } from '../sparkline.ts';
import { faultsDuring, letterOf, type FaultView } from './fault-views.ts';
import type { Picture, SecondView } from './picture.ts';

const LABEL = 17;

interface Shown {
  readonly second: SecondView;
  readonly faults: readonly FaultView[];
}

/** Three charts of `height` lines each, the latest second at the right, and the faults below: a line for each lane where `lanes` is enough. */
export function chartLines(picture: Picture, width: number, height: number, lanes: number): readonly Line[] {
  const room = Math.max(1, width - LABEL);
  const shown = picture.seconds.slice(-room).map((second): Shown => {
    return { second, faults: faultsDuring(picture.faults, second.ms - 1000, second.ms) };
  });
  const last = picture.seconds.at(-1);
  const ops = (second: SecondView): number => second.ok + second.fail + second.info;
  return [
    ...chart('ops/s', last && count(ops(last)), shown, ops, height),
    ...chart(
      'p50',
      last?.p50 === undefined ? undefined : milliseconds(last.p50),
      shown,
      ({ p50 }) => p50,
      height,
    ),
    ...chart(
      'p99',
      last?.p99 === undefined ? undefined : milliseconds(last.p99),
      shown,
      ({ p99 }) => p99,
      height,
    ),
    ...laneLines(picture, shown, lanes),
  ];
}

function chart(
  name: string,
  now: string | undefined,
  shown: readonly Shown[],
  valueOf: (second: SecondView) => number | undefined,
  height: number,
): readonly Line[] {
  const columns = shown.map(({ second, faults }): Column => {
    return { value: second.paused ? undefined : valueOf(second), style: styleOf(second, faults) };
  });
  const max = Math.max(0, ...columns.map(({ value }) => value ?? 0));
  return sparkline(columns, max, height).map((bars, row) => [
    ...(row === 0
      ? [cell(` ${name}`, 7, 'title'), span(`${(now ?? '').padStart(LABEL - 8)} `)]
      : [span(' '.repeat(LABEL))]),
    ...bars,
  ]);
}

function styleOf({ paused }: SecondView, faults: readonly FaultView[]): Style {
  if (faults.length > 0) return 'shaded';
  return paused ? 'dim' : 'chart';
}

/** What was on: a letter for the kind, a small one by hand; `2` and more where so many were. */
function laneLines({ faults, plan }: Picture, shown: readonly Shown[], lanes: number): readonly Line[] {
  const planned = (plan?.nemesis ?? []).map((_, lane): FaultView['lane'] => lane);
  const each = [...new Set([...planned, ...faults.map(({ lane }) => lane)])];
  if (each.length < 2 || each.length > lanes) return [row('faults', shown, (second) => second.faults)];
  return each.map((lane) => {
    const name = lane === 'hand' ? 'by hand' : `fault ${lane}`;
    return row(name, shown, (second) => second.faults.filter((fault) => fault.lane === lane));
  });
}

function row(name: string, shown: readonly Shown[], of: (second: Shown) => readonly FaultView[]): Line {
  const text = shown.map((second) => {
    const on = of(second);
    if (on.length > 1) return on.length > 9 ? '+' : String(on.length);
    if (on.length === 0) return second.second.paused ? '‖' : ' ';
    const letter = letterOf(on[0]!.name);
    return on[0]!.lane === 'hand' ? letter.toLowerCase() : letter;
  });
  return [cell(` ${name}`, LABEL, 'title'), span(text.join(''), 'fault')];
}
