/**
 * A backup at work, or one that is about to be: it takes in a primary's state, and replays its log in order.
 * It acknowledges what is on its disk. Outputs are discarded.
 */
import type { NodeId } from '../contract.ts';
import type { Bugs } from './bugs.ts';
import type { Entry } from './input.ts';
import { parseJson } from '../json-records.ts';
import type { MarkingEnv } from './marks.ts';
import type { LogBatch, StateChunk } from './messages.ts';
import { isState } from './state-machine.ts';
import type { Store } from './store.ts';

/** Batches that came before those that they follow; of more, the newest are let go, and will be repeated. */
const MAX_EARLY = 256;

/** A state on its way here; never more than one. */
interface Incoming {
  readonly from: NodeId;
  readonly epoch: number;
  readonly transfer: number;
  readonly size: number;
  at: number;
  text: string;
  installing: boolean;
}

export class Follower {
  private readonly env: MarkingEnv;
  private readonly store: Store;
  private readonly bugs: Bugs;
  private primary: NodeId | undefined;
  private incoming: Incoming | undefined;
  /** By first position; all of the store's epoch. */
  private early = new Map<number, readonly Entry[]>();

  constructor(env: MarkingEnv, store: Store, bugs: Bugs) {
    this.env = env;
    this.store = store;
    this.bugs = bugs;
  }

  /** Entries of the epoch that this replica's copy is of. */
  onBatch(from: NodeId, { from: first, entries }: LogBatch): void {
    this.primary = from;
    if (first > this.store.log.lastIndex + 1) this.hold(first, entries);
    else this.take(first, entries);
    this.acknowledge();
  }

  /** More of the log is on disk. */
  onDurable(): void {
    this.acknowledge();
  }

  onState(from: NodeId, chunk: StateChunk): void {
    const { epoch, transfer, at, size, offset, data } = chunk;
    if (epoch === this.store.epoch && at <= this.store.log.lastIndex) {
      // It had joined this primary before, and has gone on from there.
      this.env.reached('already-there');
      this.env.send(from, { type: 'state-ack', epoch, transfer, received: size, installed: true });
      return;
    }
    if (this.incoming?.installing === true) return;
    if (this.incoming?.from !== from || this.incoming.epoch !== epoch || this.incoming.transfer !== transfer)
      this.incoming = { from, epoch, transfer, size, at, text: '', installing: false };
    const { incoming } = this;
    if (offset === incoming.text.length && incoming.text.length + data.length <= size) {
      incoming.text += data;
      incoming.at = at;
    }
    const received = incoming.text.length;
    this.env.send(from, { type: 'state-ack', epoch, transfer, received, installed: false });
    this.installIncoming();
  }

  /** Begins to write a state that has come in as a whole. */
  installIncoming(): void {
    const { incoming, store } = this;
    if (incoming === undefined || incoming.installing || incoming.text.length < incoming.size) return;
    if (!store.canInstall) return;
    const state = parseJson(incoming.text);
    if (!isState(state)) {
      this.env.log('a state that is none', { from: incoming.from });
      this.incoming = undefined;
      return;
    }
    incoming.installing = true;
    store.install(incoming.epoch, incoming.at, state);
  }

  /** The state is on disk, and is what this replica has now. */
  installed(): void {
    this.early.clear();
    const { incoming } = this;
    if (incoming === undefined) return;
    const { from, epoch, transfer, size } = incoming;
    this.incoming = undefined;
    this.env.send(from, { type: 'state-ack', epoch, transfer, received: size, installed: true });
  }

  /** What came early was of a log that this replica does not follow any more. */
  leave(): void {
    this.early.clear();
    this.primary = undefined;
    if (this.incoming?.installing !== true) this.incoming = undefined;
  }

  private take(first: number, entries: readonly Entry[]): void {
    const { log } = this.store;
    const fresh = entries.slice(log.lastIndex + 1 - first);
    if (fresh.length > 0) this.store.replay(fresh);
    for (const [from, batch] of [...this.early].sort(([a], [b]) => a - b)) {
      if (from > log.lastIndex + 1) return;
      this.early.delete(from);
      const joined = batch.slice(log.lastIndex + 1 - from);
      if (joined.length > 0) this.store.replay(joined);
    }
  }

  private hold(first: number, entries: readonly Entry[]): void {
    if (entries.length === 0 || this.early.size >= MAX_EARLY) return;
    this.env.reached('early-batch');
    this.early.set(first, entries);
    if (this.bugs.has('replay-out-of-order')) this.store.executeEarly(first, entries);
  }

  private acknowledge(): void {
    const { log, epoch } = this.store;
    if (this.primary === undefined) return;
    this.env.send(this.primary, {
      type: 'ack',
      epoch,
      received: log.lastIndex,
      durable: Math.min(log.durable, log.lastIndex),
    });
  }
}
