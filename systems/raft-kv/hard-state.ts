/**
 * Term and vote: what a node must not forget over a crash, and must not promise anything on before it
 * is on disk (paper, figure 2, "Persistent state"; thesis §3.8).
 */
import type { Disk, DiskToken, NodeId } from '../contract.ts';
import { isCount, isObject } from './entry.ts';
import { CorruptFile, decodeText, encodeJson, parseJson } from './json-records.ts';
import { scanRecords } from '../records.ts';

const FILE = 'vote';

export class HardState {
  private readonly disk: Disk;
  private readonly persistent: boolean;
  private currentTerm = 0;
  private votedFor: NodeId | null = null;
  /** Counts changes. `saved` and `writing` are the changes that are on disk and on their way. */
  private version = 0;
  private saved = 0;
  private writing: { readonly token: DiskToken; readonly version: number } | undefined;
  private readonly waiting: { readonly version: number; readonly then: () => void }[] = [];

  constructor(disk: Disk, persistent: boolean) {
    this.disk = disk;
    this.persistent = persistent;
  }

  get term(): number {
    return this.currentTerm;
  }

  get vote(): NodeId | null {
    return this.votedFor;
  }

  /** Throws `CorruptFile`. `lastLogTerm` is the least that the term can be. */
  recover(lastLogTerm: number): void {
    this.currentTerm = lastLogTerm;
    const bytes = this.disk.read(FILE);
    if (bytes === undefined || !this.persistent) return;
    const { records, ending, end } = scanRecords(bytes);
    // The file is only ever replaced as a whole, so nothing of it can be torn.
    if (ending !== 'clean' || records.length !== 1) throw new CorruptFile(FILE, end, 'damaged record');
    const json = parseJson(decodeText(records[0]!.payload));
    if (!isObject(json) || !isCount(json.term) || !(json.vote === null || typeof json.vote === 'string')) {
      throw new CorruptFile(FILE, 0, 'not a term and a vote');
    }
    if (json.term < lastLogTerm) return;
    this.currentTerm = json.term;
    this.votedFor = json.vote;
  }

  set(term: number, vote: NodeId | null): void {
    if (term === this.currentTerm && vote === this.votedFor) return;
    this.currentTerm = term;
    this.votedFor = vote;
    if (!this.persistent) return;
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
    const bytes = encodeJson({ term: this.currentTerm, vote: this.votedFor });
    this.writing = { token: this.disk.replace(FILE, bytes), version: this.version };
  }
}
