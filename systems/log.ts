/**
 * The log: entries in memory, and the same on disk as a write-ahead log.
 *
 * The file is a sequence of records: where the log starts (the position before its first entry), and
 * runs of entries `from` an index. A run that begins before the end of what is already there replaces
 * everything from there on, so a conflicting suffix is deleted by writing what follows it; the file is
 * only appended to, save when a snapshot makes its beginning unnecessary and it is rewritten.
 *
 * Whatever is synced ends with a seal, an empty record. So what was promised to others never stands last
 * in the file: damage to it has a whole record behind it and is told from a torn write, and where the seal
 * itself is damaged and cut off, nothing is lost.
 *
 * One sync at a time: what is appended while it is under way waits for the next one (group commit).
 */
import type { Disk, DiskToken, Json } from './contract.ts';
import { isCount, isList, isObject } from './json.ts';
import { CorruptFile, decodeText, encodeJson, parseJson } from './json-records.ts';
import { encodeRecord, scanRecords } from './records.ts';

const FILE = 'log';
/** Entries in one record of a rewritten file; bounds the text in memory at once. */
const REWRITE_RUN = 1024;

/** A place in the log, and the term that tells it from the same place in another log. */
export interface Position {
  readonly index: number;
  readonly term: number;
}

/** Arrays, not objects: they cross networks and go to disks as JSON, and field names would be half of it. */
type LogEntry = readonly [term: number, ...rest: readonly Json[]];

/** What the log has to know of a system's entries. */
export interface EntryKind<Entry extends LogEntry> {
  readonly is: (json: Json) => json is Entry;
  /** Characters that count against the size of a message. */
  readonly size: (entry: Entry) => number;
}

export class Log<Entry extends LogEntry> {
  private readonly disk: Disk;
  private readonly kind: EntryKind<Entry>;
  private readonly fsync: boolean;
  private entries: Entry[] = [];
  private startPosition: Position = { index: 0, term: 0 };
  private durableIndex = 0;
  /** The sync or rewrite under way, and the last index that is durable when it is done. */
  private flush: { readonly token: DiskToken; upTo: number } | undefined;
  private dirty = false;
  private mustRewrite = false;

  /** Without `fsync`, what was handed to the disk passes for durable. */
  constructor(disk: Disk, kind: EntryKind<Entry>, fsync = true) {
    this.disk = disk;
    this.kind = kind;
    this.fsync = fsync;
  }

  /** The position before the first entry. */
  get start(): Position {
    return this.startPosition;
  }

  get lastIndex(): number {
    return this.startPosition.index + this.entries.length;
  }

  get lastTerm(): number {
    return this.entries.length > 0 ? this.entries[this.entries.length - 1]![0] : this.startPosition.term;
  }

  /** All entries up to here are on disk. */
  get durable(): number {
    return this.durableIndex;
  }

  get flushing(): boolean {
    return this.flush !== undefined;
  }

  at(index: number): Entry | undefined {
    return this.entries[index - this.startPosition.index - 1];
  }

  /** `undefined` when the log doesn't hold the index, before its start or after its end. */
  termAt(index: number): number | undefined {
    return index === this.startPosition.index ? this.startPosition.term : this.at(index)?.[0];
  }

  /** Entries from `index`, at most `count`, and about `characters` (one entry at least). */
  slice(index: number, count: number, characters: number): Entry[] {
    const from = index - this.startPosition.index - 1;
    let size = 0;
    let to = from;
    while (to < this.entries.length && to - from < count && size < characters) {
      size += this.kind.size(this.entries[to++]!);
    }
    return this.entries.slice(from, to);
  }

  /** The first index with a term of at least `term`; one past the end when there is none. */
  firstOfTerm(term: number): number {
    let low = 0;
    let high = this.entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.entries[middle]![0] < term) low = middle + 1;
      else high = middle;
    }
    return this.startPosition.index + 1 + low;
  }

  /** Makes `entries` the log from index `from` on, deleting what was there. Durable only once `durable` says so. */
  write(from: number, entries: readonly Entry[]): void {
    this.cut(from - 1);
    for (const entry of entries) this.entries.push(entry);
    this.disk.append(FILE, encodeJson({ from, entries }));
    this.dirty = true;
    this.sync();
  }

  /** Syncs what isn't yet, unless a sync is under way. */
  sync(): void {
    if (!this.fsync) {
      this.dirty = false;
      this.durableIndex = this.lastIndex;
    }
    if (this.flush !== undefined) return;
    if (this.mustRewrite) this.rewrite();
    else if (this.dirty) {
      this.disk.append(FILE, SEAL);
      this.flush = { token: this.disk.sync(FILE), upTo: this.lastIndex };
    } else return;
    this.dirty = false;
  }

  /** True when the token was one of this file's. Call `sync` after appending what should share the next one. */
  completed(token: DiskToken): boolean {
    if (this.flush?.token !== token) return false;
    this.durableIndex = Math.max(this.durableIndex, this.flush.upTo);
    this.flush = undefined;
    return true;
  }

  /** Forgets the entries up to `index`; a durable snapshot holds what they did. */
  compact(index: number): void {
    const term = this.termAt(index);
    if (term === undefined || index === this.startPosition.index) return;
    this.entries = this.entries.slice(index - this.startPosition.index);
    this.restartAt({ index, term });
  }

  /** Forgets everything; the log goes on after `position`, up to which a durable snapshot holds it. */
  reset(position: Position): void {
    this.entries = [];
    this.durableIndex = position.index;
    // The rewrite must not wait for a sync under way, or a run appended meanwhile would stand in the old
    // file with a gap before it. That sync's completion says nothing any more.
    this.flush = undefined;
    this.restartAt(position);
  }

  /**
   * Reads the file, on start. Returns the bytes cut off a torn end, with their place.
   * Throws `CorruptFile` where it is damaged anywhere else.
   */
  recover(): { readonly offset: number; readonly bytes: number } | undefined {
    const bytes = this.disk.read(FILE);
    if (bytes === undefined) return undefined;
    const { records, end, ending } = scanRecords(bytes);
    if (ending === 'corrupt') throw new CorruptFile(FILE, end, 'damaged record');
    for (const { offset, payload } of records) {
      if (payload.length === 0) continue; // a seal
      const problem = this.replay(parseJson(decodeText(payload)));
      if (problem !== undefined) throw new CorruptFile(FILE, offset, problem);
    }
    if (ending === 'torn') this.disk.truncate(FILE, end);
    // What can be read is not therefore durable: a process may have died between its write and its sync.
    this.durableIndex = this.startPosition.index;
    this.dirty = true;
    this.sync();
    return ending === 'torn' ? { offset: end, bytes: bytes.length - end } : undefined;
  }

  private replay(record: Json | undefined): string | undefined {
    if (!isObject(record)) return 'not a log record';
    const { start, from, entries } = record;
    if (isObject(start) && isCount(start.index) && isCount(start.term)) {
      this.startPosition = { index: start.index, term: start.term };
      this.entries = [];
      return undefined;
    }
    if (!isCount(from) || !isList(entries) || !entries.every(this.kind.is)) return 'not a log record';
    if (from <= this.startPosition.index || from > this.lastIndex + 1) {
      return `entries from ${from} do not follow a log from ${this.startPosition.index} to ${this.lastIndex}`;
    }
    this.entries.length = from - this.startPosition.index - 1;
    for (const entry of entries) this.entries.push(entry);
    return undefined;
  }

  private cut(lastIndex: number): void {
    if (lastIndex >= this.lastIndex) return;
    this.entries.length = Math.max(0, lastIndex - this.startPosition.index);
    this.durableIndex = Math.min(this.durableIndex, lastIndex);
    // What a sync under way makes durable beyond this is what was just deleted.
    if (this.flush !== undefined) this.flush.upTo = Math.min(this.flush.upTo, lastIndex);
  }

  private restartAt(position: Position): void {
    this.startPosition = position;
    this.durableIndex = Math.max(this.durableIndex, position.index);
    this.mustRewrite = true;
    this.sync();
  }

  private rewrite(): void {
    const { index, term } = this.startPosition;
    const pieces = [encodeJson({ start: { index, term } })];
    for (let at = 0; at < this.entries.length; at += REWRITE_RUN) {
      const run = this.entries.slice(at, at + REWRITE_RUN);
      pieces.push(encodeJson({ from: index + 1 + at, entries: run }));
    }
    pieces.push(SEAL);
    this.mustRewrite = false;
    this.flush = { token: this.disk.replace(FILE, concatenate(pieces)), upTo: this.lastIndex };
  }
}

const SEAL = encodeRecord(new Uint8Array(0));

function concatenate(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
