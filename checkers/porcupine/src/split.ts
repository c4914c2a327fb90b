/**
 * A history in its partitions, and the order in which its operations lie in memory, which is that in which
 * they were recorded. Whatever looks at all of them does so in this order: taken one partition after the
 * other, each operation is waited for, and of what comes with it nothing is used; that takes three times
 * as long.
 */
import { validate, Validator } from './events.ts';
import type { Model, Operation, Partition } from './model.ts';
import { byKey, keyOf } from './models/observe.ts';

export interface Split<I, O> {
  readonly partitions: readonly Partition<I, O>[];
  /** Of all partitions, as they lie in memory; those of a partition are in its order. */
  readonly operations: readonly Operation<I, O>[];
  /** By position in `operations`. */
  readonly partitionOf: Int32Array;
  /** By partition, the number of its first operation; they are numbered one partition after the other. */
  readonly first: Int32Array;
}

/** A history as its model splits it. Throws `MalformedHistory`. */
export function split<S, I, O>(model: Model<S, I, O>, operations: readonly Operation<I, O>[]): Split<I, O> {
  if ((model.partition as unknown) === byKey)
    return splitByKey(operations as readonly Operation<{ readonly key?: string } & I, O>[]);
  validate(operations);
  return interleaved(model.partition?.(operations) ?? [{ label: '', operations }]);
}

/** A history that is split already. Throws `MalformedHistory`. */
export function splitBefore<I, O>(partitions: readonly Partition<I, O>[]): Split<I, O> {
  const history = interleaved(partitions);
  const validators = partitions.map(() => new Validator());
  inMemoryOrder(history, (operation, _, partition) => validators[partition]!.look(operation));
  partitions.forEach(({ operations }, i) => validators[i]!.finish(operations));
  return history;
}

/** What `byKey` and `validate` do, in one look at each operation. */
function splitByKey<I extends { readonly key?: string }, O>(
  operations: readonly Operation<I, O>[],
): Split<I, O> {
  const partitionOf = new Int32Array(operations.length);
  const byLabel = new Map<string, number>();
  const counts: number[] = [];
  validate(operations, ({ input }, i) => {
    const label = keyOf(input);
    let partition = byLabel.get(label);
    if (partition === undefined) byLabel.set(label, (partition = counts.push(0) - 1));
    partitionOf[i] = partition;
    counts[partition]!++;
  });
  const labels = [...byLabel.keys()];
  const partitions = counts.map((count, i) => ({
    label: labels[i]!,
    operations: new Array<Operation<I, O>>(count),
  }));
  const history = { partitions, operations, partitionOf, first: firstOf(partitions) };
  inMemoryOrder(history, (operation, number, partition) => {
    partitions[partition]!.operations[number - history.first[partition]!] = operation;
  });
  return history;
}

/** Operations of all partitions in a stretch: few enough for a cache, enough of each of a thousand partitions. */
const STRETCH = 32_768;

/** Where nobody knows how they lie in memory: as if all partitions had grown alike. */
function interleaved<I, O>(partitions: readonly Partition<I, O>[]): Split<I, O> {
  const all = partitions.reduce((sum, { operations }) => sum + operations.length, 0);
  if (partitions.length === 1) {
    const [{ operations }] = partitions as [Partition<I, O>];
    return { partitions, operations, partitionOf: new Int32Array(all), first: new Int32Array(1) };
  }
  const inOrder: Operation<I, O>[] = [];
  const partitionOf = new Int32Array(all);
  const stretches = Math.ceil(all / STRETCH);
  for (let stretch = 0; stretch < stretches; stretch++) {
    partitions.forEach(({ operations }, partition) => {
      const first = Math.floor((operations.length * stretch) / stretches);
      const end = Math.floor((operations.length * (stretch + 1)) / stretches);
      partitionOf.fill(partition, inOrder.length, inOrder.length + end - first);
      for (let i = first; i < end; i++) inOrder.push(operations[i]!);
    });
  }
  return { partitions, operations: inOrder, partitionOf, first: firstOf(partitions) };
}

function firstOf(partitions: readonly Partition[]): Int32Array {
  const first = new Int32Array(partitions.length);
  for (let i = 1; i < first.length; i++) first[i] = first[i - 1]! + partitions[i - 1]!.operations.length;
  return first;
}

/** Each operation once, with its number and its partition. */
export function inMemoryOrder<I, O>(
  { operations, partitionOf, first }: Split<I, O>,
  visit: (operation: Operation<I, O>, number: number, partition: number) => void,
): void {
  const next = first.slice();
  for (let i = 0; i < partitionOf.length; i++) {
    const partition = partitionOf[i]!;
    visit(operations[i]!, next[partition]!++, partition);
  }
}
