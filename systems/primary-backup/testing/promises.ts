/**
 * What replicas promise each other, watched over a whole cluster from outside after every event: no epoch is
 * served by two nodes, and replicas with the same entry at a position have the same state there.
 */
import type { NodeId } from '../../contract.ts';
import type { Cluster } from '../../testing/cluster.ts';
import { Replica } from '../replica.ts';

export class Promises {
  readonly violations: string[] = [];
  private readonly cluster: Cluster;
  private readonly primaries = new Map<number, NodeId>();
  private readonly digests = new Map<string, { readonly node: NodeId; readonly digest: number }>();
  /** Per replica, which of its positions was looked at last. */
  private readonly seen = new Map<NodeId, { readonly replica: Replica; applied: number }>();

  constructor(cluster: Cluster) {
    this.cluster = cluster;
  }

  check(): void {
    for (const id of this.cluster.nodes) {
      const { node } = this.cluster.at(id);
      if (!(node instanceof Replica)) continue;
      const { role, term, applied } = node.status();
      if (role === 'primary') this.serves(id, term);
      const seen = this.seen.get(id);
      if (seen?.replica === node && seen.applied === applied) continue;
      this.seen.set(id, { replica: node, applied });
      for (const [epoch, position, digest] of node.store.digests.recent.slice(-3))
        this.had(id, `${position} of epoch ${epoch}`, digest);
    }
  }

  private serves(id: NodeId, epoch: number): void {
    const other = this.primaries.get(epoch);
    if (other === undefined) this.primaries.set(epoch, id);
    else if (other !== id) this.violated(`${other} and ${id} serve in epoch ${epoch}`);
  }

  private had(node: NodeId, position: string, digest: number): void {
    const other = this.digests.get(position);
    if (other === undefined) this.digests.set(position, { node, digest });
    else if (other.digest !== digest)
      this.violated(`${other.node} and ${node} have different states at position ${position}`);
  }

  private violated(what: string): void {
    if (this.violations.length < 20)
      this.violations.push(`${what}, at ${this.cluster.queue.now.toFixed(1)} ms`);
  }
}
