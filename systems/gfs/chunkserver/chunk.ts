/**
 * One replica of a chunk: its content up to the mutations that are committed, those behind them in their
 * serial order (the tail), and who did what last. All of it is on disk as well, and `whenDurable` says when.
 *
 * In relaxed mode nothing waits in the tail: a mutation is applied as it comes in, as in the paper.
 */
import type { Disk, Json } from '../../contract.ts';
import { isCount, isList, isObject } from '../../json.ts';
import { crc32 } from '../../crc32.ts';
import { areSame } from '../bytes.ts';
import {
  isSession,
  type ClientId,
  type Handle,
  type Mutation,
  type Session,
  type Version,
} from '../messages.ts';
import { BLOCK, ChunkFile, type Piece } from './chunk-file.ts';

/** Of clients that did something to one chunk; who did nothing for longest is forgotten. */
const MAX_SESSIONS = 10_000;

/**
 * After so many bytes the file says what is committed. Else a replica that restarts would have all of a long
 * file in its tail, and no frame holds that.
 */
const SETTLE = 1_048_576;

export interface ChunkOptions {
  readonly size: number;
  readonly strong: boolean;
  readonly compactAfter: number;
  readonly onCompacted: () => void;
}

export class Chunk {
  readonly handle: Handle;
  readonly file: ChunkFile;
  private readonly options: ChunkOptions;
  version: Version = 0;
  /** It has yet to get its content from the primary. */
  learning = false;
  damaged = false;
  /** The version in which it last heard its primary's first word: it is in line with it. */
  begun: Version = 0;
  /** Raised in this life of the node to this version, and never yet given it up: so it may be its primary. */
  eligible: Version | undefined;
  commit = 0;
  tail: Mutation[] = [];
  private buffer: Uint8Array = new Uint8Array(0);
  private committedLength = 0;
  private sessions = new Map<ClientId, readonly [seq: number, offset: number]>();
  private sum: { readonly commit: number; readonly length: number; readonly hash: number } | undefined;

  constructor(disk: Disk, handle: Handle, options: ChunkOptions) {
    this.handle = handle;
    this.options = options;
    this.file = new ChunkFile(disk, handle);
  }

  get last(): number {
    return this.tail.reduce((last, [serial]) => Math.max(last, serial), this.commit);
  }

  /** Of the committed content. */
  get length(): number {
    return this.committedLength;
  }

  /** Where the content ends once the tail is applied too. */
  get end(): number {
    return this.tail.reduce((end, mutation) => Math.max(end, this.endOf(mutation)), this.committedLength);
  }

  get tailBytes(): number {
    return this.tail.reduce((total, [, , , , , data]) => total + (data?.length ?? 0), 0);
  }

  read(offset: number, length: number): Uint8Array {
    return this.buffer.subarray(offset, Math.min(this.committedLength, offset + length));
  }

  /** It has a mutation of this number, wherever in the order. */
  has(serial: number): boolean {
    return serial <= this.commit || this.tail.some((mutation) => mutation[0] === serial);
  }

  /** The content with the tail, which may yet be undone. */
  withTail(): Uint8Array {
    const shown = new Uint8Array(this.end);
    shown.set(this.read(0, this.length));
    for (const [, , offset, , , data] of this.tail) if (data !== null) shown.set(data, offset);
    return shown;
  }

  /** What the client did last here, the tail included: which request, where, and by which mutation if it is in the tail. */
  lastOf(
    client: ClientId,
  ): { readonly seq: number; readonly offset: number; readonly serial: number } | undefined {
    for (let at = this.tail.length - 1; at >= 0; at--) {
      const [serial, kind, offset, by, seq] = this.tail[at]!;
      if (by === client && kind !== 'pad') return { seq, offset, serial };
    }
    const session = this.sessions.get(client);
    return session && { seq: session[0], offset: session[1], serial: this.commit };
  }

  get forgetful(): boolean {
    return this.sessions.size >= MAX_SESSIONS;
  }

  get sessionList(): readonly Session[] {
    return [...this.sessions].map(([client, [seq, offset]]) => [client, seq, offset]);
  }

  /** Of the committed content; 0 where that would take long. */
  get hash(): number {
    if (this.committedLength > BLOCK) return 0;
    if (this.sum?.commit !== this.commit || this.sum.length !== this.committedLength) {
      const hash = crc32(this.buffer, 0, this.committedLength);
      this.sum = { commit: this.commit, length: this.committedLength, hash };
    }
    return this.sum.hash;
  }

  /** Reads what is on disk, on start; false when there is nothing to go on from. */
  recover(verify: boolean): { readonly torn: number } | { readonly damagedAt: number } | undefined {
    const found = this.file.read(verify);
    if (found.state === 'damaged') {
      this.damaged = true;
      return { damagedAt: found.offset };
    }
    if (found.pieces.length === 0) return undefined;
    for (const piece of found.pieces) {
      if (!this.replay(piece)) {
        this.damaged = true;
        return { damagedAt: 0 };
      }
    }
    return { torn: found.torn };
  }

  /** It is a replica of this version from now on. */
  raise(version: Version, learning: boolean): void {
    this.version = version;
    this.learning = learning;
    this.file.append({ version, learning });
  }

  /**
   * Begins anew with this content and this tail, both at once: what is in the tail may have been acknowledged
   * by an earlier version, so a replica without it is none.
   */
  fill(
    version: Version,
    content: Uint8Array,
    commit: number,
    sessions: readonly Session[],
    tail: readonly Mutation[],
  ): void {
    this.version = version;
    this.learning = false;
    this.begun = version;
    this.commit = commit;
    this.tail = tail.filter(([serial]) => serial > commit);
    this.buffer = content;
    this.committedLength = content.length;
    this.sessions = new Map(sessions.map(([client, seq, offset]) => [client, [seq, offset]]));
    this.rewrite();
  }

  /**
   * A version's primary has begun: its tail is what comes after `commit` (strong), or its next number is
   * `last` + 1 (relaxed). What this replica has of that tail stays where it is: it may be committed, and a
   * crash between cutting it off and writing it again would lose it.
   */
  begin(version: Version, commit: number, last: number, tail: readonly Mutation[]): void {
    this.begun = version;
    if (!this.options.strong) {
      this.commit = last;
      this.file.append({ begun: version, keep: last });
      return;
    }
    this.commitTo(commit);
    const news = tail.filter(([serial]) => serial > this.commit);
    let same = 0;
    while (same < news.length && same < this.tail.length && isSame(news[same]!, this.tail[same]!)) same++;
    const keep = same > 0 ? news[same - 1]![0] : this.commit;
    this.tail = this.tail.slice(0, same);
    this.file.append({ begun: version, keep });
    for (const mutation of news.slice(same)) this.prepare(mutation);
  }

  /** Takes the next mutation: into the tail, or in relaxed mode into the content. */
  prepare(mutation: Mutation): void {
    const [serial, kind, offset, client, seq, data] = mutation;
    this.unsettled += data?.length ?? 0;
    const isLong = this.options.strong && this.unsettled >= SETTLE;
    if (isLong) this.unsettled = 0;
    const op = [serial, kind, offset, client, seq];
    this.file.append({ op, ...(isLong && { commit: this.commit }) }, data ?? NOTHING);
    this.take(mutation);
    this.compactIfLong();
  }

  /** All replicas have everything up to `serial`. */
  commitTo(serial: number): void {
    let count = 0;
    while (count < this.tail.length && this.tail[count]![0] <= serial) this.apply(this.tail[count++]!);
    if (count > 0) this.tail = this.tail.slice(count);
  }

  /** Bytes of mutations in the file since it last said what is committed. */
  private unsettled = 0;

  private take(mutation: Mutation): void {
    if (this.options.strong) this.tail.push(mutation);
    else this.apply(mutation);
  }

  private apply(mutation: Mutation): void {
    const [serial, kind, offset, client, seq, data] = mutation;
    const end = this.endOf(mutation);
    this.reserve(end);
    if (data !== null) this.buffer.set(data, offset);
    this.committedLength = Math.max(this.committedLength, end);
    this.commit = Math.max(this.commit, serial);
    this.sum = undefined;
    if (kind === 'pad') return;
    this.sessions.delete(client);
    this.sessions.set(client, [seq, offset]);
    if (this.sessions.size > MAX_SESSIONS) this.sessions.delete(this.sessions.keys().next().value!);
  }

  private endOf([, kind, offset, , , data]: Mutation): number {
    return kind === 'pad' ? this.options.size : offset + (data?.length ?? 0);
  }

  private reserve(length: number): void {
    if (this.buffer.length >= length) return;
    const larger = new Uint8Array(Math.min(this.options.size, Math.max(length, this.buffer.length * 2)));
    larger.set(this.buffer.subarray(0, this.committedLength));
    this.buffer = larger;
  }

  private compactIfLong(): void {
    if (this.file.grown > this.options.compactAfter + this.committedLength) {
      this.rewrite();
      this.options.onCompacted();
    }
  }

  private rewrite(): void {
    const { version, learning, begun, commit, committedLength: length } = this;
    const pieces: Piece[] = [
      {
        head: { base: { version, learning, begun, commit, length, sessions: this.sessionList } },
        bytes: NOTHING,
      },
    ];
    for (let at = 0; at < length; at += BLOCK) {
      pieces.push({ head: { block: at }, bytes: this.buffer.slice(at, Math.min(length, at + BLOCK)) });
    }
    for (const [serial, kind, offset, client, seq, data] of this.tail) {
      pieces.push({
        head: { op: [serial, kind, offset, client, seq] },
        bytes: data ?? NOTHING,
      });
    }
    this.unsettled = 0;
    this.file.rewrite(pieces);
  }

  private replay({ head, bytes }: Piece): boolean {
    const { base, block, op, commit, version, learning, begun, keep } = head;
    if (isObject(base)) {
      if (!isCount(base.version) || !isCount(base.begun) || !isCount(base.commit) || !isCount(base.length))
        return false;
      if (base.length > this.options.size || !isList(base.sessions) || !base.sessions.every(isSession))
        return false;
      this.version = base.version;
      this.learning = base.learning === true;
      this.begun = base.begun;
      this.commit = base.commit;
      this.reserve(base.length);
      this.committedLength = base.length;
      for (const session of base.sessions) this.replaySession(session);
      return true;
    }
    if (isCount(block)) {
      if (block + bytes.length > this.committedLength) return false;
      this.buffer.set(bytes, block);
      return true;
    }
    if (isList(op)) {
      const [serial, kind, offset, client, seq] = op;
      if (!isCount(serial) || !isCount(offset) || !isCount(client) || !isCount(seq)) return false;
      if (kind !== 'write' && kind !== 'append' && kind !== 'pad') return false;
      const data = kind === 'pad' ? null : bytes;
      if (offset + bytes.length > this.options.size) return false;
      this.take([serial, kind, offset, client, seq, data]);
      if (isCount(commit)) this.commitTo(commit);
      return true;
    }
    if (isCount(begun) && isCount(keep)) {
      this.begun = begun;
      if (this.options.strong) this.tail = this.tail.filter(([serial]) => serial <= keep);
      else this.commit = keep;
      return true;
    }
    if (!isCount(version)) return false;
    this.version = version;
    this.learning = learning === true;
    return true;
  }

  private replaySession(session: Json): void {
    if (!isList(session)) return;
    const [client, seq, offset] = session;
    if (isCount(client) && isCount(seq) && isCount(offset)) this.sessions.set(client, [seq, offset]);
  }
}

function isSame(a: Mutation, b: Mutation): boolean {
  return a.every((part, at) => {
    const other = b[at];
    return part instanceof Uint8Array ? other instanceof Uint8Array && areSame(part, other) : part === other;
  });
}

const NOTHING = new Uint8Array(0);
