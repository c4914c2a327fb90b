/** A history that is read whole before it can be looked into: one in gzip, or in the format of others. */
import { setImmediate as turn } from 'node:timers/promises';
import { isClientOp, type Op } from '../../history/op.ts';
import { readOps, type FormatName, type ReadOptions } from '../../history/reader.ts';
import { Activity } from './activity.ts';
import type { Counts, HistorySource } from './history-source.ts';
import { Faults } from './windows.ts';
import type { Row } from './rows.ts';

const SLICE_MS = 8;

export class LoadedHistory implements HistorySource {
  readonly file: string;
  format: FormatName = 'jsonl';
  readonly isPlainText = false;
  progress = 0;
  isComplete = false;
  problem: string | undefined;
  readonly counts: Counts = { invoke: 0, ok: 0, fail: 0, info: 0 };
  readonly faults = new Faults();
  readonly activity = new Activity();
  readonly #reading: ReadOptions;
  readonly #ops: Op[] = [];
  /** A last line that a killed writer left unfinished. */
  #torn: Row | undefined;
  readonly #size: number;
  #isClosed = false;

  /** `size` of the file in bytes, for the progress; `reading` says where keys are. */
  constructor(file: string, size: number, reading: ReadOptions = {}) {
    this.file = file;
    this.#size = size;
    this.#reading = reading;
  }

  get length(): number {
    return this.#ops.length + (this.#torn === undefined ? 0 : 1);
  }

  get lastTime(): number {
    return this.#ops.at(-1)?.time ?? 0;
  }

  async load(onChange: () => void): Promise<void> {
    try {
      this.format = await readOps(this.file, (op) => this.#push(op), {
        ...this.#reading,
        onTorn: ({ text }) => {
          this.#torn = { kind: 'broken', text, problem: 'cut off while it was written' };
        },
        onProgress: (bytes) => {
          // What was compressed is longer than its file: near the end is not the end.
          this.progress = Math.min(0.99, bytes / Math.max(1, this.#size));
          onChange();
          return this.#isClosed ? 'stop' : undefined;
        },
      });
    } catch (error) {
      this.problem = error instanceof Error ? error.message : String(error);
    }
    this.progress = 1;
    this.isComplete = true;
    onChange();
  }

  rows(from: number, count: number): readonly Row[] {
    const rows = this.#ops.slice(Math.max(0, from), from + count).map((op): Row => ({ kind: 'op', op }));
    const isLast = this.#torn !== undefined && from <= this.#ops.length && from + count > this.#ops.length;
    return isLast ? [...rows, this.#torn!] : rows;
  }

  rowAt(time: number): number {
    return this.#first((op) => op.time >= time);
  }

  /** Those of others may have gaps. */
  rowOf(index: number): number | undefined {
    const at = this.#first((op) => op.index >= index);
    return this.#ops[at]?.index === index ? at : undefined;
  }

  async scan(visit: (row: Row, at: number) => 'stop' | undefined, from = 0): Promise<void> {
    let until = performance.now() + SLICE_MS;
    for (let at = from; at < this.length; at++) {
      const op = this.#ops[at];
      const row: Row = op === undefined ? this.#torn! : { kind: 'op', op };
      if (visit(row, at) === 'stop' || this.#isClosed) return;
      if (at % 64 !== 0 || performance.now() < until) continue;
      await turn();
      until = performance.now() + SLICE_MS;
    }
  }

  close(): void {
    this.#isClosed = true;
  }

  #push(op: Op): void {
    this.#ops.push(op);
    if (!isClientOp(op)) {
      this.faults.push(op);
      return;
    }
    this.counts[op.type]++;
    if (op.type !== 'invoke') this.activity.push(op.time, op.type);
  }

  /** The first op for which it holds, where it holds for all after one for which it does. */
  #first(holds: (op: Op) => boolean): number {
    let [low, high] = [0, this.#ops.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (holds(this.#ops[middle]!)) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
