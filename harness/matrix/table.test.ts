import { expect, test } from 'vitest';
import { holds, type CorrectRow, type Matrix, type Row } from './rows.ts';
import { matrixTable } from './table.ts';

const row = (part: Partial<Row>): Row => ({
  ...{
    system: 'raft-kv',
    bug: 'stale-read',
    way: 'plan',
    host: 'sim',
    plan: 'plans/bugs/raft-kv/stale-read.yaml',
  },
  ...{ found: true, first: 7, seeds: 1, wall: 250, virtual: 2000, checkers: ['linearizable'] },
  ...{ summary: 'not linearizable', saved: 'a.yaml' },
  ...part,
});

const correct = (part: Partial<CorrectRow>): CorrectRow => ({
  ...{
    system: 'raft-kv',
    plan: 'plans/explore/raft-kv.yaml',
    first: 7,
    seeds: 2000,
    valid: 1900,
    unknown: 100,
  },
  ...{ invalid: 0, failed: 0, wall: 90_000, virtual: 1e7, summaries: [] },
  ...part,
});

const matrix = (bugs: readonly Row[], clean: readonly CorrectRow[] = []): Matrix => ({
  ...{ seed: 42, jobs: 2, interrupted: false, environment: {} },
  bugs,
  correct: clean,
});

test('a table a system, a line a bug, a column a way that was gone', () => {
  const text = matrixTable(
    matrix(
      [
        row({}),
        row({ bug: 'two-leaders', checkers: ['linearizable', 'invariants'], seeds: 1234, wall: 12_345 }),
        row({ host: 'process', seeds: 3, virtual: null }),
        row({ way: 'swarm', plan: 'plans/explore/raft-kv.yaml', seeds: 5 }),
        row({ system: 'gfs', bug: 'no-checksum', found: false, seeds: 20_000, checkers: [] }),
        row({ system: 'gfs', bug: 'no-plan', found: false, seeds: 0, plan: null, checkers: [] }),
      ],
      [correct({}), correct({ system: 'gfs', plan: 'plans/explore/gfs.yaml', invalid: 2, valid: 1898 })],
    ),
  );
  expect(text).toBe(`| bug of raft-kv | its plan, simulated | its plan, on processes | a swarm |
| --- | --- | --- | --- |
| \`stale-read\` | 1 seed, 250 ms, linearizable | 3 seeds, 250 ms, linearizable | 5 seeds, 250 ms, linearizable (raft-kv) |
| \`two-leaders\` | 1,234 seeds, 12.3 s, linearizable and invariants |  |  |

| bug of gfs | its plan, simulated |
| --- | --- |
| \`no-checksum\` | **not found**: 20,000 seeds, 250 ms |
| \`no-plan\` | **no plan** |

| correct system | swarm | seeds | valid | proved too little | violations | crashed or hung | wall |
| --- | --- | --- | --- | --- | --- | --- | --- |
| raft-kv | raft-kv | 2,000 | 1,900 | 100 | 0 | 0 | 90.0 s |
| gfs | gfs | 2,000 | 1,898 | 100 | **2** | 0 | 90.0 s |

From seed 42, simulations on 2 threads.
`);
});

test.each<[string, readonly Row[], readonly CorrectRow[], boolean]>([
  ['all found, all clean', [row({})], [correct({})], true],
  ['one not found', [row({}), row({ found: false })], [], false],
  ['a violation of a correct system', [row({})], [correct({ invalid: 1 })], false],
  ['a seed that crashed', [], [correct({ failed: 1 })], false],
  ['no seed that shows anything', [], [correct({ valid: 0, unknown: 2000 })], false],
])('whether a matrix holds: %s', (_, bugs, clean, is) => {
  expect(holds({ bugs, correct: clean })).toBe(is);
});
