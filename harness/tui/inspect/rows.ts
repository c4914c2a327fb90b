/**
 * What an inspector shows of a history: a row for each line that is not blank. A line that is no op is
 * shown as what it is: whoever looks into a damaged history wants to see the damage.
 */
import { FastLine } from '../../history/formats/fast-line.ts';
import { opProblem } from '../../history/formats/jsonl.ts';
import type { Op } from '../../history/op.ts';

export type Row =
  | { readonly kind: 'op'; readonly op: Op }
  | { readonly kind: 'broken'; readonly text: string; readonly problem: string };

/** Of a broken line so many characters are kept. */
const MAX_BROKEN = 2000;

/** Reads rows out of bytes; keeps tables that make the next one cheaper. */
export class RowReader {
  readonly #fast = new FastLine();

  /** The row `index` (from 0) between two places in a buffer; `ended`: its newline was there. */
  read(buffer: Buffer, from: number, to: number, index: number, ended = true): Row {
    this.#fast.open(buffer);
    const fast = this.#fast.read(from);
    if (fast?.index === index && this.#fast.end === to) return { kind: 'op', op: fast };
    const text = buffer.toString('utf8', from, to);
    const broken = (problem: string): Row => ({ kind: 'broken', text: text.slice(0, MAX_BROKEN), problem });
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return broken(ended ? 'not JSON' : 'cut off while it was written');
    }
    const problem = opProblem(value, index, -Infinity);
    return problem === undefined ? { kind: 'op', op: value as Op } : broken(problem); // its shape was just checked
  }
}

/** ns; undefined where nobody can say. */
export function timeOf(row: Row | undefined): number | undefined {
  return row?.kind === 'op' ? row.op.time : undefined;
}
