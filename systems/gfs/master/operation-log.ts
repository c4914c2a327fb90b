/**
 * The operation log (paper §2.6.1): what changes the tables is a record of it, and nothing that depends on a
 * record is said to anyone before the record is on disk. `whenDurable` is the one place where that is so.
 *
 * A checkpoint, the tables up to some record, bounds what is replayed on a start. It is written beside the
 * log, which goes on meanwhile; only when it is on disk do the records that it holds leave the log.
 *
 * Whatever is synced ends with a seal, an empty record, so that damage to what was promised is told from a
 * torn write. One sync at a time: what is appended while it is under way waits for the next one.
 */
import type { Disk, DiskToken, Json } from '../../contract.ts';
import { isCount, isObject } from '../../json.ts';
import { CorruptFile, decodeText, encodeJson, parseJson } from '../../json-records.ts';
import { encodeRecord, scanRecords } from '../../records.ts';
import { joined } from '../bytes.ts';

const LOG = 'operations';
const CHECKPOINT = 'checkpoint';

export interface LogOptions {
  /** The seeded bugs of the log, off unless told. */
  readonly forgetsTail: boolean;
  readonly answersEarly: boolean;
}

export class OperationLog {
  private readonly disk: Disk;
  private readonly options: LogOptions;
  /** Records behind the newest durable checkpoint, as they are on disk, and the number of the last. */
  private records: { readonly index: number; readonly bytes: Uint8Array }[] = [];
  private lastIndex = 0;
  private durableIndex = 0;
  private checkpointIndex = 0;
  private writing: { readonly token: DiskToken; readonly upTo: number } | undefined;
  private checkpointing: { readonly token: DiskToken; readonly index: number } | undefined;
  private waiting: { readonly index: number; readonly then: () => void }[] = [];

  constructor(disk: Disk, options: LogOptions) {
    this.disk = disk;
    this.options = options;
  }

  get last(): number {
    return this.lastIndex;
  }

  get durable(): number {
    return this.durableIndex;
  }

  /** Records that a start would have to replay. */
  get sinceCheckpoint(): number {
    return this.lastIndex - (this.checkpointing?.index ?? this.checkpointIndex);
  }

  get isCheckpointing(): boolean {
    return this.checkpointing !== undefined;
  }

  /** Reads checkpoint and log, on start. Throws `CorruptFile`. Returns how many bytes of a torn end were cut off. */
  recover(restore: (checkpoint: Json) => boolean, replay: (record: Json | undefined) => boolean): number {
    const checkpoint = this.disk.read(CHECKPOINT);
    if (checkpoint !== undefined) this.restore(checkpoint, restore);
    const file = this.disk.read(LOG) ?? new Uint8Array(0);
    const { records, end, ending } = scanRecords(file);
    if (ending === 'corrupt') throw new CorruptFile(LOG, end, 'damaged record');
    for (const { offset, payload } of records) {
      if (payload.length === 0) continue; // a seal
      const json = parseJson(decodeText(payload));
      if (!isObject(json) || !isCount(json.index)) throw new CorruptFile(LOG, offset, 'not a log record');
      if (json.index <= this.lastIndex) continue; // the checkpoint holds it
      this.lastIndex = json.index;
      this.records.push({ index: json.index, bytes: encodeRecord(payload) });
      if (!replay(json.record)) throw new CorruptFile(LOG, offset, 'not a log record');
    }
    if (ending === 'torn') this.disk.truncate(LOG, end);
    // What can be read is not therefore durable: a process may have died between its write and its sync.
    this.durableIndex = this.checkpointIndex;
    this.sync();
    return file.length - end;
  }

  append(record: Json): void {
    const bytes = encodeJson({ index: ++this.lastIndex, record });
    this.records.push({ index: this.lastIndex, bytes });
    this.disk.append(LOG, bytes);
    if (this.writing === undefined) this.sync();
  }

  /** Runs `then` once all that was appended so far is durable: at once, or from a later `completed`. */
  whenDurable(then: () => void): void {
    if (this.durableIndex === this.lastIndex) then();
    else this.waiting.push({ index: this.lastIndex, then });
  }

  /** For what a client is told. */
  beforeAnswer(then: () => void): void {
    if (this.options.answersEarly) then();
    else this.whenDurable(then);
  }

  /** Begins to write a checkpoint: the tables as they are after the last record. */
  checkpoint(tables: Json): void {
    const token = this.disk.replace(CHECKPOINT, encodeJson({ index: this.lastIndex, tables }));
    this.checkpointing = { token, index: this.lastIndex };
  }

  /** What the token completed, when it was one of this log's. */
  completed(token: DiskToken): 'records' | 'checkpoint' | undefined {
    if (token === this.checkpointing?.token) {
      this.cut(this.checkpointing.index);
      this.checkpointing = undefined;
      return 'checkpoint';
    }
    if (token !== this.writing?.token) return undefined;
    this.durableIndex = Math.max(this.durableIndex, this.writing.upTo);
    this.writing = undefined;
    if (this.durableIndex < this.lastIndex) this.sync();
    const due = this.waiting.filter(({ index }) => index <= this.durableIndex);
    this.waiting = this.waiting.filter(({ index }) => index > this.durableIndex);
    for (const { then } of due) then();
    return 'records';
  }

  private sync(): void {
    this.disk.append(LOG, encodeRecord(new Uint8Array(0)));
    this.writing = { token: this.disk.sync(LOG), upTo: this.lastIndex };
  }

  /** The checkpoint holds all up to `index`. */
  private cut(index: number): void {
    this.checkpointIndex = index;
    this.records = this.options.forgetsTail ? [] : this.records.filter((record) => record.index > index);
    const seal = encodeRecord(new Uint8Array(0));
    const token = this.disk.replace(LOG, joined([...this.records.map(({ bytes }) => bytes), seal]));
    // Completions of one file come in order, so this one covers a sync that is under way.
    this.writing = { token, upTo: this.lastIndex };
  }

  private restore(file: Uint8Array, restore: (checkpoint: Json) => boolean): void {
    const { records, ending } = scanRecords(file);
    // The file is only ever replaced as a whole, so nothing of it can be torn.
    const json =
      ending === 'clean' && records.length === 1 ? parseJson(decodeText(records[0]!.payload)) : undefined;
    if (!isObject(json) || !isCount(json.index) || json.tables === undefined || !restore(json.tables)) {
      throw new CorruptFile(CHECKPOINT, 0, 'not a checkpoint');
    }
    this.checkpointIndex = json.index;
    this.lastIndex = json.index;
  }
}
