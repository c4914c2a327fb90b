/**
 * A client: asks the coordinator, and asks again when no answer comes, until the operation's time is over.
 * A job is run once however often it is asked for, as its id is the same.
 *
 * `doubt` is the heart of it: whether a request may have arrived, so that the job may be run.
 *
 * `sequential` asks nobody: it runs the job here, in one go, and tells what a distributed run must give.
 */
import type { Answer, Client, ClientEnv, Completion, Invocation, Json } from '../contract.ts';
import { decode, encode, sumOf } from './files.ts';
import { sequentialRun } from './jobs/sequential.ts';
import { parseSpec } from './jobs/spec.ts';
import { parseResponse, type Response, type Result } from './requests.ts';
import { ofJob } from './running-task.ts';
import type { Settings } from './settings.ts';

/** Wait before asking again, ms: between one and two of these. */
const BACKOFF = 20;

interface Operation {
  readonly invocation: Invocation;
  readonly deadline: number;
  readonly done: (completion: Completion) => void;
  doubt: boolean;
  trouble: string;
}

export class MapReduceClient implements Client {
  private readonly env: ClientEnv;
  private readonly settings: Settings;
  private operation: Operation | undefined;
  private cancel: (() => void) | undefined;

  constructor(env: ClientEnv, settings: Settings) {
    this.env = env;
    this.settings = settings;
  }

  invoke(invocation: Invocation, timeout: number, done: (completion: Completion) => void): void {
    const deadline = this.env.now() + timeout;
    const operation: Operation = { invocation, deadline, done, doubt: false, trouble: 'unreachable' };
    this.operation = operation;
    if (invocation.f === 'sequential') {
      this.cancel = this.env.after(0, () =>
        this.finish(operation, sequential(invocation, this.settings.module)),
      );
    } else this.attempt(operation);
  }

  close(): void {
    this.cancel?.();
    const { operation } = this;
    if (operation !== undefined) this.finish(operation, { type: 'info', error: 'closed' });
  }

  private attempt(operation: Operation): void {
    const left = operation.deadline - this.env.now();
    if (left <= 0) {
      this.giveUp(operation);
      return;
    }
    const { f, key = '', value = null } = operation.invocation;
    const body: Json = f === 'run' ? { f, key, value } : { f, key };
    const [coordinator] = this.env.nodes;
    this.env.request(coordinator!, body, Math.min(left, this.settings.attemptTimeout), (answer) => {
      if (operation !== this.operation) return;
      const response = answer.kind === 'reply' ? parseResponse(answer.body) : undefined;
      if (response === undefined) this.unanswered(operation, answer);
      else this.answered(operation, coordinator!, response);
    });
  }

  /** No answer, or one that makes no sense, which says as little. */
  private unanswered(operation: Operation, { kind }: Answer): void {
    if (kind !== 'not-sent') operation.doubt = true;
    operation.trouble = kind === 'not-sent' ? 'unreachable' : 'timeout';
    this.pause(operation);
  }

  private answered(operation: Operation, node: string, response: Response): void {
    if ('ok' in response) this.finish(operation, { type: 'ok', value: response.ok, node });
    else if (response.refused === 'starting') {
      operation.trouble = response.refused;
      this.pause(operation);
    } else {
      const type = operation.doubt ? 'info' : 'fail';
      this.finish(operation, { type, error: response.refused, node });
    }
  }

  private pause(operation: Operation): void {
    const left = operation.deadline - this.env.now();
    const delay = Math.max(0, Math.min(left, BACKOFF * (1 + this.env.random('backoff'))));
    this.cancel = this.env.after(delay, () => {
      if (operation === this.operation) this.attempt(operation);
    });
  }

  private giveUp(operation: Operation): void {
    const { doubt, trouble } = operation;
    this.finish(operation, { type: doubt ? 'info' : 'fail', error: doubt ? 'timeout' : trouble });
  }

  private finish(operation: Operation, completion: Completion): void {
    this.operation = undefined;
    operation.done(completion);
  }
}

function sequential({ value }: Invocation, module: string): Completion {
  const spec = parseSpec(value, module);
  if (typeof spec === 'string') return { type: 'fail', error: spec };
  const run = ofJob(() => sequentialRun(spec, () => undefined));
  const result: Result =
    'why' in run
      ? { failed: run.why }
      : {
          counters: run.value.counters,
          parts: run.value.output.map((text, partition) => {
            const bytes = encode(text);
            return { partition, ...sumOf(bytes), text: decode(bytes) };
          }),
        };
  return { type: 'ok', value: result };
}
