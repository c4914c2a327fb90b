/** The runs below a folder, newest first, with their verdicts; verdicts are read while the list can be used. */
import { relative } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { count, plural } from '../../cli/text.ts';
import type { KeyHint } from '../key-bar.ts';
import type { KeyName } from '../keys.ts';
import { cell, numberCell, span, wrapped, type Line } from '../spans.ts';
import { Cursor } from './cursor.ts';
import type { Pane, Size, Stage } from './pane.ts';
import { stateOf, type RunPlace, type RunState } from './runs.ts';
import { metSpan, verdictSpan } from './words.ts';

const SLICE_MS = 8;

export interface RunsActions {
  open(path: string): void;
  /** Of two runs what is different. */
  compare(one: string, other: string): void;
}

export class RunsPane implements Pane {
  readonly #root: string;
  readonly #places: readonly RunPlace[];
  readonly #states: (RunState | undefined)[] = [];
  readonly #actions: RunsActions;
  readonly #stage: Stage;
  readonly #cursor = new Cursor();
  /** The run that another one is to be compared with. */
  #marked: RunPlace | undefined;
  #isClosed = false;

  /** `places` are those below `root`. The latest is chosen at first. */
  constructor(root: string, places: readonly RunPlace[], stage: Stage, actions: RunsActions) {
    this.#root = root;
    this.#places = places;
    this.#stage = stage;
    this.#actions = actions;
    this.#cursor.go(
      Math.max(
        0,
        places.findIndex(({ isLatest }) => isLatest),
      ),
      places.length,
    );
    void this.#read();
  }

  frame({ columns, rows }: Size): readonly Line[] {
    const length = this.#places.length;
    const name = relative(process.cwd(), this.#root) || '.';
    const title: Line = [
      span(` ${plural(length, 'run')} in `),
      span(name, 'bold'),
      span(this.#places.some(({ isLatest }) => isLatest) ? '   * is the latest' : '', 'dim'),
    ];
    if (length === 0) {
      const hint = 'None yet. faultline run PLAN makes one; faultline inspect FILE opens a history.';
      return [title, [], ...wrapped(hint, columns)];
    }
    const height = Math.max(1, rows - 2);
    const top = this.#cursor.topFor(length, height);
    const widths = widthsFor(columns);
    const head = [
      cell('   when', widths.when + 3, 'dim'),
      cell('verdict', VERDICT + MET, 'dim'),
      cell('plan', widths.plan, 'dim'),
      numberCell('seed', SEED, 'dim'),
      cell('  host', HOST, 'dim'),
      numberCell('ops', OPS, 'dim'),
    ];
    return [
      title,
      head,
      ...this.#places.slice(top, top + height).map((place, at) => this.#line(place, top + at, widths)),
    ];
  }

  key(name: KeyName): boolean {
    if (this.#cursor.key(name, this.#places.length)) return true;
    const place = this.#places[this.#cursor.at];
    if (place === undefined) return false;
    switch (name) {
      case 'return':
        this.#actions.open(place.path);
        return true;
      case 'd':
        this.#mark(place);
        return true;
      default:
        return false;
    }
  }

  hints(): readonly KeyHint[] {
    if (this.#places.length === 0) return [];
    return [
      { key: 'Enter', does: 'open' },
      { key: '↑↓', does: 'choose' },
      { key: 'd', does: this.#marked === undefined ? 'mark to compare' : 'compare with the marked' },
    ];
  }

  close(): void {
    this.#isClosed = true;
  }

  #mark(place: RunPlace): void {
    const marked = this.#marked;
    if (marked === undefined) {
      this.#marked = place;
      this.#stage.say('marked; d on another run shows what is different');
      return;
    }
    this.#marked = undefined;
    if (marked !== place) this.#actions.compare(marked.path, place.path);
  }

  #line(place: RunPlace, at: number, widths: Widths): Line {
    const isChosen = at === this.#cursor.at;
    const state = (this.#states[at] ??= stateOf(place));
    const begin = [
      span(isChosen ? '▶' : ' ', 'bold'),
      span(place === this.#marked ? 'd' : ' ', 'fault'),
      span(place.isLatest ? '*' : ' ', 'bold'),
    ];
    if ('problem' in state) {
      return [
        ...begin,
        cell(whenText(place.started, widths.when), widths.when, 'dim'),
        cell('?', VERDICT, 'unsure'),
        cell(state.problem, MET, 'unsure'),
        span(place.name, isChosen ? 'bold' : 'plain'),
      ];
    }
    const { plan, seed, host, started, verdict, pattern, ops, interrupted } = state.headline;
    const met = metSpan(state.headline);
    return [
      ...begin,
      cell(whenText(new Date(started), widths.when), widths.when, 'dim'),
      cell(verdictSpan(verdict).text, VERDICT, verdictSpan(verdict).style),
      cell(met.text, MET, met.style),
      cell(plan, widths.plan, isChosen ? 'bold' : 'plain'),
      numberCell(String(seed), SEED),
      cell(`  ${host}`, HOST),
      numberCell(count(ops), OPS),
      ...(pattern === null || !widths.isWide ? [] : [span(`  ${pattern}`)]),
      ...(interrupted && widths.isWide ? [span('  interrupted', 'unsure')] : []),
    ];
  }

  /** All of them, in turns with keys: what is on the screen is read when it is drawn. */
  async #read(): Promise<void> {
    let until = performance.now() + SLICE_MS;
    for (const [at, place] of this.#places.entries()) {
      if (this.#isClosed) return;
      this.#states[at] ??= stateOf(place);
      if (performance.now() < until) continue;
      await turn();
      until = performance.now() + SLICE_MS;
    }
  }
}

interface Widths {
  readonly when: number;
  readonly plan: number;
  /** There is room for more than the columns. */
  readonly isWide: boolean;
}

const VERDICT = 10;
const MET = 17;
const SEED = 7;
const HOST = 9;
const OPS = 9;

/** On a narrow terminal the year goes first. */
function widthsFor(columns: number): Widths {
  const isWide = columns >= 100;
  const when = isWide ? 17 : 12;
  const rest = columns - 3 - when - VERDICT - MET - SEED - HOST - OPS;
  return { when, plan: Math.max(12, Math.min(32, rest - (isWide ? 24 : 0))), isWide };
}

/** In the time of whoever looks. */
function whenText(date: Date, width: number): string {
  if (Number.isNaN(date.getTime())) return '';
  const two = (n: number): string => String(n).padStart(2, '0');
  const text = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`;
  return width < text.length ? text.slice(5) : text;
}
