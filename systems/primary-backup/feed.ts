/**
 * The primary's end of the logging channel to one follower: first the state as of one position of the log,
 * in chunks, while the primary goes on; then the log from that position, entries sent ahead of their
 * acknowledgements. What does not come in is sent again at a heartbeat.
 */
import type { NodeId } from '../contract.ts';
import type { Bugs } from './bugs.ts';
import type { MarkingEnv } from './marks.ts';
import type { Ack, StateAck } from './messages.ts';
import type { Guard } from './output.ts';
import type { Settings } from './settings.ts';
import type { Store } from './store.ts';

/** Messages' worth of entries that may be under way. */
const WINDOW = 32;
/** Characters of keys and values in one message, about. */
const MAX_BATCH_SIZE = 524_288;
/** While the state is sent, the follower may be so many times further behind. */
const TRANSFER_SLACK = 8;

export class Feed implements Guard {
  readonly to: NodeId;
  /** `syncing`; then the arbiter was asked to arm the flag for it; then it did. */
  stage: 'syncing' | 'asked' | 'armed' = 'syncing';
  private readonly env: MarkingEnv;
  private readonly store: Store;
  private readonly settings: Settings;
  private readonly bugs: Bugs;
  private readonly epoch: number;
  /** What is left to send of the state; undefined once the log follows. */
  private state: { readonly transfer: number; readonly text: string; offset: number } | undefined;
  /** The position up to which the state was made. */
  private at: number;
  /** Once the log follows: where it ended then, the next to send, and what has come in. */
  private target = 0;
  private next = 0;
  private received = 0;
  private durable = 0;
  /** Since the last heartbeat something came in that was not there before. */
  private progress = false;
  private quietTicks = 0;

  /** `transfer`: a number that no other one of this epoch has. */
  constructor(
    to: NodeId,
    epoch: number,
    transfer: number,
    env: MarkingEnv,
    { store, settings, bugs }: { readonly store: Store; readonly settings: Settings; readonly bugs: Bugs },
  ) {
    this.to = to;
    this.epoch = epoch;
    this.env = env;
    this.store = store;
    this.settings = settings;
    this.bugs = bugs;
    this.at = store.log.lastIndex;
    this.state = { transfer, text: JSON.stringify(store.machine.dump()), offset: 0 };
    env.reached('transfer-begun');
    this.sendState();
  }

  /** Position up to which it has the log on its disk. */
  get acknowledged(): number {
    return this.durable;
  }

  /** It has the state, and the log follows. */
  get streaming(): boolean {
    return this.state === undefined;
  }

  /** It has all that was there when it had the state, and what came since is on its way. */
  get caughtUp(): boolean {
    return this.streaming && this.durable >= this.target;
  }

  /** The first position that it may still need. */
  get needed(): number {
    return (this.streaming ? this.durable : this.at) + 1;
  }

  /** Flow control: it is so far behind that the primary has to wait for it. */
  get lags(): boolean {
    const { lagBound } = this.settings;
    const behind = this.store.log.lastIndex + 1 - this.needed;
    return behind >= (this.streaming ? lagBound : lagBound * TRANSFER_SLACK);
  }

  /** How long nothing has come from it, ms, by heartbeats. */
  get quiet(): number {
    return this.quietTicks * this.settings.heartbeat;
  }

  /** Sends what was added to the log, as far as the window reaches. */
  push(): void {
    const { log } = this.store;
    if (!this.streaming) return;
    const { maxBatch } = this.settings;
    const end = Math.min(log.lastIndex, this.received + WINDOW * maxBatch);
    while (this.next <= end) {
      const entries = log.slice(this.next, Math.min(maxBatch, end - this.next + 1), MAX_BATCH_SIZE);
      this.send(entries);
      this.next += entries.length;
    }
  }

  tick(): void {
    this.quietTicks++;
    if (!this.streaming) {
      if (!this.progress) this.sendState();
    } else {
      if (!this.progress && this.received < this.next - 1) {
        this.env.reached('batch-repeated');
        this.next = this.received + 1;
      }
      const { next } = this;
      this.push();
      if (this.next === next) this.send([]);
    }
    this.progress = false;
  }

  onAck({ received, durable }: Ack): void {
    this.quietTicks = 0;
    if (!this.streaming) return;
    if (received > this.received) this.progress = true;
    this.durable = Math.max(this.durable, durable);
    // Less than before: it was restarted, and what it had not synced is gone. Or this comes late.
    this.received = Math.max(received, this.durable);
    this.push();
  }

  onStateAck({ transfer, received, installed }: StateAck): void {
    const { state } = this;
    if (state?.transfer !== transfer) return;
    this.quietTicks = 0;
    if (installed) this.follow();
    else if (received > state.offset) {
      this.progress = true;
      state.offset = received;
      if (received < state.text.length) this.sendState();
    } else state.offset = received;
  }

  /** The state is there: the log follows, from the position up to which the state was made. */
  private follow(): void {
    this.state = undefined;
    this.target = this.store.log.lastIndex;
    this.next = this.at + 1;
    this.received = this.at;
    this.push();
  }

  private sendState(): void {
    const { state, epoch } = this;
    if (state === undefined) return;
    const { transfer, text, offset } = state;
    const data = text.slice(offset, offset + this.settings.transferChunk);
    const isLast = offset + data.length >= text.length;
    if (isLast && this.bugs.has('state-transfer-loses-tail')) this.at = this.store.log.lastIndex;
    const { at } = this;
    this.env.send(this.to, { type: 'state', epoch, transfer, at, size: text.length, offset, data });
  }

  private send(entries: ReturnType<Store['log']['slice']>): void {
    const armed = this.stage === 'armed';
    this.env.send(this.to, { type: 'log', epoch: this.epoch, from: this.next, entries, armed });
  }
}
