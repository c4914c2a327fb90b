/** A part of the inspector that has the screen: it turns its state into lines, and keys into state. */
import type { Size } from '../screen.ts';
import type { KeyHint } from '../key-bar.ts';
import type { KeyName } from '../keys.ts';
import type { Line } from '../spans.ts';
import type { Question } from './prompt.ts';

export type { Size };

export interface Pane {
  /** At most `rows` lines. */
  frame(size: Size): readonly Line[];
  /** Whether the key meant something here. */
  key(name: KeyName): boolean;
  /** The most useful first. */
  hints(): readonly KeyHint[];
  /** It will not be shown again. */
  close?(): void;
}

/** What a pane may ask of the inspector around it. */
export interface Stage {
  /** Something new is to be shown. */
  changed(): void;
  /** A line at the bottom until the next key. */
  say(text: string, style?: 'good' | 'bad'): void;
  ask(question: Question): void;
  /** Puts a pane over this one, until escape. */
  open(pane: Pane): void;
  /** To the clipboard of the terminal, and on the screen. */
  copy(text: string): void;
}
