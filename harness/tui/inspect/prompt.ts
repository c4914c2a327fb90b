/** A line that is typed at the bottom of the screen; what is wrong with it is shown under it as it is typed. */
import stringWidth from 'string-width';
import { span, type Line } from '../spans.ts';

export interface PromptProblem {
  /** Where in the text, from 0, and how long. */
  readonly at: number;
  readonly length: number;
  readonly problem: string;
}

export interface Question {
  /** Before the text: `/`, `go to`. */
  readonly label: string;
  readonly text: string;
  /** What may be written, while nothing is wrong. */
  readonly help: string;
  problemOf(text: string): PromptProblem | undefined;
  /** Only of a text without a problem. */
  answer(text: string): void;
}

export class Prompt {
  readonly #question: Question;
  #characters: string[];
  #at: number;

  constructor(question: Question) {
    this.#question = question;
    this.#characters = [...question.text];
    this.#at = this.#characters.length;
  }

  /** Whether the prompt goes on: not after an answer, and not after escape. */
  key(name: string): boolean {
    switch (name) {
      case 'return': {
        const text = this.#text;
        if (this.#question.problemOf(text) !== undefined) return true;
        this.#question.answer(text);
        return false;
      }
      case 'escape':
        return false;
      case 'left':
        this.#at = Math.max(0, this.#at - 1);
        return true;
      case 'right':
        this.#at = Math.min(this.#characters.length, this.#at + 1);
        return true;
      case 'home':
      case 'ctrl-a':
        this.#at = 0;
        return true;
      case 'end':
      case 'ctrl-e':
        this.#at = this.#characters.length;
        return true;
      case 'backspace':
        if (this.#at > 0) this.#characters.splice(--this.#at, 1);
        return true;
      case 'ctrl-u':
        this.#characters.splice(0, this.#at);
        this.#at = 0;
        return true;
      case 'ctrl-w':
        this.#dropWord();
        return true;
      default:
        if ([...name].length === 1) this.type(name);
        return true;
    }
  }

  /** What control characters a paste holds is dropped. */
  type(text: string): void {
    const typed = [...text].filter((char) => !/\p{Cc}/u.test(char));
    this.#characters.splice(this.#at, 0, ...typed);
    this.#at += typed.length;
  }

  /** Two lines: what is typed, with the cursor; and what is wrong with it, or help. */
  lines(width: number): readonly [Line, Line] {
    const { label, help } = this.#question;
    const problem = this.#question.problemOf(this.#text);
    const before = this.#characters.slice(0, this.#at).join('');
    const after = this.#characters.slice(this.#at).join('');
    // Of a text that is too long the end before the cursor is shown.
    const room = Math.max(8, width - stringWidth(label) - 3);
    const shown = stringWidth(before) > room ? `…${before.slice(-(room - 1))}` : before;
    const typed: Line = [span(label, 'bold'), span(' '), span(shown), span('▏', 'bold'), span(after)];
    if (problem === undefined) return [typed, [span(help, 'dim')]];
    const cursor = this.#at <= [...this.#text.slice(0, problem.at)].length ? 1 : 0;
    const column = stringWidth(label) + 1 + cursor + stringWidth(this.#text.slice(0, problem.at));
    const mark = '^'.repeat(Math.max(1, Math.min(problem.length, width)));
    // The words stay on the screen: under the place where they fit, else at the beginning of the line.
    const words = `${mark} ${problem.problem}`;
    const indent = column + stringWidth(words) <= width ? column : Math.max(0, width - stringWidth(words));
    return [typed, [span(' '.repeat(indent)), span(words, 'bad')]];
  }

  get #text(): string {
    return this.#characters.join('');
  }

  #dropWord(): void {
    const end = this.#at;
    while (this.#at > 0 && this.#characters[this.#at - 1] === ' ') this.#at--;
    while (this.#at > 0 && this.#characters[this.#at - 1] !== ' ') this.#at--;
    this.#characters.splice(this.#at, end - this.#at);
  }
}
