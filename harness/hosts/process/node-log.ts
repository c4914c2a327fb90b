/**
 * A node's log: one JSON object a line. What a turn logged is written at its end, in one synchronous
 * write, so it survives a kill of the process; `flush` writes it at once. Bounded: beyond `MAX_LOG`
 * bytes only a last line that says so.
 */
import { closeSync, fstatSync, openSync, writeSync } from 'node:fs';
import type { Json } from '../../../systems/contract.ts';
import { escapeControls } from '../../store/escape.ts';
import type { EndOfTurn } from './end-of-turn.ts';

const MAX_LOG = 64 * 1024 * 1024;

export class NodeLog {
  readonly #file: number;
  readonly #incarnation: number;
  readonly #turn: EndOfTurn;
  readonly #flush = () => this.flush();
  #pending = '';
  #size: number;

  constructor(path: string, incarnation: number, turn: EndOfTurn) {
    this.#file = openSync(path, 'a');
    this.#size = fstatSync(this.#file).size;
    this.#incarnation = incarnation;
    this.#turn = turn;
  }

  write(event: string, data?: { readonly [key: string]: Json }): void {
    if (this.#size > MAX_LOG) return;
    const time = performance.timeOrigin + performance.now();
    let line = escapeControls(JSON.stringify({ time, incarnation: this.#incarnation, event, data }));
    this.#size += line.length;
    if (this.#size > MAX_LOG) line = JSON.stringify({ time, event: 'log-full' });
    if (this.#pending === '') this.#turn.add(this.#flush);
    this.#pending += `${line}\n`;
  }

  flush(): void {
    const text = this.#pending;
    this.#pending = '';
    if (text === '') return;
    try {
      writeSync(this.#file, text);
    } catch {
      // A full disk must not end a node through its log; what the log lacks is its last lines.
      closeSync(this.#file);
      this.#size = Infinity;
    }
  }
}
