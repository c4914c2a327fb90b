/**
 * Term and vote: what a node must not forget over a crash, and must not promise anything on before it
 * is on disk (paper, figure 2, "Persistent state"; thesis §3.8).
 */
import type { Disk, DiskToken, Json, NodeId } from '../contract.ts';
import { DurableValue } from '../durable-value.ts';
import { isCount, isObject } from '../json.ts';

type TermAndVote = { readonly term: number; readonly vote: NodeId | null };

export class HardState {
  private readonly persistent: boolean;
  private readonly durable: DurableValue<TermAndVote>;
  private current: TermAndVote = { term: 0, vote: null };

  constructor(disk: Disk, persistent: boolean) {
    this.durable = new DurableValue<TermAndVote>(disk, 'vote', isTermAndVote, this.current);
    this.persistent = persistent;
  }

  get term(): number {
    return this.current.term;
  }

  get vote(): NodeId | null {
    return this.current.vote;
  }

  /** Throws `CorruptFile`. `lastLogTerm` is the least that the term can be. */
  recover(lastLogTerm: number): void {
    this.current = { term: lastLogTerm, vote: null };
    if (!this.persistent || !this.durable.recover()) return;
    if (this.durable.value.term >= lastLogTerm) this.current = this.durable.value;
  }

  set(term: number, vote: NodeId | null): void {
    if (term === this.term && vote === this.vote) return;
    this.current = { term, vote };
    if (this.persistent) this.durable.set(this.current);
  }

  /** Runs `then` once all that was set so far is durable: at once, or from a later `completed`. */
  whenSaved(then: () => void): void {
    this.durable.whenSaved(then);
  }

  /** True when the token was one of this file's. */
  completed(token: DiskToken): boolean {
    return this.durable.completed(token);
  }
}

function isTermAndVote(json: Json | undefined): json is TermAndVote {
  return isObject(json) && isCount(json.term) && (json.vote === null || typeof json.vote === 'string');
}
