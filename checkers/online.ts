/**
 * Linearizability of every key while the history grows, to end a run early. The judgement is
 * porcupine-ts's; this pairs the ops, as `operations.ts` reads them, and keeps what is open.
 */
import { online, type Model, type OnlineChecker } from 'porcupine-ts';
import { isClientOp, type Op, type ProcessId } from '../harness/history/op.ts';
import { outcomeOf, type Input } from './operations.ts';

/** A completion that no order of the operations so far explains. */
export interface FoundViolation {
  readonly key: string;
  /** Index of the operation's invocation. */
  readonly index: number;
  readonly description: string;
}

export class OnlineLinearizable {
  readonly #model: Model;
  readonly #checker: OnlineChecker;
  readonly #open = new Map<ProcessId, Op>();

  constructor(model: Model) {
    this.#model = model;
    this.#checker = online(model);
  }

  /** Takes the ops of a history one by one, in order. Throws for a history that can't be one. */
  push(op: Op): FoundViolation | undefined {
    if (!isClientOp(op)) return undefined;
    if (op.type === 'invoke') this.#invoke(op);
    else return this.#complete(op);
    return undefined;
  }

  #invoke(op: Op): void {
    if (this.#open.has(op.process)) throw new Error(`process ${op.process} invokes twice, at op ${op.index}`);
    this.#open.set(op.process, op);
    this.#checker.push({ kind: 'call', id: op.index, process: op.process, input: inputOf(op) });
  }

  #complete(op: Op): FoundViolation | undefined {
    const invocation = this.#open.get(op.process);
    if (!invocation) throw new Error(`op ${op.index} completes what was not invoked`);
    this.#open.delete(op.process);
    const { index: id } = invocation;
    const outcome = outcomeOf(invocation, op);
    if (outcome.kind !== 'known') {
      this.#checker.push({ kind: outcome.kind === 'unknown' ? 'unknown' : 'fail', id });
      return undefined;
    }
    const { output } = outcome;
    const violation = this.#checker.push({ kind: 'return', id, output });
    if (!violation) return undefined;
    const description = this.#model.describeOperation?.(inputOf(invocation), output) ?? op.f;
    return { key: violation.key, index: id, description };
  }
}

function inputOf({ f, key, value }: Op): Input {
  return { f, ...(key !== undefined && { key }), ...(value !== undefined && value !== null && { value }) };
}
