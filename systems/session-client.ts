/**
 * A client of a service with sessions: one session (thesis §6.3), one operation at a time, one request at a time.
 * It goes to the node it believes to be the leader, follows hints, and asks another node with the same
 * session and sequence number when no answer comes, until the operation's time is over.
 *
 * `doubt` is the heart of it: whether an attempt of this operation may have had an effect, or may yet.
 */
import type { Answer, Client, ClientEnv, Completion, Invocation, Json, NodeId } from './contract.ts';
import { parseResponse, type Response } from './session-protocol.ts';
import type { SessionId } from './sessions.ts';

/** The `error` of a cas that found another value; as in the history. */
const MISMATCH = 'mismatch';
/** Wait before asking again when nobody is known to lead, ms: between one and two of these. */
const BACKOFF = 10;
/** Hints followed at once, one after the other; two nodes may each take the other for the leader. */
const MAX_HOPS = 2;

interface Operation {
  readonly invocation: Invocation;
  readonly seq: number;
  readonly deadline: number;
  readonly done: (completion: Completion) => void;
  doubt: boolean;
  hops: number;
  /** Of the last refusal: what to say when time is over and nothing was in doubt. */
  trouble: string;
}

/** What a system's clients differ in. */
export interface Service {
  /** Who may be asked, sorted. */
  readonly nodes: readonly NodeId[];
  /** Functions that change nothing, so need no session. */
  readonly reads: readonly string[];
  /** Functions whose answer is the completion's value. */
  readonly answering: readonly string[];
  /** How long one node is waited for before another is asked, ms. */
  readonly attemptTimeout: number;
}

export class SessionClient implements Client {
  private readonly env: ClientEnv;
  private readonly service: Service;
  private target: NodeId;
  private session: SessionId | undefined;
  private seq = 0;
  private operation: Operation | undefined;
  private cancelBackoff: (() => void) | undefined;

  constructor(env: ClientEnv, service: Service) {
    this.env = env;
    this.service = service;
    this.target = service.nodes[Math.floor(env.random('first node') * service.nodes.length)]!;
  }

  invoke(invocation: Invocation, timeout: number, done: (completion: Completion) => void): void {
    const operation: Operation = {
      invocation,
      seq: ++this.seq,
      deadline: this.env.now() + timeout,
      done,
      doubt: false,
      hops: 0,
      trouble: 'no-leader',
    };
    this.operation = operation;
    this.attempt(operation);
  }

  close(): void {
    this.cancelBackoff?.();
    const { operation } = this;
    if (operation !== undefined) this.finish(operation, { type: 'info', error: 'closed' });
  }

  private attempt(operation: Operation): void {
    const left = operation.deadline - this.env.now();
    if (left <= 0) {
      this.giveUp(operation);
      return;
    }
    const node = this.target;
    const isRead = this.service.reads.includes(operation.invocation.f);
    const registers = this.session === undefined && !isRead;
    const body = registers ? { f: 'register' } : this.bodyOf(operation, isRead);
    this.env.request(node, body, Math.min(left, this.service.attemptTimeout), (answer) => {
      if (operation !== this.operation) return;
      const response = answer.kind === 'reply' ? parseResponse(answer.body) : undefined;
      if (response === undefined) this.unanswered(operation, registers, answer);
      else if (registers) this.onRegistered(operation, node, response);
      else this.onResponse(operation, node, response);
    });
  }

  /** No answer, or one that makes no sense, which says as little. */
  private unanswered(operation: Operation, registers: boolean, answer: Answer): void {
    // A registration in doubt leaves at worst a session that nobody uses.
    if (answer.kind !== 'not-sent' && !registers) operation.doubt = true;
    operation.trouble = answer.kind === 'not-sent' ? 'unreachable' : 'timeout';
    this.tryNext(operation);
  }

  private onRegistered(operation: Operation, node: NodeId, response: Response): void {
    if ('ok' in response && typeof response.ok === 'number') {
      this.session = response.ok;
      this.attempt(operation);
    } else if ('unknown' in response) this.tryNext(operation);
    else this.onRefusal(operation, node, response);
  }

  private onResponse(operation: Operation, node: NodeId, response: Response): void {
    if ('ok' in response) {
      const answers = this.service.answering.includes(operation.invocation.f);
      this.finish(operation, { type: 'ok', ...(answers && { value: response.ok }), node });
    } else if ('mismatch' in response) {
      this.finish(operation, { type: 'fail', error: MISMATCH, node });
    } else if ('unknown' in response) {
      operation.doubt = true;
      this.tryNext(operation);
    } else this.onRefusal(operation, node, response);
  }

  private onRefusal(operation: Operation, node: NodeId, response: Response): void {
    const refused = 'refused' in response ? response.refused : 'nonsense';
    switch (refused) {
      case 'not-leader': {
        operation.trouble = 'no-leader';
        const hint = 'leader' in response ? response.leader : null;
        if (hint === null || hint === node || !this.service.nodes.includes(hint)) this.tryNext(operation);
        else if (operation.hops++ < MAX_HOPS) {
          this.target = hint;
          this.attempt(operation);
        } else this.tryNext(operation);
        return;
      }
      case 'session-expired':
        // An earlier attempt may have taken effect before the session went. If there was none in doubt
        // the operation was never executed, and a new session may ask for it.
        this.session = undefined;
        if (operation.doubt) this.finish(operation, { type: 'info', error: refused, node });
        else this.attempt(operation);
        return;
      case 'overloaded':
        operation.trouble = refused;
        this.pause(operation);
        return;
      // The state machine's own answer, recorded: what the first attempt was told too.
      case 'value-too-large':
        this.finish(operation, { type: 'fail', error: refused, node });
        return;
      case 'bad-request':
      case 'stale-request':
      case 'nonsense':
        this.finish(operation, { type: operation.doubt ? 'info' : 'fail', error: refused, node });
    }
  }

  private tryNext(operation: Operation): void {
    const { nodes } = this.service;
    this.target = nodes[(nodes.indexOf(this.target) + 1) % nodes.length]!;
    this.pause(operation);
  }

  private pause(operation: Operation): void {
    const left = operation.deadline - this.env.now();
    const delay = Math.max(0, Math.min(left, BACKOFF * (1 + this.env.random('backoff'))));
    operation.hops = 0;
    this.cancelBackoff = this.env.after(delay, () => {
      if (operation === this.operation) this.attempt(operation);
    });
  }

  private giveUp(operation: Operation): void {
    if (operation.doubt) this.finish(operation, { type: 'info', error: 'timeout' });
    else this.finish(operation, { type: 'fail', error: operation.trouble });
  }

  private finish(operation: Operation, completion: Completion): void {
    this.operation = undefined;
    operation.done(completion);
  }

  private bodyOf({ invocation, seq }: Operation, isRead: boolean): Json {
    const { f, key = '', value = null } = invocation;
    return isRead ? { f, key } : { f, session: this.session ?? null, seq, key, value };
  }
}
