/**
 * A view on the terminal of this process: drawn from its first moment on, whether or not Ink, which has
 * its keys, is loaded already.
 */
import { Painter } from './painter.ts';
import { fit, type Line } from './spans.ts';
import { ansi } from './theme.ts';

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

export interface View {
  /** At most `rows` lines; those that are too long are cut off. */
  frame(size: Size): readonly Line[];
  /** A key was pressed; see `keys.ts`. */
  key(name: string): void;
  /** Several characters at once, as where somebody pastes or types fast. */
  text?(typed: string): void;
  /** Calls `changed` when there is something new to show, as often as it is to be drawn. */
  readonly subscribe: (changed: () => void) => () => void;
  /** Another one whenever there is something new. */
  readonly version: () => number;
}

export class Screen {
  readonly view: View;
  readonly #painter = new Painter(process.stdout);
  readonly #onBroken: (error: unknown) => void;
  readonly #resized = (): void => {
    this.#painter.clear();
    this.draw();
  };

  /** `onBroken` hears of a frame that could not be made. */
  constructor(view: View, onBroken: (error: unknown) => void) {
    this.view = view;
    this.#onBroken = onBroken;
  }

  /** Takes the terminal of `process.stdout` and `process.stdin`, which must be one. */
  open(): void {
    this.#painter.enter();
    // What is typed is a key from now on; it waits until somebody reads it.
    process.stdin.setRawMode(true);
    process.stdout.on('resize', this.#resized);
    this.draw();
  }

  draw(): void {
    const size = { columns: process.stdout.columns || 80, rows: process.stdout.rows || 24 };
    try {
      const lines = this.view.frame(size).slice(0, size.rows);
      const blank = Array.from({ length: Math.max(0, size.rows - lines.length) }, (): Line => []);
      this.#painter.draw([...lines, ...blank].map((line) => ansi(fit(line, size.columns))));
    } catch (error) {
      this.#onBroken(error);
    }
  }

  /** Gives the terminal back; may be called twice. */
  close(): void {
    process.stdout.off('resize', this.#resized);
    process.stdin.setRawMode(false);
    this.#painter.leave();
  }
}
