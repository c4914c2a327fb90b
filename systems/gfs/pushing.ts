/**
 * How a client's data goes to the replicas of a chunk before it is ordered (paper §3.2): in pieces, all sent at
 * once, so that each replica passes one on while it receives the next.
 */
import type { NodeId } from '../contract.ts';
import type { Operation } from './operation.ts';

/** Bytes of a piece; only the last one of the data is shorter. */
export const PIECE = 262_144;

/** Where data is pushed to. */
export interface Target {
  readonly handle: number;
  readonly version: number;
  readonly primary: NodeId;
  /** The primary is one of them. */
  readonly replicas: readonly NodeId[];
}

/** One push of all the data of a mutation, from its beginning to when every piece was answered or given up. */
export class Push {
  private readonly target: Target;
  private missing: number;
  private then: (() => void) | undefined;

  /** `patience`: ms for each piece. */
  constructor(operation: Operation, target: Target, id: string, data: Uint8Array, patience: number) {
    this.target = target;
    const { primary, replicas } = target;
    const chain = replicas.filter((node) => node !== primary);
    this.missing = Math.max(1, Math.ceil(data.length / PIECE));
    for (let offset = 0; offset === 0 || offset < data.length; offset += PIECE) {
      const bytes = data.subarray(offset, offset + PIECE);
      const body = { f: 'push', id, offset, size: data.length, chain, bytes };
      operation.ask(primary, body, { matters: false, patience }, () => {
        // Where a replica does not answer, that is for its primary to find out.
        if (--this.missing === 0) this.then?.();
      });
    }
  }

  isTo({ handle, version, primary }: Target): boolean {
    const { target } = this;
    return target.handle === handle && target.version === version && target.primary === primary;
  }

  /** Runs `then`, the last one given, at its end: at once where that has come. */
  whenOver(then: () => void): void {
    this.then = then;
    if (this.missing === 0) then();
  }
}

/** Whether data of `length` bytes at `offset` is one of the pieces that data of `size` bytes is pushed in. */
export function isPieceOf(size: number, offset: number, length: number): boolean {
  return offset % PIECE === 0 && offset <= size && length === Math.min(PIECE, size - offset);
}
