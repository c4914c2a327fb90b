/**
 * The coordinator's log and checkpoints. What a record says is promised to others only once it is durable:
 * they wait in `whenDurable`. One sync at a time; what is appended meanwhile waits for the next.
 *
 * Every so many records the state goes into a checkpoint, which names the log that follows it, and later
 * records go into that one. A checkpoint begins only when all of the log before is durable. Until it is
 * itself, both logs are needed: recovery reads the checkpoint, the log it names and the one after that.
 */
import type { Disk, DiskToken, Json } from '../contract.ts';
import { CorruptFile, decodeText, encodeJson, parseJson } from '../json-records.ts';
import { scanRecords } from '../records.ts';
import { isCount, isList, isObject } from '../json.ts';
import { parseRecord, type LogRecord } from './records.ts';

const CHECKPOINT = 'checkpoint';
const logFile = (number: number): string => `log-${number}`;

export interface LedgerOptions {
  readonly disk: Disk;
  readonly checkpointEvery: number;
  /** Why a record makes no sense; undefined when it was applied. */
  readonly apply: (record: LogRecord) => string | undefined;
  /** The state, as records. */
  readonly state: () => readonly LogRecord[];
  readonly onCheckpoint: () => void;
}

export class Ledger {
  /** Records in the log, and of these durable ones, since the start of this process. */
  written = 0;
  durable = 0;
  private readonly options: LedgerOptions;
  /** The log that is appended to, and the records in it. */
  private log = 0;
  private inLog = 0;
  private syncing: { readonly token: DiskToken; readonly upTo: number } | undefined;
  private checkpointing: DiskToken | undefined;
  private readonly waiting: { readonly upTo: number; readonly then: () => void }[] = [];

  constructor(options: LedgerOptions) {
    this.options = options;
  }

  /** Applies all that was durable. Throws `CorruptFile`; true when a torn end was cut off. */
  recover(): boolean {
    const { disk } = this.options;
    const bytes = disk.read(CHECKPOINT);
    if (bytes !== undefined) this.readCheckpoint(bytes);
    // Older logs may be back: that they were removed was not synced.
    this.removeOld();
    const torn = this.readLog(this.log);
    // A log whose checkpoint did not become durable any more follows the one that the last one names.
    if (disk.read(logFile(this.log + 1)) === undefined) return torn;
    if (torn)
      throw new CorruptFile(logFile(this.log), 0, 'a torn end, though a later log begins only after a sync');
    this.log++;
    this.inLog = 0;
    return this.readLog(this.log);
  }

  /** Applies a record and writes it down. */
  append(record: LogRecord): void {
    const trouble = this.options.apply(record);
    if (trouble !== undefined)
      throw new Error(`the coordinator made a record that makes no sense: ${trouble}`);
    this.options.disk.append(logFile(this.log), encodeJson(record));
    this.written++;
    this.inLog++;
    this.sync();
  }

  /** Calls `then` once everything appended so far is durable; at once when it is. */
  whenDurable(then: () => void): void {
    if (this.durable === this.written) then();
    else this.waiting.push({ upTo: this.written, then });
  }

  /** True when the token was this one's. */
  completed(token: DiskToken): boolean {
    if (token === this.checkpointing) {
      this.checkpointing = undefined;
      this.removeOld();
      this.options.onCheckpoint();
      return true;
    }
    if (token !== this.syncing?.token) return false;
    this.durable = this.syncing.upTo;
    this.syncing = undefined;
    while (this.waiting.length > 0 && this.waiting[0]!.upTo <= this.durable) this.waiting.shift()!.then();
    this.sync();
    if (this.durable === this.written) this.checkpoint();
    return true;
  }

  private sync(): void {
    if (this.syncing !== undefined || this.durable === this.written) return;
    this.syncing = { token: this.options.disk.sync(logFile(this.log)), upTo: this.written };
  }

  private checkpoint(): void {
    const { checkpointEvery, disk, state } = this.options;
    if (this.inLog < checkpointEvery || this.checkpointing !== undefined) return;
    this.log++;
    this.inLog = 0;
    const content = encodeJson({ log: this.log, records: state() });
    this.checkpointing = disk.replace(CHECKPOINT, content);
  }

  private removeOld(): void {
    const { disk } = this.options;
    for (const file of disk.list()) {
      const match = /^log-(\d+)$/.exec(file);
      if (match !== null && Number(match[1]) < this.log) disk.remove(file);
    }
  }

  private readCheckpoint(bytes: Uint8Array): void {
    const { records, end, ending } = scanRecords(bytes);
    // The file is only ever replaced as a whole, so nothing of it can be torn.
    if (ending !== 'clean' || records.length !== 1) throw new CorruptFile(CHECKPOINT, end, 'damaged record');
    const json = parseJson(decodeText(records[0]!.payload));
    if (!isObject(json) || !isCount(json.log) || !isList(json.records))
      throw new CorruptFile(CHECKPOINT, 0, 'not a checkpoint');
    this.log = json.log;
    for (const record of json.records) this.replay(record, CHECKPOINT, 0);
  }

  private readLog(number: number): boolean {
    const { disk } = this.options;
    const file = logFile(number);
    const bytes = disk.read(file);
    if (bytes === undefined) return false;
    const { records, end, ending } = scanRecords(bytes);
    if (ending === 'corrupt') throw new CorruptFile(file, end, 'damaged record');
    for (const { offset, payload } of records) {
      this.replay(parseJson(decodeText(payload)), file, offset);
      this.inLog++;
    }
    // What a torn write left was never promised to anybody.
    if (ending === 'torn') disk.truncate(file, end);
    return ending === 'torn';
  }

  private replay(json: Json | undefined, file: string, offset: number): void {
    const record = parseRecord(json);
    const trouble = record === undefined ? 'not a record of this log' : this.options.apply(record);
    if (trouble !== undefined) throw new CorruptFile(file, offset, trouble);
  }
}
