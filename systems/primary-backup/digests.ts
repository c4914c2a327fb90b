/**
 * What a replica's state was at some positions of the log, as a number: the last few, for an outside
 * observer to compare with what others had at the same ones. The epoch of the entry tells a position from
 * the same one in the log of another primary.
 */
export type Digest = readonly [epoch: number, position: number, digest: number];

const EVERY = 4;
const KEPT = 16;

export class Digests {
  private readonly taken: Digest[] = [];

  get recent(): readonly Digest[] {
    return this.taken;
  }

  executed(epoch: number, position: number, digest: () => number): void {
    if (position % EVERY !== 0) return;
    this.taken.push([epoch, position, digest()]);
    if (this.taken.length > KEPT) this.taken.shift();
  }
}
