/**
 * Operations as a plan lists them: each by its client, at its time or, when that client is still busy then,
 * as soon as it is free. So what a client does keeps its order, whatever takes longer than it once did.
 */
import type { Invocation } from '../../systems/contract.ts';
import type { PlanOperation } from '../plan/index.ts';
import type { Idle, Next, Source } from './source.ts';

export class Listed implements Source {
  /** Not invoked yet, in the order of their times; those of one time as they are listed. */
  readonly #left: PlanOperation[];
  readonly #final: readonly Invocation[];

  constructor(operations: readonly PlanOperation[], final: readonly Invocation[]) {
    this.#left = [...operations].sort((a, b) => a.at - b.at);
    this.#final = final;
  }

  next(now: number, idle: readonly Idle[]): Next | undefined {
    for (const [index, { at, client, f, key, value }] of this.#left.entries()) {
      if (at > now) return { wait: at - now };
      const by = idle.findIndex((one) => one.client === client);
      if (by < 0) continue;
      this.#left.splice(index, 1);
      return {
        invocation: { f, ...(key !== undefined && { key }), ...(value !== undefined && { value }) },
        by,
      };
    }
    return undefined;
  }

  completed(): void {
    // What is listed does not depend on what came back.
  }

  final(): readonly Invocation[] {
    return this.#final;
  }
}
