import { expect, test } from 'vitest';
import type { Op } from '../harness/history/op.ts';
import { Nodes } from './nodes.ts';
import { Recovery } from './recovery.ts';
import type { CheckResult } from './types.ts';

type Line = Omit<Op, 'index' | 'time'>;

function judged(checker: Recovery | Nodes, lines: readonly Line[]): CheckResult {
  lines.forEach((line, index) => checker.push({ index, time: index * 1e9, ...line }));
  return checker.finish();
}

const mark: Line = { process: 'runner', type: 'info', f: 'final-reads' };
const invoke = (process: number, key: string): Line => ({ process, type: 'invoke', f: 'get', key });
const ok = (process: number, key: string): Line => ({ process, type: 'ok', f: 'get', key, value: null });
const fail = (process: number, key: string): Line => ({
  process,
  type: 'fail',
  f: 'get',
  key,
  error: 'no-leader',
});

const recovery: [name: string, lines: readonly Line[], verdict: string, summary: RegExp][] = [
  [
    'all answered',
    [mark, invoke(0, 'a'), ok(0, 'a'), invoke(1, 'b'), ok(1, 'b')],
    'valid',
    /all 2 final reads .* within 4\.00 s/,
  ],
  [
    'answered at the second try',
    [mark, invoke(0, 'a'), fail(0, 'a'), invoke(0, 'a'), ok(0, 'a')],
    'valid',
    /all 1/,
  ],
  [
    'one never answered',
    [mark, invoke(0, 'a'), ok(0, 'a'), invoke(1, 'b'), fail(1, 'b')],
    'unknown',
    /1 of 2 final reads were never answered/,
  ],
  ['one still open', [mark, invoke(0, 'a')], 'unknown', /1 of 1/],
  [
    'answered, but before everything was healed',
    [invoke(0, 'a'), ok(0, 'a')],
    'unknown',
    /ended before its final reads/,
  ],
  ['a mark and nothing after it', [mark], 'unknown', /no final reads/],
];
test.each(recovery)('recovery: %s', (_, lines, verdict, summary) => {
  const result = judged(new Recovery(), lines);
  expect(result.verdict).toBe(verdict);
  expect(result.summary).toMatch(summary);
});

test('recovery: stuck in virtual time is a violation, told with what every node says', () => {
  const stuck: Line = { process: 'runner', type: 'info', f: 'stuck', value: { within: 15_000 } };
  const status = (node: string, role: string): Line => ({
    process: 'host',
    type: 'info',
    f: 'node.status',
    node,
    value: { state: 'up', role },
  });
  const nodes = [status('n1', 'candidate'), status('n2', 'follower')];
  const result = judged(new Recovery(), [mark, invoke(0, 'a'), fail(0, 'a'), ...nodes, stuck]);
  expect(result).toMatchObject({
    verdict: 'invalid',
    summary:
      'stuck: 1 of 1 final reads were not answered within 15 s of virtual time, with nothing broken any more',
    details: { stuck: { within: 15_000, nodes: { n1: { role: 'candidate' }, n2: { role: 'follower' } } } },
  });
});

test('nodes: none ended by itself', () => {
  expect(judged(new Nodes(), [mark, invoke(0, 'a'), ok(0, 'a')]).verdict).toBe('valid');
});

const halted = (node: string, how = 'halted'): Line => ({
  process: 'host',
  type: 'info',
  f: `node.${how}`,
  node,
  error: 'the disk failed: EIO',
});
const fault = (type: Line['type'], f: string, value?: Line['value']): Line => ({
  process: 'nemesis-0',
  type,
  f,
  ...(value !== undefined && { value }),
});
const on = (name: string): Line[] => [
  fault('invoke', `${name}.start`),
  fault('ok', `${name}.start`, { targets: ['n1'], mayHalt: ['n1'] }),
];
const over = (name: string, type: Line['type'] = 'ok'): Line[] => [
  fault('invoke', `${name}.stop`),
  fault(type, `${name}.stop`, { observed: true }),
];
test.each<readonly [string, readonly Line[], 'valid' | 'unknown']>([
  ['while its disk failed', [...on('disk'), halted('n1'), ...over('disk')], 'valid'],
  ['as its disk began to fail', [on('disk')[0]!, halted('n1'), on('disk')[1]!, ...over('disk')], 'valid'],
  ['as its disk was made well', [...on('disk'), over('disk')[0]!, halted('n1'), over('disk')[1]!], 'valid'],
  ['while its disk failed, and the run ended', [...on('disk'), halted('n1')], 'valid'],
  ['another while that disk failed', [...on('disk'), halted('n2'), ...over('disk')], 'unknown'],
  ['before its disk failed', [halted('n1'), ...on('disk'), ...over('disk')], 'unknown'],
  ['after its disk was well', [...on('disk'), ...over('disk'), halted('n1')], 'unknown'],
  ['and was not brought back', [...on('disk'), halted('n1'), ...over('disk', 'info')], 'unknown'],
  [
    'while its disk was slow',
    [
      fault('invoke', 'disk.start'),
      fault('ok', 'disk.start', { targets: ['n1'] }),
      halted('n1'),
      ...over('disk'),
    ],
    'unknown',
  ],
  [
    'by an exception while its disk failed',
    [...on('disk'), halted('n1', 'exited'), ...over('disk')],
    'unknown',
  ],
  [
    'long after a bit of it was flipped',
    [...on('flip'), ...over('flip'), halted('n1'), halted('n1')],
    'valid',
  ],
  ['before a bit of it was flipped', [halted('n1'), ...on('flip'), ...over('flip')], 'unknown'],
])('nodes: one halted %s', (_, lines, verdict) => {
  expect(judged(new Nodes(), lines).verdict).toBe(verdict);
});

test('nodes: those that halted for a fault are told', () => {
  expect(judged(new Nodes(), [...on('disk'), halted('n1'), ...over('disk')]).summary).toBe(
    'no node ended by itself but 1 that halted for a fault, as they should: n1 (disk)',
  );
});

test('nodes: one that halted makes the run unknown, with its reason', () => {
  const ended: Line = {
    process: 'host',
    type: 'info',
    f: 'node.halted',
    node: 'n2',
    error: 'log is corrupt at byte 7\nstack',
  };
  const result = judged(new Nodes(), [mark, ended]);
  expect(result.verdict).toBe('unknown');
  expect(result.summary).toBe('n2 halted by itself at 1.0 s: log is corrupt at byte 7');

  const thrown = judged(new Nodes(), [mark, { ...ended, f: 'node.exited', error: 'Error: oh no' }]);
  expect(thrown.summary).toBe('n2 exited by itself at 1.0 s: Error: oh no; see nodes/n2/node.log');
});
