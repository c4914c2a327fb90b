/** Lines to read that may be more than the screen holds. */
import type { KeyHint } from '../key-bar.ts';
import { scrolled, topOf, TOP, type Scroll } from '../scroll.ts';
import type { Line } from '../spans.ts';
import type { Pane, Size } from './pane.ts';

export class TextPane implements Pane {
  readonly #lines: (width: number) => readonly Line[];
  #scroll: Scroll = TOP;
  #length = 0;
  #height = 1;

  /** `lines` in so many columns; asked for again with every frame. */
  constructor(lines: (width: number) => readonly Line[]) {
    this.#lines = lines;
  }

  frame({ columns, rows }: Size): readonly Line[] {
    const lines = this.#lines(columns);
    this.#length = lines.length;
    this.#height = rows;
    const top = topOf(this.#scroll, lines.length, rows);
    return lines.slice(top, top + rows);
  }

  key(name: string): boolean {
    const moved = scrolled(this.#scroll, name, this.#length, this.#height);
    if (moved !== undefined) this.#scroll = moved;
    return moved !== undefined;
  }

  hints(): readonly KeyHint[] {
    return this.#length > this.#height ? [{ key: '↑↓', does: 'scroll' }] : [];
  }
}
