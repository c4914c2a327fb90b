/**
 * The checker: partitions one after the other, each searched, and every answer checked again.
 */
import type { Answer, Progress, Read } from './algorithm.ts';
import { validateAnnotations } from './annotation.ts';
import { Budget, OutOfBudget } from './budget.ts';
import { again, choose } from './choose.ts';
import { costliest } from './costly.ts';
import { isUnknown } from './jit/compile.ts';
import { explain } from './counterexample.ts';
import { FirstToDecide } from './first-to-decide.ts';
import { toOperations, type Event } from './events.ts';
import { FLAWED } from './kinds.ts';
import type { Model, Operation, Operations, Partition, Verdict } from './model.ts';
import { firstViolation } from './prefix.ts';
import type { Recording } from './recording.ts';
import type { CheckedHistory, CheckedPartition, CheckOptions, UnknownReason } from './result.ts';
import { chunkOf, ROW_BYTES, Rows } from './rows.ts';
import { withScratch, type Scratch } from './scratch.ts';
import { inMemoryOrder, split, splitBefore, type Part, type Split } from './split.ts';
import { STATE_BYTES } from './states.ts';
import { verifyCourse } from './verify-course.ts';
import { faults, verifyWitness } from './verify.ts';
import { BYTES, lying, numberedIn } from './zones/history.ts';

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

/** The same for a history that was written down while it became known, so that all of it was read before. */
export function checkRecording<S, I, O>(
  recording: Recording<S, I, O>,
  options: CheckOptions = {},
): CheckedHistory {
  const start = performance.now();
  const { partitions, rows } = recording.read();
  return withScratch(BYTES * mostIn(partitions), (scratch) =>
    checkIn(scratch, recording.model, partitions, () => rows, options, start),
  );
}

function check<S, I, O>(
  model: Model<S, I, O>,
  history: Split<I, O>,
  options: CheckOptions,
  start: number,
): CheckedHistory {
  const { partitions, operations } = history;
  const bytes = (ROW_BYTES + STATE_BYTES) * operations.length + BYTES * mostIn(partitions);
  return withScratch(bytes, (scratch) => {
    const read: ReadRows<S, I, O> = (isAsked, budget) => {
      const rows = look(model, history, isAsked, budget, scratch);
      scratch.keep();
      return rows;
    };
    return checkIn(scratch, model, partitions, read, options, start);
  });
}

function mostIn(partitions: readonly Part<unknown, unknown>[]): number {
  return partitions.reduce((most, { length }) => Math.max(most, length), 0);
}

/** The rows of all partitions, if there was time to read them. `isAsked`: is there an algorithm that needs them? */
type ReadRows<S, I, O> = (isAsked: boolean, budget: Budget) => readonly Rows<S, I, O>[] | undefined;

function checkIn<S, I, O>(
  scratch: Scratch,
  model: Model<S, I, O>,
  partitions: readonly Part<I, O>[],
  read: ReadRows<S, I, O>,
  options: CheckOptions,
  start: number,
): CheckedHistory {
  const progress = new Pulse(options, partitions.length);
  const budget = new Budget(options, undefined, undefined, progress.at);
  const { annotations = [] } = options;
  validateAnnotations(annotations);
  const isAsked = choose(options.algorithm).some((choice) => choice.reads);
  const rows = read(isAsked, budget);
  const parts = partitions.map((part, i): PartToCheck<S, I, O> => ({ part, rows: rows?.[i] }));
  const results = new Map<PartToCheck<S, I, O>, CheckedPartition>();
  const bySize = [...parts].sort((a, b) => a.part.length - b.part.length);
  // One that takes for ever must not keep the others from their verdict: each gets its part of half the
  // time; then what is left goes to those that need more.
  let isEnough = false;
  bySize.forEach((part, i) => {
    if (isEnough) return;
    const others = bySize.length - i - 1;
    const share = others === 0 ? 1 : 1 / (2 * (others + 1));
    progress.label = part.part.label;
    const result = checkPartition(model, part, options, budget.share(share), scratch);
    results.set(part, result);
    if (result.reason?.kind !== 'timeout') progress.decided++;
    isEnough = options.exhaustive === false && result.verdict === 'invalid';
  });
  progress.tell();
  const late = bySize.filter((part) => results.get(part)?.reason?.kind === 'timeout');
  late.forEach((part, i) => {
    if (budget.isOver || isEnough) return;
    progress.label = part.part.label;
    const share = budget.share(1 / (late.length - i));
    const result = checkPartition(model, part, options, share, scratch);
    results.set(part, result);
    isEnough = options.exhaustive === false && result.verdict === 'invalid';
  });
  const checked = parts.flatMap((part) => results.get(part) ?? []);
  return {
    verdict: worst(checked.map(({ verdict }) => verdict)),
    partitions: checked,
    elapsed: performance.now() - start,
    annotations,
  };
}

/**
 * The first look at all operations: they are validated, if they still are to be, and, where that `isAsked`,
 * written down in rows; none if there is no time for it.
 */
function look<S, I, O>(
  model: Model<S, I, O>,
  history: Split<I, O>,
  isAsked: boolean,
  budget: Budget,
  scratch: Scratch,
): readonly Rows<S, I, O>[] | undefined {
  const { validators, partitions } = history;
  let rows = isAsked ? partitions.map(({ length }) => roomFor(length, model, scratch)) : undefined;
  if (!rows && !validators) return undefined;
  inMemoryOrder(history, (operation, partition) => {
    validators?.look(operation, partition);
    if (!rows) return;
    try {
      budget.tick();
      rows[partition]!.write(operation);
    } catch (error) {
      if (!(error instanceof OutOfBudget)) throw error;
      rows = undefined;
    }
  });
  validators?.finish();
  return rows;
}

function roomFor<S, I, O>(count: number, model: Model<S, I, O>, scratch: Scratch): Rows<S, I, O> {
  const floats = ROW_BYTES / Float64Array.BYTES_PER_ELEMENT;
  return new Rows(model, { count, makeChunk: (rows) => chunkOf(scratch.float64(floats * rows)), scratch });
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
  readonly rows: Rows<S, I, O> | undefined;
}

function checkPartition<S, I, O>(
  model: Model<S, I, O>,
  { part, rows }: PartToCheck<S, I, O>,
  options: CheckOptions,
  budget: Budget,
  scratch: Scratch,
): CheckedPartition {
  const start = performance.now();
  const read = rows && ((): Read<S, I, O> => numberedIn(rows, model, part, scratch));
  const decision = new FirstToDecide(choose(options.algorithm), model, part, budget, read);
  const rest = (): Pick<CheckedPartition, 'label' | 'operations' | 'algorithm' | 'elapsed'> => {
    const { name, why } = decision.chosen;
    const elapsed = performance.now() - start;
    return { label: part.label, operations: part.length, algorithm: { name, why }, elapsed };
  };
  try {
    budget.look();
    if (rows?.unfit === FLAWED) return { ...rest(), ...internal(model, part, lying(rows.culprit!)) };
    const answer = decision.run();
    switch (answer.kind) {
      case 'valid': {
        const wrong = wrongIn(model, part, answer, options);
        if (wrong !== undefined) return { ...rest(), ...internal(model, part, none(wrong)) };
        return { ...rest(), verdict: 'valid', ...(options.witness && { witness: answer.witness }) };
      }
      case 'invalid': {
        if (options.longest === false && !options.counterexample) return { ...rest(), verdict: 'invalid' };
        const why = whyInvalid(model, part.operations, decision, answer.suspects ?? [], options, budget);
        return { ...why, ...rest() };
      }
      case 'undecided': {
        const reason = reasonOf('inapplicable', answer.why, model, part, NO_PROGRESS);
        return { ...rest(), verdict: 'unknown', reason };
      }
    }
  } catch (error) {
    if (error instanceof OutOfBudget) {
      budget.lift();
      const progress = decision.progress();
      const reason = reasonOf(error.kind, error.message, model, part, progress);
      return { ...rest(), verdict: 'unknown', reason, longest: progress.longest };
    }
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { ...rest(), ...internal(model, part, message) };
  }
}

/** Why what was found is no linearization, if it is none. One that is given back is held against `step` itself. */
function wrongIn<S, I, O>(
  model: Model<S, I, O>,
  part: Part<I, O>,
  answer: Extract<Answer, { kind: 'valid' }>,
  options: CheckOptions,
): string | undefined {
  if (!answer.course || options.witness) return verifyWitness(model, part.operations, answer.witness);
  const { order, columns, initial } = answer.course;
  const fault = verifyCourse(columns, initial, order);
  return fault && faults[fault.kind](part.operations[fault.operation]?.id ?? fault.operation);
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
    const decide = (prefix: readonly Operation<I, O>[]): Answer =>
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
