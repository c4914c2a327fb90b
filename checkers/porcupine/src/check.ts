/**
 * The checker: partitions one after the other, each searched, and every answer checked again.
 */
import type { Answer, Progress } from './algorithm.ts';
import { validateAnnotations } from './annotation.ts';
import { Budget, OutOfBudget } from './budget.ts';
import { again, choose } from './choose.ts';
import { costliest } from './costly.ts';
import { isUnknown } from './jit/compile.ts';
import { explain } from './counterexample.ts';
import { FirstToDecide } from './first-to-decide.ts';
import { toOperations, validate, type Event } from './events.ts';
import type { Model, Operation, Partition, Verdict } from './model.ts';
import { firstViolation } from './prefix.ts';
import type { CheckedHistory, CheckedPartition, CheckOptions, UnknownReason } from './result.ts';
import { verifyPlaces, verifyWitness } from './verify.ts';

/**
 * Is the history linearizable, that is, could a correct object have given these answers, each operation
 * taking effect at one moment between its call and its return?
 *
 * Throws `MalformedHistory` for what is no history. Whatever else goes wrong is a verdict `unknown`.
 */
export function checkOperations<S, I, O>(
  model: Model<S, I, O>,
  operations: readonly Operation<I, O>[],
  options: CheckOptions = {},
): CheckedHistory {
  const start = performance.now();
  // Before they are split: in the order in which they lie in memory.
  validate(operations);
  const partitions = model.partition?.(operations) ?? [{ label: '', operations }];
  return check(model, partitions, options, start);
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
  for (const { operations } of partitions) validate(operations);
  return check(model, partitions, options, start);
}

function check<S, I, O>(
  model: Model<S, I, O>,
  partitions: readonly Partition<I, O>[],
  options: CheckOptions,
  start: number,
): CheckedHistory {
  const budget = new Budget(options);
  const { annotations = [] } = options;
  validateAnnotations(annotations);
  const results = new Map<Partition<I, O>, CheckedPartition>();
  const bySize = [...partitions].sort((a, b) => a.operations.length - b.operations.length);
  // One that takes for ever must not keep the others from their verdict: each gets its part of half the
  // time; then what is left goes to those that need more.
  bySize.forEach((partition, i) => {
    const others = bySize.length - i - 1;
    const share = others === 0 ? 1 : 1 / (2 * (others + 1));
    results.set(partition, checkPartition(model, partition, options, budget.share(share)));
  });
  const late = bySize.filter((partition) => results.get(partition)!.reason?.kind === 'timeout');
  late.forEach((partition, i) => {
    if (budget.isOver) return;
    results.set(partition, checkPartition(model, partition, options, budget.share(1 / (late.length - i))));
  });
  const checked = partitions.map((partition) => results.get(partition)!);
  return {
    verdict: worst(checked.map(({ verdict }) => verdict)),
    partitions: checked,
    elapsed: performance.now() - start,
    annotations,
  };
}

function checkPartition<S, I, O>(
  model: Model<S, I, O>,
  { label, operations }: Partition<I, O>,
  options: CheckOptions,
  budget: Budget,
): CheckedPartition {
  const start = performance.now();
  const decision = new FirstToDecide(choose(options.algorithm), model, operations, budget);
  const rest = (): Pick<CheckedPartition, 'label' | 'operations' | 'algorithm' | 'elapsed'> => {
    const { name, why } = decision.chosen;
    const elapsed = performance.now() - start;
    return { label, operations: operations.length, algorithm: { name, why }, elapsed };
  };
  try {
    budget.look();
    const answer = decision.run();
    switch (answer.kind) {
      case 'valid': {
        verify(model, operations, answer);
        return { ...rest(), verdict: 'valid', ...(options.witness && { witness: answer.witness }) };
      }
      case 'invalid':
        return {
          ...whyInvalid(model, operations, decision, answer.suspects ?? [], options, budget),
          ...rest(),
        };
      case 'undecided': {
        const reason = reasonOf('inapplicable', answer.why, model, operations, NO_PROGRESS);
        return { ...rest(), verdict: 'unknown', reason };
      }
    }
  } catch (error) {
    if (error instanceof OutOfBudget) {
      budget.lift();
      const progress = decision.progress();
      const reason = reasonOf(error.kind, error.message, model, operations, progress);
      return { ...rest(), verdict: 'unknown', reason, longest: progress.longest };
    }
    // After an internal error nothing that was built on is to be trusted.
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const reason = reasonOf('internal', message, model, operations, NO_PROGRESS);
    return { ...rest(), verdict: 'unknown', reason };
  }
}

const NO_PROGRESS: Progress = { explained: 0, longest: [] };

/** Throws when the linearization that was found is none: then the search is wrong. */
function verify<S, I, O>(
  model: Model<S, I, O>,
  operations: readonly Operation<I, O>[],
  { witness, places }: Extract<Answer, { kind: 'valid' }>,
): void {
  const wrong = places
    ? verifyPlaces(model, operations, witness, places)
    : verifyWitness(model, operations, witness);
  if (wrong !== undefined) throw new Error(`the linearization that was found is none: ${wrong}`);
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
      new FirstToDecide(choices, model, prefix, budget).run();
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
  operations: readonly Operation<I, O>[],
  { explained, tries }: Progress,
): UnknownReason {
  const completions = operations.reduce((count, operation) => count + (isUnknown(operation) ? 0 : 1), 0);
  return { kind, message, explained, completions, costly: costliest(model, operations, tries) };
}

function worst(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('invalid')) return 'invalid';
  return verdicts.includes('unknown') ? 'unknown' : 'valid';
}
