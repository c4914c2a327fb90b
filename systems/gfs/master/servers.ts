/**
 * What the master knows of chunkservers from their heartbeats: who lives, and who holds which replica. None
 * of it is durable (paper §2.6.2): a chunkserver has the final word on what is on its disks.
 */
import type { NodeId } from '../../contract.ts';
import type { MarkingEnv } from '../marks.ts';
import type { Handle, Holding, Version } from '../messages.ts';

export interface Held {
  readonly version: Version;
  readonly state: Holding[2];
}

export class Servers {
  private readonly env: MarkingEnv;
  private readonly deadAfter: number;
  private readonly heard = new Map<NodeId, number>();
  private readonly held = new Map<NodeId, Map<Handle, Held>>();

  constructor(env: MarkingEnv, deadAfter: number) {
    this.env = env;
    this.deadAfter = deadAfter;
  }

  /** All that it holds. */
  report(id: NodeId, holds: readonly Holding[]): void {
    this.heard.set(id, this.env.now());
    this.held.set(id, new Map(holds.map(([handle, version, state]) => [handle, { version, state }])));
  }

  /** One thing that it holds; without `held`, that it doesn't. */
  correct(id: NodeId, handle: Handle, held: Held | undefined): void {
    if (held === undefined) this.held.get(id)?.delete(handle);
    else this.held.get(id)?.set(handle, held);
  }

  lives(id: NodeId): boolean {
    const heard = this.heard.get(id);
    return heard !== undefined && this.env.now() - heard < this.deadAfter;
  }

  get living(): readonly NodeId[] {
    return this.env.peers.filter((id) => this.lives(id));
  }

  /** Of those that live. */
  holders(handle: Handle): readonly (readonly [NodeId, Held])[] {
    return this.living.flatMap((id) => {
      const held = this.held.get(id)?.get(handle);
      return held === undefined ? [] : [[id, held] as const];
    });
  }

  /** The highest version that any replica was ever said to be of. */
  highest(handle: Handle): Version {
    return Math.max(0, ...[...this.held.values()].map((held) => held.get(handle)?.version ?? 0));
  }

  /** Up to `count` that live and are not among `others`, those with the fewest replicas first. */
  choose(count: number, others: readonly NodeId[]): readonly NodeId[] {
    const rated = this.living
      .filter((id) => !others.includes(id))
      .map((id) => ({ id, load: (this.held.get(id)?.size ?? 0) + this.env.random('placement') }));
    rated.sort((a, b) => a.load - b.load);
    return rated.slice(0, count).map(({ id }) => id);
  }
}
