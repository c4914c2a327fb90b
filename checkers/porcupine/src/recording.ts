/**
 * A history that is written down while it becomes known, so that it can be judged at once when it is
 * complete, and again later: the operations were read, validated and split by then, and most of their
 * states have numbers. What is kept of an operation is 32 bytes; itself only where nobody else keeps it.
 */
import { Validator } from './events.ts';
import type { Model, Operation, Operations, Partition } from './model.ts';
import { chunkOf, ROW_BYTES, Rows, type Chunk } from './rows.ts';
import { partsOf, type Part } from './split.ts';

/** Rows for which room is made at once, at first and at most; most histories are short. */
const FIRST_SLAB = 64;
const LARGEST_SLAB = 1 << 16;
const FLOATS = ROW_BYTES / Float64Array.BYTES_PER_ELEMENT;

export interface RecordingOptions<I = unknown, O = unknown> {
  /**
   * Where the operations are found that were added, in the order in which they were: each may be made when
   * it is looked at, which mostly none is again. Without it the recording keeps them.
   */
  readonly operations?: Operations<I, O>;
}

interface Reading<S, I, O> {
  /** Operations that had been added. */
  readonly length: number;
  readonly partitions: readonly Part<I, O>[];
  readonly rows: readonly Rows<S, I, O>[];
}

export class Recording<S = unknown, I = unknown, O = unknown> {
  readonly model: Model<S, I, O>;
  readonly #operations: Operations<I, O>;
  readonly #own: Operation<I, O>[] | undefined;
  readonly #validator: Validator;
  readonly #numbers = new Map<string, number>();
  readonly #labels: string[] = [];
  readonly #rows: Rows<S, I, O>[] = [];
  #partitionOf = new Int32Array(FIRST_SLAB);
  #length = 0;
  #read: Reading<S, I, O> | undefined;
  #slab: Float64Array = new Float64Array();
  #slabRows = FIRST_SLAB / 2;
  #slabUsed = 0;
  #lastLabel: string | undefined;
  #last = 0;

  constructor(model: Model<S, I, O>, { operations }: RecordingOptions<I, O> = {}) {
    this.model = model;
    this.#own = operations ? undefined : [];
    this.#operations = operations ?? this.#own!;
    this.#validator = new Validator(this.#operations);
  }

  /** Operations that were added. */
  get length(): number {
    return this.#length;
  }

  /**
   * An operation whose outcome is known, or will never be. They may come in the order of their calls or of
   * their returns. `label` says which partition it is of; without it, the model does. Throws
   * `MalformedHistory` if it has no proper times, and `TypeError` where nobody says what it is a part of; then
   * this recording is of no further use.
   */
  add(operation: Operation<I, O>, label = this.#labelOf(operation)): void {
    this.#validator.look(operation);
    const partition = label === this.#lastLabel ? this.#last : this.#partition(label);
    this.#own?.push(operation);
    if (this.#length === this.#partitionOf.length) this.#grow();
    this.#partitionOf[this.#length++] = partition;
    this.#rows[partition]!.write(operation);
  }

  /** Their operations are brought together when somebody asks for them. Throws `MalformedHistory`, as `read`. */
  get partitions(): readonly Partition<I, O>[] {
    return this.read().partitions;
  }

  /** All that `checkRecording` needs. Throws `MalformedHistory` if an id occurs twice. */
  read(): Readonly<Reading<S, I, O>> {
    if (this.#read?.length === this.#length) return this.#read;
    this.#validator.finish();
    const partitionOf = this.#partitionOf.subarray(0, this.#length);
    const { partitions } = partsOf(this.#operations, this.#labels, partitionOf);
    return (this.#read = { length: this.#length, partitions, rows: this.#rows });
  }

  #labelOf({ input }: Operation<I, O>): string {
    const { keyOf, partition, name } = this.model;
    if (keyOf) return keyOf.call(this.model, input);
    if (partition) throw new TypeError(`the model ${name} has no keyOf: say which partition it is of`);
    return '';
  }

  #partition(label: string): number {
    let partition = this.#numbers.get(label);
    if (partition === undefined) {
      partition = this.#labels.push(label) - 1;
      this.#numbers.set(label, partition);
      this.#rows.push(new Rows(this.model, { makeChunk: this.#makeChunk }));
    }
    this.#lastLabel = label;
    this.#last = partition;
    return partition;
  }

  /** All chunks of a slab share its memory: of an array each, thousands of keys would need more than rows. */
  readonly #makeChunk = (rows: number): Chunk => {
    const floats = FLOATS * rows;
    if (this.#slabUsed + floats > this.#slab.length) {
      this.#slabRows = Math.max(Math.min(2 * this.#slabRows, LARGEST_SLAB), rows);
      this.#slab = new Float64Array(FLOATS * this.#slabRows);
      this.#slabUsed = 0;
    }
    const begin = this.#slabUsed;
    this.#slabUsed += floats;
    return chunkOf(this.#slab.subarray(begin, begin + floats));
  };

  #grow(): void {
    const before = this.#partitionOf;
    this.#partitionOf = new Int32Array(2 * before.length);
    this.#partitionOf.set(before);
  }
}
