import { describe, expect, test } from 'vitest';
import { checkEvents, checkOperations, checkPartitions } from './check.ts';
import { MalformedHistory } from './events.ts';
import { ILLEGAL, type Model, type Operation, type Verdict } from './model.ts';
import { kv } from './models/kv.ts';
import { register, type RegisterInput } from './models/register.ts';
import { set } from './models/set.ts';
import type { CheckProgress } from './result.ts';
import type { KvOperation } from './testing/simulate.ts';
import { timeline } from './testing/timeline.ts';

type Row = readonly [name: string, verdict: Verdict, drawing: string];

const REGISTER: readonly Row[] = [
  ['nothing happened', 'valid', ''],
  ['initial read', 'valid', 'read → nil |--|'],
  ['read of what was never written', 'invalid', 'read → 1 |--|'],
  [
    'stale read',
    'invalid',
    `write 1   |--|
     write 2        |--|
     read → 1            |--|`,
  ],
  [
    'read of either of two concurrent writes',
    'valid',
    `write 1   |---------|
     write 2     |--|
     read → 1             |--|`,
  ],
  [
    'a return and a call at the same time are concurrent',
    'valid',
    `write 1   |--|
     read → nil   |--|`,
  ],
  [
    'a value that comes back without being written again',
    'invalid',
    `write 1  |----------|
     write 2    |----------|
     read → 1               |--|
     read → 2                   |--|
     read → 1                       |--|`,
  ],
  [
    'an unknown write takes effect late',
    'valid',
    `write 1 → ?  |---
     write 2          |--|
     read → 2              |--|
     read → 1                   |--|`,
  ],
  [
    'an unknown write takes effect never',
    'valid',
    `write 1 → ?  |---
     read → nil        |--|`,
  ],
  [
    'an unknown write takes effect once',
    'invalid',
    `write 1 → ?  |---
     read → 1         |--|
     write 2               |--|
     read → 1                   |--|`,
  ],
  [
    'two unknown writes of the same value take effect twice',
    'valid',
    `write 1 → ?  |---
     write 1 → ?  |---
     read → 1         |--|
     write 2               |--|
     read → 1                   |--|`,
  ],
  [
    'an unknown write is no excuse for what came before its call',
    'invalid',
    `read → 1     |--|
     write 1 → ?      |---`,
  ],
  [
    'a failed cas needs another value',
    'invalid',
    `write 1              |--|
     cas 1 2 → mismatch        |--|`,
  ],
  [
    'a failed cas is explained by an unknown write that nobody reads',
    'valid',
    `write 1              |--|
     write 3 → ?           |---
     cas 1 2 → mismatch        |--|`,
  ],
  [
    'one unknown write does not explain a failed cas and a later read of the old value',
    'invalid',
    `write 1              |--|
     write 3 → ?           |---
     cas 1 2 → mismatch        |--|
     read → 1                       |--|`,
  ],
  [
    'an unknown cas takes effect only where it matches',
    'invalid',
    `write 1      |--|
     cas 2 3 → ?      |---
     read → 3             |--|`,
  ],
  [
    'a chain of unknown cas',
    'valid',
    `cas 1 2 → ?   |---
     cas 2 3 → ?   |---
     write 1       |--|
     read → 3            |--|`,
  ],
  [
    'an unknown write restores the value for a cas, and hides a known write',
    'valid',
    `write 1       |--|
     write 2            |--------------|
     write 1 → ?        |---
     cas 1 3 → ok            |--|
     read → 3                              |--|`,
  ],
  [
    'a write has been acknowledged with an unknown answer',
    'invalid',
    `write 1 → ?  |--|
     read → nil       |--|`,
  ],
];

const KV: readonly Row[] = [
  [
    'appends in one of their orders',
    'valid',
    `append a     |----|
     append b       |----|
     get → ba               |--|`,
  ],
  [
    'appends in two orders',
    'invalid',
    `append a     |----|
     append b       |----|
     get → ba               |--|
     get → ab                    |--|`,
  ],
  [
    'a lost append',
    'invalid',
    `append a     |--|
     append b          |--|
     get → b                 |--|`,
  ],
  [
    'an append to a deleted key',
    'valid',
    `put a        |--|
     delete            |--|
     append b               |--|
     get → b                     |--|`,
  ],
  [
    'an unknown put below a known append',
    'valid',
    `put a → ?    |---
     append b          |--|
     get → ab               |--|`,
  ],
  [
    'an unknown append twice',
    'invalid',
    `append a → ? |---
     get → aa          |--|`,
  ],
];

describe.each([
  ['register', register(), REGISTER],
  ['kv', kv(), KV],
])('%s', (_, model, rows) => {
  test.each(rows)('%s: %s', (_name, verdict, drawing) => {
    const result = checkOperations(model as Model, timeline(drawing), {
      witness: true,
      counterexample: true,
    });
    expect(result.verdict, drawing).toBe(verdict);
  });
});

test('keys are independent, and each has its verdict', () => {
  const history = [
    { id: 7, process: 0, input: { f: 'put', key: 'a', value: 1 } as const, output: {}, call: 0, return: 1 },
    { id: 8, process: 0, input: { f: 'get', key: 'b' } as const, output: { value: 1 }, call: 2, return: 3 },
    { id: 9, process: 0, input: { f: 'get', key: 'a' } as const, output: { value: 1 }, call: 4, return: 5 },
  ];
  const { verdict, partitions } = checkOperations(kv(), history, { witness: true });
  expect(verdict).toBe('invalid');
  expect(partitions.map(({ label, verdict }) => [label, verdict])).toEqual([
    ['a', 'valid'],
    ['b', 'invalid'],
  ]);
  expect(partitions[0]!.witness).toEqual([7, 9]);
  expect(partitions[1]!.blocked).toBe(8);
});

test('the same history as events', () => {
  const { verdict } = checkEvents(register(), [
    { kind: 'call', id: 0, process: 0, input: { f: 'write', value: 1 } },
    { kind: 'call', id: 1, process: 1, input: { f: 'read' } },
    { kind: 'return', id: 1, output: { value: 1 } },
  ]);
  expect(verdict).toBe('valid');
});

describe('a malformed history is refused', () => {
  const read = { process: 0, input: { f: 'read' } as const, output: { value: null } };
  test.each([
    [
      'two operations of the same id',
      [
        { ...read, id: 1, call: 0, return: 1 },
        { ...read, id: 1, call: 2, return: 3 },
      ],
    ],
    ['a return before the call', [{ ...read, id: 1, call: 2, return: 1 }]],
    ['no time', [{ ...read, id: 1, call: NaN, return: 1 }]],
    ['an answer that never came', [{ ...read, id: 1, call: 0, return: Infinity }]],
  ])('%s', (_, history) => {
    expect(() => checkOperations(register(), history)).toThrow(MalformedHistory);
  });
});

// Sixteen numbers are put into a bag at once, in any of 2^16 combinations, before one is missed.
const bag: Model<string, number, boolean> = {
  name: 'bag',
  init: () => '',
  step: (state, input, output) => {
    if (input < 0) return output === undefined ? state : ILLEGAL;
    return [...state.split(' '), String(input)].sort().join(' ');
  },
};
const hard = [...Array(17).keys()].map((id) => ({
  id,
  process: id,
  input: id === 16 ? -1 : id,
  output: true,
  call: 0,
  return: id === 16 ? 1 : 2 + id,
}));

describe('out of budget is unknown, with what was proven', () => {
  test.each([
    ['timeout', { timeout: 20 }],
    ['memory', { memory: 500_000 }],
    ['aborted', { signal: { aborted: true } }],
  ])('%s', (kind, options) => {
    const { verdict, partitions } = checkOperations(bag, hard, options);
    expect(verdict).toBe('unknown');
    expect(partitions[0]!.reason).toMatchObject({ kind, completions: expect.any(Number) });
    expect(partitions[0]!.reason!.explained).toBeLessThan(partitions[0]!.reason!.completions);
  });

  test('a model that throws', () => {
    const broken: Model<number, string, string> = {
      name: 'broken',
      init: () => 0,
      step: () => {
        throw new Error('step is broken');
      },
    };
    const { verdict, partitions } = checkOperations(broken, [
      { id: 0, process: 0, input: 'a', output: 'b', call: 0, return: 1 },
    ]);
    expect(verdict).toBe('unknown');
    expect(partitions[0]!.reason).toMatchObject({
      kind: 'internal',
      message: expect.stringContaining('step is broken'),
    });
  });

  test('a model whose hints are wrong is found out', () => {
    const lying: Model = {
      name: 'lying',
      init: () => 0,
      step: (_state, input) => (input === 'bad' ? ILLEGAL : 0),
      effect: () => ({ kind: 'noop' }),
    };
    const { partitions } = checkOperations(lying, [
      { id: 0, process: 0, input: 'bad', output: 'b', call: 0, return: 1 },
    ]);
    expect(partitions[0]!.verdict).toBe('unknown');
    expect(partitions[0]!.reason!.kind).toBe('internal');
  });
});

describe('the counterexample', () => {
  const explain = (drawing: string): unknown => {
    const { partitions } = checkOperations(register(), timeline(drawing), { counterexample: true });
    const { operations, configurations, minimal, confirmed } = partitions[0]!.counterexample!;
    return {
      operations: operations.map(({ id, outcome, description }) => `${id} ${outcome}: ${description}`),
      states: configurations.map(
        ({ state, linearized, pending }) => `${state} after ${linearized} before ${pending}`,
      ),
      blocked: partitions[0]!.blocked,
      minimal,
      confirmed,
    };
  };

  test('leaves out what is not needed and says what the register could be', () => {
    expect(
      explain(`write 7   |--|
               read → 7       |--|
               write 1             |--|
               read → 1                 |--|
               write 2                       |--|
               write 3                       |------------------
               read → 1                           |--|
               read → 2                                |--|`),
    ).toEqual({
      operations: ['2 known: write 1 → ok', '4 known: write 2 → ok', '6 known: read → 1'],
      states: ['2 after 2,4 before '],
      blocked: 6,
      minimal: true,
      confirmed: true,
    });
  });

  test('keeps an operation of unknown outcome that may have taken effect', () => {
    expect(
      explain(`write 1              |--|
               write 3 → ?           |---
               cas 1 2 → mismatch        |--|
               read → 1                       |--|`),
    ).toEqual({
      operations: [
        '0 known: write 1 → ok',
        '1 unknown: write 3 → ?',
        '2 known: cas 1 2 → mismatch',
        '3 known: read → 1',
      ],
      states: ['3 after 0,1,2 before '],
      blocked: 3,
      minimal: true,
      confirmed: true,
    });
  });

  test('keeps what is observed by what it keeps', () => {
    // The read alone shows it. The failed cas, which completes first of the two, keeps the other cas in;
    // without the write of 1 that would be wrong by itself, which it is not.
    const { operations } = explain(`write nil             ||
                                    cas 1 nil → ok        ||
                                    cas 2 nil → mismatch      |----|
                                    write 1               ||
                                    read → 2                      ||`) as { operations: string[] };
    const ids = operations.map((text) => Number(text.split(' ')[0]));
    expect(ids.includes(1) && !ids.includes(3)).toBe(false);
  });

  test('the first completion that nothing explains is found though the search looks ahead', () => {
    const { partitions } = checkOperations(
      register(),
      timeline(`write 1   |--|
                write 2        |--|
                read → 2            |--|
                read → 2                 |--|
                read → 1                      |--|
                read → 9                           |--|`),
    );
    expect(partitions[0]).toMatchObject({ blocked: 4, longest: [0, 1, 2, 3] });
  });
});

describe('a model that takes an unknown answer otherwise', () => {
  const drawing = `write 1  |--|
                   write 5       |----------|
                   read → 9        |--|`;
  /** Of a write whose answer nobody knows: what it may have written, and what is said of it. */
  const model = (lost: (value: number) => number, said: boolean): Model => {
    const { step, effect, ...rest } = register() as Model;
    const isLost = (input: unknown, output: unknown): boolean =>
      (input as RegisterInput).f === 'write' && output === undefined;
    const valueOf = (input: unknown): number => (input as { value: number }).value;
    return {
      ...rest,
      step: (state, input, output) =>
        isLost(input, output) ? lost(valueOf(input)) : step(state, input, output),
      effect: (input, output) => {
        if (!isLost(input, output)) return effect!(input, output);
        return said ? { kind: 'write', state: lost(valueOf(input)) } : undefined;
      },
    };
  };

  // While the second write is open, it explains the read, if it may write 9; when it has returned, nothing does.
  test.each([
    ['as it is', (value: number) => value, true, 2],
    ['as another one', (value: number) => value + 4, true, 1],
    ['as another one, and does not say so', (value: number) => value + 4, false, 1],
  ])('%s', (_, lost, said, blocked) => {
    for (const algorithm of ['auto', 'zones', 'jit', 'general'] as const) {
      const { partitions } = checkOperations(model(lost, said), timeline(drawing), { algorithm });
      expect(partitions.map((one) => [one.verdict, one.blocked])).toEqual([['invalid', blocked]]);
    }
  });
});

test('a cas that is said to be one though its outcome is unknown may never have happened', () => {
  const lock: Model<number, 'lock' | 'unlock', object> = {
    name: 'lock',
    init: () => 0,
    step: (held, input) => (input === 'lock' ? (held === 0 ? 1 : ILLEGAL) : held === 1 ? 0 : ILLEGAL),
    effect: (input) => (input === 'lock' ? { kind: 'cas', from: 0, to: 1 } : { kind: 'cas', from: 1, to: 0 }),
  };
  const done = (
    id: number,
    input: 'lock' | 'unlock',
    end = 3 * id + 1,
  ): Operation<'lock' | 'unlock', object> => ({
    ...{ id, process: id, input, call: 3 * id, return: end },
    output: end === Infinity ? undefined : {},
  });
  const history = [done(0, 'lock', Infinity), done(1, 'lock'), done(2, 'unlock'), done(3, 'lock')];
  for (const algorithm of ['auto', 'jit', 'general'] as const) {
    expect(checkOperations(lock, history, { algorithm }).verdict).toBe('valid');
    // The first lock, whether it happened or not, is unlocked at most once.
    const more = [...history, done(4, 'unlock'), done(5, 'unlock'), done(6, 'unlock')];
    expect(checkOperations(lock, more, { algorithm }).verdict).toBe('invalid');
  }
});

describe('what is enough', () => {
  const stale = (key: string, id: number): KvOperation[] => [
    { id, process: 0, input: { f: 'put', key, value: id }, output: {}, call: 2 * id, return: 2 * id + 1 },
    {
      ...{ id: id + 1, process: 0, input: { f: 'get', key }, output: { value: null } },
      ...{ call: 2 * id + 2, return: 2 * id + 3 },
    },
  ];
  const put = (key: string, id: number): KvOperation => stale(key, id)[0]!;
  // The smallest comes first.
  const history = [put('a', 0), ...stale('b', 10), ...stale('c', 20), put('c', 30)];

  test.each(['auto', 'jit', 'general'] as const)('the verdict alone, by %s', (algorithm) => {
    const { verdict, partitions } = checkOperations(kv(), history, { algorithm, longest: false });
    expect(verdict).toBe('invalid');
    expect(partitions.map((one) => [one.label, one.verdict, one.longest, one.blocked])).toEqual([
      ['a', 'valid', undefined, undefined],
      ['b', 'invalid', undefined, undefined],
      ['c', 'invalid', undefined, undefined],
    ]);
  });

  test('to the first partition that is invalid', () => {
    const { verdict, partitions } = checkOperations(kv(), history, { exhaustive: false });
    expect(verdict).toBe('invalid');
    expect(partitions.map((one) => [one.label, one.verdict, one.longest, one.blocked])).toEqual([
      ['a', 'valid', undefined, undefined],
      ['b', 'invalid', [10], 11],
    ]);
  });

  test('of a valid history, all of it', () => {
    const options = { exhaustive: false, longest: false };
    const { verdict, partitions } = checkOperations(kv(), [put('a', 0), put('b', 1)], options);
    expect([verdict, partitions.length]).toEqual(['valid', 2]);
  });

  test('a counterexample that is asked for is found all the same', () => {
    const { partitions } = checkOperations(kv(), history, { longest: false, counterexample: true });
    expect(partitions.map(({ counterexample }) => counterexample?.operations.length)).toEqual([
      undefined,
      2,
      2,
    ]);
  });
});

test('one hopeless partition does not keep the others from their verdict', () => {
  const twoKeys: typeof bag = {
    ...bag,
    partition: (history) => [
      { label: 'hopeless', operations: history.filter(({ id }) => id < 100) },
      { label: 'easy', operations: history.filter(({ id }) => id >= 100) },
    ],
  };
  const easy = [...Array(100).keys()].map((id) => ({
    id: 100 + id,
    process: id,
    input: id,
    output: true,
    call: 2 * id,
    return: 2 * id + 1,
  }));
  const heard: CheckProgress[] = [];
  const options = { timeout: 300, onProgress: (progress: CheckProgress): number => heard.push(progress) };
  const { verdict, partitions } = checkOperations(twoKeys, [...hard, ...easy], options);
  expect(verdict).toBe('unknown');
  expect(partitions.map(({ label, verdict: of }) => [label, of])).toEqual([
    ['hopeless', 'unknown'],
    ['easy', 'valid'],
  ]);
  // The one that came to nothing does not count, and while it was searched it was named.
  expect(heard.map(({ decided }) => decided)).toEqual([...heard.map(() => 1)]);
  expect(heard.map(({ label }) => label)).toContain('hopeless');
});

test('what is hopeless is not tried again where an invalid partition is enough', () => {
  const twoKeys: typeof bag = {
    ...bag,
    partition: (history) => [
      { label: 'hopeless', operations: history.filter(({ id }) => id < 100) },
      { label: 'broken', operations: history.filter(({ id }) => id >= 100) },
    ],
  };
  const broken = [...Array(30).keys()].map((id) => ({
    ...{ id: 100 + id, process: id, input: id === 29 ? -1 : id, output: true },
    ...{ call: 100 + 2 * id, return: 101 + 2 * id },
  }));
  const heard: string[] = [];
  const { verdict, partitions } = checkOperations(twoKeys, [...hard, ...broken], {
    ...{ timeout: 1000, exhaustive: false },
    onProgress: ({ label }) => heard.push(label),
  });
  expect(verdict).toBe('invalid');
  expect(partitions.map(({ label, verdict: of }) => [label, of])).toEqual([
    ['hopeless', 'unknown'],
    ['broken', 'invalid'],
  ]);
  expect(heard.at(-1)).toBe('broken');
});

test('what zones can not decide is not read to its end for them', () => {
  const plain = set();
  let asked = 0;
  const model: typeof plain = {
    ...plain,
    effect: (input, output) => {
      asked++;
      return plain.effect!(input, output);
    },
  };
  const elements = [...Array(50).keys()];
  const adds = elements.map((value) => ({ input: { f: 'add', value } as const, output: {} }));
  const read = { input: { f: 'read' } as const, output: { value: elements } };
  const history = [...adds, read, read].map((step, i) => ({
    ...step,
    id: i,
    process: 0,
    call: i,
    return: i,
  }));
  const { verdict, partitions } = checkOperations(model, history);
  expect([verdict, partitions[0]!.algorithm.name]).toEqual(['valid', 'distinct']);
  expect(asked).toBe(1);
});

test('how far it is can be heard while it goes on, and when all had their turn', () => {
  const easy = Array.from({ length: 3 }, (_, i) => ({
    label: `easy ${i}`,
    operations: [
      { id: i, process: 0, input: { f: 'write', value: i } as const, output: {}, call: 0, return: 1 },
    ],
  }));
  const heard: CheckProgress[] = [];
  checkPartitions(register(), easy, { onProgress: (progress) => heard.push(progress) });
  expect(heard.at(-1)).toEqual({ decided: 3, partitions: 3, label: 'easy 2' });
});
