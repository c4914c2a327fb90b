/**
 * A `history.jsonl` of any size without reading it into memory. One pass over the bytes notes where every
 * 64th line begins and when, counts completions, and parses only what the nemesis wrote; a row is then read
 * from the last noted place before it: some kilobytes, whatever the file's size.
 *
 * The first piece is gone through at once, so there is something to show; the rest in slices that give way
 * to keys. A file that grows meanwhile is shown as long as it was when it was opened.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { Activity, type Ending } from './activity.ts';
import type { Counts, HistorySource } from './history-source.ts';
import { Faults } from './windows.ts';
import { RowReader, timeOf, type Row } from './rows.ts';

/** Every so manieth line's place is kept: 12 MB for a hundred million lines. */
const STRIDE = 64;
const CHUNK_BYTES = 512 * 1024;
/** A slice of work between two looks at the keyboard, ms. */
const SLICE_MS = 8;

const NEWLINE = 10;
const INDEX = Buffer.from('{"index":');
const TIME = Buffer.from(',"time":');
const PROCESS = Buffer.from(',"process":');
const TYPE = Buffer.from(',"type":"');

export class LineHistory implements HistorySource {
  readonly file: string;
  readonly format = 'jsonl';
  readonly isPlainText = true;
  length = 0;
  isComplete = false;
  problem: string | undefined;
  lastTime = 0;
  readonly counts: Counts = { invoke: 0, ok: 0, fail: 0, info: 0 };
  readonly faults = new Faults();
  readonly activity = new Activity();
  readonly #fd: number;
  readonly #size: number;
  readonly #reader = new RowReader();
  /** Of each 64th row: where it begins, and when it was, ns. */
  readonly #offsets: number[] = [];
  readonly #times: number[] = [];
  #pass: Generator<void> | undefined;
  #indexed = 0;
  #isClosed = false;

  /** Throws the system's error where the file can't be read. */
  constructor(file: string) {
    this.file = file;
    this.#fd = openSync(file, 'r');
    this.#size = fstatSync(this.#fd).size;
    this.#pass = this.#indexing();
    this.#step();
  }

  get progress(): number {
    return this.#size === 0 ? 1 : Math.min(1, this.#indexed / this.#size);
  }

  async load(onChange: () => void): Promise<void> {
    while (this.#pass !== undefined && !this.#isClosed) {
      const until = performance.now() + SLICE_MS;
      while (this.#step() && performance.now() < until);
      onChange();
      await turn();
    }
  }

  rows(from: number, count: number): readonly Row[] {
    const found: Row[] = [];
    const end = Math.min(this.length, from + count);
    for (const [row, at] of this.#from(Math.max(0, from))) {
      if (at >= end) break;
      found.push(row);
      if (at === end - 1) break;
    }
    return found;
  }

  rowAt(time: number): number {
    // The last noted row that is earlier: before it is none at `time` or later.
    let [low, high] = [0, this.#times.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#times[middle]! < time) low = middle + 1;
      else high = middle;
    }
    const start = Math.max(0, low - 1) * STRIDE;
    for (const [row, at] of this.#from(start)) if ((timeOf(row) ?? -1) >= time) return at;
    return this.length;
  }

  /** In our format indices count rows. */
  rowOf(index: number): number | undefined {
    return index < this.length ? index : undefined;
  }

  async scan(visit: (row: Row, at: number) => 'stop' | undefined, from = 0): Promise<void> {
    let until = performance.now() + SLICE_MS;
    for (const [row, at] of this.#from(from)) {
      if (visit(row, at) === 'stop' || this.#isClosed) return;
      if (at % STRIDE !== 0 || performance.now() < until) continue;
      await turn();
      until = performance.now() + SLICE_MS;
    }
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#pass = undefined;
    closeSync(this.#fd);
  }

  /** A chunk more; whether there may be another. */
  #step(): boolean {
    try {
      if (this.#pass?.next().done !== false) this.#end();
    } catch (error) {
      this.#end(error instanceof Error ? error.message : String(error));
    }
    return this.#pass !== undefined;
  }

  #end(problem?: string): void {
    this.#pass = undefined;
    this.isComplete = true;
    this.problem = problem;
  }

  *#indexing(): Generator<void> {
    for (const { buffer, from, to, offset, isEnded, isLastOfChunk } of this.#lines(0)) {
      this.#note(buffer, from, to, isEnded);
      if (this.length % STRIDE === 0) {
        this.#offsets.push(offset);
        // A line whose time nobody knows is where the last one was.
        this.#times.push(this.lastTime);
      }
      this.length++;
      this.#indexed = offset + (to - from) + 1;
      if (isLastOfChunk) yield;
    }
    this.#indexed = this.#size;
  }

  /** What the pass keeps of a line. */
  #note(buffer: Buffer, from: number, to: number, isEnded: boolean): void {
    const header = isEnded ? headerOf(buffer, from, to) : undefined;
    if (header === undefined) {
      const row = this.#reader.read(buffer, from, to, this.length, isEnded);
      if (row.kind !== 'op') return;
      this.lastTime = Math.max(this.lastTime, row.op.time);
      if (typeof row.op.process === 'string') this.faults.push(row.op);
      else this.#count(row.op.type, row.op.time);
      return;
    }
    this.lastTime = Math.max(this.lastTime, header.time);
    this.#count(header.type, header.time);
  }

  #count(type: keyof Counts, time: number): void {
    this.counts[type]++;
    if (type !== 'invoke') this.activity.push(time, type);
  }

  /** Rows from `start` on with their numbers, as far as the index goes. */
  *#from(start: number): Generator<readonly [Row, number]> {
    const place = Math.floor(start / STRIDE);
    const offset = this.#offsets[place];
    if (offset === undefined || this.#isClosed) return;
    let at = place * STRIDE;
    // Looking at a screenful, not at the file: small pieces first.
    for (const { buffer, from, to, isEnded } of this.#lines(offset, 16 * 1024)) {
      if (at >= this.length) return;
      if (at >= start) yield [this.#reader.read(buffer, from, to, at, isEnded), at];
      at++;
    }
  }

  /** Lines that are not blank from a place on. The buffer is only good until the next. */
  *#lines(
    start: number,
    first = CHUNK_BYTES,
  ): Generator<{
    readonly buffer: Buffer;
    readonly from: number;
    readonly to: number;
    readonly offset: number;
    /** Its newline was there. */
    readonly isEnded: boolean;
    readonly isLastOfChunk: boolean;
  }> {
    let buffer = Buffer.allocUnsafe(first);
    /** Bytes of the file before the buffer, and in it. */
    let [before, held] = [start, 0];
    for (;;) {
      const room = Math.min(buffer.length - held, this.#size - before - held);
      const read = room > 0 ? readSync(this.#fd, buffer, held, room, before + held) : 0;
      held += read;
      const isOver = read === 0;
      const filled = buffer.subarray(0, held);
      let from = 0;
      let next = filled.indexOf(NEWLINE);
      while (next >= 0) {
        const [begin, to] = [from, next];
        from = next + 1;
        next = filled.indexOf(NEWLINE, from);
        if (isBlank(buffer, begin, to)) continue;
        yield { buffer, from: begin, to, offset: before + begin, isEnded: true, isLastOfChunk: next < 0 };
      }
      if (isOver) {
        if (from < held && !isBlank(buffer, from, held))
          yield { buffer, from, to: held, offset: before + from, isEnded: false, isLastOfChunk: true };
        return;
      }
      // What is left is the beginning of a line; where it fills the buffer, that is too small.
      const left = held - from;
      const size = left > buffer.length / 2 ? buffer.length * 2 : Math.max(buffer.length, CHUNK_BYTES);
      const larger = size === buffer.length ? buffer : Buffer.allocUnsafe(size);
      buffer.copy(larger, 0, from, held);
      buffer = larger;
      before += from;
      held = left;
    }
  }
}

/**
 * Time and type of a client's op, straight from a line as our writer writes it; undefined for any other
 * line, and for one that the nemesis wrote, which is to be read.
 */
function headerOf(
  buffer: Buffer,
  from: number,
  to: number,
): { readonly time: number; readonly type: 'invoke' | Ending } | undefined {
  let at = skip(buffer, from, INDEX);
  at = skip(buffer, at < 0 ? at : digits(buffer, at), TIME);
  if (at < 0) return undefined;
  const end = digits(buffer, at);
  // 15 digits are certainly exact.
  if (end < 0 || end - at > 15) return undefined;
  let time = 0;
  for (let i = at; i < end; i++) time = time * 10 + (buffer[i]! - 48);
  at = skip(buffer, end, PROCESS);
  at = skip(buffer, at < 0 ? at : digits(buffer, at), TYPE);
  if (at < 0 || at + 3 > to) return undefined;
  switch (buffer[at]) {
    case 111: // o
      return { time, type: 'ok' };
    case 102: // f
      return { time, type: 'fail' };
    case 105: // inv or inf
      return { time, type: buffer[at + 2] === 118 ? 'invoke' : 'info' };
    default:
      return undefined;
  }
}

/** Where the literal ends; negative where it is not there. */
function skip(buffer: Buffer, at: number, literal: Buffer): number {
  if (at < 0) return -1;
  for (let i = 0; i < literal.length; i++) if (buffer[at + i] !== literal[i]) return -1;
  return at + literal.length;
}

/** Where the digits end; negative where there are none. */
function digits(buffer: Buffer, at: number): number {
  let end = at;
  while (buffer[end]! >= 48 && buffer[end]! <= 57) end++;
  return end === at ? -1 : end;
}

function isBlank(buffer: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const byte = buffer[at]!;
    if (byte !== 32 && byte !== 9 && byte !== 13) return false;
  }
  return true;
}
