import { kv, type Model, type Operation } from 'porcupine-ts';
import { describe, expect, test } from 'vitest';
import type { Op } from '../harness/history/op.ts';
import { OperationPairing, type Input, type Output } from './operations.ts';
import { MalformedHistoryError } from './pairing.ts';
import { ops } from './testing/ops.ts';

function pair(history: readonly Op[]): ReadonlyMap<string, readonly Operation<Input, Output>[]> {
  const pairing = new OperationPairing(kv() as Model);
  for (const op of history) pairing.push(op);
  const { partitions } = pairing.finish().recording;
  return new Map(partitions.map(({ label, operations }) => [label, operations]));
}

/** One line an operation: `key: f value → output [call, return]`. */
function transcript(history: string): string[] {
  return [...pair(ops(history))].flatMap(([key, operations]) =>
    operations.map(({ id, input, output, call, return: end }) => {
      const value = input.value === undefined ? '' : ` ${JSON.stringify(input.value)}`;
      expect(call).toBe(id);
      return `${key}: ${input.f}${value} → ${output === undefined ? '?' : JSON.stringify(output)} [${call}, ${end}]`;
    }),
  );
}

describe('pairing', () => {
  test.each<readonly [string, string, readonly string[]]>([
    [
      'ok is known, with what came back',
      `0 0 invoke get x
       1 0 ok     get x "a"`,
      ['x: get → {"value":"a"} [0, 1]'],
    ],
    [
      'positions are indices, whatever the time says',
      `0 0 invoke put x "a"
       0 1 invoke get x
       0 0 ok     put x
       0 1 ok     get x null`,
      ['x: put "a" → {} [0, 2]', 'x: get → {"value":null} [1, 3]'],
    ],
    [
      'an echo of the argument says nothing',
      `0 0 invoke put x "a"
       1 0 ok     put x "a"`,
      ['x: put "a" → {} [0, 1]'],
    ],
    [
      'fail is left out',
      `0 0 invoke put x "a"
       1 0 fail   put x !not-leader
       2 0 invoke cas x ["a","b"]
       3 0 fail   cas x !not-leader`,
      [],
    ],
    [
      'a cas that failed with a mismatch is an observation, one that succeeded too',
      `0 0 invoke cas x ["a","b"]
       1 0 fail   cas x !mismatch
       2 0 invoke cas x ["a","b"]
       3 0 ok     cas x`,
      ['x: cas ["a","b"] → {"ok":false} [0, 1]', 'x: cas ["a","b"] → {"ok":true} [2, 3]'],
    ],
    [
      'a mismatch of anything but a cas is no observation',
      `0 0 invoke put x "a"
       1 0 fail   put x !mismatch`,
      [],
    ],
    [
      'info and a missing completion are unknown; a read of those is left out',
      `0 0 invoke put x "a"
       1 1 invoke put x "b"
       2 2 invoke get x
       3 3 invoke get x
       4 0 info   put x !timeout
       5 2 info   get x !timeout`,
      ['x: put "a" → ? [0, Infinity]', 'x: put "b" → ? [1, Infinity]'],
    ],
    [
      'keys apart, and ops without one together',
      `0 0 invoke put x 1
       1 0 ok     put x
       2 0 invoke put 2
       3 0 ok     put`,
      ['x: put 1 → {} [0, 1]', ': put 2 → {} [2, 3]'],
    ],
    [
      'the nemesis and the runner are not clients',
      `0 nemesis-0 invoke pause.start
       1 nemesis-0 ok     pause.start
       2 runner    info   final-reads`,
      [],
    ],
  ])('%s', (_, history, expected) => expect(transcript(history)).toEqual(expected));

  test('times and nodes are kept beside', () => {
    const history = ops(`1 0 invoke put x 1
                         3 0 ok     put x @n2
                         4 0 invoke put x 2`);
    const pairing = new OperationPairing(kv() as Model);
    for (const op of history) pairing.push(op);
    const operations = pairing.finish();
    expect([0, 2].map((id) => operations.find(id))).toMatchObject([
      { input: { value: 1 }, invoked: 1e6, completed: 3e6, node: 'n2' },
      { input: { value: 2 }, invoked: 4e6, completed: null, node: null },
    ]);
    expect(() => operations.find(1)).toThrow('there is no operation 1');
  });
});

describe('a malformed history is refused, and the op named', () => {
  test.each<readonly [string, string, number, string]>([
    ['a completion without an invocation', '0 0 ok get x 1', 0, 'process 0 completes what it did not invoke'],
    [
      'two completions',
      `0 0 invoke put x 1
       1 0 ok     put x
       2 0 ok     put x`,
      2,
      'process 0 completes what it did not invoke',
    ],
    [
      'two open invocations of a process',
      `0 0 invoke put x 1
       1 0 invoke put x 2`,
      1,
      'process 0 invokes while its op 0 is open',
    ],
    [
      'an invocation after an info',
      `0 0 invoke put x 1
       1 0 info   put x
       2 0 invoke get x`,
      2,
      'process 0 invokes after an op of unknown outcome',
    ],
    [
      'another function completed than invoked',
      `0 0 invoke put x 1
       1 0 ok     get x`,
      1,
      'it does not complete op 0, put',
    ],
    [
      'another key completed than invoked',
      `0 0 invoke put x 1
       1 0 ok     put y`,
      1,
      'it does not complete op 0, put',
    ],
    [
      'time that goes back',
      `5 0 invoke put x 1
       4 0 ok     put x`,
      1,
      'its time is before 5000000',
    ],
  ])('%s', (_, text, index, problem) => {
    const thrown = expect(() => pair(ops(text)));
    thrown.toThrow(MalformedHistoryError);
    thrown.toThrow(`op ${index} (line ${index + 1} of the history): ${problem}`);
  });

  test('indices that go back', () => {
    const [op] = ops('0 0 invoke put x 1');
    expect(() => pair([op!, { ...op!, process: 1 }])).toThrow('its index does not follow 0');
  });
});
