/**
 * The operations of a whole history, in columns. An operation is made when somebody looks at it, and soon
 * forgotten: of a million that are kept, the garbage collector moves three million objects about, which
 * takes longer than to make them again. Besides, when each was invoked and completed, and by which node:
 * what no checker needs and people do, of the few operations that are shown to them.
 *
 * `recording` is what a check of them needs, written down with each.
 */
import { Recording, type Model, type Operation } from 'porcupine-ts';
import type { Json, Op, ProcessId } from '../harness/history/op.ts';

export interface Input {
  readonly f: string;
  readonly key?: string;
  readonly value?: Json;
  readonly process?: ProcessId;
}

export interface Output {
  readonly value?: Json;
  readonly ok?: boolean;
}

/** What an invocation asks for. */
export interface Asked {
  readonly f: string;
  readonly key?: string | undefined;
  readonly value?: Json | undefined;
  readonly process: ProcessId;
}

export interface Moment {
  /** Nanoseconds. */
  readonly invoked: number;
  /** Of unknown outcome, when the client gave up, or null if it never did. */
  readonly completed: number | null;
  readonly node: string | null;
}

/** Operations that lie together; and so many at first, as most histories are short. */
const CHUNK = 1 << 12;
const FIRST = 1 << 6;
const FLOATS = 5;
const CALL = 0;
const RETURN = 1;
const PROCESS = 2;
const INVOKED = 3;
const COMPLETED = 4;
const INTS = 4;
const FUNCTION = 0;
const KEY = 1;
const NODE = 2;
const OUTPUT = 3;

/** What came back. */
const OUTPUTS: readonly (Output | undefined)[] = [undefined, {}, { ok: true }, { ok: false }];
/** A value, which stands in a column of its own. */
const VALUE = OUTPUTS.length;

class Chunk {
  #floats: Float64Array;
  #ints: Int32Array;
  readonly values: (Json | undefined)[] = [];
  readonly results: (Json | undefined)[] = [];

  constructor(operations: number) {
    this.#floats = new Float64Array(FLOATS * operations);
    this.#ints = new Int32Array(INTS * operations);
  }

  get floats(): Float64Array {
    return this.#floats;
  }

  get ints(): Int32Array {
    return this.#ints;
  }

  /** Has room for one at this position. */
  reach(at: number): void {
    if (INTS * at < this.#ints.length) return;
    const [floats, ints] = [this.#floats, this.#ints];
    this.#floats = new Float64Array(2 * floats.length);
    this.#floats.set(floats);
    this.#ints = new Int32Array(2 * ints.length);
    this.#ints.set(ints);
  }
}

/** Says what invocations ask for in terms of a model. */
export interface InputReader {
  /** Does it depend on the process? */
  readonly needsProcess: boolean;
  inputOf(asked: Asked): Input;
}

/** Numbers for texts that recur. */
class Names {
  readonly texts: (string | undefined)[] = [];
  readonly #numbers = new Map<string | undefined, number>();
  #last: string | undefined;
  #lastNumber = -1;

  of(text: string | undefined): number {
    if (text === this.#last && this.#lastNumber >= 0) return this.#lastNumber;
    let number = this.#numbers.get(text);
    if (number === undefined) this.#numbers.set(text, (number = this.texts.push(text) - 1));
    this.#last = text;
    this.#lastNumber = number;
    return number;
  }
}

/** Ids and calls are indices of invocations, returns those of completions. */
export class RecordedOperations {
  readonly recording: Recording<unknown, Input, Output>;
  readonly #reader: InputReader;
  readonly #chunks: Chunk[] = [];
  #last = new Chunk(0);
  readonly #functions = new Names();
  readonly #keys = new Names();
  readonly #nodes = new Names();
  /** Inputs without an argument, by function and key: there are many of few. */
  readonly #bare: (Input | undefined)[][] = [];
  #length = 0;

  /** `model` specifies one key. */
  constructor(reader: InputReader, model: Model<unknown, Input, Output>) {
    this.#reader = reader;
    this.recording = new Recording(model, { operations: this });
  }

  get length(): number {
    return this.#length;
  }

  /** Without an output its outcome is unknown. */
  add(invocation: Op, completion: Op | undefined, output: Output | undefined): void {
    const at = this.#length++ % CHUNK;
    if (at === 0) {
      this.#last = new Chunk(this.#chunks.length === 0 ? FIRST : CHUNK);
      this.#chunks.push(this.#last);
    }
    const chunk = this.#last;
    chunk.reach(at);
    const { floats, ints, values, results } = chunk;
    const { index: id, f, key, value } = invocation;
    const process = invocation.process as number; // it is a client's
    const end = output === undefined ? Infinity : completion!.index;
    const float = FLOATS * at;
    floats[float + CALL] = id;
    floats[float + RETURN] = end;
    floats[float + PROCESS] = process;
    floats[float + INVOKED] = invocation.time;
    floats[float + COMPLETED] = completion?.time ?? NaN;
    const int = INTS * at;
    const of = this.#functions.of(f);
    const on = this.#keys.of(key);
    ints[int + FUNCTION] = of;
    ints[int + KEY] = on;
    ints[int + NODE] = this.#nodes.of(completion?.node ?? invocation.node);
    ints[int + OUTPUT] = numberOf(output);
    values[at] = value;
    results[at] = output?.value;
    const input = this.#input(of, on, value, process);
    this.recording.add({ id, process, input, output, call: id, return: end }, key ?? '');
  }

  at(index: number): Operation<Input, Output> {
    const { floats, ints, values, results } = this.#chunks[Math.floor(index / CHUNK)]!;
    const at = index % CHUNK;
    const id = floats[FLOATS * at + CALL]!;
    const process = floats[FLOATS * at + PROCESS]!;
    const output = ints[INTS * at + OUTPUT]!;
    return {
      id,
      process,
      input: this.#input(ints[INTS * at + FUNCTION]!, ints[INTS * at + KEY]!, values[at], process),
      output: output === VALUE ? { value: results[at]! } : OUTPUTS[output],
      call: id,
      return: floats[FLOATS * at + RETURN]!,
    };
  }

  #input(of: number, on: number, value: Json | undefined, process: number): Input {
    const f = this.#functions.texts[of]!;
    const key = this.#keys.texts[on];
    if (value !== undefined || this.#reader.needsProcess)
      return this.#reader.inputOf({ f, key, value, process });
    const bare = (this.#bare[of] ??= []);
    return (bare[on] ??= this.#reader.inputOf({ f, key, process }));
  }

  /** `id`: index of an invocation. */
  find(id: number): Operation<Input, Output> & Moment {
    for (let i = 0; i < this.#length; i++) {
      const { floats, ints } = this.#chunks[Math.floor(i / CHUNK)]!;
      const at = i % CHUNK;
      if (floats[FLOATS * at + CALL] !== id) continue;
      const completed = floats[FLOATS * at + COMPLETED]!;
      return {
        ...this.at(i),
        invoked: floats[FLOATS * at + INVOKED]!,
        completed: Number.isNaN(completed) ? null : completed,
        node: this.#nodes.texts[ints[INTS * at + NODE]!] ?? null,
      };
    }
    throw new RangeError(`there is no operation ${id}`);
  }
}

function numberOf(output: Output | undefined): number {
  if (output === undefined) return 0;
  if (output.value !== undefined) return VALUE;
  return output.ok === undefined ? 1 : output.ok ? 2 : 3;
}
