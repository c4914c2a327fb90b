/**
 * Linearizability of every key while the history grows, to end a run early. The judgement is
 * porcupine-ts's; ops are read as in `operations.ts`.
 */
import { online, type Model, type OnlineChecker } from 'porcupine-ts';
import type { Op } from '../harness/history/op.ts';
import { OperationReader } from './operations.ts';
import { Pairing } from './pairing.ts';

/** What a history shows before it is over: a completion that nothing explains, or a broken invariant. */
export interface FoundViolation {
  /** Which of the checks it breaks. */
  readonly checker: 'linearizable' | 'invariants';
  /** '' where it is of no key. */
  readonly key: string;
  /** Index of the operation's invocation, or of the look at a node that showed it. */
  readonly index: number;
  readonly description: string;
}

/** How far a check has come that goes along with a run. */
export interface OnlineProgress {
  /** Index of the last op it took; -1 before the first. */
  readonly op: number;
  /** Keys that were acted on; for how many every completion so far is explained; how many are given up. */
  readonly keys: number;
  readonly explained: number;
  readonly undecided: number;
}

export class OnlineLinearizable {
  readonly #model: Model;
  readonly #checker: OnlineChecker;
  readonly #pairing = new Pairing();
  readonly #reader: OperationReader;

  constructor(model: Model) {
    this.#model = model;
    this.#checker = online(model);
    this.#reader = new OperationReader(model);
  }

  /** Takes the ops of a history one by one, in order. Throws `MalformedHistoryError`. */
  push(op: Op): FoundViolation | undefined {
    const paired = this.#pairing.push(op);
    if (paired === undefined) return undefined;
    if (paired.kind === 'completed') return this.#complete(paired.invocation, paired.completion);
    this.#checker.push({ kind: 'call', id: op.index, process: op.process, input: this.#reader.inputOf(op) });
    return undefined;
  }

  /** Of the keys; `op` is whoever's who shows the ops. */
  keys(): Omit<OnlineProgress, 'op'> {
    const { keys } = this.#checker.verdict();
    const of = (verdict: (typeof keys)[number]['verdict']): number =>
      keys.filter((key) => key.verdict === verdict).length;
    return { keys: keys.length, explained: of('valid'), undecided: of('unknown') };
  }

  #complete(invocation: Op, completion: Op): FoundViolation | undefined {
    const { index: id } = invocation;
    const outcome = this.#reader.outcomeOf(invocation, completion);
    if (outcome.kind !== 'known') {
      this.#checker.push({ kind: outcome.kind === 'unknown' ? 'unknown' : 'fail', id });
      return undefined;
    }
    const { output } = outcome;
    const violation = this.#checker.push({ kind: 'return', id, output });
    if (!violation) return undefined;
    const description =
      this.#model.describeOperation?.(this.#reader.inputOf(invocation), output) ?? invocation.f;
    return { checker: 'linearizable', key: violation.key, index: id, description };
  }
}
