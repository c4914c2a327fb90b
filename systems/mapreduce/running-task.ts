/**
 * A task that a worker runs, slice by slice, so that it hears its messages meanwhile. Whatever it tells the
 * coordinator it tells again until it is told that the attempt is over.
 */
import type { NodeId } from '../contract.ts';
import type { Bugs } from './bugs.ts';
import type { MarkingEnv } from './marks.ts';
import type { Fetch, Message, TaskName, ToCoordinator } from './messages.ts';
import type { Settings } from './settings.ts';

export interface RunningTask {
  readonly attempt: number;
  readonly name: TaskName;
  /** Does the next slice; false when there is nothing to do until a message comes. */
  work(): boolean;
  /** Called now and then: what is unanswered is asked again. */
  retry(): void;
  /** True when there is work now. */
  onMessage(from: NodeId, message: Message): boolean;
}

/** What a task has of its worker. */
export interface Workplace {
  readonly env: MarkingEnv;
  readonly settings: Settings;
  readonly bugs: Bugs;
  /** Which partition a key is in. */
  readonly partition: (key: string, reducers: number) => number;
  readonly coordinator: NodeId;
}

/** A message that is sent again from the second `again` on. */
export class Repeated {
  private readonly env: MarkingEnv;
  private to: NodeId = '';
  private message: ToCoordinator | Fetch | undefined;
  private isFresh = false;

  constructor(env: MarkingEnv) {
    this.env = env;
  }

  send(to: NodeId, message: ToCoordinator | Fetch): void {
    this.to = to;
    this.message = message;
    this.isFresh = true;
    this.env.send(to, message);
  }

  again(): void {
    if (!this.isFresh && this.message !== undefined) this.env.send(this.to, this.message);
    this.isFresh = false;
  }
}

/** What the job's own code gives; where it throws, its job has failed, and not this worker. */
export function ofJob<T>(code: () => T): { readonly value: T } | { readonly why: string } {
  try {
    return { value: code() };
  } catch (error) {
    return { why: String(error).slice(0, 1000) };
  }
}
