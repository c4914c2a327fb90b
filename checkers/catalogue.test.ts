/** What holds for every checker that can be asked for, whatever the history. */
import fc from 'fast-check';
import { register } from 'porcupine-ts';
import { describe, expect, test } from 'vitest';
import type { Json, Op } from '../harness/history/op.ts';
import { CHECKER_NAMES, checkersByName, misfits, type CheckerName } from './catalogue.ts';
import { judge } from './testing/judge.ts';
import { ops } from './testing/ops.ts';
import { transcript } from './testing/simulate.ts';

const options = { model: register(), timeout: 10_000 };
const WORDS = [
  ...['add', 'read', 'enqueue', 'dequeue', 'drain', 'generate', 'write', 'cas', 'append', 'records'],
  'final-reads',
];

/** Any ops whatever: few of these are histories. */
const garbage = fc
  .array(
    fc.record({
      process: fc.constantFrom<Op['process'][]>(0, 1, 'runner', 'nemesis-0'),
      type: fc.constantFrom<Op['type'][]>('invoke', 'ok', 'fail', 'info'),
      f: fc.constantFrom(...WORDS),
      key: fc.option(fc.constantFrom('x', '__proto__', ''), { nil: undefined }),
      value: fc.option(
        fc.jsonValue({ maxDepth: 2 }).map((value) => value as Json),
        { nil: undefined },
      ),
      error: fc.option(fc.constant('mismatch'), { nil: undefined }),
    }),
    { maxLength: 12 },
  )
  .map((lines) => lines.map((line, index): Op => defined({ ...line, index, time: index })));

/** Well-formed in its pairs, with any functions and values. */
const pairs = fc
  .array(
    fc.record({
      f: fc.constantFrom(...WORDS.slice(0, -1)),
      type: fc.constantFrom<Op['type'][]>('ok', 'fail'),
      value: fc.oneof(
        fc.nat(2),
        fc.array(fc.nat(2), { maxLength: 3 }),
        fc.jsonValue({ maxDepth: 1 }).map((value) => value as Json),
      ),
      answer: fc.oneof(fc.nat(2), fc.array(fc.nat(2), { maxLength: 3 }), fc.constant(null)),
    }),
    { maxLength: 6 },
  )
  .map((calls) =>
    calls.flatMap(({ f, type, value, answer }, n): Op[] => [
      { index: 2 * n, time: 2 * n, process: 0, type: 'invoke', f, value },
      { index: 2 * n + 1, time: 2 * n + 1, process: 0, type, f, value: answer },
    ]),
  );

function defined<T extends object>(object: T): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;
}

describe.each<CheckerName>([...CHECKER_NAMES])('%s', (name) => {
  const entry = checkersByName[name];

  test('is called so in its results', async () => {
    expect(entry.name).toBe(name);
    expect((await judge(entry.make(options), [])).checker).toBe(name);
  });

  test('knows nothing of an empty history', async () => {
    expect((await judge(entry.make(options), [])).verdict).toBe('unknown');
  });

  test.each([
    ['a completion without an invocation', '0 0 ok read'],
    [
      'two invocations',
      `0 0 invoke read
       1 0 invoke read`,
    ],
    [
      'an op after an unknown outcome',
      `0 0 invoke read
       1 0 info   read
       2 0 invoke read`,
    ],
  ])('refuses what is no history: %s', async (_, text) => {
    const { verdict, summary } = await judge(entry.make(options), ops(text.replaceAll('read', wordOf(name))));
    expect({ verdict, summary }).toEqual({
      verdict: 'unknown',
      summary: expect.stringMatching(/^malformed history: op \d/),
    });
  });

  // A model may refuse what it has no word for; whoever composes checkers makes that this one's unknown.
  test.skipIf(entry.functions === undefined)('throws at nothing, and has details that are JSON', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(garbage, pairs), async (history) => {
        const { summary, details } = await judge(entry.make(options), history);
        expect(summary, transcript(history)).not.toBe('');
        expect(JSON.parse(JSON.stringify(details))).toEqual(details);
      }),
      { numRuns: 500 },
    );
  });
});

function wordOf(name: CheckerName): string {
  const { functions } = checkersByName[name];
  return Array.isArray(functions) ? (functions[0] as string) : 'read';
}

test('what a checker has no word for', () => {
  expect(misfits('set', ['add', 'read'])).toEqual([]);
  expect(misfits('set', ['add', 'remove'])).toEqual(['remove']);
  expect(misfits('sequential', ['anything'])).toEqual([]);
});
