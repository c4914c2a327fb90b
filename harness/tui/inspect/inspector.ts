/**
 * The inspector as a view: panes over one another, a line that is typed where one is asked for, a line of
 * messages, and the keys that can be pressed.
 */
import { printableLine } from '../../cli/printable.ts';
import type { Size, View } from '../screen.ts';
import { keyBar, type KeyHint } from '../key-bar.ts';
import type { KeyName } from '../keys.ts';
import { line, span, widthOf, wrapped, type Line } from '../spans.ts';
import { helpLines } from './help.ts';
import type { Pane, Stage } from './pane.ts';
import { Prompt, type Question } from './prompt.ts';
import { TextPane } from './text-pane.ts';

/** Frames while something goes on in the background, a second. */
const FRAMES = 10;

/** What a mouse sends, or a key that nobody knows, without its escape. */
const SEQUENCE = /^[[O][<\d;?]*[A-Za-z~]$/;
const WORDS: { readonly [char: string]: KeyName } = {
  '\r': 'return',
  '\n': 'return',
  '\t': 'tab',
  '\x7f': 'backspace',
};

export interface InspectorOptions {
  /** To the terminal, past the screen: what it is to copy. */
  send(text: string): void;
  /** There is nothing left to be shown. */
  onClosed(): void;
}

export class Inspector implements View, Stage {
  readonly #options: InspectorOptions;
  readonly #panes: Pane[] = [];
  #prompt: Prompt | undefined;
  #message: Line | undefined;
  #copied: string | undefined;
  #version = 0;
  #listener: (() => void) | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: InspectorOptions) {
    this.#options = options;
  }

  readonly subscribe = (changed: () => void): (() => void) => {
    this.#listener = changed;
    return () => (this.#listener = undefined);
  };

  readonly version = (): number => this.#version;

  frame({ columns, rows }: Size): readonly Line[] {
    const pane = this.#panes.at(-1);
    if (pane === undefined) return [];
    const room = Math.max(1, rows - this.#bottom(columns, pane).length);
    const lines = pane.frame({ columns, rows: room }).slice(0, room);
    const blank = Array.from({ length: room - lines.length }, (): Line => []);
    // Which keys mean something may depend on what is shown.
    return [...lines, ...blank, ...this.#bottom(columns, pane)];
  }

  key(name: KeyName): void {
    if (name === 'ctrl-c') return this.end();
    if (this.#prompt !== undefined) {
      const prompt = this.#prompt;
      this.#message = undefined;
      if (!prompt.key(name) && this.#prompt === prompt) this.#prompt = undefined;
      return this.#draw();
    }
    this.#message = undefined;
    this.#copied = undefined;
    const pane = this.#panes.at(-1);
    if (pane?.key(name) !== true) this.#own(name);
    this.#draw();
  }

  /** What was pasted, or typed faster than it was read: one key after another. */
  text(typed: string): void {
    if (SEQUENCE.test(typed)) return;
    for (const char of typed) {
      const name = WORDS[char] ?? (/\p{Cc}/u.test(char) ? undefined : char);
      if (name !== undefined) this.key(name);
    }
  }

  changed(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#draw();
    }, 1000 / FRAMES);
  }

  say(text: string, style?: 'good' | 'bad'): void {
    this.#message = line(` ${text}`, style);
  }

  ask(question: Question): void {
    this.#prompt = new Prompt(question);
  }

  open(pane: Pane): void {
    this.#panes.push(pane);
    this.#draw();
  }

  /** OSC 52: terminals put the text into the clipboard, or leave it. */
  copy(command: string): void {
    // A line end in it would run it where it is pasted.
    const text = printableLine(command);
    this.#options.send(`\x1b]52;c;${Buffer.from(text).toString('base64')}\x07`);
    this.#copied = text;
  }

  end(): void {
    clearTimeout(this.#timer);
    for (const pane of this.#panes.splice(0)) pane.close?.();
    this.#options.onClosed();
  }

  #own(name: KeyName): void {
    switch (name) {
      case 'q':
        this.end();
        return;
      case 'escape':
      case 'backspace':
        if (this.#panes.length > 1) this.#panes.pop()?.close?.();
        else this.say('q leaves');
        return;
      case '?':
      case 'h':
        this.open(new TextPane(helpLines));
        return;
      default:
        return;
    }
  }

  #bottom(width: number, pane: Pane): readonly Line[] {
    if (this.#prompt !== undefined) return this.#prompt.lines(width);
    const rest: KeyHint[] = [
      ...(this.#panes.length > 1 ? [{ key: 'Esc', does: 'back' }] : []),
      { key: '?', does: 'help' },
      { key: 'q', does: 'quit' },
    ];
    const own = keyBar(rest, width);
    const keys = [...keyBar(pane.hints(), width - widthOf(own) - 1), span(' '), ...own];
    if (this.#copied !== undefined) {
      return [
        line(' Sent to the clipboard (OSC 52); not every terminal takes it, so here it is:', 'good'),
        ...wrapped(this.#copied, width, 'bold'),
        keys,
      ];
    }
    return [this.#message ?? [], keys];
  }

  #draw(): void {
    this.#version++;
    this.#listener?.();
  }
}
