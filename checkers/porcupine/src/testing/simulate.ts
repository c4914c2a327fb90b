/**
 * Histories of a correct key-value store, as clients of a faulty network see them: each operation takes
 * effect at one moment; of those whose outcome the client never learns, half take effect, some of them
 * long after the client gave up. Deterministic in its options.
 */
import { ILLEGAL, type Operation } from '../model.ts';
import { kv, valueOf, type KvInput, type KvOutput, type KvState } from '../models/kv.ts';
import type { Value } from '../models/value.ts';
import { Random } from './random.ts';

export interface Simulation {
  readonly seed: number;
  readonly operations: number;
  readonly clients: number;
  readonly keys: number;
  readonly weights: Readonly<Record<'get' | 'put' | 'append' | 'cas' | 'delete', number>>;
  /** How many different values there are; unique ones by default. */
  readonly values?: number;
  /** The share of operations of unknown outcome. */
  readonly unknown: number;
  /** They come in bursts: all of a fifth of the time, and none of the rest. */
  readonly bursts?: boolean;
}

export type KvOperation = Operation<KvInput, KvOutput>;

interface Draft {
  readonly id: number;
  readonly process: number;
  readonly key: string;
  readonly call: number;
  readonly apply: number;
  readonly return: number;
  input?: KvInput;
  output?: KvOutput | undefined;
}

/** Units of time between bursts, and how long one lasts. */
const PERIOD = 5000;
const BURST = 1000;
const GIVE_UP = 100;

export function simulate(options: Simulation): KvOperation[] {
  const random = new Random(options.seed);
  const drafts = schedule(options, random);
  const byEffect = drafts.filter(({ apply }) => apply !== Infinity).sort((a, b) => a.apply - b.apply);
  const model = kv();
  const states = new Map<string, KvState>();
  let fresh = 0;
  const value = (): string => (options.values ? `v${random.int(options.values)}` : `${fresh++} `);
  let called = 0;
  const callUntil = (time: number): void => {
    for (; called < drafts.length && drafts[called]!.call <= time; called++) {
      const draft = drafts[called]!;
      const state = states.get(draft.key) ?? model.init();
      draft.input = inputOf(random.weighted(options.weights), draft.key, valueOf(state), value);
    }
  };
  for (const draft of byEffect) {
    callUntil(draft.apply);
    const state = states.get(draft.key) ?? model.init();
    const input = draft.input!;
    const next = model.step(state, input, undefined);
    if (next === ILLEGAL) throw new Error('every operation is legal when its answer is open');
    draft.output = answer(input, valueOf(state));
    states.set(draft.key, next);
  }
  callUntil(Infinity);
  return drafts.map(({ id, process, call, return: returned, input, output }) => {
    return {
      id,
      process,
      input: input!,
      output: returned === Infinity ? undefined : output,
      call,
      return: returned,
    };
  });
}

/** When each operation is called, takes effect and returns; unknown outcomes end their process. */
function schedule({ operations, clients, keys, unknown, bursts }: Simulation, random: Random): Draft[] {
  const free = Array.from({ length: clients }, (_, process) => ({ process, at: random.real() * 10 }));
  free.sort((a, b) => a.at - b.at);
  let processes = clients;
  return Array.from({ length: operations }, (_, id) => {
    const next = free[0]!;
    const { process, at: call } = next;
    const inBurst = call % PERIOD < BURST;
    const chance = bursts ? (inBurst ? Math.min(1, (unknown * PERIOD) / BURST) : 0) : unknown;
    const lost = random.real() < chance;
    const late = lost && random.real() < 0.1 ? 20 * GIVE_UP : GIVE_UP;
    const apply = call + random.real() * (lost ? late : 10);
    const returned = lost ? Infinity : apply + random.real() * 10;
    next.at = lost ? call + GIVE_UP : returned + random.real() * 2;
    if (lost) next.process = processes++;
    sink(free);
    const never = lost && random.real() < 0.5;
    return {
      id,
      process,
      key: `k${random.int(keys)}`,
      call,
      apply: never ? Infinity : apply,
      return: returned,
    };
  });
}

/** Restores a heap by time of which only the first item may be out of place. */
function sink(heap: { at: number }[]): void {
  const moved = heap[0]!;
  let hole = 0;
  for (let child = 1; child < heap.length; child = 2 * hole + 1) {
    if (child + 1 < heap.length && heap[child + 1]!.at < heap[child]!.at) child++;
    if (heap[child]!.at >= moved.at) break;
    heap[hole] = heap[child]!;
    hole = child;
  }
  heap[hole] = moved;
}

function inputOf(f: KvInput['f'], key: string, present: Value, value: () => string): KvInput {
  switch (f) {
    case 'get':
    case 'delete':
      return { f, key };
    case 'put':
    case 'append':
      return { f, key, value: value() };
    case 'cas':
      return { f, key, value: [present, value()] };
  }
}

function answer(input: KvInput, value: Value): KvOutput {
  if (input.f === 'get') return { value };
  return input.f === 'cas' ? { ok: input.value[0] === value } : {};
}

/**
 * Changes one read, in the given part of the history, to a value that was certainly overwritten before
 * it; undefined where there is none. Sound for unique values without appends and deletes: the value was
 * read before a write began that had ended when the changed read began.
 */
export function withStaleRead(history: readonly KvOperation[], part: number): KvOperation[] | undefined {
  const after = history[Math.floor(history.length * part)]!.call;
  const known = history.filter((operation) => operation.return !== Infinity);
  for (const read of known) {
    if (read.input.f !== 'get' || read.call < after) continue;
    const { key } = read.input;
    const write = known.findLast(
      ({ input, return: end }) => input.f === 'put' && input.key === key && end < read.call,
    );
    const old = known.findLast(
      ({ input, return: end }) => input.f === 'get' && input.key === key && write && end < write.call,
    );
    if (old === undefined || old.output?.value === null) continue;
    return history.map((operation) => (operation === read ? { ...read, output: old.output } : operation));
  }
  return undefined;
}
