/**
 * Each completion of a client with its invocation, while a history passes by. Holds no more than what is
 * open, so that a checker which needs no operation as a whole need not keep any.
 */
import { ByProcess } from '../harness/history/by-process.ts';
import { isClientOp, type Op } from '../harness/history/op.ts';

export type Paired =
  | { readonly kind: 'invoked'; readonly invocation: Op }
  | { readonly kind: 'completed'; readonly invocation: Op; readonly completion: Op };

/** A history that can't be one: nothing can be concluded from it. */
export class MalformedHistoryError extends Error {
  /** Of the op that does not fit. */
  readonly index: number;

  constructor(op: Op, problem: string) {
    super(`op ${op.index} (line ${op.index + 1} of the history): ${problem}`);
    this.name = 'MalformedHistoryError';
    this.index = op.index;
  }
}

/** A process after an `info`. */
const ENDED = 'ended';

export class Pairing {
  readonly #processes = new ByProcess<Op | typeof ENDED>();
  #index = -1;
  #time = -Infinity;

  /**
   * What the op is to its operation; undefined where it is of no client. Throws `MalformedHistoryError`;
   * then this pairing is of no further use.
   */
  push(op: Op): Paired | undefined {
    if (op.index <= this.#index)
      throw new MalformedHistoryError(op, `its index does not follow ${this.#index}`);
    if (op.time < this.#time) throw new MalformedHistoryError(op, `its time is before ${this.#time}`);
    this.#index = op.index;
    this.#time = op.time;
    if (!isClientOp(op)) return undefined;
    return op.type === 'invoke' ? this.#invoke(op) : this.#complete(op);
  }

  /** Invocations that have not completed, in the order of their processes. */
  *open(): Generator<Op> {
    for (const open of this.#processes.values()) if (open !== ENDED) yield open;
  }

  #invoke(op: Op): Paired {
    const open = this.#processes.get(op.process);
    if (open === ENDED) {
      throw new MalformedHistoryError(op, `process ${op.process} invokes after an op of unknown outcome`);
    }
    if (open) {
      throw new MalformedHistoryError(op, `process ${op.process} invokes while its op ${open.index} is open`);
    }
    this.#processes.set(op.process, op);
    return { kind: 'invoked', invocation: op };
  }

  #complete(op: Op): Paired {
    const open = this.#processes.get(op.process);
    if (open === undefined || open === ENDED) {
      throw new MalformedHistoryError(op, `process ${op.process} completes what it did not invoke`);
    }
    if (op.f !== open.f || (op.key !== undefined && op.key !== open.key)) {
      throw new MalformedHistoryError(op, `it does not complete op ${open.index}, ${open.f}`);
    }
    this.#processes.set(op.process, op.type === 'info' ? ENDED : undefined);
    return { kind: 'completed', invocation: open, completion: op };
  }
}
