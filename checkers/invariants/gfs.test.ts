import { describe, expect, test } from 'vitest';
import type { Json } from '../../harness/history/op.ts';
import { gfsInvariants } from './gfs.ts';

interface Facts {
  readonly version?: number;
  readonly begun?: number;
  readonly commit?: number;
  readonly hash?: number;
  readonly length?: number;
  readonly last?: number;
  readonly leads?: boolean;
  readonly whole?: boolean;
  readonly served?: readonly number[];
}

/** At a second, what a node says of chunk 7. */
type Word = readonly [seconds: number, node: string, facts: Facts];

const WORD = { version: 1, begun: 1, commit: 0, hash: 0, length: 0, leads: false, whole: true, served: [] };

/** The invariants that are broken, each with what its line says. */
function brokenBy(words: readonly Word[]): { readonly [name: string]: string } {
  const invariants = gfsInvariants.map((make) => make());
  const broken: { [name: string]: string } = {};
  words.forEach(([seconds, node, facts], index) => {
    const chunk: Json = { ...WORD, ...facts };
    const status = { role: 'chunkserver', term: 0, leader: null, logEnd: 0, commit: 0, applied: 0 };
    for (const invariant of invariants) {
      const sample = { node, time: seconds * 1e9, index, state: 'up' };
      const found = invariant.observe({ ...sample, status: { ...status, facts: { chunks: { 7: chunk } } } });
      if (found) broken[invariant.name] ??= found.what;
    }
  });
  return broken;
}

const cases: readonly [name: string, words: readonly Word[], broken: { readonly [name: string]: string }][] =
  [
    [
      'leases one after the other, each replica as far as it is',
      [
        [1, 'n2', { leads: true, served: [1], commit: 3, last: 4, hash: 9, length: 30 }],
        [1, 'n3', { commit: 3, last: 3, hash: 9, length: 30 }],
        [
          2,
          'n3',
          { version: 2, begun: 2, leads: true, served: [2], commit: 3, last: 4, hash: 9, length: 30 },
        ],
        [9, 'n2', { commit: 4, last: 4, hash: 8, length: 40 }],
      ],
      {},
    ],
    [
      'two primaries of one version',
      [
        [1, 'n2', { served: [1, 2] }],
        [5, 'n3', { served: [2, 3] }],
      ],
      { 'one-primary-a-version': 'n2 and n3 both acted as the primary of chunk 7 in version 2' },
    ],
    [
      'an earlier lease long after a later one',
      [
        [1, 'n2', { version: 2, begun: 2, leads: true }],
        [2.5, 'n3', { version: 1, leads: true }],
      ],
      {
        'one-lease-at-a-time':
          'n3 holds a lease of chunk 7 in version 1, 1.50 s after n2 held one in version 2',
      },
    ],
    [
      'a word that is a little late',
      [
        [1, 'n2', { version: 2, begun: 2, leads: true }],
        [1.9, 'n3', { version: 1, leads: true }],
      ],
      {},
    ],
    [
      'replicas that differ',
      [
        [1, 'n2', { commit: 3, hash: 9, length: 30 }],
        [2, 'n3', { commit: 3, hash: 8, length: 30 }],
      ],
      { 'replicas-equal': 'the replicas of n2 and n3 of chunk 7 differ in version 1 up to mutation 3' },
    ],
    [
      'a replica that changes by itself',
      [
        [1, 'n2', { commit: 3, hash: 9, length: 30 }],
        [2, 'n2', { commit: 3, hash: 9, length: 31 }],
      ],
      {
        'replicas-equal':
          'the replicas of n2, earlier and now, of chunk 7 differ in version 1 up to mutation 3',
      },
    ],
    [
      'replicas that need not be equal: not yet whole, of another version, not as far, of no known content',
      [
        [1, 'n2', { version: 2, begun: 2, commit: 3, hash: 9, length: 30 }],
        [2, 'n3', { version: 2, begun: 2, commit: 3, hash: 8, length: 30, whole: false }],
        [3, 'n4', { version: 1, begun: 1, commit: 3, hash: 7, length: 30 }],
        [4, 'n5', { version: 2, begun: 2, commit: 4, hash: 6, length: 30 }],
        [5, 'n6', { version: 2, begun: 2, commit: 3, hash: 0, length: 70_000 }],
      ],
      {},
    ],
    [
      'a later primary without what was committed',
      [
        [1, 'n2', { commit: 3, last: 3, hash: 9, length: 30 }],
        [3, 'n3', { version: 2, begun: 2, leads: true, commit: 2, last: 2, hash: 8, length: 20 }],
      ],
      {
        'committed-mutations-survive':
          'n3 is the primary of chunk 7 in version 2 with mutations up to 2, though n2 had 3 committed in version 1',
      },
    ],
    [
      'the same, seen the other way round, and across versions',
      [
        [1, 'n3', { version: 5, begun: 5, leads: true, commit: 2, last: 2 }],
        [2, 'n4', { version: 3, begun: 3, commit: 1, last: 1 }],
        [3, 'n2', { commit: 3, last: 3 }],
      ],
      {
        'committed-mutations-survive':
          'n3 is the primary of chunk 7 in version 5 with mutations up to 2, though n2 had 3 committed in version 1',
      },
    ],
    [
      'a later primary that has it but does not yet know that it is committed; one that has not begun; relaxed',
      [
        [1, 'n2', { commit: 3, last: 3 }],
        [2, 'n3', { version: 2, begun: 2, leads: true, commit: 1, last: 3 }],
        [3, 'n4', { version: 3, begun: 2, leads: true, commit: 1, last: 1 }],
        [4, 'n5', { version: 2, begun: 2, commit: 1, last: 1 }],
        [5, 'n6', { version: 4, begun: 4, leads: true, commit: 1 }],
      ],
      {},
    ],
  ];

describe('what never happens in GFS', () => {
  test.each(cases)('%s', (_, words, broken) => {
    expect(brokenBy(words)).toEqual(broken);
  });

  test('replicas that were compared are counted', () => {
    const replicas = gfsInvariants.map((make) => make()).find(({ name }) => name === 'replicas-equal')!;
    const say = (node: string, hash: number): void => {
      const chunk = { ...WORD, hash };
      const status = { role: '', term: 0, leader: null, logEnd: 0, commit: 0, applied: 0 };
      const facts = { chunks: { 7: chunk } };
      replicas.observe({ node, time: 0, index: 0, state: 'up', status: { ...status, facts } });
    };
    say('n2', 5);
    say('n2', 5);
    expect(replicas.compared).toBe(0);
    say('n3', 5);
    expect(replicas.compared).toBe(1);
  });

  test.each<Json>([null, {}, { chunks: null }, { chunks: [] }, { chunks: { 7: null, 8: { version: 'x' } } }])(
    'facts that say nothing break nothing: %j',
    (facts) => {
      const status = { role: '', term: 0, leader: null, logEnd: 0, commit: 0, applied: 0, facts };
      for (const make of gfsInvariants) {
        expect(make().observe({ node: 'n2', time: 0, index: 0, state: 'up', status })).toBeUndefined();
      }
    },
  );
});
