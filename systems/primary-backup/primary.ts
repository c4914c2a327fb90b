/**
 * The primary at work: it numbers every input, executes it, ships it, and holds its output (output.ts) until
 * it may leave. Where it has no backup it takes in whoever is willing, and arms the arbiter's flag once that
 * one is in sync.
 *
 * When it is: outputs wait for the new backup's acknowledgements from some moment on, and all that was let
 * go before that moment has been acknowledged too. Then whatever the world has seen, or may see while the
 * arbiter is being asked, is on the new backup's disk; only then the arbiter may hear of it.
 */
import type { NodeId, RequestId, TimerId } from '../contract.ts';
import type { Bugs } from './bugs.ts';
import { meet } from './chance.ts';
import { Feed } from './feed.ts';
import type { Input } from './input.ts';
import type { MarkingEnv } from './marks.ts';
import type { Ack, StateAck } from './messages.ts';
import { Output } from './output.ts';
import type { Question } from './question.ts';
import type { Settings } from './settings.ts';
import type { Store } from './store.ts';
import type { TurnRecord } from './test-and-set.ts';

/** What every part of a replica works with. */
export interface Parts {
  readonly env: MarkingEnv;
  readonly settings: Settings;
  readonly bugs: Bugs;
  readonly store: Store;
  readonly question: Question;
  /** All but this one and the arbiter. */
  readonly replicas: readonly NodeId[];
}

export class Primary {
  readonly output: Output;
  private readonly parts: Parts;
  /** The backup is not heard of any more, and may be about to take over. */
  private readonly lostBackup: () => void;
  private epoch = 0;
  private feed: Feed | undefined;
  private transfers = 0;
  private timer: TimerId | undefined;
  /** Not yet numbered: the backup is too far behind. */
  private queue: { readonly request: RequestId; readonly input: Input }[] = [];

  constructor(parts: Parts, lostBackup: () => void) {
    this.parts = parts;
    this.lostBackup = lostBackup;
    this.output = new Output(parts.env, parts.store, parts.bugs);
  }

  /** It is alone in `epoch`: nobody else may take over, so outputs wait for its own disk only. */
  serve(epoch: number): void {
    this.epoch = epoch;
    this.feed = undefined;
    this.output.guard = undefined;
    this.output.release();
    this.tick();
  }

  /** It does not know any more whether it may serve: what is numbered waits, all else is refused. */
  suspend(): void {
    const { env } = this.parts;
    if (this.timer !== undefined) env.cancelTimer(this.timer);
    this.timer = undefined;
    for (const { request } of this.queue) env.reply(request, { refused: 'not-leader', leader: null });
    this.queue = [];
  }

  /** It has lost, and is no primary any more. */
  end(): void {
    this.suspend();
    this.output.abandon();
  }

  onRequest(request: RequestId, input: Input): void {
    const { env, settings } = this.parts;
    if (this.output.waiting + this.queue.length >= settings.maxPending) {
      env.reached('overloaded');
      env.reply(request, { refused: 'overloaded' });
    } else if (this.queue.length > 0 || this.feed?.lags === true) {
      env.reached('throttled');
      this.queue.push({ request, input });
    } else {
      this.number(request, input);
      this.feed?.push();
    }
  }

  onWilling(from: NodeId, epoch: number): void {
    if (epoch !== this.epoch || this.feed !== undefined) return;
    this.parts.env.log('sends its state', { to: from, at: this.parts.store.log.lastIndex });
    this.feed = new Feed(from, epoch, ++this.transfers, this.parts.env, this.parts);
  }

  onAck(from: NodeId, ack: Ack): void {
    if (ack.epoch !== this.epoch || from !== this.feed?.to) return;
    this.feed.onAck(ack);
    this.advance();
  }

  onStateAck(from: NodeId, ack: StateAck): void {
    if (ack.epoch !== this.epoch || from !== this.feed?.to) return;
    this.feed.onStateAck(ack);
    this.advance();
  }

  /** The arbiter's answer to the plea to arm the flag. */
  onArmed(granted: boolean, record: TurnRecord): void {
    if (this.feed?.stage !== 'asked') return;
    if (granted) {
      this.feed.stage = 'armed';
      this.parts.env.log('has a backup', record);
      this.parts.env.reached('armed-backup');
    } else this.drop();
  }

  /** More of the log is on this node's own disk. */
  onDurable(): void {
    this.advance();
  }

  /** True when the timer was this one's. */
  onTimer(timer: TimerId): boolean {
    if (timer !== this.timer) return false;
    this.tick();
    return true;
  }

  /** The first position of the log that somebody may still need. */
  get needed(): number {
    return this.feed?.needed ?? Infinity;
  }

  private number(request: RequestId, input: Input): void {
    const { env, store, bugs } = this.parts;
    const chance = bugs.has('nondeterminism-not-logged') ? null : meet(input, env);
    const outcome = store.number([this.epoch, input, chance]);
    this.output.add(store.log.lastIndex, request, outcome);
  }

  /** Something was acknowledged, or got to disk: lets go, arms, and takes in what can be. */
  private advance(): void {
    const { feed, output } = this;
    if (feed?.caughtUp === true) output.guard ??= feed;
    output.release();
    if (feed?.stage === 'syncing' && this.isInSync(feed)) {
      feed.stage = 'asked';
      this.parts.question.ask({ type: 'arm', epoch: this.epoch, backup: feed.to });
    }
    while (this.queue.length > 0 && this.feed?.lags !== true) {
      const { request, input } = this.queue.shift()!;
      this.number(request, input);
    }
    feed?.push();
  }

  private isInSync(feed: Feed): boolean {
    if (this.parts.bugs.has('rearm-too-early')) return feed.streaming;
    return this.output.guard === feed && feed.acknowledged >= this.output.released;
  }

  private tick(): void {
    const { env, settings, replicas } = this.parts;
    this.timer = env.setTimer(settings.heartbeat);
    const { feed } = this;
    if (feed !== undefined && feed.quiet > settings.failureTimeout) {
      if (feed.stage === 'syncing') this.drop();
      else {
        this.lostBackup();
        return;
      }
    }
    this.feed?.tick();
    const wanted = this.feed === undefined;
    for (const id of replicas) env.send(id, { type: 'presence', epoch: this.epoch, wanted });
  }

  /** It is alone after all: the arbiter was not asked yet to let this follower take over, or refused. */
  private drop(): void {
    this.parts.env.reached('follower-dropped');
    this.feed = undefined;
    this.output.guard = undefined;
    this.advance();
  }
}
