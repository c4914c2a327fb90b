/**
 * All models by name, as a command line lists and makes them. What each function takes and answers, and
 * what is legal when, is in MODELS.md.
 *
 * For every function, an answer `{}` (it happened, and nothing came back) and an unknown one are fine.
 */
import type { Model } from '../model.ts';
import { bag } from './bag.ts';
import { counter } from './counter.ts';
import { fencedMutex } from './fenced-mutex.ts';
import { kv } from './kv.ts';
import { log } from './log.ts';
import { multiRegister } from './multi-register.ts';
import { mutex, ownedMutex } from './mutex.ts';
import { priorityQueue } from './priority-queue.ts';
import { fifoQueue } from './queue.ts';
import { reentrantMutex } from './reentrant-mutex.ts';
import { register } from './register.ts';
import { semaphore } from './semaphore.ts';
import { set } from './set.ts';
import { stack } from './stack.ts';
import { stringAppend } from './string-append.ts';
import { uniqueIds } from './unique-ids.ts';
import { isList, type Value } from './value.ts';

/** Each model takes those that it knows. */
export interface ModelOptions {
  /** Registers: what they hold at first; `multi-register`: by key. A counter's is a number. */
  readonly initial?: Value;
  /** `semaphore`: how many there are; 1 unless told. */
  readonly permits?: number;
  /** `reentrant-mutex`: how often its holder can hold it. */
  readonly mostHolds?: number;
  /** `fenced-mutex`: what an acquire answers that was given no token. */
  readonly noToken?: number;
  /** `multi-register`: what a read of null says. */
  readonly nullReads?: 'null' | 'unknown';
}

export interface ModelEntry {
  readonly name: string;
  /** One line for people. */
  readonly summary: string;
  /** What each function takes and answers, by its name. */
  readonly functions: Readonly<Record<string, string>>;
  /** What a refusal, `{ ok: false }`, says; undefined where the model has none. */
  readonly refusal?: string;
  /** Does it need the `client` or `process` in its inputs? */
  readonly needsProcess?: boolean;
  make(options?: ModelOptions): Model;
}

const REGISTER_FUNCTIONS = {
  read: '→ value',
  write: 'value',
  cas: '[expected, new]',
};
const QUEUE_FUNCTIONS = { enqueue: 'value', dequeue: '→ value, or empty' };
const LOCK_FUNCTIONS = { acquire: '', release: '' };

const ENTRIES: readonly ModelEntry[] = [
  {
    name: 'register',
    summary: 'a register with read, write and compare-and-set',
    functions: REGISTER_FUNCTIONS,
    refusal: 'a cas found another value than it expected',
    make: ({ initial = null } = {}) => register(initial),
  },
  {
    name: 'cas-register',
    summary: "the same, under Knossos's name",
    functions: REGISTER_FUNCTIONS,
    refusal: 'a cas found another value than it expected',
    make: ({ initial = null } = {}) => register(initial),
  },
  {
    name: 'multi-register',
    summary: 'registers that are read and written several at a time',
    functions: {
      txn: "[['read', key, null] or ['write', key, value], …] → the same, filled in",
      read: '{ key: null, … } → { key: value, … }',
      write: '{ key: value, … }',
    },
    make: ({ initial, nullReads } = {}) =>
      multiRegister({ initial: recordOf(initial), ...(nullReads && { nullReads }) }),
  },
  {
    name: 'kv',
    summary: 'a key-value store',
    functions: { get: '→ value', put: 'value', append: 'text', cas: '[expected, new]', delete: '' },
    refusal: 'a cas found another value than it expected',
    make: () => kv(),
  },
  {
    name: 'string-append',
    summary: 'a text that is appended to',
    functions: { append: 'text', read: '→ text' },
    make: () => stringAppend(),
  },
  {
    name: 'log',
    summary: 'an append-only log',
    functions: { append: 'value → offset, or nothing', read: 'offset, or 0 → [value, …]' },
    make: () => log(),
  },
  {
    name: 'fifo-queue',
    summary: 'a first-in-first-out queue',
    functions: QUEUE_FUNCTIONS,
    refusal: 'it was empty',
    make: () => fifoQueue(),
  },
  {
    name: 'unordered-queue',
    summary: 'a queue whose elements come out in any order',
    functions: QUEUE_FUNCTIONS,
    refusal: 'it was empty',
    make: () => bag(),
  },
  {
    name: 'priority-queue',
    summary: 'a queue of numbers of which the smallest comes out first',
    functions: { enqueue: 'number', dequeue: '→ number, or empty' },
    refusal: 'it was empty',
    make: () => priorityQueue(),
  },
  {
    name: 'stack',
    summary: 'a stack',
    functions: { push: 'value', pop: '→ value, or empty' },
    refusal: 'it was empty',
    make: () => stack(),
  },
  {
    name: 'set',
    summary: 'a set',
    functions: { add: 'value', remove: 'value', contains: 'value → true or false', read: '→ [value, …]' },
    refusal: 'it does not contain the value',
    make: () => set(),
  },
  {
    name: 'counter',
    summary: 'a counter of integers',
    functions: { add: 'integer', inc: '', dec: '', read: '→ integer' },
    make: ({ initial = 0 } = {}) => counter(integerOf(initial)),
  },
  {
    name: 'unique-ids',
    summary: 'a generator that never gives an id twice',
    functions: { generate: '→ id' },
    make: () => uniqueIds(),
  },
  {
    name: 'mutex',
    summary: 'a lock that anybody may release',
    functions: LOCK_FUNCTIONS,
    refusal: 'it was held already, or was not held',
    make: () => mutex(),
  },
  {
    name: 'owned-mutex',
    summary: 'a lock that only its holder may release',
    functions: LOCK_FUNCTIONS,
    refusal: 'it was held already, or was not held by the one who released it',
    needsProcess: true,
    make: () => ownedMutex(),
  },
  {
    name: 'reentrant-mutex',
    summary: 'a lock that its holder may acquire again',
    functions: LOCK_FUNCTIONS,
    refusal: 'it was held by another or too often, or was not held by the one who released it',
    needsProcess: true,
    make: ({ mostHolds } = {}) => reentrantMutex(mostHolds),
  },
  {
    name: 'fenced-mutex',
    summary: 'a lock that answers fencing tokens, each above all before',
    functions: { acquire: '→ token', release: '' },
    refusal: 'it was held already, or was not held by the one who released it',
    needsProcess: true,
    make: ({ noToken } = {}) => fencedMutex(noToken === undefined ? {} : { noToken }),
  },
  {
    name: 'semaphore',
    summary: 'a number of permits',
    functions: { acquire: 'how many, or 1', release: 'how many, or 1' },
    refusal: 'there were too few, or fewer were out than were given back',
    make: ({ permits = 1 } = {}) => semaphore(permits),
  },
];

export const models: Readonly<Record<string, ModelEntry>> = Object.fromEntries(
  ENTRIES.map((entry) => [entry.name, entry]),
);

function recordOf(initial: Value | undefined): Readonly<Record<string, Value>> {
  if (initial === undefined || initial === null) return {};
  if (typeof initial === 'object' && !isList(initial)) return initial;
  throw new TypeError('several registers start with a value for each key');
}

function integerOf(initial: Value): number {
  if (typeof initial === 'number' && Number.isSafeInteger(initial)) return initial;
  throw new TypeError('a counter starts with an integer');
}
