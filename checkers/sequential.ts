/**
 * Is the history sequentially consistent (Lamport, "How to make a multiprocessor computer that correctly
 * executes multiprocess programs", 1979)? Is there one order of all operations that the model allows, in
 * which those of each process come as that process made them? Unlike for linearizability, real time does
 * not count: a read may be stale, as long as each process sees a time that goes forward.
 *
 * Sequential consistency is not local: each key may have such an order, and no order fit all of them.
 *
 *     process 0  write x 1 · read y → nothing     x alone: the read comes first; y alone as well; but
 *     process 1  write y 1 · read x → nothing     both reads can't be before the other's write
 *
 * So all keys are searched together, for which histories must be small. Two things come first, which
 * decide most histories: linearizable keys make a history that is sequentially consistent; and where one
 * key alone has no order, all have none.
 *
 * A client that goes on under a new process number after an unknown outcome is a process of its own.
 *
 * `details`: `SequentialDetails`.
 */
import { checkPartitions, type Model } from 'porcupine-ts';
import type { Json, Op, ProcessId } from '../harness/history/op.ts';
import { counted } from './listed.ts';
import { MalformedHistoryError, OperationPairing, type Input } from './operations.ts';
import { findOrder, type ObjectOperation, type Searched, type Stuck } from './sequential-search.ts';
import type { Checker, CheckResult, Verdict } from './types.ts';

export interface SequentialOptions {
  /** Milliseconds for everything. Default: a minute. */
  readonly timeout?: number;
  /** How many configurations a search may remember, about 100 bytes each. Default: half a million. */
  readonly configurations?: number;
}

export type SequentialDetails = {
  readonly model: string;
  readonly operations: number;
  readonly processes: number;
  readonly keys: number;
  /** What decided: that it is linearizable; a search of this key alone; or a search of all keys. */
  readonly by: 'linearizability' | { readonly key: string } | 'search';
  readonly configurations: number;
  /** Milliseconds. */
  readonly elapsed: number;
  /** Indices of invocations: a whole order if it is valid and was searched, else as far as it went. */
  readonly order: readonly number[] | null;
  /** The next of each process when the search was stuck. */
  readonly blocked: readonly BlockedOperation[];
};

export type BlockedOperation = {
  readonly invoke: number;
  readonly process: ProcessId;
  readonly key: string;
  readonly description: string;
  /** What its key was when the search was stuck. */
  readonly state: string;
};

const DEFAULT_TIMEOUT = 60_000;
const DEFAULT_CONFIGURATIONS = 500_000;

export class Sequential implements Checker {
  readonly #model: Model;
  readonly #limits: Required<SequentialOptions>;
  readonly #pairing: OperationPairing;
  #malformed: MalformedHistoryError | undefined;

  /** `model` specifies one key, in terms of the inputs and outputs of `operations.ts`. */
  constructor(model: Model, options: SequentialOptions = {}) {
    this.#model = model;
    this.#limits = { timeout: DEFAULT_TIMEOUT, configurations: DEFAULT_CONFIGURATIONS, ...options };
    this.#pairing = new OperationPairing({ isPure: (input) => changesNothing(model, input) });
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

  finish(): CheckResult {
    if (this.#malformed) return result('unknown', `malformed history: ${this.#malformed.message}`, null);
    const keys = [...this.#pairing.finish()].map(([label, { operations }]) => ({ label, operations }));
    if (keys.length === 0) return result('unknown', 'no operation to check', null);
    return new Judgement(this.#model, this.#limits, keys).result();
  }
}

interface Key {
  readonly label: string;
  readonly operations: readonly Omit<ObjectOperation, 'object'>[];
}

class Judgement {
  readonly #model: Model;
  readonly #limits: Required<SequentialOptions>;
  readonly #keys: readonly Key[];
  readonly #start = performance.now();
  #configurations = 0;

  constructor(model: Model, limits: Required<SequentialOptions>, keys: readonly Key[]) {
    this.#model = model;
    this.#limits = limits;
    this.#keys = keys;
  }

  result(): CheckResult {
    // A third of the time: what is not linearizable is mostly found to be so at once.
    const timeout = this.#limits.timeout / 3;
    const linear = checkPartitions(this.#model, this.#keys, { timeout });
    if (linear.verdict === 'valid') return this.#valid('linearizability', null);
    const doubtful = linear.partitions.filter(({ verdict }) => verdict !== 'valid');
    const alone = this.#keys.filter(({ label }) => doubtful.some((partition) => partition.label === label));
    for (const key of alone) {
      const found = this.#search([key], this.#deadline(2 / 3));
      if (found.kind === 'inexplicable') return this.#stuck('invalid', found, [key]);
      if (found.kind === 'explained' && this.#keys.length === 1)
        return this.#valid('search', ids(found.order));
    }
    const found = this.#search(this.#keys, this.#deadline(1));
    if (found.kind === 'explained') return this.#valid('search', ids(found.order));
    return this.#stuck(found.kind === 'undecided' ? 'unknown' : 'invalid', found, this.#keys);
  }

  #deadline(share: number): number {
    return this.#start + this.#limits.timeout * share;
  }

  #search(keys: readonly Key[], deadline: number): Searched {
    const { configurations } = this.#limits;
    const processes = byProcess(keys);
    const found = findOrder(this.#model, processes, keys.length, { deadline, configurations });
    this.#configurations += found.configurations;
    return found;
  }

  #valid(by: SequentialDetails['by'], order: readonly number[] | null): CheckResult {
    const details = { ...this.#about(by), order, blocked: [] };
    const { operations, processes } = details;
    const many = `${counted(operations, 'operation')} of ${processes} ${processes === 1 ? 'process' : 'processes'}`;
    return result('valid', `${many} are sequentially consistent`, details);
  }

  #stuck(
    verdict: Verdict,
    found: Exclude<Searched, { kind: 'explained' }>,
    keys: readonly Key[],
  ): CheckResult {
    const by = keys.length === 1 ? { key: keys[0]!.label } : 'search';
    const blocked = (found.impossible ? [found.impossible] : found.blocked).map((operation) =>
      this.#blocked(operation, found, keys),
    );
    const details = { ...this.#about(by), order: ids(found.longest), blocked };
    const named = keys.length > 1 || keys[0]!.label === '' ? '' : ` on key ${JSON.stringify(keys[0]!.label)}`;
    const most = `the longest order found has ${counted(found.longest.length, 'operation')}`;
    const next = blocked.map(({ description, invoke }) => `${description} (op ${invoke})`);
    const reason = found.impossible
      ? `nothing makes what ${next[0]} needs`
      : `${most}, and next would be ${next.slice(0, 3).join(', ')}${next.length > 3 ? ', …' : ''}`;
    const summary =
      found.kind === 'undecided'
        ? `no verdict${named}: ${found.why}; ${most}`
        : `not sequentially consistent${named}: ${reason}`;
    return result(verdict, summary, details);
  }

  #blocked(operation: ObjectOperation, { states }: Stuck, keys: readonly Key[]): BlockedOperation {
    const { id, process, input, output, object } = operation;
    const { describeOperation, describeState } = this.#model;
    const state = states[object];
    return {
      invoke: id,
      process,
      key: keys[object]!.label,
      description: describeOperation?.(input, output) ?? JSON.stringify([input, output]),
      state: describeState?.(state) ?? String(state),
    };
  }

  #about(by: SequentialDetails['by']): Omit<SequentialDetails, 'order' | 'blocked'> {
    return {
      model: this.#model.name,
      operations: this.#keys.reduce((sum, { operations }) => sum + operations.length, 0),
      processes: byProcess(this.#keys).length,
      keys: this.#keys.length,
      by,
      configurations: this.#configurations,
      elapsed: performance.now() - this.#start,
    };
  }
}

function result(verdict: Verdict, summary: string, details: SequentialDetails | null): CheckResult {
  return { checker: 'sequential', verdict, summary, details };
}

function changesNothing(model: Model, input: Input): boolean {
  const kind = model.effect?.(input, undefined)?.kind;
  return kind === 'noop' || kind === 'read' || kind === 'reject' || model.pure?.(input, undefined) === true;
}

/** The operations of each process in the order in which it made them. */
function byProcess(keys: readonly Key[]): readonly (readonly ObjectOperation[])[] {
  const processes = new Map<ProcessId, ObjectOperation[]>();
  for (const [object, { operations }] of keys.entries()) {
    for (const operation of operations) {
      const own = processes.get(operation.process);
      if (own) own.push({ ...operation, object });
      else processes.set(operation.process, [{ ...operation, object }]);
    }
  }
  return [...processes.values()].map((own) => own.sort((a, b) => a.call - b.call));
}

function ids(operations: readonly ObjectOperation[]): Json & readonly number[] {
  return operations.map(({ id }) => id);
}
