import { expect, test } from 'vitest';
import type { Json } from '../history/op.ts';
import { wordsOf } from './edn-words.ts';

const keyword = (name: string): Json => ({ '#keyword': name });

test.each<[string, string, Json, Json]>([
  ['set', 'read', { '#set': [1, 2] }, [1, 2]],
  ['set-full', 'read', { '#set': [] }, []],
  // An element that is a set is a value like any other.
  ['set', 'add', { '#set': [1] }, { '#set': [1] }],
  ['multi-register', 'txn', [[keyword('read'), 'x', null]], [['read', 'x', null]]],
  ['multi-register', 'txn', [['r', keyword('x'), keyword('v')]], [['r', keyword('x'), keyword('v')]]],
  [
    'multi-register',
    'write',
    {
      '#map': [
        ['x', 1],
        [0, keyword('v')],
      ],
    },
    { x: 1, '0': keyword('v') },
  ],
  ['multi-register', 'read', ['x', 'y'], ['x', 'y']],
  ['register', 'write', { '#set': [1] }, { '#set': [1] }],
])('%s: the value of a %s, %j, is %j', (name, f, value, expected) => {
  const op = { index: 0, time: 0, process: 0, type: 'ok' as const, f };
  expect(wordsOf(name)({ ...op, value })).toEqual({ ...op, value: expected });
  expect(wordsOf(name)(op)).toEqual(op);
});
