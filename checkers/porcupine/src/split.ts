/**
 * A history in its partitions, and the order in which its operations lie in memory, which is that in which
 * they were recorded. Whatever looks at all of them does so in this order: taken one partition after the
 * other, each operation is waited for, and of what comes with it nothing is used; that takes three times
 * as long. An operation may even be made when it is looked at, so nobody keeps it.
 */
import { validate, Validator } from './events.ts';
import type { Model, Operation, Operations, Partition } from './model.ts';
import { byKey, keyOf } from './models/observe.ts';

export interface Split<I, O> {
  readonly partitions: readonly Part<I, O>[];
  /** Of all partitions, as they lie in memory; those of a partition are in its order. */
  readonly operations: Operations<I, O>;
  /** By position in `operations`. */
  readonly partitionOf: Int32Array;
  /** Whoever looks at all operations first has these do so too; without any, the history is a valid one. */
  readonly validators?: Validators;
}

/** One whose operations are brought together when somebody asks for them; `zones` mostly does not. */
export class Part<I, O> implements Partition<I, O> {
  readonly label: string;
  /** Operations. */
  readonly length: number;
  readonly #bring: () => readonly Operation<I, O>[];
  #operations: readonly Operation<I, O>[] | undefined;

  constructor(label: string, length: number, bring: () => readonly Operation<I, O>[]) {
    this.label = label;
    this.length = length;
    this.#bring = bring;
  }

  get operations(): readonly Operation<I, O>[] {
    return (this.#operations ??= this.#bring());
  }
}

/** By partition, or one for all. */
class Validators {
  readonly #validators: readonly Validator[];

  constructor(partitions: readonly Operations[]) {
    this.#validators = partitions.map((operations) => new Validator(operations));
  }

  /** Throws `MalformedHistory`, as does `finish`. */
  look(operation: Operation, partition: number): void {
    this.#validators[this.#validators.length === 1 ? 0 : partition]!.look(operation);
  }

  /** Once all were looked at. */
  finish(): void {
    for (const validator of this.#validators) validator.finish();
  }
}

/** A history as its model splits it. Throws `MalformedHistory`. */
export function split<S, I, O>(model: Model<S, I, O>, operations: Operations<I, O>): Split<I, O> {
  if ((model.partition as unknown) === byKey)
    return splitByKey(operations as Operations<{ readonly key?: string } & I, O>);
  if (!model.partition) {
    const whole = partsOf(operations, [''], new Int32Array(operations.length));
    return { ...whole, validators: new Validators([operations]) };
  }
  validate(operations);
  return interleaved(model.partition(arrayOf(operations)));
}

/** A history that is split already. */
export function splitBefore<I, O>(partitions: readonly Partition<I, O>[]): Split<I, O> {
  const validators = new Validators(partitions.map(({ operations }) => operations));
  return { ...interleaved(partitions), validators };
}

/** What `byKey` and `validate` do, in one look at each operation. */
function splitByKey<I extends { readonly key?: string }, O>(operations: Operations<I, O>): Split<I, O> {
  const partitionOf = new Int32Array(operations.length);
  const labels = new Map<string, number>();
  validate(operations, ({ input }, i) => {
    const label = keyOf(input);
    let partition = labels.get(label);
    if (partition === undefined) labels.set(label, (partition = labels.size));
    partitionOf[i] = partition;
  });
  return partsOf(operations, [...labels.keys()], partitionOf);
}

/** `partitionOf`: by position of an operation, the position of its partition's label. */
export function partsOf<I, O>(
  operations: Operations<I, O>,
  labels: readonly string[],
  partitionOf: Int32Array,
): Split<I, O> {
  const counts = labels.map(() => 0);
  for (let i = 0; i < partitionOf.length; i++) counts[partitionOf[i]!]!++;
  const first = firstOf(counts);
  let brought: readonly (readonly Operation<I, O>[])[] | undefined;
  let positions: Int32Array | undefined;
  const bring = (partition: number): readonly Operation<I, O>[] => {
    if (labels.length === 1) return arrayOf(operations);
    // Those that are there, all partitions at once, in the order in which they lie in memory; those that
    // are made when they are looked at, only where they are asked for.
    if (Array.isArray(operations))
      return (brought ??= broughtAll(operations, partitionOf, counts))[partition]!;
    positions ??= positionsOf(partitionOf, first);
    const own = positions.subarray(first[partition]!, first[partition]! + counts[partition]!);
    return Array.from(own, (position) => operations.at(position)!);
  };
  const partitions = labels.map((label, i) => new Part(label, counts[i]!, () => bring(i)));
  return { partitions, operations, partitionOf };
}

function broughtAll<I, O>(
  operations: readonly Operation<I, O>[],
  partitionOf: Int32Array,
  counts: readonly number[],
): readonly (readonly Operation<I, O>[])[] {
  const all = counts.map((count) => new Array<Operation<I, O>>(count));
  const next = new Int32Array(counts.length);
  for (let i = 0; i < operations.length; i++) {
    const partition = partitionOf[i]!;
    all[partition]![next[partition]!++] = operations[i]!;
  }
  return all;
}

/** Operations of all partitions in a stretch: few enough for a cache, enough of each of a thousand partitions. */
const STRETCH = 32_768;

/** Where nobody knows how they lie in memory: as if all partitions had grown alike. */
function interleaved<I, O>(given: readonly Partition<I, O>[]): Split<I, O> {
  const counts = given.map(({ operations }) => operations.length);
  const partitions = given.map(
    ({ label, operations }) => new Part(label, operations.length, () => operations),
  );
  const all = counts.reduce((sum, count) => sum + count, 0);
  const partitionOf = new Int32Array(all);
  if (given.length === 1) return { partitions, operations: given[0]!.operations, partitionOf };
  const inOrder: Operation<I, O>[] = [];
  const stretches = Math.ceil(all / STRETCH);
  for (let stretch = 0; stretch < stretches; stretch++) {
    given.forEach(({ operations }, partition) => {
      const begin = Math.floor((operations.length * stretch) / stretches);
      const end = Math.floor((operations.length * (stretch + 1)) / stretches);
      partitionOf.fill(partition, inOrder.length, inOrder.length + end - begin);
      for (let i = begin; i < end; i++) inOrder.push(operations[i]!);
    });
  }
  return { partitions, operations: inOrder, partitionOf };
}

function firstOf(counts: readonly number[]): Int32Array {
  const first = new Int32Array(counts.length);
  for (let i = 1; i < first.length; i++) first[i] = first[i - 1]! + counts[i - 1]!;
  return first;
}

/** Of the operations, by their numbers. */
function positionsOf(partitionOf: Int32Array, first: Int32Array): Int32Array {
  const positions = new Int32Array(partitionOf.length);
  const next = first.slice();
  for (let i = 0; i < partitionOf.length; i++) positions[next[partitionOf[i]!]!++] = i;
  return positions;
}

/** Each operation once, with its partition. */
export function inMemoryOrder<I, O>(
  { operations, partitionOf }: Split<I, O>,
  visit: (operation: Operation<I, O>, partition: number) => void,
): void {
  for (let i = 0; i < partitionOf.length; i++) visit(operations.at(i)!, partitionOf[i]!);
}

function arrayOf<I, O>(operations: Operations<I, O>): readonly Operation<I, O>[] {
  return Array.isArray(operations)
    ? (operations as readonly Operation<I, O>[])
    : Array.from({ length: operations.length }, (_, i) => operations.at(i)!);
}
