/**
 * How a client's data goes to the replicas of a chunk before it is ordered (paper §3.2): in pieces, several at
 * once, so that each replica passes one on while it receives the next.
 */
import type { NodeId } from '../contract.ts';
import type { Operation } from './operation.ts';
import { PIECE } from './pieces.ts';

/** Pieces of one operation on their way at once: what is to be ordered must not queue behind all that follows. */
const PIECES_AT_ONCE = 6;

/** Where data is pushed to. */
export interface Target {
  readonly handle: number;
  readonly version: number;
  readonly primary: NodeId;
  /** The primary is one of them. */
  readonly replicas: readonly NodeId[];
}

/** The way of one operation's pieces; so many at once, the others in the order in which they came. */
export class Lane {
  private free = PIECES_AT_ONCE;
  private readonly waiting: (() => void)[] = [];

  /** Runs `start`, which sends a piece, as soon as there is room for it. */
  enter(start: () => void): void {
    if (this.free === 0) this.waiting.push(start);
    else {
      this.free--;
      start();
    }
  }

  /** A piece has been answered or given up. */
  leave(): void {
    const next = this.waiting.shift();
    if (next === undefined) this.free++;
    else next();
  }
}

/** One push of all the data of a mutation, from its beginning to when every piece was answered or given up. */
export class Push {
  private readonly target: Target;
  private missing: number;
  private then: (() => void) | undefined;

  /** `patience`: ms for each piece. */
  constructor(
    operation: Operation,
    lane: Lane,
    target: Target,
    id: string,
    data: Uint8Array,
    patience: number,
  ) {
    this.target = target;
    const { primary, replicas } = target;
    const chain = replicas.filter((node) => node !== primary);
    this.missing = Math.max(1, Math.ceil(data.length / PIECE));
    for (let offset = 0; offset === 0 || offset < data.length; offset += PIECE) {
      const bytes = data.subarray(offset, offset + PIECE);
      const body = { f: 'push', id, offset, size: data.length, chain, bytes };
      lane.enter(() =>
        operation.ask(primary, body, { matters: false, patience }, () => {
          lane.leave();
          // Where a replica does not answer, that is for its primary to find out.
          if (--this.missing === 0) this.then?.();
        }),
      );
    }
  }

  get isOver(): boolean {
    return this.missing === 0;
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
