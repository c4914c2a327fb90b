/**
 * Reads `history.jsonl`, op by op, without holding the file in memory.
 *
 * A torn last line is what a killed harness leaves behind: it is reported and skipped. Anything else
 * that is not an op is an error with its place; nothing is guessed and nothing is skipped silently.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import type { Op } from './op.ts';

const CHUNK_BYTES = 1024 * 1024;
/** Longer lines are refused: no op is that large, but a file that is no history may have one. */
const MAX_LINE_BYTES = 16 * 1024 * 1024;

/** A file is not a history: where, what was expected. */
export class HistoryFormatError extends Error {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  constructor(file: string, line: number, column: number, expected: string) {
    super(`${file}:${line}:${column}: ${expected}`);
    this.name = 'HistoryFormatError';
    this.file = file;
    this.line = line;
    this.column = column;
  }
}

export interface TornLine {
  readonly line: number;
  readonly text: string;
}

/**
 * Yields the ops of a file in order; `onTorn` hears of a last line that was cut off.
 * Throws `HistoryFormatError`, or the system's error where the file cannot be read.
 */
export function* readHistory(file: string, onTorn: (torn: TornLine) => void = () => {}): Generator<Op> {
  let line = 0;
  let expected = 0;
  let lastTime = 0;
  for (const { text, complete } of lines(file)) {
    line++;
    if (text.trim() === '') continue;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (error) {
      // Only the writer's own last line lacks its newline; with one, it was written like that.
      if (!complete) return onTorn({ line, text });
      throw new HistoryFormatError(
        file,
        line,
        columnOf(error),
        'expected one JSON object, an op, on this line',
      );
    }
    const problem = problemOf(value, expected, lastTime);
    if (problem !== undefined) {
      // `{"index":1` cut to `1` parses too: without its newline a line was not finished.
      if (!complete) return onTorn({ line, text });
      throw new HistoryFormatError(file, line, 1, problem);
    }
    const op = value as Op; // its shape was just checked by problemOf
    expected++;
    lastTime = op.time;
    yield op;
  }
}

function problemOf(value: unknown, index: number, lastTime: number): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return 'expected an op: a JSON object';
  const op = value as Record<string, unknown>;
  if (op['index'] !== index)
    return `expected "index": ${index}, as indices count up from 0 without gaps, but found ${show(op['index'])}`;
  const time = op['time'];
  if (typeof time !== 'number' || !Number.isFinite(time))
    return `expected "time" in nanoseconds, but found ${show(time)}`;
  if (time < lastTime) return `time runs backwards: ${time} after ${lastTime}`;
  const process = op['process'];
  if (typeof process !== 'string' && !Number.isSafeInteger(process))
    return `expected "process": an integer, or a name for the nemesis, but found ${show(process)}`;
  const type = op['type'];
  if (type !== 'invoke' && type !== 'ok' && type !== 'fail' && type !== 'info')
    return `expected "type": invoke, ok, fail or info, but found ${show(type)}`;
  if (typeof op['f'] !== 'string') return `expected "f": the name of a function, but found ${show(op['f'])}`;
  for (const member of ['key', 'node', 'error']) {
    if (op[member] !== undefined && typeof op[member] !== 'string')
      return `expected "${member}": a text, but found ${show(op[member])}`;
  }
  return undefined;
}

function show(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 80);
}

function columnOf(error: unknown): number {
  const position = error instanceof Error ? /position (\d+)/.exec(error.message)?.[1] : undefined;
  return position === undefined ? 1 : Number(position) + 1;
}

/** The lines of a file; the last one is not `complete` when the file does not end with a newline. */
function* lines(file: string): Generator<{ text: string; complete: boolean }> {
  const fd = openSync(file, 'r');
  try {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    let rest: Buffer[] = [];
    let restBytes = 0;
    let line = 1;
    for (;;) {
      const read = readSync(fd, chunk, 0, CHUNK_BYTES, null);
      if (read === 0) break;
      let from = 0;
      for (let to = chunk.indexOf(10, from); to >= 0 && to < read; to = chunk.indexOf(10, from)) {
        const piece = chunk.subarray(from, to);
        yield {
          text: rest.length === 0 ? piece.toString() : Buffer.concat([...rest, piece]).toString(),
          complete: true,
        };
        line++;
        rest = [];
        restBytes = 0;
        from = to + 1;
      }
      if (from < read) {
        rest.push(Buffer.from(chunk.subarray(from, read)));
        restBytes += read - from;
        if (restBytes > MAX_LINE_BYTES)
          throw new HistoryFormatError(
            file,
            line,
            1,
            `expected an op, but this line is longer than ${MAX_LINE_BYTES} bytes`,
          );
      }
    }
    if (rest.length > 0) yield { text: Buffer.concat(rest).toString(), complete: false };
  } finally {
    closeSync(fd);
  }
}
