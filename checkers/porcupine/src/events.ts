/**
 * What is a history, and what is none.
 */
import { repeatedId } from './ids.ts';
import type { Operation, Operations } from './model.ts';

/** A call or a return, in order of time. An operation without a return is of unknown outcome. */
export type Event<I = unknown, O = unknown> =
  | { readonly kind: 'call'; readonly id: number; readonly process: number | string; readonly input: I }
  | { readonly kind: 'return'; readonly id: number; readonly output: O };

/** The input is no history: a mistake of whoever recorded it, not of the object. */
export class MalformedHistory extends Error {
  /** Id of the operation at fault. */
  readonly operation: number;

  constructor(operation: number, message: string) {
    super(message);
    this.name = 'MalformedHistory';
    this.operation = operation;
  }
}

/**
 * Throws `MalformedHistory` unless ids are distinct and each operation returns after its call. `visit`
 * is shown each operation that has such times, before it is known whether its id is another one's too.
 */
export function validate<I, O>(
  operations: Operations<I, O>,
  visit: (operation: Operation<I, O>, position: number) => void = () => {},
): void {
  const validator = new Validator(operations);
  for (let i = 0; i < operations.length; i++) {
    const operation = operations.at(i)!;
    validator.look(operation);
    visit(operation, i);
  }
  validator.finish();
}

/** The same for who looks at the operations anyway, which may become more. Throws `MalformedHistory`. */
export class Validator {
  readonly #operations: Operations;
  #count = 0;
  #last = -Infinity;
  /** Of the operations that were looked at, where those do not just ascend, as of a recording they may. */
  #ids: Float64Array | undefined;

  constructor(operations: Operations) {
    this.#operations = operations;
  }

  /** Each operation once, in order. */
  look(operation: Operation): void {
    const { id } = operation;
    if (!(id > this.#last)) this.#ids ??= this.#idsBefore();
    if (this.#ids) this.#keep(id);
    this.#count++;
    this.#last = id;
    if (!hasTimes(operation)) throw malformed(operation);
  }

  #keep(id: number): void {
    if (this.#count >= this.#ids!.length) {
      const before = this.#ids!;
      this.#ids = new Float64Array(2 * this.#count + 1);
      this.#ids.set(before);
    }
    this.#ids![this.#count] = id;
  }

  #idsBefore(): Float64Array {
    const ids = new Float64Array(Math.max(this.#operations.length, this.#count));
    for (let i = 0; i < this.#count; i++) ids[i] = this.#operations.at(i)!.id;
    return ids;
  }

  /** Once all were looked at. */
  finish(): void {
    const repeated = this.#ids && repeatedId(this.#ids.subarray(0, this.#count));
    if (repeated !== undefined)
      throw new MalformedHistory(repeated, `two operations have the id ${repeated}`);
  }
}

function hasTimes({ call, return: end, output }: Operation): boolean {
  return Number.isFinite(call) && end >= call && (end !== Infinity || output === undefined);
}

function malformed({ id, call, return: end }: Operation): MalformedHistory {
  if (!Number.isFinite(call)) return new MalformedHistory(id, `operation ${id} is called at ${call}`);
  if (!(end >= call))
    return new MalformedHistory(id, `operation ${id} is called at ${call} and returns at ${end}`);
  return new MalformedHistory(id, `operation ${id} never returns and has an output`);
}

/** Operations of events; positions in time are positions in the list. */
export function toOperations<I, O>(events: readonly Event<I, O>[]): Operation<I, O>[] {
  const operations = new Map<number, Operation<I, O>>();
  events.forEach((event, at) => {
    const open = operations.get(event.id);
    if (event.kind === 'call') {
      if (open) throw new MalformedHistory(event.id, `operation ${event.id} is called twice`);
      const { id, process, input } = event;
      operations.set(id, { id, process, input, output: undefined, call: at, return: Infinity });
    } else {
      if (!open) throw new MalformedHistory(event.id, `operation ${event.id} returns and was not called`);
      if (open.return !== Infinity)
        throw new MalformedHistory(event.id, `operation ${event.id} returns twice`);
      operations.set(event.id, { ...open, output: event.output, return: at });
    }
  });
  return [...operations.values()];
}
