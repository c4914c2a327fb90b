/**
 * Raft's properties (paper, figure 3), watched over a whole cluster from outside while it runs: what no
 * client can see directly, and every client's guarantee rests on.
 */
import type { NodeId } from '../../contract.ts';
import type { Cluster } from '../../testing/cluster.ts';
import type { Entry } from '../entry.ts';
import type { Member } from '../member.ts';
import { RaftNode } from '../node.ts';

export class Invariants {
  readonly violations: string[] = [];
  private readonly cluster: Cluster;
  /** Entries that some node applied, by index, as text. */
  private readonly committed = new Map<number, { readonly term: number; readonly text: string }>();
  private readonly leaders = new Map<number, NodeId>();
  private readonly seen = new Map<
    NodeId,
    { readonly member: Member; applied: number; role: string; term: number }
  >();

  constructor(cluster: Cluster) {
    this.cluster = cluster;
  }

  /** To be called after every event: looks at what has changed since the last. */
  check(): void {
    for (const id of this.cluster.nodes) {
      const member = this.member(id);
      if (member === undefined) continue;
      let seen = this.seen.get(id);
      if (seen?.member !== member) {
        seen = { member, applied: member.log.start.index, role: 'follower', term: 0 };
        this.seen.set(id, seen);
      }
      if (member.applied > seen.applied) {
        this.stateMachineSafety(id, member, seen.applied);
        seen.applied = member.applied;
      }
      if (member.role === 'leader' && (seen.role !== 'leader' || seen.term !== member.term))
        this.elected(id, member);
      seen.role = member.role;
      seen.term = member.term;
    }
  }

  /** To be called at times, and once all is quiet: compares whole logs and states. */
  compare(): void {
    const members = this.cluster.nodes.flatMap((id) => this.member(id) ?? []);
    for (const a of members) {
      for (const b of members) {
        if (a.env.id >= b.env.id) continue;
        this.logMatching(a, b);
        if (
          a.applied === b.applied &&
          JSON.stringify(a.machine.dump()) !== JSON.stringify(b.machine.dump())
        ) {
          this.violated('states differ', `${a.env.id} and ${b.env.id} at ${a.applied}`);
        }
      }
    }
  }

  private stateMachineSafety(id: NodeId, { log, applied }: Member, before: number): void {
    for (let index = before + 1; index <= applied; index++) {
      const entry = log.at(index);
      if (entry === undefined) continue;
      const text = textOf(entry);
      const known = this.committed.get(index);
      if (known === undefined) this.committed.set(index, { term: entry[0], text });
      else if (known.text !== text)
        this.violated('state machine safety', `${id} at ${index}: ${text}, not ${known.text}`);
    }
  }

  private elected(id: NodeId, { term, log }: Member): void {
    const other = this.leaders.get(term);
    if (other !== undefined && other !== id)
      this.violated('election safety', `${other} and ${id} lead in ${term}`);
    this.leaders.set(term, id);
    for (const [index, entry] of this.committed) {
      if (entry.term < term && index > log.start.index && log.termAt(index) !== entry.term) {
        this.violated(
          'leader completeness',
          `${id}, leader of ${term}, lacks the committed ${index}: ${entry.text}`,
        );
      }
    }
  }

  /** Two logs with the same term at an index are the same up to there. */
  private logMatching(a: Member, b: Member): void {
    let agrees = false;
    const first = Math.max(a.log.start.index, b.log.start.index) + 1;
    for (let index = Math.min(a.log.lastIndex, b.log.lastIndex); index >= first; index--) {
      agrees ||= a.log.termAt(index) === b.log.termAt(index);
      if (agrees && textOf(a.log.at(index)!) !== textOf(b.log.at(index)!)) {
        this.violated('log matching', `${a.env.id} and ${b.env.id} at ${index}`);
        return;
      }
    }
  }

  private member(id: NodeId): Member | undefined {
    const node = this.cluster.at(id).node;
    return node instanceof RaftNode ? node.member : undefined;
  }

  private violated(property: string, what: string): void {
    this.violations.push(`${property} at ${this.cluster.queue.now.toFixed(1)} ms: ${what}`);
  }
}

function textOf(entry: Entry): string {
  return JSON.stringify(entry);
}
