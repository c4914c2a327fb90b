import { expect, test } from 'vitest';
import { Judgement } from '../runner/judge.ts';
import { workloads } from '../../workloads/index.ts';
import type { Json, Op } from '../history/op.ts';
import type { CheckName } from '../plan/index.ts';
import { shows, violationsOf, type Violation } from './violation.ts';

/** `0 put k1 a` invokes, `0 ok` completes what process 0 does; a value after `ok` is what came back. */
function history(...lines: string[]): Op[] {
  const doing = new Map<number, { f: string; key?: string; value?: Json }>();
  return lines.map((line, index): Op => {
    const [process, word, ...rest] = line.split(' ');
    const common = { index, time: index * 1e6, process: Number(process) };
    if (word === 'ok' || word === 'fail' || word === 'info') {
      const { f, key, value } = doing.get(common.process)!;
      const answer = rest.length > 0 ? rest.join(' ') : value;
      return { ...common, type: word, f, key, value: f === 'get' && rest.length === 0 ? null : answer } as Op;
    }
    const [key, ...value] = rest;
    const invocation = { f: word!, key: key!, ...(value.length > 0 && { value: value.join(' ') }) };
    doing.set(common.process, invocation);
    return { ...common, type: 'invoke', ...invocation };
  });
}

async function found(
  ops: readonly Op[],
  checks: readonly CheckName[] = ['linearizable'],
): Promise<readonly Violation[]> {
  const judgement = new Judgement({
    workload: workloads['kv']!,
    checks,
    require: undefined,
    timeout: 10_000,
  });
  for (const op of ops) judgement.push(op);
  return violationsOf({ ...(await judgement.finish()), history: ops });
}

test.each([
  ['a correct history', ['0 put k1 a', '0 ok', '1 get k1', '1 ok a'], []],
  ['a lost write', ['0 put k1 a', '0 ok', '1 get k1', '1 ok'], ['order']],
  ['a stale read', ['0 put k1 a', '0 ok', '0 put k1 b', '0 ok', '1 get k1', '1 ok a'], ['order']],
  ['a value of another key', ['0 put k1 a', '0 ok', '1 get k2', '1 ok a'], ['phantom']],
  ['an append twice', ['0 append k1  a', '0 ok', '1 get k1', '1 ok  a a'], ['twice']],
  [
    'two kinds, on two keys',
    ['0 put k1 a', '0 ok', '1 get k1', '1 ok', '0 put k2 b', '0 ok', '1 get k2', '1 ok c'],
    ['order', 'phantom'],
  ],
])('%s', async (_, lines, kinds) => {
  const violations = await found(history(...lines));
  expect(violations).toEqual(kinds.length === 0 ? [] : [{ checker: 'linearizable', kinds }]);
});

const run = (...checks: [checker: string, verdict: 'valid' | 'invalid' | 'unknown', details?: Json][]) => ({
  history: [],
  checks: checks.map(([checker, verdict, details = null]) => ({
    checker,
    verdict,
    summary: '',
    details: details as never,
  })),
});

test('unknown is no violation', () => {
  expect(violationsOf(run(['linearizable', 'unknown'], ['non-vacuity', 'unknown']))).toEqual([]);
  const order = { checker: 'linearizable', kinds: ['order'] };
  expect(shows(run(['linearizable', 'unknown']), order)).toBe(false);
});

test('another checker’s violation is another one', () => {
  const order = { checker: 'linearizable', kinds: ['order'] };
  expect(shows(run(['stuck', 'invalid']), order)).toBe(false);
  expect(shows(run(['stuck', 'invalid'], ['linearizable', 'invalid']), order)).toBe(true);
  expect(shows(run(['stuck', 'invalid']), { checker: 'stuck', kinds: [] })).toBe(true);
});

test('what a checker of collections lists is the kind', () => {
  const set = (lost: number, unexpected: number): Json => ({
    objects: [
      {
        key: '',
        details: { lost: { count: lost, first: [] }, unexpected: { count: unexpected, first: [] } },
      },
    ],
  });
  expect(violationsOf(run(['set', 'invalid', set(2, 0)]))).toEqual([{ checker: 'set', kinds: ['lost'] }]);
  const lost = { checker: 'set', kinds: ['lost'] };
  expect(shows(run(['set', 'invalid', set(1, 1)]), lost)).toBe(true);
  expect(shows(run(['set', 'invalid', set(0, 1)]), lost)).toBe(false);
});

test('of invariants: which were broken', () => {
  const run = (...broken: string[]): Parameters<typeof shows>[0] => {
    const invariants = ['one-leader-a-term', 'logs-match'].map((name) => ({
      ...{ name, about: '', compared: null },
      broken: broken.includes(name) ? { time: 0, index: 0, nodes: [], what: '', evidence: null } : null,
    }));
    const details = { system: 'raft-kv', answers: {}, invariants };
    const verdict = broken.length > 0 ? ('invalid' as const) : ('valid' as const);
    return { checks: [{ checker: 'invariants', verdict, summary: '', details }], history: [] };
  };
  const [leaders] = violationsOf(run('one-leader-a-term'));
  expect(leaders).toEqual({ checker: 'invariants', kinds: ['one-leader-a-term'] });
  expect(violationsOf(run())).toEqual([]);
  expect(shows(run('logs-match', 'one-leader-a-term'), leaders!)).toBe(true);
  expect(shows(run('logs-match'), leaders!)).toBe(false);
});

test('a history that none of the invariants could be held against is no violation', async () => {
  expect(await found(history('0 put k a', '0 ok'), ['invariants'])).toEqual([]);
});
