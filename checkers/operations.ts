/**
 * From ops to operations: pairs each invocation of a client with its completion.
 *
 *  - `ok`     known, with what came back;
 *  - `fail`   left out, as it did not take effect; but a cas that failed with a mismatch is an
 *             observation, with the output `{ ok: false }`;
 *  - `info`   or no completion: outcome unknown, it may take effect until the end of time.
 *
 * Positions in real time are indices, as the order of indices is the real-time order.
 *
 * Inputs are `{ f, key?, value? }`; outputs `{ ok }` of a cas, else `{ value }`, without `value` where
 * nothing came back but the argument.
 */
import type { Operation } from 'porcupine-ts';
import { isClientOp, MISMATCH, type Json, type Op, type ProcessId } from '../harness/history/op.ts';

export interface Input {
  readonly f: string;
  readonly key?: string;
  readonly value?: Json;
}

export interface Output {
  readonly value?: Json;
  readonly ok?: boolean;
}

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

/** All operations on one key, and beside each what the checker does not need and people do. */
export interface KeyOperations {
  /** In order of their completion; ids are indices of invocations, returns those of completions. */
  readonly operations: Operation<Input, Output>[];
  /** Nanoseconds; of unknown outcome, when the client gave up, or NaN if it never did. */
  readonly invoked: number[];
  readonly completed: number[];
  readonly nodes: (string | null)[];
}

const NOTHING: Output = {};
const MATCHED: Output = { ok: true };
const MISMATCHED: Output = { ok: false };
/** A process after an `info`. */
const ENDED = 'ended';

interface OpenOperation {
  readonly invocation: Op;
  readonly input: Input;
}

export interface PairingOptions {
  /** Inputs that change nothing, so that an operation of unknown outcome with one says nothing. */
  isPure?(input: Input): boolean;
}

/** Takes the ops of a history one by one, in order. */
export class OperationPairing {
  readonly #options: PairingOptions;
  readonly #keys = new Map<string, KeyOperations>();
  readonly #processes = new Map<ProcessId, OpenOperation | typeof ENDED | undefined>();
  /** Inputs without an argument, by function and key: there are many of few. */
  readonly #inputs = new Map<string, Map<string | undefined, Input>>();
  #index = -1;
  #time = -Infinity;

  constructor(options: PairingOptions = {}) {
    this.#options = options;
  }

  /** Throws `MalformedHistoryError`; then this pairing is of no further use. */
  push(op: Op): void {
    if (op.index <= this.#index)
      throw new MalformedHistoryError(op, `its index does not follow ${this.#index}`);
    if (op.time < this.#time) throw new MalformedHistoryError(op, `its time is before ${this.#time}`);
    this.#index = op.index;
    this.#time = op.time;
    if (!isClientOp(op)) return;
    if (op.type === 'invoke') this.#invoke(op);
    else this.#complete(op);
  }

  /** By key, '' where ops have none. What is open has an unknown outcome. Call once, at the end. */
  finish(): ReadonlyMap<string, KeyOperations> {
    for (const open of this.#processes.values()) {
      if (open !== undefined && open !== ENDED) this.#addUnknown(open, undefined);
    }
    this.#processes.clear();
    return this.#keys;
  }

  #invoke(op: Op): void {
    const open = this.#processes.get(op.process);
    if (open === ENDED) {
      throw new MalformedHistoryError(op, `process ${op.process} invokes after an op of unknown outcome`);
    }
    if (open) {
      const { index } = open.invocation;
      throw new MalformedHistoryError(op, `process ${op.process} invokes while its op ${index} is open`);
    }
    this.#processes.set(op.process, { invocation: op, input: this.#inputOf(op) });
  }

  #complete(op: Op): void {
    const open = this.#processes.get(op.process);
    if (open === undefined || open === ENDED) {
      throw new MalformedHistoryError(op, `process ${op.process} completes what it did not invoke`);
    }
    const { invocation } = open;
    if (op.f !== invocation.f || (op.key !== undefined && op.key !== invocation.key)) {
      throw new MalformedHistoryError(op, `it does not complete op ${invocation.index}, ${invocation.f}`);
    }
    this.#processes.set(op.process, op.type === 'info' ? ENDED : undefined);
    if (op.type === 'info') this.#addUnknown(open, op);
    else if (op.type === 'ok') this.#add(open, op, this.#outputOf(open, op), op.index);
    else if (op.f === 'cas' && op.error === MISMATCH) this.#add(open, op, MISMATCHED, op.index);
  }

  #addUnknown(open: OpenOperation, completion: Op | undefined): void {
    if (!this.#options.isPure?.(open.input)) this.#add(open, completion, undefined, Infinity);
  }

  #add(
    { invocation, input }: OpenOperation,
    completion: Op | undefined,
    output: Output | undefined,
    returned: number,
  ): void {
    const { operations, invoked, completed, nodes } = this.#of(input.key ?? '');
    operations.push({
      id: invocation.index,
      process: invocation.process,
      input,
      output,
      call: invocation.index,
      return: returned,
    });
    invoked.push(invocation.time);
    completed.push(completion?.time ?? NaN);
    nodes.push(completion?.node ?? invocation.node ?? null);
  }

  #of(key: string): KeyOperations {
    let operations = this.#keys.get(key);
    if (!operations) {
      operations = { operations: [], invoked: [], completed: [], nodes: [] };
      this.#keys.set(key, operations);
    }
    return operations;
  }

  #inputOf({ f, key, value }: Op): Input {
    if (value !== undefined) return key === undefined ? { f, value } : { f, key, value };
    let inputs = this.#inputs.get(f);
    if (!inputs) this.#inputs.set(f, (inputs = new Map()));
    let input = inputs.get(key);
    if (!input) inputs.set(key, (input = key === undefined ? { f } : { f, key }));
    return input;
  }
  #outputOf({ invocation, input }: OpenOperation, { f, value }: Op): Output {
    if (f === 'cas') return MATCHED;
    if (value === undefined) return NOTHING;
    // What a read saw is what it saw, even where its invocation has the same value in it.
    return value === invocation.value && !this.#options.isPure?.(input) ? NOTHING : { value };
  }
}
