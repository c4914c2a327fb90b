import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { shippedPlans } from '../plan/bug-plans.ts';
import { loadCatalogue, loadPlan, type Catalogue } from '../plan/index.ts';
import { catalogue as small } from '../plan/test-catalogue.ts';
import { agendaOf, BadPlan } from './agenda.ts';

const catalogue: Catalogue = {
  ...small,
  hosts: { ...small.hosts, sim: { available: true, faults: ['pause'], modes: ['stall'] } },
};

/** A folder of plans, each of raft-kv unless its text says otherwise. */
function plans(files: { readonly [path: string]: string }): string {
  const folder = mkdtempSync(join(tmpdir(), 'agenda-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), `system: { name: raft-kv }\nworkload: { name: kv }\n${text}`);
  }
  return folder;
}

function agenda(files: { readonly [path: string]: string }) {
  const folder = plans(files);
  const { aims, swarms } = agendaOf(folder, catalogue);
  const short = (file: string | undefined) => file && relative(folder, file);
  return {
    aims: aims.map(({ bug, own, swarm, host }) => [bug, short(own), short(swarm), host]),
    swarms: swarms.map(({ file }) => short(file)),
  };
}

test('each bug by its own plan and by the swarm of its system', () => {
  expect(
    agenda({
      'bugs/raft-kv/stale-read.yaml': 'host: sim\n',
      'bugs/raft-kv/vote-not-persisted.yaml': '',
      'explore/raft-kv.yaml': 'host: sim\n',
    }),
  ).toEqual({
    aims: [
      ['stale-read', 'bugs/raft-kv/stale-read.yaml', 'explore/raft-kv.yaml', 'sim'],
      ['vote-not-persisted', 'bugs/raft-kv/vote-not-persisted.yaml', 'explore/raft-kv.yaml', 'process'],
    ],
    swarms: ['explore/raft-kv.yaml'],
  });
});

test('a swarm that is made to find a bug, and a plan that is a swarm of its own', () => {
  expect(
    agenda({
      'bugs/raft-kv/stale-read.yaml': 'explore: { nodes: [3, 5] }\n',
      'explore/elections.yaml': 'explore: { finds: [stale-read, vote-not-persisted] }\n',
      'explore/raft-kv.yaml': '',
    }).aims,
  ).toEqual([
    ['stale-read', 'bugs/raft-kv/stale-read.yaml', 'bugs/raft-kv/stale-read.yaml', 'process'],
    ['vote-not-persisted', undefined, 'explore/elections.yaml', undefined],
  ]);
});

test('a bug that nobody wrote a plan for is not left out', () => {
  expect(agenda({}).aims).toEqual([
    ['stale-read', undefined, undefined, undefined],
    ['vote-not-persisted', undefined, undefined, undefined],
  ]);
});

test('a swarm that expects a violation, or has a bug, says nothing of a correct system', () => {
  expect(
    agenda({
      'explore/a.yaml': 'expect: invalid\n',
      'explore/b.yaml': 'expect: valid\n',
    }).swarms,
  ).toEqual(['explore/b.yaml']);
});

test('a plan with mistakes is refused', () => {
  const folder = plans({ 'explore/a.yaml': 'seed: none\n' });
  expect(() => agendaOf(folder, catalogue)).toThrow(BadPlan);
});

test('every seeded bug that ships has a plan of its own that switches it on, and a swarm', async () => {
  const all = await loadCatalogue();
  const { aims } = agendaOf(shippedPlans()!, all);
  expect(aims.length).toBeGreaterThanOrEqual(16);
  for (const { system, bug, own, swarm } of aims) {
    expect(own, `${system} ${bug}`).toBeDefined();
    expect(swarm, `${system} ${bug}`).toBeDefined();
    const loaded = loadPlan(own!, {}, all);
    if ('problems' in loaded) throw new Error(JSON.stringify(loaded.problems));
    const { expect: expected, system: of } = loaded.plan;
    expect({ of: of.name, bugs: of.bugs, expected }).toEqual({
      of: system,
      bugs: [bug],
      expected: 'invalid',
    });
  }
});
