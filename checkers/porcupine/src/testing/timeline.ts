/**
 * Small histories as a person would draw them, one operation a line:
 *
 *     write 1               |--|
 *     cas 1 2 → mismatch      |---|
 *     write 3 → ?              |------
 *     read → 1                   |-|
 *
 * An interval runs from its first `|` to its last; without a second one the outcome is unknown. Ids are
 * line numbers from 0. Values are numbers, `nil`, JSON texts, lists and records, or other strings, all
 * without blanks. `mismatch`, `empty` and `refused` are the answer `{ ok: false }`.
 */
import type { Operation } from '../model.ts';
import type { Value } from '../models/value.ts';

export interface DrawnInput {
  readonly f: string;
  readonly value?: Value;
}

export interface DrawnOutput {
  readonly value?: Value;
  readonly ok?: boolean;
}

export function timeline<I = DrawnInput, O = DrawnOutput>(drawing: string): Operation<I, O>[] {
  return aligned(drawing).map((line, id) => {
    const call = line.indexOf('|');
    const end = line.lastIndexOf('|');
    const [asked, answered] = line.slice(0, call).trim().split(' → ');
    const [f, ...args] = asked!.trim().split(' ');
    const values = args.map(parse);
    const input = { f, ...(values.length > 0 && { value: values.length === 1 ? values[0] : values }) };
    const known = end > call;
    return {
      id,
      process: id,
      input: input as I,
      output: (known ? outputOf(answered) : undefined) as O | undefined,
      call,
      return: known ? end : Infinity,
    };
  });
}

const REFUSALS: ReadonlySet<string> = new Set(['mismatch', 'empty', 'refused']);

/** Lines without the indentation that all but the first have in common. */
function aligned(drawing: string): string[] {
  const [first, ...others] = drawing.split('\n').filter((line) => line.trim() !== '');
  const indentation = Math.min(...others.map((line) => line.search(/\S/)));
  return first === undefined ? [] : [first, ...others.map((line) => line.slice(indentation))];
}

function outputOf(text: string | undefined): DrawnOutput | undefined {
  if (text === undefined) return {};
  if (text === '?') return undefined;
  if (text === 'ok') return { ok: true };
  return REFUSALS.has(text) ? { ok: false } : { value: parse(text) };
}

function parse(text: string): Value {
  if (text === 'nil') return null;
  return /^(-?\d+$|true$|false$|["[{])/.test(text) ? (JSON.parse(text) as Value) : text;
}
