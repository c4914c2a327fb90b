/** What replicas may say, and what they may not: a look a line, and what each of them breaks. */
import { describe, expect, test } from 'vitest';
import type { Json } from '../../harness/history/op.ts';
import { primaryBackupInvariants } from './primary-backup.ts';

type Look = readonly [node: string, facts: Json];

const UP = { role: 'backup', term: 9, leader: null, logEnd: 0, commit: 0, applied: 0 };

/** The names of the invariants that each look breaks. */
function broken(looks: readonly Look[]): string[][] {
  const all = primaryBackupInvariants.map((make) => make());
  return looks.map(([node, facts], index) => {
    const sample = { node, time: index, index, state: 'up', status: { ...UP, facts } };
    return all.flatMap((invariant) => (invariant.observe(sample) ? [invariant.name] : []));
  });
}

describe('all is well', () => {
  test.each<[string, readonly Look[]]>([
    [
      'epochs of one node, and of others between them; asked often',
      [
        ['n2', { served: [1, 3] }],
        ['n2', { served: [1, 3, 7] }],
        ['n3', { served: [2, 4] }],
      ],
    ],
    [
      'the backup at the same position, and behind, and ahead of what was told',
      [
        [
          'n2',
          {
            digests: [
              [1, 4, 11],
              [1, 8, 12],
            ],
          },
        ],
        ['n3', { digests: [[1, 4, 11]] }],
        [
          'n3',
          {
            digests: [
              [1, 8, 12],
              [1, 12, 13],
            ],
          },
        ],
      ],
    ],
    [
      'the same position in the log of another primary: what the old one had there was never seen',
      [
        ['n2', { digests: [[1, 8, 12]] }],
        ['n3', { digests: [[2, 8, 99]] }],
      ],
    ],
    [
      'a node that starts again says less, and then the same',
      [
        ['n2', { served: [1], digests: [[1, 4, 11]] }],
        ['n2', { served: [], digests: [] }],
        ['n2', { served: [2], digests: [[1, 4, 11]] }],
      ],
    ],
  ])('%s', (_, looks) => {
    expect(broken(looks).flat()).toEqual([]);
  });
});

test('two nodes in one epoch: broken when the second one says so', () => {
  expect(
    broken([
      ['n2', { served: [1, 2] }],
      ['n3', { served: [3] }],
      ['n4', { served: [2] }],
    ]),
  ).toEqual([[], [], ['one-primary-an-epoch']]);
});

test('another state at the same position', () => {
  expect(
    broken([
      [
        'n2',
        {
          digests: [
            [1, 4, 11],
            [1, 8, 12],
          ],
        },
      ],
      [
        'n3',
        {
          digests: [
            [1, 4, 11],
            [1, 8, 21],
          ],
        },
      ],
    ]),
  ).toEqual([[], ['states-agree']]);
});

test('a node that replays its log to another state than before', () => {
  expect(
    broken([
      ['n3', { digests: [[1, 4, 11]] }],
      ['n3', { digests: [[1, 4, 12]] }],
    ]),
  ).toEqual([[], ['states-agree']]);
});

test('who said it, and what', () => {
  const [onePrimary, statesAgree] = primaryBackupInvariants.map((make) => make());
  const look = (node: string, facts: Json) => ({
    node,
    time: 0,
    index: 0,
    state: 'up',
    status: { ...UP, facts },
  });
  onePrimary!.observe(look('n2', { served: [5] }));
  expect(onePrimary!.observe(look('n3', { served: [5] }))).toEqual({
    what: 'n2 and n3 both served in epoch 5',
    nodes: ['n2', 'n3'],
    evidence: { epoch: 5, primaries: ['n2', 'n3'] },
  });
  statesAgree!.observe(look('n2', { digests: [[5, 8, 1]] }));
  expect(statesAgree!.compared).toBe(0);
  expect(statesAgree!.observe(look('n4', { digests: [[5, 8, -2]] }))).toEqual({
    what: 'n2 and n4 had different states at position 8 of epoch 5',
    nodes: ['n2', 'n4'],
    evidence: { epoch: 5, position: 8, digests: [1, -2] },
  });
  expect(statesAgree!.compared).toBe(1);
});
