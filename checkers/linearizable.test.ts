import { kv, type Model } from 'porcupine-ts';
import { describe, expect, test } from 'vitest';
import { Linearizable, type LinearizableDetails } from './linearizable.ts';
import { judge } from './testing/judge.ts';
import { ops } from './testing/ops.ts';

const STALE = `
  0 0 invoke put x "a"
  1 0 ok     put x @n1
  2 1 invoke put x "b"
  3 1 ok     put x @n2
  4 2 invoke put x "c"
  5 3 invoke get x
  6 3 ok     get x "a" @n3
  7 0 invoke put y "d"
  8 0 ok     put y
  9 2 info   put x !timeout`;

async function check(
  text: string,
  model: Model = kv() as Model,
): Promise<{ verdict: string; summary: string; details: LinearizableDetails }> {
  const { verdict, summary, details } = await judge(new Linearizable(model, { witness: true }), ops(text));
  return { verdict, summary, details: JSON.parse(JSON.stringify(details)) as LinearizableDetails };
}

test('invalid, and nobody asked why', async () => {
  const { verdict, summary, details } = await judge(
    new Linearizable(kv() as Model, { explain: false }),
    ops(STALE),
  );
  expect(verdict).toBe('invalid');
  expect(summary).toBe('not linearizable on key "x"');
  expect((details as unknown as LinearizableDetails).keys[0]).not.toHaveProperty('counterexample');
});

test('valid: every key with its witness', async () => {
  const { verdict, summary, details } = await check(`
    0 0 invoke put x "a"
    1 1 invoke get x
    2 1 ok     get x "a"
    3 0 ok     put x
    4 0 invoke put y "b"
    5 0 info   put y !timeout`);
  expect(verdict).toBe('valid');
  expect(summary).toBe('3 operations on 2 keys are linearizable');
  expect(
    details.keys.map(({ key, verdict: of, operations, witness }) => ({ key, of, operations, witness })),
  ).toEqual([
    { key: 'x', of: 'valid', operations: 2, witness: [0, 1] },
    { key: 'y', of: 'valid', operations: 1, witness: [] },
  ]);
});

test('invalid: the key, and the smallest piece that shows it, in terms of the history', async () => {
  const { verdict, summary, details } = await check(STALE);
  expect(verdict).toBe('invalid');
  expect(summary).toBe('not linearizable on key "x": nothing explains get x → "a" (op 5)');
  expect(details.keys.map(({ key, verdict: of }) => `${key} ${of}`)).toEqual(['x invalid', 'y valid']);
  const { counterexample, longest } = details.keys[0]!;
  expect(longest).toEqual([0, 2]);
  expect(counterexample).toEqual({
    operations: [
      {
        invoke: 0,
        complete: 1,
        process: 0,
        f: 'put',
        value: 'a',
        result: null,
        outcome: 'known',
        description: 'put x "a" → ok',
        invoked: 0,
        completed: 1e6,
        node: 'n1',
      },
      {
        invoke: 2,
        complete: 3,
        process: 1,
        f: 'put',
        value: 'b',
        result: null,
        outcome: 'known',
        description: 'put x "b" → ok',
        invoked: 2e6,
        completed: 3e6,
        node: 'n2',
      },
      {
        invoke: 5,
        complete: 6,
        process: 3,
        f: 'get',
        value: null,
        result: 'a',
        outcome: 'known',
        description: 'get x → "a"',
        invoked: 5e6,
        completed: 6e6,
        node: 'n3',
      },
    ],
    blocked: 5,
    configurations: [{ state: '"b"', linearized: [0, 2], pending: [] }],
    more: false,
    minimal: true,
    confirmed: true,
  });
});

describe('unknown', () => {
  test('no operation', async () => {
    expect(await check('0 nemesis-0 invoke pause.start')).toMatchObject({
      verdict: 'unknown',
      summary: 'no operation to check',
    });
  });

  test('a malformed history, also when more of it follows', async () => {
    const { verdict, summary } = await check(`
      0 0 ok     get x "a"
      1 1 invoke get x
      2 1 ok     get x "a"`);
    expect(verdict).toBe('unknown');
    expect(summary).toBe(
      'malformed history: op 0 (line 1 of the history): process 0 completes what it did not invoke',
    );
  });

  test('a function that the model does not have', async () => {
    const { verdict, summary } = await check(`
      0 0 invoke increment x
      1 0 ok     increment x`);
    expect(verdict).toBe('unknown');
    expect(summary).toMatch(
      /^no verdict on key "x": TypeError: a key-value store has no .*; 0 of 1 completions explained$/,
    );
  });

  test('no time', async () => {
    const result = await judge(new Linearizable(kv() as Model, { timeout: -1 }), ops(STALE));
    expect(result).toMatchObject({
      verdict: 'unknown',
      summary: expect.stringContaining('no verdict within'),
    });
  });
});
