/**
 * Ops from the fields of a foreign history. What Jepsen leaves out is filled in where that is no guess:
 * without an index the order of the file is the order of the ops, and an op without a time happened when
 * the one before it did.
 */
import type { Json, Op, OpType } from '../op.ts';
import { exactJson, type Edn } from './edn-reader.ts';
import { KeyNames } from './key-names.ts';
import type { KeySource } from './parser.ts';

/** The fields as they were read; undefined where the history has none. */
export interface Fields {
  readonly process: Edn | undefined;
  readonly type: Edn | undefined;
  readonly f: Edn | undefined;
  readonly value: Edn | undefined;
  readonly key: Edn | undefined;
  readonly time: Edn | undefined;
  readonly index: Edn | undefined;
  readonly node: Edn | undefined;
  readonly error: Edn | undefined;
}

/**
 * Jepsen's workers took the time before they took their turn to write, so times of neighbours may be out
 * of order; the order of the ops is that of the file. Further back than this (ns) it is no such race.
 */
const MAX_STEP_BACK = 1e9;

/** What the fields lack. */
export class FieldError extends Error {}

/** Functions whose value on an invocation is a place for the answer, and no argument. */
const READS: ReadonlySet<string> = new Set(['read', 'get']);
/** As Jepsen prints the tuples of `independent`, where it does not print `[key value]`. */
const TUPLE_TAGS: ReadonlySet<string> = new Set(['jepsen.independent.Tuple', 'clojure.lang.MapEntry']);

export class OpMaker {
  readonly #key: KeySource;
  readonly #names = new KeyNames();
  /** Whether the history gives indices: all ops have one, or none. */
  #indexed: boolean | undefined;
  #index = -1;
  #time = -Infinity;

  constructor(key: KeySource) {
    this.#key = key;
  }

  make(fields: Fields): Op {
    const process = processOf(fields.process);
    const type = typeOf(fields.type);
    const f = nameOf(fields.f);
    if (f === undefined)
      throw new FieldError(`expected :f, the name of a function, but found ${show(fields.f)}`);
    const index = this.#indexOf(fields.index);
    const time = this.#timeOf(fields.time);
    const isClient = typeof process === 'number';
    const { key, value } = isClient ? this.#split(fields) : { key: undefined, value: fields.value };
    const hasValue = value !== undefined && !(type === 'invoke' && READS.has(f) && !isPair(value));
    return {
      index,
      time,
      process,
      type,
      f,
      ...(key !== undefined && { key: this.#names.of(exactJson(key)) }),
      ...(hasValue && { value: jsonOf(value) }),
      ...textual('node', fields.node),
      ...textual('error', fields.error),
    };
  }

  /** Key and value, by where keys come from. A tagged tuple says so itself. */
  #split({ key, value }: Fields): { readonly key: Edn | undefined; readonly value: Edn | undefined } {
    const tuple = tupleOf(value);
    if (this.#key.from === 'nowhere') return { key: undefined, value: tuple ? tuple[1] : value };
    if (tuple) return { key: tuple[0], value: tuple[1] };
    if (this.#key.from === 'member') return { key: key === null ? undefined : key, value };
    if (!Array.isArray(value) || value.length !== 2)
      throw new FieldError(`expected :value [key value], but found ${show(value)}`);
    const pair: readonly Edn[] = value;
    return { key: pair[0], value: pair[1] };
  }

  #indexOf(index: Edn | undefined): number {
    this.#indexed ??= index !== undefined;
    if (this.#indexed !== (index !== undefined))
      throw new FieldError('expected :index on every op of this history, or on none');
    if (index === undefined) return ++this.#index;
    if (typeof index !== 'number')
      throw new FieldError(`expected :index, an integer, but found ${show(index)}`);
    if (index <= this.#index)
      throw new FieldError(`expected :index above ${this.#index}, but found ${index}`);
    return (this.#index = index);
  }

  #timeOf(time: Edn | undefined): number {
    if (time === undefined || time === null) return (this.#time = this.#time === -Infinity ? 0 : this.#time);
    if (typeof time !== 'number')
      throw new FieldError(`expected :time, an integer of nanoseconds, but found ${show(time)}`);
    if (time < this.#time - MAX_STEP_BACK)
      throw new FieldError(`time runs backwards: ${time} after ${this.#time}`);
    return (this.#time = Math.max(time, this.#time));
  }
}

/** Perhaps `[key nil]`: what reads are invoked with tells where keys are. */
function isPair(value: Edn): boolean {
  return Array.isArray(value) && value.length === 2;
}

/** A tuple that is tagged as one. */
function tupleOf(value: Edn | undefined): readonly [Edn, Edn] | undefined {
  if (value === undefined || value === null || typeof value !== 'object') return undefined;
  if (!('kind' in value) || value.kind !== 'tagged' || !TUPLE_TAGS.has(value.tag)) return undefined;
  const inner = value.value;
  if (inner === null || typeof inner !== 'object') return undefined;
  if (!('kind' in inner)) return inner.length === 2 ? [inner[0]!, inner[1]!] : undefined;
  if (inner.kind !== 'map') return undefined;
  const [key, item] = ['key', 'value'].map((name) => inner.entries.find(([at]) => nameOf(at) === name)?.[1]);
  return key === undefined || item === undefined ? undefined : [key, item];
}

function processOf(process: Edn | undefined): number | string {
  if (typeof process === 'number' && Number.isInteger(process)) return process;
  const name = nameOf(process);
  if (name === undefined)
    throw new FieldError(`expected :process, an integer or a name, but found ${show(process)}`);
  return name;
}

function typeOf(type: Edn | undefined): OpType {
  const name = nameOf(type);
  if (name === 'invoke' || name === 'ok' || name === 'fail' || name === 'info') return name;
  throw new FieldError(`expected :type :invoke, :ok, :fail or :info, but found ${show(type)}`);
}

function nameOf(value: Edn | undefined): string | undefined {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null || typeof value !== 'object' || !('kind' in value))
    return undefined;
  return value.kind === 'keyword' ? value.name : undefined;
}

function textual(name: 'node' | 'error', value: Edn | undefined): { readonly [name: string]: string } {
  if (value === undefined || value === null) return {};
  return { [name]: nameOf(value) ?? JSON.stringify(exactJson(value)) };
}

function jsonOf(value: Edn): Json {
  return exactJson(value);
}

function show(value: Edn | undefined): string {
  return value === undefined ? 'nothing' : JSON.stringify(exactJson(value)).slice(0, 80);
}
