/**
 * Data that clients pushed and whose mutations have yet to be ordered (paper §3.2): the data flows along
 * the replicas, apart from the order of things. Bounded; what was used least recently goes first.
 */
import { crc32 } from '../../crc32.ts';
import { rememberSum } from './sums.ts';

interface Held {
  readonly bytes: Uint8Array;
  /** Offsets of the pieces that came. */
  readonly pieces: Set<number>;
  /** Bytes of the others. */
  missing: number;
  /** Of what came in order from the beginning, and how much that is. */
  sum: number;
  summed: number;
}

export class PushBuffer {
  private readonly limit: number;
  private readonly held = new Map<string, Held>();
  private bytes = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** Takes a piece of what is pushed under this id, `size` bytes in all. How much else went to make room for it. */
  put(id: string, offset: number, size: number, data: Uint8Array): number {
    const held = this.touch(id) ?? this.begin(id, size, data);
    // Again under the same id comes the same data: what is there may be in use, and is left alone.
    if (!held.pieces.has(offset)) {
      if (held.bytes !== data) held.bytes.set(data, offset);
      held.pieces.add(offset);
      held.missing -= data.length;
      if (held.summed === offset) {
        held.sum = crc32(data, 0, data.length, held.sum);
        held.summed += data.length;
        if (held.summed === size) rememberSum(held.bytes, held.sum);
      }
    }
    return this.makeRoomFor(id);
  }

  /** All that was pushed under this id; undefined while any of it is missing. */
  get(id: string): Uint8Array | undefined {
    const held = this.touch(id);
    return held?.missing === 0 ? held.bytes : undefined;
  }

  private begin(id: string, size: number, data: Uint8Array): Held {
    const bytes = data.length === size ? data : new Uint8Array(size);
    const held = { bytes, pieces: new Set<number>(), missing: size, sum: 0, summed: 0 };
    this.held.set(id, held);
    this.bytes += size;
    return held;
  }

  private touch(id: string): Held | undefined {
    const held = this.held.get(id);
    if (held === undefined) return undefined;
    this.held.delete(id);
    this.held.set(id, held);
    return held;
  }

  private makeRoomFor(id: string): number {
    let evicted = 0;
    for (const [oldest, { bytes }] of this.held) {
      if (this.bytes <= this.limit || oldest === id) break;
      this.held.delete(oldest);
      this.bytes -= bytes.length;
      evicted++;
    }
    return evicted;
  }
}

/** Data is pushed under one id for each request of a client. */
export function pushId(client: number, seq: number): string {
  return `${client}-${seq}`;
}
