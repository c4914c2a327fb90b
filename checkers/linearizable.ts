/**
 * Is every key linearizable? The judgement is porcupine-ts's; this pairs the ops, and says what was
 * found in terms of the history.
 *
 * `details`: `LinearizableDetails`.
 */
import {
  type CheckedPartition,
  type Counterexample,
  type FinalConfiguration,
  type Model,
  type UnknownReason,
} from 'porcupine-ts';
import type { Json, Op, ProcessId } from '../harness/history/op.ts';
import { OperationPairing } from './operations.ts';
import { MalformedHistoryError } from './pairing.ts';
import { checkInParallel, type ParallelOptions } from './parallel.ts';
import type { RecordedOperations } from './recorded-operations.ts';
import type { Checker, CheckResult, Verdict } from './types.ts';

export interface LinearizableOptions extends Omit<ParallelOptions, 'counterexample'> {
  /** Whether what is invalid is shown by as few operations as can be found, which may take long. True unless told. */
  readonly explain?: boolean;
}

export type LinearizableDetails = {
  readonly model: string;
  readonly operations: number;
  /** The invalid ones first, in the order in which they broke; then those without a verdict. */
  readonly keys: readonly KeyDetails[];
  /** Milliseconds. */
  readonly elapsed: number;
};

export type KeyDetails = {
  readonly key: string;
  readonly verdict: Verdict;
  readonly operations: number;
  /** Which algorithm decided it, and why that one. */
  readonly algorithm: CheckedPartition['algorithm'];
  readonly elapsed: number;
  /** Indices of invocations in the order of the linearization, if it is valid and that was asked for. */
  readonly witness?: readonly number[];
  /** The same of as much of the history as can be linearized, if it is not valid. */
  readonly longest?: readonly number[];
  readonly reason?: UnknownReason;
  readonly counterexample?: CounterexampleDetails;
};

/** A part of the history of a key that alone is invalid. */
export type CounterexampleDetails = {
  readonly operations: readonly OperationDetails[];
  /** Index of the invocation of the one that no order of operations explains. */
  readonly blocked: number;
  /** What the object may be when that one completes; in terms of indices of invocations. */
  readonly configurations: readonly FinalConfiguration[];
  readonly more: boolean;
  readonly minimal: boolean;
  readonly confirmed: boolean;
};

export type OperationDetails = {
  readonly invoke: number;
  /** Null if it never completed. */
  readonly complete: number | null;
  readonly process: ProcessId;
  readonly f: string;
  readonly value: Json;
  /** What came back; null where nothing did. */
  readonly result: Json;
  /** `unknown`: nobody knew how it ended, or whether, when the violation showed. */
  readonly outcome: 'known' | 'unknown';
  readonly description: string;
  /** Nanoseconds. */
  readonly invoked: number;
  readonly completed: number | null;
  readonly node: string | null;
};

export class Linearizable implements Checker {
  readonly #model: Model;
  readonly #options: LinearizableOptions;
  readonly #pairing: OperationPairing;
  #malformed: MalformedHistoryError | undefined;

  /** `model` specifies one key, in terms of the inputs and outputs of `operations.ts`. */
  constructor(model: Model, options: LinearizableOptions = {}) {
    this.#model = model;
    this.#options = options;
    this.#pairing = new OperationPairing(model);
  }

  push(op: Op): void {
    if (this.#malformed) return;
    try {
      this.#pairing.push(op);
    } catch (error) {
      if (!(error instanceof MalformedHistoryError)) throw error;
      this.#malformed = error;
    }
  }

  async finish(): Promise<CheckResult> {
    if (this.#malformed) return result('unknown', `malformed history: ${this.#malformed.message}`, null);
    const operations = this.#pairing.finish();
    if (operations.length === 0) return result('unknown', 'no operation to check', null);
    const { explain = true, ...options } = this.#options;
    const { recording } = operations;
    const checked = await checkInParallel(recording, { ...options, counterexample: explain });
    const details: LinearizableDetails = {
      model: this.#model.name,
      operations: operations.length,
      keys: checked.partitions.map((partition) => keyDetails(partition, operations)).sort(worstFirst),
      elapsed: checked.elapsed,
    };
    return result(checked.verdict, summaryOf(details), details);
  }
}

function result(verdict: Verdict, summary: string, details: LinearizableDetails | null): CheckResult {
  // JSON has no undefined; what is optional is left out.
  return { checker: 'linearizable', verdict, summary, details: details as Json };
}

const ORDER: readonly Verdict[] = ['invalid', 'unknown', 'valid'];

function worstFirst(a: KeyDetails, b: KeyDetails): number {
  const first = (key: KeyDetails): number => key.counterexample?.blocked ?? Infinity;
  return ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict) || Math.sign(first(a) - first(b)) || 0;
}

function keyDetails(partition: CheckedPartition, operations: RecordedOperations): KeyDetails {
  const { label, blocked, counterexample, ...rest } = partition;
  if (!counterexample || blocked === undefined) return { key: label, ...rest };
  return {
    key: label,
    ...rest,
    counterexample: counterexampleDetails(counterexample, blocked, operations),
  };
}

function counterexampleDetails(
  { operations, configurations, more, minimal, confirmed }: Counterexample,
  blocked: number,
  all: RecordedOperations,
): CounterexampleDetails {
  const details = operations.map(({ id, outcome, description }): OperationDetails => {
    const { process, input, output, call, return: returned, invoked, completed, node } = all.find(id);
    return {
      invoke: call,
      complete: returned === Infinity ? null : returned,
      process,
      f: input.f,
      value: input.value ?? null,
      result: output?.ok ?? output?.value ?? null,
      outcome,
      description,
      invoked,
      completed,
      node,
    };
  });
  return { operations: details, blocked, configurations, more, minimal, confirmed };
}

function summaryOf({ keys, operations }: LinearizableDetails): string {
  const { key, verdict, reason, counterexample } = keys[0]!;
  const named = key === '' ? '' : ` on key ${JSON.stringify(key)}`;
  switch (verdict) {
    case 'valid':
      return `${operations} operations on ${keys.length} ${keys.length === 1 ? 'key are' : 'keys are'} linearizable`;
    case 'invalid': {
      const others = keys.filter((other) => other.verdict === 'invalid').length - 1;
      const more = others > 0 ? `, and ${others} more ${others === 1 ? 'key' : 'keys'}` : '';
      if (counterexample === undefined) return `not linearizable${named}${more}`;
      const last = counterexample.operations.find(({ invoke }) => invoke === counterexample.blocked);
      return `not linearizable${named}: nothing explains ${last?.description ?? 'an answer'} (op ${counterexample.blocked})${more}`;
    }
    case 'unknown': {
      const { message, explained, completions } = reason!;
      return `no verdict${named}: ${message.split('\n')[0]}; ${explained} of ${completions} completions explained`;
    }
  }
}
