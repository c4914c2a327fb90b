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
import { checkRecording, type Model } from 'porcupine-ts';
import type { Json, Op, ProcessId } from '../harness/history/op.ts';
import { counted } from './listed.ts';
import { OperationPairing } from './operations.ts';
import { MalformedHistoryError } from './pairing.ts';
import type { RecordedOperations } from './recorded-operations.ts';
import { smallestConflict } from './sequential-conflict.ts';
import {
  changesNothing,
  findOrder,
  type ObjectOperation,
  type Searched,
  type Stuck,
} from './sequential-search.ts';
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
  /**
   * If it is invalid: operations that change nothing and whose answers, with all that do change something,
   * contradict each other; without any one of them there is an order, unless the others contradict
   * themselves. Or the one whose answer no operation ever makes true. Null if there was too little time.
   */
  readonly conflict: readonly ExplainedOperation[] | null;
};

export type ExplainedOperation = {
  readonly invoke: number;
  readonly process: ProcessId;
  readonly key: string;
  readonly description: string;
};

export type BlockedOperation = ExplainedOperation & {
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

  finish(): CheckResult {
    if (this.#malformed) return result('unknown', `malformed history: ${this.#malformed.message}`, null);
    const { recording } = this.#pairing.finish();
    if (recording.length === 0) return result('unknown', 'no operation to check', null);
    return new Judgement(recording, this.#limits).result();
  }
}

interface Key {
  readonly label: string;
  readonly operations: readonly Omit<ObjectOperation, 'object'>[];
}

type History = RecordedOperations['recording'];

class Judgement {
  readonly #recording: History;
  readonly #model: Model;
  readonly #limits: Required<SequentialOptions>;
  readonly #keys: readonly Key[];
  readonly #start = performance.now();
  #configurations = 0;

  constructor(recording: History, limits: Required<SequentialOptions>) {
    this.#recording = recording;
    this.#model = recording.model as Model;
    this.#limits = limits;
    this.#keys = recording.partitions;
  }

  result(): CheckResult {
    // A third of the time: what is not linearizable is mostly found to be so at once.
    const timeout = this.#limits.timeout / 3;
    const linear = checkRecording(this.#recording, { timeout, longest: false });
    if (linear.verdict === 'valid') return this.#valid('linearizability', null);
    const doubtful = new Set(
      linear.partitions.filter(({ verdict }) => verdict !== 'valid').map(({ label }) => label),
    );
    for (const key of this.#keys.length > 1 ? this.#keys : []) {
      if (!doubtful.has(key.label)) continue;
      const found = this.#search([key], this.#deadline(1 / 2));
      if (found.kind === 'inexplicable') return this.#invalid(found, [key]);
    }
    const found = this.#search(this.#keys, this.#deadline(3 / 4));
    if (found.kind === 'explained') return this.#valid('search', ids(found.order));
    return found.kind === 'undecided' ? this.#unknown(found) : this.#invalid(found, this.#keys);
  }

  #deadline(share: number): number {
    return this.#start + this.#limits.timeout * share;
  }

  #search(keys: readonly Key[], deadline: number, kept?: ReadonlySet<number>): Searched {
    const { configurations } = this.#limits;
    const processes = byProcess(keys).map((own) =>
      kept ? own.filter(({ id, ...call }) => kept.has(id) || !changesNothing(this.#model, call)) : own,
    );
    const found = findOrder(this.#model, processes, keys.length, { deadline, configurations });
    this.#configurations += found.configurations;
    return found;
  }

  #valid(by: SequentialDetails['by'], order: readonly number[] | null): CheckResult {
    const details = { ...this.#about(by), order, blocked: [], conflict: null };
    const { operations, processes } = details;
    const many = `${counted(operations, 'operation')} of ${processes} ${processes === 1 ? 'process' : 'processes'}`;
    return result('valid', `${many} are sequentially consistent`, details);
  }

  #unknown(found: Searched & { kind: 'undecided' }): CheckResult {
    const most = `the longest order found has ${counted(found.longest.length, 'operation')}`;
    return result('unknown', `no verdict: ${found.why}; ${most}`, {
      ...this.#about('search'),
      order: ids(found.longest),
      blocked: found.blocked.map((operation) => this.#blocked(operation, found, this.#keys)),
      conflict: null,
    });
  }

  #invalid(found: Searched & { kind: 'inexplicable' }, keys: readonly Key[]): CheckResult {
    const key = keys.length === 1 ? keys[0]!.label : undefined;
    const conflict = found.impossible ? [found.impossible] : this.#conflict(keys);
    const details: SequentialDetails = {
      ...this.#about(key === undefined ? 'search' : { key }),
      order: ids(found.longest),
      blocked: found.blocked.map((operation) => this.#blocked(operation, found, keys)),
      conflict: conflict?.map((operation) => this.#explained(operation, keys)) ?? null,
    };
    const on = key === undefined || key === '' ? '' : ` on key ${JSON.stringify(key)}`;
    const reason = found.impossible
      ? `nothing makes what ${named(details.conflict ?? [])} needs`
      : details.conflict === null || details.conflict.length === 0
        ? `next would be ${named(details.blocked)}, and no order goes on from there`
        : `no order of what was changed fits ${named(details.conflict)}`;
    return result('invalid', `not sequentially consistent${on}: ${reason}`, details);
  }

  #conflict(keys: readonly Key[]): readonly ObjectOperation[] | undefined {
    const observations = byProcess(keys)
      .flat()
      .filter((operation) => changesNothing(this.#model, operation))
      .sort((a, b) => a.return - b.return);
    return smallestConflict(observations, (kept) => {
      const found = this.#search(keys, this.#deadline(1), new Set([...kept].map(({ id }) => id)));
      if (performance.now() > this.#deadline(1)) return undefined;
      return found.kind === 'inexplicable';
    });
  }

  #explained(
    { id, process, input, output, object }: ObjectOperation,
    keys: readonly Key[],
  ): ExplainedOperation {
    const description = this.#model.describeOperation?.(input, output) ?? JSON.stringify([input, output]);
    return { invoke: id, process, key: keys[object]!.label, description };
  }

  #blocked(operation: ObjectOperation, { states }: Stuck, keys: readonly Key[]): BlockedOperation {
    const state = states[operation.object];
    return {
      ...this.#explained(operation, keys),
      state: this.#model.describeState?.(state) ?? String(state),
    };
  }

  #about(by: SequentialDetails['by']): Omit<SequentialDetails, 'order' | 'blocked' | 'conflict'> {
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

function named(operations: readonly ExplainedOperation[]): string {
  const first = operations.slice(0, 4).map(({ description, invoke }) => `${description} (op ${invoke})`);
  return `${first.join(', ')}${operations.length > first.length ? ', …' : ''}`;
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
