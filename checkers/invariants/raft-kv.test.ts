/** What nodes of raft-kv may say, and what they may not: a look a line, and what the last one breaks. */
import { describe, expect, test } from 'vitest';
import type { Json } from '../../harness/history/op.ts';
import { raftKvInvariants } from './raft-kv.ts';
import type { Sample } from './types.ts';

type Look = readonly [node: string, facts: Json];

const UP = { role: 'follower', term: 9, leader: null, logEnd: 0, commit: 0, applied: 0 };

function sample([node, facts]: Look, index: number): Sample {
  return { node, time: index, index, state: 'up', status: { ...UP, facts } };
}

/** What each look breaks: the names of invariants. */
function broken(looks: readonly Look[]): string[][] {
  const all = raftKvInvariants.map((make) => make());
  return looks.map((look, index) =>
    all.flatMap((invariant) => (invariant.observe(sample(look, index)) ? [invariant.name] : [])),
  );
}

const A = [16, 2, 111];

describe('all is well', () => {
  test.each<[string, readonly Look[]]>([
    [
      'one node leads many terms, and is asked often',
      [
        ['n1', { led: [1, 3] }],
        ['n1', { led: [1, 3, 7] }],
        ['n2', { led: [2, 4] }],
      ],
    ],
    [
      'two nodes at the same position',
      [
        ['n1', { committed: [A] }],
        ['n2', { committed: [A] }],
      ],
    ],
    [
      'one node is behind',
      [
        ['n1', { committed: [A, [32, 2, 222], [40, 3, 333]] }],
        ['n2', { committed: [A, [20, 2, 444]] }],
        ['n2', { committed: [A, [32, 2, 222]] }],
      ],
    ],
    [
      'a snapshot up to where another node was',
      [
        ['n1', { committed: [A] }],
        ['n2', { committed: [[20, 2, 444]], snapshot: A }],
      ],
    ],
    [
      'a node that starts again says less',
      [
        ['n1', { led: [5], committed: [A, [20, 2, 444]] }],
        ['n1', { led: [], committed: [], snapshot: null }],
        ['n1', { led: [6], committed: [A] }],
      ],
    ],
    [
      'no facts, and none that mean anything',
      [
        ['n1', { led: 'all', committed: { of: 'them' }, snapshot: [1] }],
        ['n2', null],
        ['n3', { led: ['x', null], committed: [[1, 2], ['a', 'b', 'c'], 7] }],
      ],
    ],
  ])('%s', (_, looks) => {
    expect(broken(looks).flat()).toEqual([]);
  });
});

describe('broken', () => {
  test.each<[string, readonly Look[], readonly string[]]>([
    [
      'a term that two nodes led, though at different times',
      [
        ['n1', { led: [3, 5] }],
        ['n2', { led: [4] }],
        ['n3', { led: [5] }],
      ],
      ['one-leader-a-term'],
    ],
    [
      'the same index and term, another log before it',
      [
        ['n1', { committed: [A] }],
        ['n2', { committed: [[16, 2, 999]] }],
      ],
      ['logs-match', 'committed-entries-survive'],
    ],
    [
      'another entry where one was committed',
      [
        ['n1', { committed: [A] }],
        ['n2', { committed: [[16, 3, 999]] }],
      ],
      ['committed-entries-survive'],
    ],
    [
      'another entry after a restart of the same node',
      [
        ['n1', { committed: [A] }],
        ['n1', { committed: [] }],
        ['n1', { committed: [[16, 3, 999]] }],
      ],
      ['committed-entries-survive'],
    ],
    [
      'a snapshot of something else',
      [
        ['n1', { committed: [A] }],
        ['n2', { committed: [], snapshot: [16, 2, 555] }],
      ],
      ['logs-match', 'committed-entries-survive'],
    ],
  ])('%s', (_, looks, names) => {
    const found = broken(looks);
    expect(found.slice(0, -1).flat()).toEqual([]);
    expect(found.at(-1)).toEqual(names);
  });

  test('what is said of it, for people', () => {
    const [one, , stays] = raftKvInvariants.map((make) => make());
    one!.observe(sample(['n1', { led: [5] }], 0));
    expect(one!.observe(sample(['n4', { led: [5] }], 1))).toEqual({
      what: 'n1 and n4 both led term 5',
      nodes: ['n1', 'n4'],
      evidence: { term: 5, leaders: ['n1', 'n4'] },
    });
    stays!.observe(sample(['n1', { committed: [A] }], 0));
    expect(stays!.observe(sample(['n4', { committed: [[16, 3, 9]] }], 1))).toEqual({
      what: 'n1 has committed an entry of term 2 at 16, and n4 one of term 3',
      nodes: ['n1', 'n4'],
      evidence: { index: 16, claims: [A, [16, 3, 9]] },
    });
  });
});

test('only what another node said counts as compared', () => {
  const [, match, stays] = raftKvInvariants.map((make) => make());
  for (const invariant of [match!, stays!]) {
    invariant.observe(sample(['n1', { committed: [A] }], 0));
    invariant.observe(sample(['n1', { committed: [A] }], 1));
    expect(invariant.compared).toBe(0);
    invariant.observe(sample(['n2', { committed: [A] }], 2));
    expect(invariant.compared).toBe(1);
  }
});
