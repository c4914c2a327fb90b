/**
 * What is measured, and what each figure should be. Histories are fixed by their options: whoever runs
 * this gets the same files.
 */
import type { Traffic } from './simulate.ts';

/** Every figure has a bound: at most, or, where it says so, at least. */
export interface Goals {
  /** Warm. */
  readonly seconds?: number;
  /** What the check adds to the size of the process that holds the history. */
  readonly megabytes?: number;
  /** At least so many times as fast as Porcupine. */
  readonly timesPorcupine?: number;
  /** With its counterexample. */
  readonly explainedSeconds?: number;
  /** Operations of the counterexample. */
  readonly counterexample?: number;
  /** At least this share of the histories decided, 0 to 1. */
  readonly decided?: number;
  /** At least; an operation is two. */
  readonly eventsPerSecond?: number;
}

interface Named {
  readonly name: string;
  readonly goals: Goals;
}

export interface File {
  readonly model: 'register' | 'kv' | 'queue' | 'set';
  readonly traffic: Traffic;
  /** Where in the history a read is spoilt, as a share of its length. */
  readonly stale?: number;
}

/** One history, checked in one process again and again. */
export interface CheckCase extends Named {
  readonly kind: 'check';
  readonly file: File;
  readonly algorithm?: 'general';
  /** Event by event. */
  readonly online?: boolean;
  /** From an array of operations: to read, validate and split them is timed as well. */
  readonly plain?: boolean;
}

/** How many of several histories are decided in time. */
export interface ShareCase extends Named {
  readonly kind: 'share';
  readonly files: readonly File[];
  readonly seconds: number;
}

/** The command that users run, reading included. */
export interface CommandCase extends Named {
  readonly kind: 'command';
  readonly file: File;
}

export type Case = CheckCase | ShareCase | CommandCase;

/** Models that Porcupine's program knows. */
export function isForYardstick({ file, online }: CheckCase): boolean {
  return !online && (file.model === 'register' || file.model === 'kv');
}

const MILLION = 1_000_000;
const REGISTER = { read: 2, write: 1, cas: 1 };
const KV = { get: 2, put: 1, cas: 1 };
const APPENDS = { get: 5, put: 2, append: 2, cas: 1 };
/** A key is overwritten so seldom that its value grows to dozens of appends. */
const LONG_APPENDS = { get: 50, put: 1, append: 49 };

const QUEUE = { enqueue: 1, dequeue: 1 };
/** A read shows all there is, so there are few. */
const SET = { add: 1999, read: 1 };

type Store = Pick<Traffic, 'operations' | 'clients' | 'unknown'> & Partial<Traffic>;

function register({ values = 5, ...rest }: Store): File {
  return { model: 'register', traffic: { seed: 1, keys: 1, weights: REGISTER, values, ...rest } };
}

function kv({ keys = 10, weights = KV, ...rest }: Store): File {
  return { model: 'kv', traffic: { seed: 1, values: 'unique', ...rest, keys, weights } };
}

function collection(model: 'queue' | 'set', traffic: Store): File {
  const weights = model === 'queue' ? QUEUE : SET;
  return { model, traffic: { seed: 1, keys: 1, values: 'unique', ...traffic, weights } };
}

/** `register, 5 values, 10 clients, 5 % unknown, 100k ops` */
function nameOf({ model, traffic, stale }: File): string {
  const { keys, values, clients, unknown, operations, weights } = traffic;
  return [
    model,
    ...(keys > 1 ? [`${keys} keys`] : []),
    ...('append' in weights ? [weights['put'] === 1 ? 'long appends' : 'appends'] : []),
    ...(model === 'register' ? [values === 'unique' ? 'unique values' : `${values} values`] : []),
    `${clients} clients`,
    ...(unknown > 0 ? [`${unknown * 100} % unknown`] : []),
    `${short(operations)} ops`,
    ...(stale === undefined ? [] : [`stale read ${stale === 0.5 ? 'in the middle' : 'at the end'}`]),
  ].join(', ');
}

function short(count: number): string {
  return count >= MILLION ? `${count / MILLION}M` : count >= 1000 ? `${count / 1000}k` : String(count);
}

function check(file: File, goals: Goals = {}): CheckCase {
  return { kind: 'check', name: nameOf(file), file, goals };
}

function general(file: File): CheckCase {
  const goals = { timesPorcupine: 1 / 1.5 };
  return { kind: 'check', name: `general search: ${nameOf(file)}`, file, goals, algorithm: 'general' };
}

function plain(file: File): CheckCase {
  return { kind: 'check', name: `from an array: ${nameOf(file)}`, file, goals: {}, plain: true };
}

function online(file: File, goals: Goals = { eventsPerSecond: 200_000 }): CheckCase {
  return { kind: 'check', name: `online: ${nameOf(file)}`, file, goals, online: true };
}

function stale(file: File, part: number, goals: Goals): CheckCase {
  return check({ ...file, stale: part }, goals);
}

function command(file: File, goals: Goals): CommandCase {
  return { kind: 'command', name: `faultline check: ${nameOf(file)}`, file, goals };
}

function share(clients: number, operations: number): ShareCase {
  const files = Array.from({ length: 10 }, (_, i) =>
    register({ clients, operations, unknown: [0, 0.01, 0.05][i % 3]!, seed: i + 1 }),
  );
  return {
    kind: 'share',
    name: `decided in 10 s: register, 5 values, ${clients} clients, 0 to 5 % unknown, ${short(operations)} ops`,
    files,
    seconds: 10,
    goals: { decided: 1 },
  };
}

function product<A, B, C>(as: readonly A[], bs: readonly B[], cs: readonly C[]): (readonly [A, B, C])[] {
  return as.flatMap((a) => bs.flatMap((b) => cs.map((c) => [a, b, c] as const)));
}

const FAST_REGISTER: Goals = { seconds: 0.5, megabytes: 300 };
const STALE: Goals = { seconds: 0.5, explainedSeconds: 0.5, counterexample: 10 };

export const cases: readonly Case[] = [
  ...product([5, 10, 25, 50], [0, 0.01, 0.05], [1000, 10_000, 100_000]).map(
    ([clients, unknown, operations]) =>
      check(register({ clients, unknown, operations }), clients <= 10 ? FAST_REGISTER : {}),
  ),
  check(register({ clients: 50, unknown: 0, operations: 100 })),
  ...product([5, 10, 25, 50], [0, 0.05], [100_000]).map(([clients, unknown, operations]) =>
    check(register({ clients, unknown, operations, values: 'unique' }), FAST_REGISTER),
  ),

  check(kv({ keys: 100, clients: 10, unknown: 0, operations: MILLION }), { seconds: 1, timesPorcupine: 10 }),
  ...[100_000, MILLION].map((operations) =>
    check(kv({ keys: 10, clients: 50, unknown: 0, operations }), { seconds: 1, megabytes: 1000 }),
  ),
  ...[10, 100, 1000].map((keys) =>
    check(kv({ keys, clients: 50, unknown: 0.05, operations: MILLION }), { seconds: 1, megabytes: 1000 }),
  ),
  plain(kv({ keys: 100, clients: 10, unknown: 0, operations: MILLION })),
  plain(kv({ keys: 1000, clients: 50, unknown: 0.05, operations: MILLION })),
  plain(register({ clients: 10, unknown: 0, operations: 100_000 })),
  ...[APPENDS, LONG_APPENDS].map((weights) =>
    check(kv({ keys: 10, weights, clients: 50, unknown: 0.05, operations: 100_000 }), { seconds: 2 }),
  ),

  ...product([5, 10, 50], [0, 0.01, 0.05], [0.5, 0.97]).map(([clients, unknown, part]) =>
    stale(register({ clients, unknown, operations: 100_000, values: 'unique' }), part, STALE),
  ),
  ...[0, 0.05].map((unknown) =>
    stale(kv({ keys: 10, clients: 50, unknown, operations: 100_000 }), 0.5, STALE),
  ),
  ...product([5, 10], [0, 0.01], [0.5]).map(([clients, unknown, part]) =>
    stale(register({ clients, unknown, operations: 10_000, values: 'unique' }), part, STALE),
  ),

  ...product([5, 10], [0, 0.05], [1000, 10_000]).map(([clients, unknown, operations]) =>
    general(register({ clients, unknown, operations })),
  ),
  general(register({ clients: 5, unknown: 0, operations: 10_000, values: 'unique' })),
  general(kv({ keys: 100, clients: 10, unknown: 0, operations: 100_000 })),
  general(kv({ keys: 100, clients: 10, unknown: 0.01, operations: 100_000 })),
  general(kv({ keys: 10, clients: 10, unknown: 0, operations: 10_000 })),
  general(stale(register({ clients: 5, unknown: 0, operations: 10_000, values: 'unique' }), 0.5, {}).file),

  ...(['queue', 'set'] as const).map((model) =>
    check(collection(model, { clients: 20, unknown: 0, operations: 100_000 }), { seconds: 2 }),
  ),

  // The second is ten times as long as the first: what an online check holds must not be.
  online(kv({ keys: 10, clients: 10, unknown: 0.01, operations: 10_000 }), {}),
  online(kv({ keys: 10, clients: 10, unknown: 0.01, operations: 100_000 })),
  online(kv({ keys: 100, clients: 50, unknown: 0, operations: 100_000 })),
  // A million events.
  online(kv({ keys: 100, clients: 10, unknown: 0, operations: 50_000 }), {}),
  online(kv({ keys: 100, clients: 10, unknown: 0, operations: 500_000 })),
  online(register({ clients: 10, unknown: 0, operations: 100_000, values: 'unique' })),

  ...product([25, 50], [1000, 10_000, 100_000], [0]).map(([clients, operations]) =>
    share(clients, operations),
  ),

  command(kv({ keys: 100, clients: 10, unknown: 0, operations: MILLION }), { seconds: 4 }),
];
