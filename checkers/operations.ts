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
import { Moments } from './moments.ts';

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

/** In order of their completion; ids are indices of invocations, returns those of completions. */
export type Operations = readonly Operation<Input, Output>[];

const NOTHING: Output = {};
const MATCHED: Output = { ok: true };
const MISMATCHED: Output = { ok: false };
/** A process, and what it is doing. */
interface Client {
  /** Undefined between two ops. */
  invocation: Op | undefined;
  input: Input;
  /** By an op of unknown outcome. */
  ended: boolean;
}
const NO_INPUT: Input = { f: '' };

export interface PairingOptions {
  /** Inputs that change nothing, so that an operation of unknown outcome with one says nothing. */
  isPure?(input: Input): boolean;
}

/** Takes the ops of a history one by one, in order. */
export class OperationPairing {
  readonly #options: PairingOptions;
  /** Of all that `finish` gives. */
  readonly moments = new Moments();
  readonly #keys = new Map<string, Operation<Input, Output>[]>();
  readonly #processes = new Map<ProcessId, Client>();
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
  finish(): ReadonlyMap<string, Operations> {
    for (const client of this.#processes.values()) {
      if (client.invocation !== undefined) this.#addUnknown(client.invocation, client.input, undefined);
    }
    this.#processes.clear();
    return this.#keys;
  }

  #invoke(op: Op): void {
    let client = this.#processes.get(op.process);
    if (!client) {
      client = { invocation: undefined, input: NO_INPUT, ended: false };
      this.#processes.set(op.process, client);
    }
    if (client.ended) {
      throw new MalformedHistoryError(op, `process ${op.process} invokes after an op of unknown outcome`);
    }
    if (client.invocation) {
      const { index } = client.invocation;
      throw new MalformedHistoryError(op, `process ${op.process} invokes while its op ${index} is open`);
    }
    client.invocation = op;
    client.input = this.#inputOf(op);
  }

  #complete(op: Op): void {
    const client = this.#processes.get(op.process);
    if (client?.invocation === undefined) {
      throw new MalformedHistoryError(op, `process ${op.process} completes what it did not invoke`);
    }
    const { invocation, input } = client;
    if (op.f !== invocation.f || (op.key !== undefined && op.key !== invocation.key)) {
      throw new MalformedHistoryError(op, `it does not complete op ${invocation.index}, ${invocation.f}`);
    }
    client.invocation = undefined;
    if (op.type === 'info') {
      client.ended = true;
      this.#addUnknown(invocation, input, op);
    } else if (op.type === 'ok') {
      this.#add(invocation, input, op, this.#outputOf(invocation, input, op), op.index);
    } else if (op.f === 'cas' && op.error === MISMATCH) {
      this.#add(invocation, input, op, MISMATCHED, op.index);
    }
  }

  #addUnknown(invocation: Op, input: Input, completion: Op | undefined): void {
    if (!this.#options.isPure?.(input)) this.#add(invocation, input, completion, undefined, Infinity);
  }

  #add(
    invocation: Op,
    input: Input,
    completion: Op | undefined,
    output: Output | undefined,
    returned: number,
  ): void {
    const { index, process } = invocation;
    this.#of(input.key ?? '').push({ id: index, process, input, output, call: index, return: returned });
    this.moments.add(invocation, completion);
  }

  #of(key: string): Operation<Input, Output>[] {
    let operations = this.#keys.get(key);
    if (!operations) this.#keys.set(key, (operations = []));
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
  #outputOf(invocation: Op, input: Input, { f, value }: Op): Output {
    if (f === 'cas') return MATCHED;
    if (value === undefined) return NOTHING;
    // What a read saw is what it saw, even where its invocation has the same value in it.
    return value === invocation.value && !this.#options.isPure?.(input) ? NOTHING : { value };
  }
}
