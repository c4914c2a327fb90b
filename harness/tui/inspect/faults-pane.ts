/** The faults of a run: lanes over its time, and a list; from each to the ops while it was on. */
import type { KeyHint } from '../key-bar.ts';
import type { KeyName } from '../keys.ts';
import { line, span, type Line } from '../spans.ts';
import { Cursor } from './cursor.ts';
import { activityLines, axisLine, laneLines, windowLine } from './fault-lines.ts';
import type { Pane, Size } from './pane.ts';
import type { Run } from './run.ts';
import type { Window } from './windows.ts';

/** The list keeps so many rows of the screen, however many lanes there are. */
const LEAST_LIST = 5;

export class FaultsPane implements Pane {
  readonly #run: Run;
  readonly #onChosen: (window: Window) => void;
  readonly #cursor = new Cursor();

  /** `onChosen`: the ops of a window are to be seen. */
  constructor(run: Run, onChosen: (window: Window) => void) {
    this.#run = run;
    this.#onChosen = onChosen;
  }

  frame({ columns, rows }: Size): readonly Line[] {
    const { history, windows } = this.#run;
    const until = Math.max(history.lastTime, 1);
    const chosen = windows[this.#cursor.at];
    const lanes = laneLines(windows, 0, until, columns, chosen?.number);
    const picture: readonly Line[] = [
      ...activityLines(history, 0, until, columns),
      ...lanes,
      axisLine(0, until, columns),
      [],
    ].slice(0, Math.max(0, rows - LEAST_LIST));
    if (windows.length === 0)
      return [...picture, line(history.isComplete ? '  No fault in this history.' : '  reading …', 'dim')];
    const room = rows - picture.length - 1;
    const top = this.#cursor.topFor(windows.length, room);
    return [
      ...picture,
      [span('       #  fault              from         for  effect', 'dim')],
      ...windows.slice(top, top + room).map((window) => windowLine(window, window.number === chosen?.number)),
    ];
  }

  key(name: KeyName): boolean {
    const { windows } = this.#run;
    if (this.#cursor.key(name, windows.length)) return true;
    const chosen = windows[this.#cursor.at];
    if (name !== 'return' || chosen === undefined) return false;
    this.#onChosen(chosen);
    return true;
  }

  hints(): readonly KeyHint[] {
    return this.#run.windows.length === 0
      ? []
      : [
          { key: '↑↓', does: 'choose' },
          { key: 'Enter', does: 'ops while it was on' },
        ];
  }
}
