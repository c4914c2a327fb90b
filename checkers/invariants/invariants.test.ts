import { expect, test } from 'vitest';
import type { Json, Op } from '../../harness/history/op.ts';
import { judge } from '../testing/judge.ts';
import { Breaches } from './breaches.ts';
import { Invariants, type InvariantsDetails } from './invariants.ts';
import { invariantsBySystem } from './index.ts';
import type { Invariant } from './types.ts';

const SECOND = 1e9;

/** A look at a node, as the host records it; without facts it did not answer. */
function look(index: number, node: string, facts?: Json, state = 'up'): Op {
  const said = { role: 'follower', term: 1, leader: null, logEnd: 1, commit: 1, applied: 1 };
  const value = facts === undefined ? { state } : { state, ...said, facts };
  return { index, time: index * SECOND, process: 'host', type: 'info', f: 'node.status', node, value };
}

const SAME = { led: [], committed: [[16, 1, 7]] };

test('enough to look at, and nothing broken', () => {
  const { verdict, summary, details } = judge(new Invariants('raft-kv'), [
    look(0, 'n1', SAME),
    look(1, 'n2', SAME),
    look(2, 'n3', undefined, 'paused'),
    look(3, 'n1', SAME),
  ]);
  expect({ verdict, summary }).toEqual({
    verdict: 'valid',
    summary: 'one-leader-a-term, logs-match, committed-entries-survive: held in 3 looks at 3 nodes',
  });
  expect((details as InvariantsDetails).answers).toEqual({ n1: 2, n2: 1, n3: 0 });
});

test.each<[string, string | undefined, readonly Op[], RegExp]>([
  ['nobody asked', 'raft-kv', [], /no node was ever asked/],
  ['nobody answered', 'raft-kv', [look(0, 'n1'), look(1, 'n2')], /none of 2 nodes ever answered/],
  ['one node answered', 'raft-kv', [look(0, 'n1', SAME), look(1, 'n2')], /only n1 ever answered/],
  [
    'nothing to compare',
    'raft-kv',
    [look(0, 'n1', SAME), look(1, 'n2', { led: [3], committed: [[32, 1, 9]] })],
    /^logs-match: nothing that one node said could be held/,
  ],
  ['a system without invariants', 'nosuch', [look(0, 'n1', SAME)], /no invariants of nosuch/],
  ['a name that every object has', 'constructor', [look(0, 'n1', SAME)], /no invariants of constructor/],
  ['no system', undefined, [look(0, 'n1', SAME)], /nobody said which system/],
])('too little to look at: %s', (_, system, ops, summary) => {
  const result = judge(new Invariants(system), ops);
  expect(result.verdict).toBe('unknown');
  expect(result.summary).toMatch(summary);
});

test('the first moment at which one was broken, and what was broken later', () => {
  const { verdict, summary, details } = judge(new Invariants('raft-kv'), [
    look(0, 'n1', { led: [4], committed: [[16, 1, 7]] }),
    look(1, 'n2', { led: [], committed: [[16, 1, 8]] }),
    look(2, 'n2', { led: [4], committed: [[16, 1, 8]] }),
    look(3, 'n3', { led: [4], committed: [[16, 2, 9]] }),
  ]);
  expect({ verdict, summary }).toEqual({
    verdict: 'invalid',
    summary:
      'logs-match was broken at 1.00 s: n1 and n2 have entry 16 of term 1, and differ before it; then committed-entries-survive, one-leader-a-term',
  });
  const { invariants } = details as InvariantsDetails;
  expect(invariants.map(({ name, broken }) => [name, broken?.time, broken?.index, broken?.nodes])).toEqual([
    ['one-leader-a-term', 2 * SECOND, 2, ['n1', 'n2']],
    ['logs-match', SECOND, 1, ['n1', 'n2']],
    ['committed-entries-survive', SECOND, 1, ['n1', 'n2']],
  ]);
});

test('what is broken is not looked at again, and the rest is', () => {
  const asked = { a: 0, b: 0 };
  const always = (name: 'a' | 'b', breaks: boolean) => (): Invariant => ({
    name,
    about: '',
    observe: () => {
      asked[name]++;
      return breaks ? { what: 'it', nodes: [], evidence: null } : undefined;
    },
  });
  const breaches = new Breaches([always('a', true), always('b', false)]);
  const found = [0, 1, 2].map((index) => breaches.push(look(index, 'n1', null)).map((b) => b.invariant));
  expect(found).toEqual([['a'], [], []]);
  expect(asked).toEqual({ a: 1, b: 3 });
});

test('what others record is no look at a node', () => {
  const { verdict } = judge(new Invariants('raft-kv'), [
    look(0, 'n1', { led: [4] }),
    { ...look(1, 'n2', { led: [4] }), process: 'runner' },
    { ...look(2, 'n2', { led: [4] }), f: 'node.halted' },
  ]);
  expect(verdict).toBe('unknown');
});

test.each(Object.entries(invariantsBySystem))(
  '%s: each invariant has a name of its own, and says what it is',
  (_, makers) => {
    const all = makers.map((make) => make());
    expect(all.length).toBeGreaterThan(0);
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
    for (const { name, about } of all) {
      expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(about).not.toBe('');
    }
  },
);

test.each(Object.entries(invariantsBySystem))('%s: facts that mean nothing break nothing', (_, makers) => {
  const all = makers.map((make) => make());
  const status = { role: 'x', term: 1, leader: null, logEnd: 0, commit: 0, applied: 0 };
  const meaningless: readonly Json[] = [null, 1, 'x', [], [[]], {}, { led: {}, committed: 7 }];
  for (const [index, facts] of meaningless.entries()) {
    const sample = { node: `n${index % 3}`, time: index, index, state: 'up' };
    for (const invariant of all)
      expect(invariant.observe({ ...sample, status: { ...status, facts } })).toBeUndefined();
    for (const invariant of all) expect(invariant.observe({ ...sample, status: undefined })).toBeUndefined();
  }
});
