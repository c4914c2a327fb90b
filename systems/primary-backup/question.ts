/**
 * A question to the arbiter: asked again and again until it is answered, or no longer matters. One at a
 * time. Each has a number of its own, so an answer that comes late answers nothing else.
 */
import type { Env, NodeId, TimerId } from '../contract.ts';
import type { Verdict } from './messages.ts';
import type { Plea } from './test-and-set.ts';

export class Question {
  private readonly env: Env;
  private readonly arbiter: NodeId;
  private readonly interval: number;
  private open: { readonly plea: Plea; readonly ask: number } | undefined;
  private timer: TimerId | undefined;

  constructor(env: Env, arbiter: NodeId, interval: number) {
    this.env = env;
    this.arbiter = arbiter;
    this.interval = interval;
  }

  /** What is asked. */
  get plea(): Plea | undefined {
    return this.open?.plea;
  }

  ask(plea: Plea): void {
    // From a wide range, so that no earlier run of this node had the same.
    this.open = { plea, ask: Math.floor(this.env.random('question') * 2 ** 48) };
    this.send();
  }

  close(): void {
    this.open = undefined;
    if (this.timer !== undefined) this.env.cancelTimer(this.timer);
    this.timer = undefined;
  }

  /** The plea that this answers, which is closed with it; undefined when it answers nothing. */
  answered({ ask }: Verdict): Plea | undefined {
    const plea = this.open?.ask === ask ? this.open.plea : undefined;
    if (plea !== undefined) this.close();
    return plea;
  }

  /** True when the timer was this one's. */
  onTimer(timer: TimerId): boolean {
    if (timer !== this.timer) return false;
    this.timer = undefined;
    this.send();
    return true;
  }

  private send(): void {
    if (this.open === undefined) return;
    this.env.send(this.arbiter, { ...this.open.plea, ask: this.open.ask });
    if (this.timer !== undefined) this.env.cancelTimer(this.timer);
    this.timer = this.env.setTimer(this.interval);
  }
}
