import { expect, test } from 'vitest';
import type { Op } from '../../history/op.ts';
import { parseFilter } from './filter.ts';
import { Matcher, unknownFault } from './matcher.ts';
import type { Row } from './rows.ts';
import type { Window } from './windows.ts';

const window = (number: number, name: string, from: number, until: number): Window => ({
  number,
  lane: 'nemesis-0',
  name,
  about: '',
  from,
  until,
  observed: true,
  wasOn: true,
  problem: undefined,
});
const windows = [window(1, 'partition', 10e9, 12e9), window(2, 'pause', 20e9, Infinity)];

const HISTORY: readonly Op[] = [
  { index: 0, time: 1e9, process: 3, type: 'invoke', f: 'put', key: 'x', value: 'a b' },
  { index: 1, time: 11e9, process: 3, type: 'ok', f: 'put', value: 'a b', node: 'n1' },
  { index: 2, time: 12.5e9, process: 13, type: 'invoke', f: 'get', key: 'xy' },
  { index: 3, time: 13e9, process: 13, type: 'info', f: 'get', key: 'xy', error: 'Timeout of n2' },
  { index: 4, time: 20e9, process: 'nemesis-0', type: 'invoke', f: 'pause.start' },
  { index: 5, time: 21e9, process: 4, type: 'invoke', f: 'get', key: 'x' },
];

function matching(text: string): readonly number[] {
  const parsed = parseFilter(text);
  if ('problem' in parsed) throw new Error(parsed.problem.problem);
  const matcher = new Matcher(parsed.filter, windows);
  return HISTORY.filter((op) => matcher.matches({ kind: 'op', op })).map(({ index }) => index);
}

test.each([
  ['', [0, 1, 2, 3, 4, 5]],
  ['process=3', [0, 1]],
  ['process=nemesis*', [4]],
  ['key=x', [0, 1, 5]], // a completion without its key has that of its invocation
  ['key=x*', [0, 1, 2, 3, 5]],
  ['f=get type=invoke', [2, 5]],
  ['type=info,ok', [1, 3]],
  ['type!=invoke', [1, 3]],
  ['node=n1', [1]],
  ['error=timeout', [3]],
  ['text="a b"', [0, 1]],
  ['"a b" type=ok', [1]],
  ['TIMEOUT', [3]],
  ['time=11s..12.5s', [1, 2]],
  ['time=13s..', [3, 4, 5]],
  ['time=..1s', [0]],
  ['time=12.5s', [2]],
  ['time=12', [2, 3]], // a number alone is seconds, and all of its last digit
  ['time!=2s..', [0]],
  ['fault=partition', [1]],
  ['fault=#2', [4, 5]],
  ['fault=any', [1, 4, 5]],
  ['fault=none', [0, 2, 3]],
  ['fault!=any type=invoke', [0, 2]],
])('%s', (text, expected) => {
  expect(matching(text)).toEqual(expected);
});

test.each([
  ['key=x tpe=ok', 6, 3, 'there is no tpe: did you mean type=?'],
  ['type=inovke', 5, 6, 'expected invoke, ok, fail, info: did you mean invoke?'],
  ['type=okay', 5, 4, 'expected invoke, ok, fail, info'],
  ['time=12parsecs', 5, 9, 'expected a time such as 12.5s or 300ms'],
  ['time=13s..12s', 5, 8, 'expected the end after the beginning: 12s..13s'],
  ['f=', 0, 2, 'expected a function, as f=read'],
  ['text="open', 5, 5, 'expected a closing quote'],
])('%s is no filter, and it says where', (text, at, length, problem) => {
  expect(parseFilter(text)).toEqual({ problem: { at, length, problem } });
});

test.each([
  ['fault=partitoin', 'there was no fault partitoin: did you mean partition?'],
  ['type=ok fault=#3', 'there was no fault #3: this run had partition, pause'],
  ['fault=crash', 'there was no fault crash: this run had partition, pause'],
])('%s asks for a fault that the run never had', (text, problem) => {
  const parsed = parseFilter(text);
  expect('filter' in parsed && unknownFault(parsed.filter, text, windows)?.problem).toBe(problem);
});

test('a line that is no op is found by its text, and by nothing else', () => {
  const broken: Row = { kind: 'broken', text: '{"type":"ok", torn', problem: 'not JSON' };
  const finds = (text: string): boolean => {
    const parsed = parseFilter(text);
    return 'filter' in parsed && new Matcher(parsed.filter, windows).matches(broken);
  };
  expect(['', 'Torn', 'type=ok', 'torn type=ok', 'text!=torn'].map(finds)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
});
