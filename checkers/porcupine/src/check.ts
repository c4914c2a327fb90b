/**
 * The checker: partitions one after the other, each searched, and every answer checked again.
 */
import type { Answer, Course, Progress, Read } from './algorithm.ts';
import { validateAnnotations } from './annotation.ts';
import { Budget, OutOfBudget } from './budget.ts';
import { again, choose } from './choose.ts';
import { costliest } from './costly.ts';
import { isUnknown } from './jit/compile.ts';
import { explain } from './counterexample.ts';
import { FirstToDecide } from './first-to-decide.ts';
import { toOperations, type Event } from './events.ts';
import type { Model, Operation, Operations, Partition, Partitioned, Verdict } from './model.ts';
import { firstViolation } from './prefix.ts';
import type { CheckedHistory, CheckedPartition, CheckOptions, UnknownReason } from './result.ts';
import { withScratch, type Scratch } from './scratch.ts';
import { inMemoryOrder, split, splitAs, splitBefore, type Part, type Split } from './split.ts';
import { STEP_BYTES, verifyCourses, type Times } from './verify-course.ts';
import { verifyWitness } from './verify.ts';
import { BYTES, numberedIn } from './zones/history.ts';
import { ROW_BYTES, Rows } from './zones/rows.ts';

/**
 * Is the history linearizable, that is, could a correct object have given these answers, each operation
 * taking effect at one moment between its call and its return?
 *
 * Throws `MalformedHistory` for what is no history. Whatever else goes wrong is a verdict `unknown`.
 */
export function checkOperations<S, I, O>(
  model: Model<S, I, O>,
  operations: Operations<I, O>,
  options: CheckOptions = {},
): CheckedHistory {
  const start = performance.now();
  return check(model, split(model, operations), options, start);
}

/** The same for a history given as calls and returns in order of time. */
export function checkEvents<S, I, O>(
  model: Model<S, I, O>,
  events: readonly Event<I, O>[],
  options: CheckOptions = {},
): CheckedHistory {
  return checkOperations(model, toOperations(events), options);
}

/** The same for a history that is split already; small partitions come first. */
export function checkPartitions<S, I, O>(
  model: Model<S, I, O>,
  partitions: readonly Partition<I, O>[],
  options: CheckOptions = {},
): CheckedHistory {
  const start = performance.now();
  return check(model, splitBefore(partitions), options, start);
}

/**
 * The same for a history of which whoever recorded it knows how it is split. Its operations may be made
 * when they are looked at: each is a few times, and none is kept that no verdict needs. Throws
 * `RangeError` where `partitionOf` does not fit the operations and labels.
 */
export function checkPartitioned<S, I, O>(
  model: Model<S, I, O>,
  history: Partitioned<I, O>,
  options: CheckOptions = {},
): CheckedHistory {
  const start = performance.now();
  return check(model, splitAs(history), options, start);
}

function check<S, I, O>(
  model: Model<S, I, O>,
  history: Split<I, O>,
  options: CheckOptions,
  start: number,
): CheckedHistory {
  const most = history.partitions.reduce((count, { length }) => Math.max(count, length), 0);
  const bytes = (ROW_BYTES + STEP_BYTES) * history.operations.length + BYTES * most;
  return withScratch(bytes, (scratch) => checkIn(scratch, model, history, options, start));
}

function checkIn<S, I, O>(
  scratch: Scratch,
  model: Model<S, I, O>,
  history: Split<I, O>,
  options: CheckOptions,
  start: number,
): CheckedHistory {
  const { partitions } = history;
  const progress = new Pulse(options, partitions.length);
  const budget = new Budget(options, undefined, undefined, progress.at);
  const { annotations = [] } = options;
  validateAnnotations(annotations);
  const reads = choose(options.algorithm).some((choice) => choice.reads);
  const rows = look(model, history, reads, budget, scratch);
  scratch.keep();
  const parts = partitions.map((part): PartToCheck<S, I, O> => {
    const read = rows && (() => numberedIn(rows, part.first, part.length, model, part, scratch));
    return { part, read };
  });
  const results = new Map<PartToCheck<S, I, O>, Checked<S>>();
  const bySize = [...parts].sort((a, b) => a.part.length - b.part.length);
  // One that takes for ever must not keep the others from their verdict: each gets its part of half the
  // time; then what is left goes to those that need more.
  bySize.forEach((part, i) => {
    const others = bySize.length - i - 1;
    const share = others === 0 ? 1 : 1 / (2 * (others + 1));
    progress.label = part.part.label;
    const result = checkPartition(model, part, options, budget.share(share));
    results.set(part, result);
    if (result.checked.reason?.kind !== 'timeout') progress.decided++;
  });
  progress.tell();
  const late = bySize.filter((part) => results.get(part)!.checked.reason?.kind === 'timeout');
  late.forEach((part, i) => {
    if (budget.isOver) return;
    progress.label = part.part.label;
    results.set(part, checkPartition(model, part, options, budget.share(1 / (late.length - i))));
  });
  const all = parts.map((part) => results.get(part)!);
  scratch.begin();
  const checked = rows ? verified(model, history, all, rows, scratch) : all.map((one) => one.checked);
  return {
    verdict: worst(checked.map(({ verdict }) => verdict)),
    partitions: checked,
    elapsed: performance.now() - start,
    annotations,
  };
}

/**
 * The first look at all operations: they are validated, if they still are to be, and, where that `reads`,
 * written down in rows, one partition after the other; none if there is no time for it.
 */
function look<S, I, O>(
  model: Model<S, I, O>,
  history: Split<I, O>,
  reads: boolean,
  budget: Budget,
  scratch: Scratch,
): Rows<S, I, O> | undefined {
  const { validators } = history;
  let rows = reads ? new Rows(model, history.operations.length, scratch) : undefined;
  if (!rows && !validators) return undefined;
  /** To be told what the operations of some models do takes long: of a read of a set, the whole set. */
  const isDone = new Uint8Array(history.partitions.length);
  inMemoryOrder(history, (operation, row, partition) => {
    validators?.look(operation, partition);
    if (!rows || isDone[partition] !== 0) return;
    try {
      budget.tick();
      if (!rows.write(row, operation)) isDone[partition] = 1;
    } catch (error) {
      if (!(error instanceof OutOfBudget)) throw error;
      rows = undefined;
    }
  });
  validators?.finish();
  return rows;
}

const PULSE_MS = 100;

/** Tells how far a check is, not too often. */
class Pulse {
  label = '';
  decided = 0;
  readonly #tell: CheckOptions['onProgress'];
  readonly #partitions: number;
  #last = performance.now();

  constructor({ onProgress }: CheckOptions, partitions: number) {
    this.#tell = onProgress;
    this.#partitions = partitions;
  }

  readonly at = (now: number): void => {
    if (now - this.#last < PULSE_MS) return;
    this.#last = now;
    this.tell();
  };

  tell(): void {
    this.#tell?.({ decided: this.decided, partitions: this.#partitions, label: this.label });
  }
}

interface PartToCheck<S, I, O> {
  readonly part: Part<I, O>;
  readonly read: (() => Read<S, I, O>) | undefined;
}

interface Checked<S> {
  readonly checked: CheckedPartition;
  /** Still to be verified; else it was. */
  readonly course?: Course<S> | undefined;
}

function checkPartition<S, I, O>(
  model: Model<S, I, O>,
  { part, read }: PartToCheck<S, I, O>,
  options: CheckOptions,
  budget: Budget,
): Checked<S> {
  const start = performance.now();
  const decision = new FirstToDecide(choose(options.algorithm), model, part, budget, read);
  const rest = (): Pick<CheckedPartition, 'label' | 'operations' | 'algorithm' | 'elapsed'> => {
    const { name, why } = decision.chosen;
    const elapsed = performance.now() - start;
    return { label: part.label, operations: part.length, algorithm: { name, why }, elapsed };
  };
  try {
    budget.look();
    const answer = decision.run();
    switch (answer.kind) {
      case 'valid': {
        const { course } = answer;
        const wrong = course ? undefined : verifyWitness(model, part.operations, answer.witness);
        if (wrong !== undefined) return { checked: { ...rest(), ...internal(model, part, none(wrong)) } };
        const witness = options.witness && { witness: answer.witness };
        return { checked: { ...rest(), verdict: 'valid', ...witness }, course };
      }
      case 'invalid': {
        const why = whyInvalid(model, part.operations, decision, answer.suspects ?? [], options, budget);
        return { checked: { ...why, ...rest() } };
      }
      case 'undecided': {
        const reason = reasonOf('inapplicable', answer.why, model, part, NO_PROGRESS);
        return { checked: { ...rest(), verdict: 'unknown', reason } };
      }
    }
  } catch (error) {
    if (error instanceof OutOfBudget) {
      budget.lift();
      const progress = decision.progress();
      const reason = reasonOf(error.kind, error.message, model, part, progress);
      return { checked: { ...rest(), verdict: 'unknown', reason, longest: progress.longest } };
    }
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { checked: { ...rest(), ...internal(model, part, message) } };
  }
}

const NO_PROGRESS: Progress = { explained: 0, longest: [] };

/** After an internal error nothing that was built on is to be trusted. */
function internal<S, I, O>(
  model: Model<S, I, O>,
  part: Part<I, O>,
  message: string,
): Pick<CheckedPartition, 'verdict' | 'reason'> {
  return { verdict: 'unknown', reason: reasonOf('internal', message, model, part, NO_PROGRESS) };
}

function none(wrong: string): string {
  return `the linearization that was found is none: ${wrong}`;
}

/** All results, after what is still to be verified was: where that is no linearization, the search is wrong. */
function verified<S, I, O>(
  model: Model<S, I, O>,
  history: Split<I, O>,
  results: readonly Checked<S>[],
  times: Times,
  scratch: Scratch,
): readonly CheckedPartition[] {
  const faults = verifyCourses(
    model,
    history,
    results.map(({ course }) => course),
    times,
    scratch,
  );
  return results.map(({ checked }, i) => {
    const wrong = faults[i];
    if (wrong === undefined) return checked;
    const { label, algorithm, elapsed, operations } = checked;
    return {
      label,
      operations,
      algorithm,
      elapsed,
      ...internal(model, history.partitions[i]!, none(wrong)),
    };
  });
}

/** The verdict stands, whatever there is no time for. */
function whyInvalid<S, I, O>(
  model: Model<S, I, O>,
  operations: readonly Operation<I, O>[],
  decision: FirstToDecide<S, I, O>,
  suspects: readonly number[],
  options: CheckOptions,
  budget: Budget,
): Pick<CheckedPartition, 'longest' | 'blocked' | 'counterexample'> & { verdict: 'invalid' } {
  let progress = NO_PROGRESS;
  try {
    progress = decision.progress();
    const choices = again(decision.chosen);
    const decide = (prefix: readonly Operation<I, O>[]): Answer<S> =>
      new FirstToDecide(choices, model, { operations: prefix }, budget).run();
    const violation = firstViolation(model, operations, progress, suspects, decide, budget);
    return {
      verdict: 'invalid',
      longest: violation.longest,
      blocked: violation.blocked.id,
      ...(options.counterexample && { counterexample: explain(model, violation, budget) }),
    };
  } catch (error) {
    if (!(error instanceof OutOfBudget)) throw error;
    return { verdict: 'invalid', longest: progress.longest };
  }
}

function reasonOf<S, I, O>(
  kind: UnknownReason['kind'],
  message: string,
  model: Model<S, I, O>,
  { operations }: Part<I, O>,
  { explained, tries }: Progress,
): UnknownReason {
  const completions = operations.reduce((count, operation) => count + (isUnknown(operation) ? 0 : 1), 0);
  return { kind, message, explained, completions, costly: costliest(model, operations, tries) };
}

function worst(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('invalid')) return 'invalid';
  return verdicts.includes('unknown') ? 'unknown' : 'valid';
}
