/**
 * Snapshots (paper §7): the state up to a position of the log, on disk as one atomically replaced file,
 * and in memory as the text that is sent in chunks to followers that the log no longer reaches.
 */
import type { Disk, DiskToken, Json, NodeId } from './contract.ts';
import { isCount, isObject } from './json.ts';
import { CorruptFile, decodeText, parseJson } from './json-records.ts';
import type { Position } from './log.ts';
import { encodeTextRecord, scanRecords } from './records.ts';

const FILE = 'snapshot';

export interface Snapshot {
  readonly position: Position;
  /** JSON of position and state. */
  readonly text: string;
}

/** A part of a snapshot on its way: characters from `offset` of the `size` that the one up to `index` has. */
interface Chunk {
  readonly term: number;
  readonly index: number;
  readonly size: number;
  readonly offset: number;
  readonly data: string;
}

export class Snapshots<State extends Json> {
  private readonly disk: Disk;
  private readonly isState: (json: Json | undefined) => json is State;
  private newest: Snapshot | undefined;
  private writing: (Written<State> & { readonly token: DiskToken }) | undefined;
  private inbox: Inbox | undefined;

  constructor(disk: Disk, isState: (json: Json | undefined) => json is State) {
    this.disk = disk;
    this.isState = isState;
  }

  /** The newest that is durable. */
  get latest(): Snapshot | undefined {
    return this.newest;
  }

  get busy(): boolean {
    return this.writing !== undefined;
  }

  /** Reads the file, on start. Throws `CorruptFile`. */
  recover(): { readonly position: Position; readonly state: State } | undefined {
    const bytes = this.disk.read(FILE);
    if (bytes === undefined) return undefined;
    const { records, end, ending } = scanRecords(bytes);
    // The file is only ever replaced as a whole, so nothing of it can be torn.
    if (ending !== 'clean' || records.length !== 1) throw new CorruptFile(FILE, end, 'damaged record');
    const text = decodeText(records[0]!.payload) ?? '';
    const content = decodeSnapshot(text, this.isState);
    if (content === undefined) throw new CorruptFile(FILE, 0, 'not a snapshot');
    this.newest = { position: content.position, text };
    return content;
  }

  /** Starts writing; not while busy. */
  write(written: Written<State>): void {
    this.writing = { ...written, token: this.disk.replace(FILE, encodeTextRecord(written.snapshot.text)) };
  }

  /** What has become durable, when the token was this file's. */
  completed(token: DiskToken): Written<State> | undefined {
    const written = this.writing;
    if (written?.token !== token) return undefined;
    this.newest = written.snapshot;
    this.writing = undefined;
    return written;
  }

  /**
   * Takes a chunk that a leader sent. Chunks come in order, one after the other is acknowledged; what
   * does not continue the text so far starts it anew or is passed over. Returns how much is there.
   */
  receive(from: NodeId, chunk: Chunk): number {
    if (this.inbox === undefined || !continues(this.inbox, from, chunk)) {
      this.inbox = { from, term: chunk.term, index: chunk.index, size: chunk.size, text: '' };
    }
    const { text, size } = this.inbox;
    if (chunk.offset === text.length && text.length + chunk.data.length <= size)
      this.inbox.text += chunk.data;
    return this.inbox.text.length;
  }

  /** Starts writing what was received, once it is whole. A whole text that is no snapshot is thrown away. */
  writeReceived(): void {
    if (this.busy || this.inbox === undefined || this.inbox.text.length < this.inbox.size) return;
    const { text, index } = this.inbox;
    const content = decodeSnapshot(text, this.isState);
    if (content?.position.index === index) {
      this.write({ snapshot: { position: content.position, text }, install: content.state });
    } else this.inbox = undefined;
  }

  /** What was received is no longer needed. */
  clearInbox(): void {
    this.inbox = undefined;
  }
}

/** A snapshot on its way to the disk; with `install`, the state to go on from once it is there. */
interface Written<State> {
  readonly snapshot: Snapshot;
  readonly install?: State;
}

/** What has come in of a leader's snapshot. Never more than one at a time. */
interface Inbox {
  readonly from: NodeId;
  readonly term: number;
  readonly index: number;
  readonly size: number;
  text: string;
}

/** Two leaders' snapshots up to the same index need not be the same text. */
function continues(inbox: Inbox, from: NodeId, chunk: Chunk): boolean {
  return (
    inbox.from === from &&
    inbox.term === chunk.term &&
    inbox.index === chunk.index &&
    inbox.size === chunk.size
  );
}

export function encodeSnapshot({ index, term }: Position, state: Json): Snapshot {
  return { position: { index, term }, text: JSON.stringify({ index, term, state }) };
}

function decodeSnapshot<State extends Json>(
  text: string,
  isState: (json: Json | undefined) => json is State,
): { readonly position: Position; readonly state: State } | undefined {
  const json = parseJson(text);
  if (!isObject(json) || !isCount(json.index) || !isCount(json.term) || !isState(json.state))
    return undefined;
  return { position: { index: json.index, term: json.term }, state: json.state };
}
