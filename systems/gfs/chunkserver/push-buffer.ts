/**
 * Data that clients pushed and whose mutations have yet to be ordered (paper §3.2): the data flows along
 * the replicas, apart from the order of things. Bounded; what was used least recently goes first.
 */
export class PushBuffer {
  private readonly limit: number;
  private readonly held = new Map<string, Uint8Array>();
  private bytes = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** How many pieces went to make room for this one. */
  put(id: string, data: Uint8Array): number {
    this.drop(id);
    this.held.set(id, data);
    this.bytes += data.length;
    let evicted = 0;
    for (const oldest of this.held.keys()) {
      if (this.bytes <= this.limit || oldest === id) break;
      this.drop(oldest);
      evicted++;
    }
    return evicted;
  }

  get(id: string): Uint8Array | undefined {
    const data = this.held.get(id);
    if (data === undefined) return undefined;
    this.held.delete(id);
    this.held.set(id, data);
    return data;
  }

  private drop(id: string): void {
    this.bytes -= this.held.get(id)?.length ?? 0;
    this.held.delete(id);
  }
}

/** One piece is pushed once for each request of a client. */
export function pushId(client: number, seq: number): string {
  return `${client}-${seq}`;
}
