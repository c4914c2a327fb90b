/**
 * The shared file system's part: where the output of a job ends up. The paper has GFS for it; here it is
 * kept on the coordinator's disk, behind the same three operations: a reduce task *writes* a temporary file
 * of its own, piece by piece; then it is *renamed* to the partition's file, at once, as a whole; and the
 * file can be *read*.
 *
 * A temporary file belongs to one attempt. Two attempts at one task thus never meet in a file, and what a
 * worker left half written when it died is seen by nobody.
 */
import type { Disk, DiskToken } from '../contract.ts';
import { CorruptFile } from '../json-records.ts';
import { encodeRecord, scanRecords } from '../records.ts';
import type { Bugs } from './bugs.ts';
import { encode, isSum, type Sum } from './files.ts';
import type { TaskName } from './messages.ts';

const TEMPORARY = 'tmp-';

export class OutputStore {
  private readonly disk: Disk;
  private readonly inPlace: boolean;
  /** By attempt: what it has written. */
  private readonly sizes = new Map<number, number>();
  private readonly renaming = new Map<DiskToken, () => void>();

  constructor(disk: Disk, bugs: Bugs) {
    this.disk = disk;
    this.inPlace = bugs.has('non-atomic-output');
  }

  /** On start: temporary files of before are of no use, as nobody knows any more what came in. */
  clear(): void {
    for (const file of this.disk.list()) if (file.startsWith(TEMPORARY)) this.disk.remove(file);
  }

  /** How many bytes the attempt has written. */
  sizeOf(attempt: number): number {
    return this.sizes.get(attempt) ?? 0;
  }

  /** Adds a piece, if it is the one that follows; gives how many bytes are there then. */
  write(attempt: number, task: TaskName, offset: number, text: string): number {
    const size = this.sizeOf(attempt);
    if (offset !== size) return size;
    const bytes = encode(text);
    const file = this.fileOf(attempt, task);
    // As whoever opens a file for writing and does not rename it in the end.
    if (this.inPlace && offset === 0) this.disk.truncate(file, 0);
    this.disk.append(file, bytes);
    this.sizes.set(attempt, size + bytes.length);
    return size + bytes.length;
  }

  /** The attempt's file has become this, and all of it is there. */
  isWhole(attempt: number, task: TaskName, sum: Sum): boolean {
    if (this.sizeOf(attempt) !== sum.length) return false;
    if (this.inPlace) return true;
    if (isSum(this.disk.read(this.fileOf(attempt, task)) ?? new Uint8Array(), sum)) return true;
    this.drop(attempt, task);
    return false;
  }

  /** Puts the attempt's file in the partition's place; `then` once that is durable. */
  rename(attempt: number, task: TaskName, then: () => void): void {
    const file = outputFile(task);
    const token = this.inPlace
      ? this.disk.sync(file)
      : this.disk.replace(file, encodeRecord(this.disk.read(this.fileOf(attempt, task)) ?? new Uint8Array()));
    this.renaming.set(token, then);
  }

  /** True when the token was this one's. */
  completed(token: DiskToken): boolean {
    const then = this.renaming.get(token);
    this.renaming.delete(token);
    then?.();
    return then !== undefined;
  }

  /** The attempt is over. */
  drop(attempt: number, task: TaskName): void {
    if (!this.sizes.delete(attempt) || this.inPlace) return;
    this.disk.remove(this.fileOf(attempt, task));
  }

  /** A partition that was published. Throws `CorruptFile`. */
  read(job: number, partition: number): Uint8Array {
    const file = outputFile({ job, phase: 'reduce', task: partition });
    const bytes = this.disk.read(file);
    if (this.inPlace) return bytes ?? new Uint8Array();
    if (bytes === undefined) throw new CorruptFile(file, 0, 'the file is gone');
    const { records, end, ending } = scanRecords(bytes);
    // The file is only ever put in its place as a whole, so nothing of it can be torn.
    if (ending !== 'clean' || records.length !== 1) throw new CorruptFile(file, end, 'damaged record');
    return records[0]!.payload;
  }

  private fileOf(attempt: number, task: TaskName): string {
    return this.inPlace ? outputFile(task) : `${TEMPORARY}${task.job}-${task.task}-${attempt}`;
  }
}

function outputFile({ job, task }: TaskName): string {
  return `out-${job}-${task}`;
}
