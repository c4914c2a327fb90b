/**
 * For every model, small worlds of steps in which much goes wrong: inputs, each as likely as it is often
 * in its list, and all answers that some object could give to one.
 */
import type { ModelOptions } from '../models/models.ts';
import type { Value } from '../models/value.ts';

export interface StepInput {
  readonly f: string;
  readonly value?: Value;
  readonly client?: string;
}

export interface StepAnswer {
  readonly value?: Value;
  readonly ok?: boolean;
}

export interface Domain {
  readonly options?: ModelOptions;
  readonly inputs: readonly StepInput[];
  answers(input: StepInput): readonly StepAnswer[];
}

const DONE: StepAnswer = {};
const REFUSED: StepAnswer = { ok: false };

const seen = (values: readonly Value[]): StepAnswer[] => values.map((value) => ({ value }));
const each = (f: string, values: readonly Value[]): StepInput[] => values.map((value) => ({ f, value }));
const times = (count: number, f: string): StepInput[] => Array.from({ length: count }, () => ({ f }));

const CAS = each('cas', [
  [null, 1],
  [1, 2],
  [2, 1],
  [1, 1],
]);

const register: Domain = {
  inputs: [...times(4, 'read'), ...each('write', [1, 2, null]), ...CAS],
  answers: ({ f }) => answersOf(f, { read: seen([null, 1, 2]), cas: [{ ok: true }, REFUSED] }),
};

function containerOf(put: string, take: string, values: readonly Value[]): Domain {
  return {
    inputs: [...each(put, values), ...times(values.length, take)],
    answers: ({ f }) => answersOf(f, { [take]: [...seen(values), REFUSED] }),
  };
}

const SUBSETS = [[], [1], [2], [1, 2], [2, 1]];
const LOGS = [[], [1], [2], [1, 1], [1, 2], [2, 1], [2, 2], [1, 2, 1]];

const LOCKS: readonly StepInput[] = ['a', 'b'].flatMap((client) => [
  { f: 'acquire', client },
  { f: 'release', client },
]);
const lock: Domain = { inputs: LOCKS, answers: () => [DONE, DONE, REFUSED] };

export const domains: Readonly<Record<string, Domain>> = {
  register,
  'cas-register': register,
  'multi-register': {
    inputs: [
      ...each('write', [{ x: 1 }, { y: 2 }, { x: 1, y: 2 }, { x: 2, y: null }]),
      ...each('read', [{ x: null }, { x: null, y: null }, ['y']]),
      ...each('txn', [
        [
          ['read', 'x', null],
          ['write', 'y', 1],
        ],
        [
          ['w', 'x', 2],
          ['r', 'x', null],
          ['r', 'y', null],
        ],
      ]),
    ],
    answers: ({ f, value }) => (f === 'write' ? [DONE] : multiRegisterAnswers(value!)),
  },
  kv: {
    inputs: [
      ...times(4, 'get'),
      ...each('put', ['a', 'b', null]),
      ...each('append', ['a', 'b', '']),
      ...times(1, 'delete'),
      ...each('cas', [
        [null, 'a'],
        ['a', 'ab'],
        ['ab', 'b'],
      ]),
    ],
    answers: ({ f }) => answersOf(f, { get: seen([null, '', 'a', 'b', 'ab']), cas: [{ ok: true }, REFUSED] }),
  },
  'string-append': {
    inputs: [...times(3, 'read'), ...each('append', ['a', 'b', 'ab', ''])],
    answers: ({ f }) => answersOf(f, { read: seen([null, '', 'a', 'b', 'ab', 'ba', 'aab', 'aba']) }),
  },
  log: {
    inputs: [...each('append', [1, 2, 1]), ...times(2, 'read'), ...each('read', [1, 2])],
    answers: ({ f }) => answersOf(f, { append: [DONE, ...seen([0, 1, 2])], read: seen(LOGS) }),
  },
  'fifo-queue': containerOf('enqueue', 'dequeue', [1, 2, 3]),
  'unordered-queue': containerOf('enqueue', 'dequeue', [1, 2, 3]),
  'priority-queue': containerOf('enqueue', 'dequeue', [1, 2, 3]),
  stack: containerOf('push', 'pop', [1, 2, 3]),
  set: {
    inputs: [...['add', 'remove', 'contains'].flatMap((f) => each(f, [1, 2])), ...times(2, 'read')],
    answers: ({ f }) =>
      answersOf(f, { contains: seen([true, false]), read: [DONE, ...seen([...SUBSETS, [1, 1]])] }),
  },
  counter: {
    inputs: [...each('add', [1, 2, 0]), ...times(1, 'inc'), ...times(1, 'dec'), ...times(4, 'read')],
    answers: ({ f }) => answersOf(f, { read: seen([-1, 0, 1, 2, 3]) }),
  },
  'unique-ids': {
    inputs: times(1, 'generate'),
    answers: () => [...seen([1, 2, 3, 4, 5, 6]), DONE],
  },
  mutex: { ...lock, inputs: [...times(3, 'acquire'), ...times(3, 'release')] },
  'owned-mutex': lock,
  'reentrant-mutex': { ...lock, options: { mostHolds: 2 } },
  'fenced-mutex': {
    inputs: LOCKS,
    answers: ({ f }) =>
      answersOf(f, { acquire: [...seen([0, 1, 2, 3]), DONE, REFUSED], release: [DONE, REFUSED] }),
  },
  semaphore: {
    options: { permits: 2 },
    inputs: [
      ...times(2, 'acquire'),
      ...times(2, 'release'),
      ...each('acquire', [2]),
      ...each('release', [2]),
    ],
    answers: () => [DONE, DONE, REFUSED],
  },
};

function answersOf(
  f: string,
  byFunction: Readonly<Record<string, readonly StepAnswer[]>>,
): readonly StepAnswer[] {
  return byFunction[f] ?? [DONE];
}

function multiRegisterAnswers(asked: Value): readonly StepAnswer[] {
  const values = [null, 1, 2];
  const both = values.flatMap((x) => values.map((y) => ({ x, y })));
  if (!Array.isArray(asked)) return seen('y' in Object(asked) ? both : values.map((x) => ({ x })));
  if (asked.length === 1) return seen(values.map((y) => ({ y })));
  if (asked.length === 2) return seen(values.map((x) => [['read', 'x', x], asked[1] as Value]));
  return seen(
    both.map(({ x, y }) => [
      ['w', 'x', 2],
      ['r', 'x', x],
      ['r', 'y', y],
    ]),
  );
}
