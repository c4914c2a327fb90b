/** What takes down the ops of a run as they happen, and gives them their index and time. */
import type { Json, Op, OpType, ProcessId } from './op.ts';

/** What is recorded of an op; index and time are given by the recorder. */
export interface Entry {
  readonly process: ProcessId;
  readonly type: OpType;
  readonly f: string;
  readonly key?: string | undefined;
  readonly value?: Json | undefined;
  readonly node?: string | undefined;
  readonly error?: string | undefined;
}

export interface Recorder {
  record(entry: Entry): Op;
}

/** Keeps a history in memory. `now` gives ns since the start of the run. */
export class MemoryHistory implements Recorder {
  readonly ops: Op[] = [];
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  record(entry: Entry): Op {
    const op = opOf(this.ops.length, this.#now(), entry);
    this.ops.push(op);
    return op;
  }
}

/** Its members always come in this order, so that lines read alike. */
export function opOf(index: number, time: number, { process, type, f, key, value, node, error }: Entry): Op {
  const op: { -readonly [K in keyof Op]: Op[K] } = { index, time, process, type, f };
  if (key !== undefined) op.key = key;
  if (value !== undefined) op.value = value;
  if (node !== undefined) op.node = node;
  if (error !== undefined) op.error = error;
  return op;
}
