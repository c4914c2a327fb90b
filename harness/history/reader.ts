/**
 * Reads histories, op by op, without holding the file in memory: our own, and those of others.
 */
import { chunksOf, plainChunks } from './chunks.ts';
import { detectFormat, parserOf, type FormatName } from './formats/detect.ts';
import { JsonLinesParser } from './formats/jsonl.ts';
import type { KeySource, Parser } from './formats/parser.ts';
import { HistoryFormatError, type TornLine } from './malformed.ts';
import type { Op } from './op.ts';
import { Processes } from './processes.ts';

export { HistoryFormatError, type TornLine } from './malformed.ts';
export type { FormatName } from './formats/detect.ts';
export type { KeySource } from './formats/parser.ts';

export const KEY_MEMBER: KeySource = { from: 'member', name: 'key' };

/**
 * Yields the ops of a `history.jsonl` in order; `onTorn` hears of a last line that was cut off.
 * Throws `HistoryFormatError`, or the system's error where the file cannot be read.
 */
export function* readHistory(file: string, onTorn: (torn: TornLine) => void = () => {}): Generator<Op> {
  let ops: Op[] = [];
  const parser = new JsonLinesParser({ file, key: KEY_MEMBER, emit: (op) => ops.push(op), onTorn });
  const read = function* (step: () => void): Generator<Op> {
    ops = [];
    try {
      step();
    } finally {
      yield* ops;
    }
  };
  for (const chunk of plainChunks(file)) yield* read(() => parser.push(chunk));
  yield* read(() => parser.end(false));
}

export interface ReadOptions {
  /** Default: the member `key`. */
  readonly key?: KeySource;
  /** Whether what an op says is possible at all; the text of what is wrong with it. */
  problemOf?(op: Op): string | undefined;
  readonly onTorn?: (torn: TornLine) => void;
  /** Told after each chunk how many bytes of the history were read; `stop` ends the reading. */
  onProgress?(bytes: number): 'stop' | undefined;
}

/**
 * Hands the ops of a history in any format to `push`, in order, and says which format it was. Throws
 * `HistoryFormatError` for what is no history, and for one that no system can have made (`processes.ts`).
 */
export async function readOps(
  file: string,
  push: (op: Op) => void,
  { key = KEY_MEMBER, problemOf, onTorn = () => {}, onProgress }: ReadOptions = {},
): Promise<FormatName> {
  const processes = new Processes();
  const emit = (op: Op, line: number): void => {
    const problem = processes.push(op) ?? problemOf?.(op);
    if (problem !== undefined) throw new HistoryFormatError(file, line, 1, problem);
    push(op);
  };
  let format: FormatName = 'jsonl';
  let parser: Parser | undefined;
  let bytes = 0;
  let cut = false;
  for await (const chunk of chunksOf(file, () => (cut = true))) {
    if (parser === undefined) {
      format = detectFormat(chunk, file);
      parser = parserOf(format, { file, key, emit, onTorn });
    }
    parser.push(chunk);
    bytes += chunk.length;
    if (onProgress?.(bytes) === 'stop') return format;
  }
  if (cut && (parser === undefined || format !== 'jsonl')) {
    throw new HistoryFormatError(file, 1, 1, 'expected whole gzip data, but their end is missing');
  }
  parser?.end(cut);
  return format;
}
