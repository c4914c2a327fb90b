/**
 * A small value that must not be forgotten over a crash, in a file that is only ever replaced as a whole.
 * Nothing may be promised on it before it is on disk: `whenSaved` says when.
 */
import type { Disk, DiskToken, Json } from './contract.ts';
import { CorruptFile, decodeText, encodeJson, parseJson } from './json-records.ts';
import { scanRecords } from './records.ts';

export class DurableValue<Value extends Json> {
  private readonly disk: Disk;
  private readonly file: string;
  private readonly isValue: (json: Json | undefined) => json is Value;
  private current: Value;
  /** Counts changes. `saved` and `writing` are the changes that are on disk and on their way. */
  private version = 0;
  private saved = 0;
  private writing: { readonly token: DiskToken; readonly version: number } | undefined;
  private readonly waiting: { readonly version: number; readonly then: () => void }[] = [];

  constructor(disk: Disk, file: string, isValue: (json: Json | undefined) => json is Value, initial: Value) {
    this.disk = disk;
    this.file = file;
    this.isValue = isValue;
    this.current = initial;
  }

  get value(): Value {
    return this.current;
  }

  /** Reads the file, on start; false when there is none. Throws `CorruptFile`. */
  recover(): boolean {
    const bytes = this.disk.read(this.file);
    if (bytes === undefined) return false;
    const { records, ending, end } = scanRecords(bytes);
    // The file is only ever replaced as a whole, so nothing of it can be torn.
    if (ending !== 'clean' || records.length !== 1) throw new CorruptFile(this.file, end, 'damaged record');
    const json = parseJson(decodeText(records[0]!.payload));
    if (!this.isValue(json)) throw new CorruptFile(this.file, 0, 'not what belongs here');
    this.current = json;
    return true;
  }

  set(value: Value): void {
    this.current = value;
    this.version++;
    this.write();
  }

  /** Runs `then` once all that was set so far is durable: at once, or from a later `completed`. */
  whenSaved(then: () => void): void {
    if (this.saved === this.version) then();
    else this.waiting.push({ version: this.version, then });
  }

  /** True when the token was one of this file's. */
  completed(token: DiskToken): boolean {
    if (this.writing?.token !== token) return false;
    this.saved = this.writing.version;
    this.writing = undefined;
    if (this.saved < this.version) this.write();
    while (this.waiting.length > 0 && this.waiting[0]!.version <= this.saved) this.waiting.shift()!.then();
    return true;
  }

  private write(): void {
    if (this.writing !== undefined) return;
    this.writing = {
      token: this.disk.replace(this.file, encodeJson(this.current)),
      version: this.version,
    };
  }
}
