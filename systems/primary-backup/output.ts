/**
 * The output rule (VM-FT, §2.2): no output leaves the primary before the backup has acknowledged the log up
 * to the operation that produced it. So whatever a client was told is on the backup's disk, and a backup
 * that goes live is never behind what the world has seen. `cleared` is the rule, and there is no other place
 * that lets an output go.
 *
 * The primary's own disk counts too: it may be the only one left after both have gone down. Alone, without
 * a backup that could take over, it is all that counts.
 *
 * Reads are no exception. They are inputs with a position in the log, and a backup that acknowledges one was
 * still a backup then: a primary that has been superseded without knowing can't answer them.
 */
import type { RequestId } from '../contract.ts';
import type { Outcome } from '../session-protocol.ts';
import type { Bugs } from './bugs.ts';
import type { MarkingEnv } from './marks.ts';
import type { Store } from './store.ts';

/** Whoever may take over, and how far it has acknowledged the log. */
export interface Guard {
  readonly acknowledged: number;
}

interface Held {
  readonly position: number;
  readonly request: RequestId;
  readonly outcome: Outcome;
}

export class Output {
  /** While somebody may take over, or is about to be allowed to. */
  guard: Guard | undefined;
  private readonly env: MarkingEnv;
  private readonly store: Store;
  private readonly bugs: Bugs;
  /** By position. Those before `first` have been let go. */
  private held: Held[] = [];
  private first = 0;
  private lastReleased = 0;

  constructor(env: MarkingEnv, store: Store, bugs: Bugs) {
    this.env = env;
    this.store = store;
    this.bugs = bugs;
  }

  /** Outputs of entries up to this position may leave. */
  get cleared(): number {
    const onOwnDisk = this.store.log.durable;
    if (this.guard === undefined || this.bugs.has('no-output-rule')) return onOwnDisk;
    return Math.min(onOwnDisk, this.guard.acknowledged);
  }

  /** The last position whose output may have been seen. */
  get released(): number {
    return this.lastReleased;
  }

  get waiting(): number {
    return this.held.length - this.first;
  }

  add(position: number, request: RequestId, outcome: Outcome): void {
    this.held.push({ position, request, outcome });
  }

  /** Lets go what may leave. */
  release(): void {
    const { cleared } = this;
    this.lastReleased = Math.max(this.lastReleased, cleared);
    while (this.first < this.held.length && this.held[this.first]!.position <= cleared) {
      const { request, outcome } = this.held[this.first++]!;
      this.env.reply(request, outcome);
    }
    if (this.waiting > 0 && this.held[this.first]!.position <= this.store.log.durable) {
      this.env.reached('output-held');
    }
    if (this.first === this.held.length || this.first > 1024) {
      this.held = this.held.slice(this.first);
      this.first = 0;
    }
  }

  /** Another one may serve by now: whether what is held has happened, nobody here knows. */
  abandon(): void {
    if (this.waiting > 0) this.env.reached('fate-unknown');
    for (const { request } of this.held.slice(this.first)) {
      this.env.reply(request, { unknown: 'lost-leadership' });
    }
    this.held = [];
    this.first = 0;
  }
}
