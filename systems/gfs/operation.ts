/**
 * One operation of a client, from its invocation to its completion: its time, and what is in doubt.
 *
 * `doubt` is the heart of it: whether an attempt of this operation may have had an effect, or may yet. Only
 * without it a refusal is the operation's end as `fail`.
 */
import type { ClientEnv, Completion, Message, NodeId } from '../contract.ts';
import { parseResponse, type Response } from './requests.ts';

/** Wait before asking again, ms: between one and two of these. */
const BACKOFF = 10;

export class Operation {
  readonly deadline: number;
  doubt = false;
  /** Of the last refusal: what to say when time is over and nothing is in doubt. */
  trouble = 'unavailable';
  private readonly env: ClientEnv;
  private readonly attemptTimeout: number;
  private readonly done: (completion: Completion) => void;
  private isOver = false;
  private cancelPause: (() => void) | undefined;

  constructor(
    env: ClientEnv,
    attemptTimeout: number,
    timeout: number,
    done: (completion: Completion) => void,
  ) {
    this.env = env;
    this.attemptTimeout = attemptTimeout;
    this.deadline = env.now() + timeout;
    this.done = done;
  }

  /**
   * Asks a node; `then` gets its answer, or undefined when there is none. With `matters`, an answer that
   * stays out leaves the operation in doubt.
   */
  ask(
    node: NodeId,
    body: Message,
    { matters, patience = this.attemptTimeout }: { readonly matters: boolean; readonly patience?: number },
    then: (response: Response | undefined) => void,
  ): void {
    const left = this.deadline - this.env.now();
    if (left <= 0) {
      this.giveUp();
      return;
    }
    this.env.request(node, body, Math.min(left, patience), (answer) => {
      if (this.isOver) return;
      const response = answer.kind === 'reply' ? parseResponse(answer.body) : undefined;
      if (response === undefined) {
        if (matters && answer.kind !== 'not-sent') this.doubt = true;
        this.trouble = answer.kind === 'not-sent' ? 'unreachable' : 'timeout';
      } else if ('unknown' in response) {
        this.doubt = true;
        this.trouble = response.unknown;
      } else if ('refused' in response) this.trouble = response.refused;
      then(response);
    });
  }

  /** Tries something again, a little later. */
  again(step: () => void): void {
    const left = this.deadline - this.env.now();
    if (left <= 0) {
      this.giveUp();
      return;
    }
    const delay = Math.min(left, BACKOFF * (1 + this.env.random('backoff')));
    this.cancelPause = this.env.after(delay, () => {
      if (!this.isOver) step();
    });
  }

  /** A refusal for good. */
  refuse(error: string, node?: NodeId): void {
    this.finish({ type: this.doubt ? 'info' : 'fail', error, ...(node !== undefined && { node }) });
  }

  giveUp(): void {
    this.finish(this.doubt ? { type: 'info', error: 'timeout' } : { type: 'fail', error: this.trouble });
  }

  finish(completion: Completion): void {
    if (this.isOver) return;
    this.isOver = true;
    this.cancelPause?.();
    this.done(completion);
  }
}
