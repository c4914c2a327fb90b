/**
 * From ops to operations: what each invocation of a client and its completion mean to a model.
 *
 *  - `ok`     known, with what came back;
 *  - `fail`   left out, as it did not take effect; but a cas that failed with a mismatch is an
 *             observation, with the output `{ ok: false }`;
 *  - `info`   or no completion: outcome unknown, it may take effect until the end of time.
 *
 * Positions in real time are indices, as the order of indices is the real-time order.
 *
 * Inputs are `{ f, key?, value?, process? }`, with the process for models that tell clients apart;
 * outputs `{ ok }` of a cas, else `{ value }`, without `value` where nothing came back but the argument.
 */
import { models, type Model } from 'porcupine-ts';
import { MISMATCH, type Op } from '../harness/history/op.ts';
import { Pairing } from './pairing.ts';
import {
  RecordedOperations,
  type Asked,
  type Input,
  type InputReader,
  type Output,
} from './recorded-operations.ts';

export type { Input, Output } from './recorded-operations.ts';

/** What the completion of an operation says: how it ended, or that it did not take effect. */
export type Outcome =
  | { readonly kind: 'known'; readonly output: Output }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'none' };

const NOTHING: Outcome = { kind: 'known', output: {} };
const MATCHED: Outcome = { kind: 'known', output: { ok: true } };
const MISMATCHED: Outcome = { kind: 'known', output: { ok: false } };
const UNKNOWN: Outcome = { kind: 'unknown' };
const NONE: Outcome = { kind: 'none' };

/** Reads ops in terms of a model. */
export class OperationReader implements InputReader {
  readonly #model: Model;
  readonly needsProcess: boolean;
  readonly #observing = new Map<string, boolean>();

  constructor(model: Model) {
    this.#model = model;
    this.needsProcess = Object.hasOwn(models, model.name) && models[model.name]!.needsProcess === true;
  }

  inputOf({ f, key, value, process }: Asked): Input {
    if (this.needsProcess) {
      return { f, process, ...(key !== undefined && { key }), ...(value !== undefined && { value }) };
    }
    if (value !== undefined) return key === undefined ? { f, value } : { f, key, value };
    return key === undefined ? { f } : { f, key };
  }

  outcomeOf(invocation: Op, { type, f, value, error }: Op): Outcome {
    if (type === 'info') return UNKNOWN;
    if (type === 'fail') return f === 'cas' && error === MISMATCH ? MISMATCHED : NONE;
    if (f === 'cas') return MATCHED;
    if (value === undefined) return NOTHING;
    // What a read saw is what it saw, even where its invocation has the same value in it.
    return value === invocation.value && !this.#observes(invocation)
      ? NOTHING
      : { kind: 'known', output: { value } };
  }

  /** Is the function one that only looks? What it is asked about hardly matters, so once is enough. */
  #observes(invocation: Op): boolean {
    let observes = this.#observing.get(invocation.f);
    if (observes === undefined) {
      observes = this.isPure(this.inputOf(invocation));
      this.#observing.set(invocation.f, observes);
    }
    return observes;
  }

  /** Of unknown outcome, such an operation says nothing. */
  isPure(input: Input): boolean {
    const kind = this.#model.effect?.(input, undefined)?.kind;
    if (kind === 'noop' || kind === 'read' || kind === 'reject') return true;
    return this.#model.pure?.(input, undefined) === true;
  }
}

/** Takes the ops of a history one by one, in order. */
export class OperationPairing {
  readonly #reader: OperationReader;
  readonly #pairing = new Pairing();
  readonly #operations: RecordedOperations;

  constructor(model: Model) {
    this.#reader = new OperationReader(model);
    this.#operations = new RecordedOperations(this.#reader, model as Model<unknown, Input, Output>);
  }

  /** Throws `MalformedHistoryError`; then this pairing is of no further use. */
  push(op: Op): void {
    const paired = this.#pairing.push(op);
    if (paired?.kind !== 'completed') return;
    const { invocation, completion } = paired;
    const outcome = this.#reader.outcomeOf(invocation, completion);
    if (outcome.kind === 'known') this.#operations.add(invocation, completion, outcome.output);
    else if (outcome.kind === 'unknown') this.#addUnknown(invocation, completion);
  }

  /** In order of completion. What is open has an unknown outcome. Call once, at the end. */
  finish(): RecordedOperations {
    for (const invocation of this.#pairing.open()) this.#addUnknown(invocation, undefined);
    return this.#operations;
  }

  #addUnknown(invocation: Op, completion: Op | undefined): void {
    const isPure = this.#reader.isPure(this.#reader.inputOf(invocation));
    if (!isPure) this.#operations.add(invocation, completion, undefined);
  }
}
