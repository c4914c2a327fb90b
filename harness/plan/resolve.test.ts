import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Catalogue } from './catalogue.ts';
import { formatProblems } from './format.ts';
import type { Plan } from './plan.ts';
import { resolvePlan } from './resolve.ts';
import { stringifyPlan } from './stringify.ts';
import { QUIET } from '../hosts/sim/settings.ts';
import { catalogue } from './test-catalogue.ts';
import type { Overrides } from './overrides.ts';

const SMALL = 'system: { name: raft-kv }\nworkload: { name: kv }\n';
const FULL = `# yaml-language-server: $schema=./plan.schema.json
name: raft-kv-partitions
system:
  name: raft-kv
  nodes: 5
  bugs: [stale-read]            # seeded bugs
  options: { electionTimeout: 0.2s, preVote: false }
host: process
sim: { latency: { min: 1ms, max: 20ms }, loss: 0.05, fsync: { min: 0, max: 2ms } }
workload:
  name: kv
  clients: 20
  rate: max
  keys: 3
  ops: { get: 5, put: 3, cas: 2 }
  opTimeout: 1s
nemesis:
  - { fault: partition, shape: majorities-ring, every: 5s, for: 2s }
  - { fault: partition, shape: one, direction: in, mode: reset, target: n2, on: voted, for: 1s, every: 3s }
  - { fault: pause, target: leader, every: { min: 5s, max: 7s }, for: { min: 100ms, max: 1s }, after: 0 }
  - { fault: crash, target: trigger, on: "became leader", for: 0 }
  - { fault: delay, links: nodes, delay: 30ms, jitter: 10ms, always: true }
time: 60s
seed: 42
seeds: { network: 7, disks: 0 }
checks: [linearizable]
require: { okOps: 1000 }
expect: invalid
onViolation: continue
`;

function planOf(text: string, overrides: Overrides = {}, file = 'plans/small.yaml'): Plan {
  const resolved = resolvePlan(text, file, overrides, catalogue);
  if ('plan' in resolved) return resolved.plan;
  throw new Error(formatProblems(resolved.problems));
}

test('a plan that says everything', () => {
  const fixed = (ms: number) => ({ min: ms, max: ms });
  expect(planOf(FULL)).toEqual({
    name: 'raft-kv-partitions',
    system: {
      name: 'raft-kv',
      nodes: 5,
      bugs: ['stale-read'],
      options: { electionTimeout: 200, snapshotEvery: 1000, preVote: false },
      durations: ['electionTimeout'],
    },
    host: 'process',
    sim: {
      latency: { min: 1, max: 20 },
      loss: 0.05,
      duplicate: 0,
      reorder: 0,
      fsync: { min: 0, max: 2 },
    },
    workload: {
      name: 'kv',
      clients: 20,
      rate: Infinity,
      keys: 3,
      ops: { get: 5, put: 3, cas: 2 },
      opTimeout: 1000,
    },
    nemesis: [
      {
        fault: 'partition',
        shape: 'majorities-ring',
        direction: 'both',
        mode: 'stall',
        timing: { kind: 'clock', every: fixed(5000), for: fixed(2000), after: undefined },
      },
      {
        fault: 'partition',
        shape: 'one',
        direction: 'in',
        mode: 'reset',
        target: { node: 'n2' },
        timing: { kind: 'mark', mark: 'voted', every: fixed(3000), for: fixed(1000) },
      },
      {
        fault: 'pause',
        target: 'leader',
        timing: { kind: 'clock', every: { min: 5000, max: 7000 }, for: { min: 100, max: 1000 }, after: 0 },
      },
      {
        fault: 'crash',
        target: 'trigger',
        timing: { kind: 'mark', mark: 'became leader', every: fixed(10_000), for: fixed(0) },
      },
      { fault: 'delay', links: 'nodes', delay: 30, jitter: 10, timing: { kind: 'always' } },
    ],
    time: 60_000,
    seed: 42,
    seeds: { network: 7, disks: 0 },
    checks: ['linearizable'],
    require: { okOps: 1000 },
    expect: 'invalid',
    onViolation: 'continue',
  });
});

test('given operations say how many clients and keys there are', () => {
  const { workload } = planOf(`system: { name: raft-kv }
workload:
  name: kv
  operations:
    - { at: 0, client: 2, f: put, key: k4, value: "1" }
    - { at: 1.5s, client: 0, f: get, key: k1 }
`);
  expect(workload).toMatchObject({ clients: 3, keys: 4, rate: 500 });
  expect(workload.operations).toEqual([
    { at: 0, client: 2, f: 'put', key: 'k4', value: '1' },
    { at: 1500, client: 0, f: 'get', key: 'k1' },
  ]);
});

test('given faults name every link, and are told of as if they had been drawn', () => {
  const { nemesis, schedule } = planOf(`${SMALL}schedule:
  - { at: 1.2s, for: 300ms, fault: partition, links: [n1-n2, n1-n3, n2>n1] }
  - { at: 2s, for: 0, fault: crash, nodes: [n3, n2] }
  - { at: 2s, for: 1s, fault: delay, links: [n1>clients], delay: 10ms, jitter: 5ms }
`);
  expect(nemesis).toEqual([]);
  const link = (from: string, to: string) => ({ from, to });
  expect(schedule).toEqual([
    {
      at: 1200,
      until: 1500,
      effect: {
        fault: 'partition',
        about: 'n1 | n2 n3',
        isolated: ['n1'],
        links: [link('n1', 'n2'), link('n2', 'n1'), link('n1', 'n3'), link('n3', 'n1')],
        mode: 'stall',
      },
    },
    { at: 2000, until: 2000, effect: { fault: 'crash', about: 'n3 n2', nodes: ['n3', 'n2'] } },
    {
      at: 2000,
      until: 3000,
      effect: {
        fault: 'delay',
        about: '1 link +10ms to 15ms',
        links: [link('n1', 'clients')],
        delay: 10,
        jitter: 5,
      },
    },
  ]);
});

test('checks that judge what the workload does', () => {
  const queue = 'system: { name: log }\nworkload: { name: queue }\nchecks: [total-queue]\n';
  expect(planOf(queue).checks).toEqual(['total-queue']);
  expect(planOf(`${SMALL}checks: [linearizable, sequential]\n`).checks).toEqual([
    'linearizable',
    'sequential',
  ]);
});

test('a plan that says only what it must', () => {
  const { seed, ...plan } = planOf(SMALL);
  expect(seed).toBeGreaterThanOrEqual(0);
  expect(seed).toBeLessThan(2 ** 31);
  expect(plan).toEqual({
    name: 'small',
    system: {
      name: 'raft-kv',
      nodes: 5,
      bugs: [],
      options: { electionTimeout: 150, snapshotEvery: 1000, preVote: true },
      durations: ['electionTimeout'],
    },
    host: 'process',
    sim: QUIET,
    seeds: {},
    workload: {
      name: 'kv',
      clients: 10,
      rate: 500,
      keys: 10,
      ops: { get: 5, put: 3, cas: 2, append: 0 },
      opTimeout: 1000,
    },
    nemesis: [],
    time: 30_000,
    checks: ['linearizable'],
    require: { okOps: 1 },
    expect: 'valid',
    onViolation: 'stop',
  });
});

test('a seed that nobody gave is another one each time', () => {
  expect(new Set(Array.from({ length: 20 }, () => planOf(SMALL).seed)).size).toBeGreaterThan(10);
});

test.each([
  ['plans/raft-kv.yaml', 'raft-kv'],
  ['a.b.yml', 'a.b'],
  ['/tmp/my plan (2).yaml', 'my-plan-2-'],
  ['.hidden.yaml', 'hidden'],
  ['...', 'plan'],
  ['latest.yaml', 'plan'],
  ['/dev/fd/63', '63'],
  [`${'x'.repeat(200)}.yaml`, 'x'.repeat(100)],
])('the plan of %s is named %s', (file, name) => expect(planOf(SMALL, {}, file).name).toBe(name));

test('fields with nothing below them are as good as absent', () => {
  const plan = planOf(
    'system:\n  name: raft-kv\n  bugs:\n  # - stale-read\n  options:\nworkload: { name: kv }\nnemesis:\n  # later\n',
  );
  expect([plan.system.bugs, plan.nemesis]).toEqual([[], []]);
});

describe('overrides', () => {
  test('change, add and remove', () => {
    const plan = planOf(FULL, {
      set: [
        'workload.rate=1000/s',
        'system.bugs=[]',
        'system.bugs.0=vote-not-persisted',
        'system.options.snapshotEvery=7',
        'nemesis.0.for=1s',
        'nemesis.5={ fault: pause, always: true }',
        'require.okOps = 5',
        'seed=1',
      ],
      seed: '7',
      time: '90s',
      host: 'process',
    });
    expect(plan.workload.rate).toBe(1000);
    expect(plan.system.bugs).toEqual(['vote-not-persisted']);
    expect(plan.system.options['snapshotEvery']).toBe(7);
    expect(plan.nemesis[0]!.timing).toMatchObject({ for: { min: 1000, max: 1000 } });
    expect(plan.nemesis[5]).toEqual({ fault: 'pause', target: 'one', timing: { kind: 'always' } });
    expect(plan).toMatchObject({ require: { okOps: 5 }, seed: 7, time: 90_000 });
  });

  test('make what is not there', () => {
    const plan = planOf(SMALL, {
      set: ['require.okOps=9', 'nemesis.0.fault=pause', 'system.options.preVote=false'],
    });
    expect(plan).toMatchObject({ require: { okOps: 9 }, nemesis: [{ fault: 'pause' }] });
    expect(plan.system.options['preVote']).toBe(false);
  });

  test('of a mistake in the file make it go away', () => {
    expect(planOf(`${SMALL}time: 5 apples\n`, { time: '5s' }).time).toBe(5000);
  });
});

/** Everything that must hold of whatever text and overrides. */
function holds(text: string, overrides: Overrides): void {
  const resolved = resolvePlan(text, 'p.yaml', overrides, catalogue);
  if ('plan' in resolved) {
    expect(planOf(stringifyPlan(resolved.plan))).toEqual(resolved.plan);
    return;
  }
  expect(resolved.problems.length).toBeGreaterThan(0);
  const lines = text.split('\n');
  for (const { line, column, option } of resolved.problems) {
    if (line === undefined) {
      expect(option).toBeDefined();
      continue;
    }
    expect(line).toBeGreaterThanOrEqual(1);
    expect(line).toBeLessThanOrEqual(lines.length);
    expect(column).toBeGreaterThanOrEqual(1);
    expect(column).toBeLessThanOrEqual(lines[line - 1]!.length + 1);
  }
  expect(formatProblems(resolved.problems).replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
}

describe('whatever the text, there is a plan or a problem with its place', () => {
  const scrap = fc.oneof(
    fc.constantFrom(...'{}[]:,-#&*!|>\'"%@`?~\n\t '),
    fc.constantFrom(
      '&a ',
      '*a',
      '!!set ',
      '? ',
      '---\n',
      '...\n',
      '<<: ',
      '1e400',
      '-1',
      '.nan',
      'null',
      'yes',
      '""',
      '\u001b[0m',
      '__proto__: ',
      'constructor',
      '\r\n',
      '\0',
      '\ud800',
    ),
    fc.string({ maxLength: 5, unit: 'grapheme' }),
  );
  const edit = fc.record({ at: fc.nat(FULL.length), drop: fc.oneof(fc.constant(0), fc.nat(12)), put: scrap });

  test('after a few edits of a good one', () => {
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
        const text = edits.reduce(
          (text, { at, drop, put }) => text.slice(0, at) + put + text.slice(at + drop),
          FULL,
        );
        holds(text, {});
      }),
      { numRuns: 500 },
    );
  });

  test('made of scraps', () => {
    fc.assert(
      fc.property(fc.array(scrap, { maxLength: 30 }), (scraps) => holds(scraps.join(''), {})),
      { numRuns: 300 },
    );
  });

  test('of the right form with any values', () => {
    const words = fc.constantFrom(...(FULL.match(/[\w-]+/g) ?? []));
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 3 },
        words,
        fc.jsonValue({ maxDepth: 1 }),
        fc.array(tie('any'), { maxLength: 3 }),
        fc.dictionary(words, tie('any'), { maxKeys: 4 }),
      ),
    })).any;
    fc.assert(
      fc.property(fc.dictionary(words, value), (plan) => holds(JSON.stringify(plan), {})),
      { numRuns: 300 },
    );
  });

  test('with any overrides', () => {
    const paths = fc.constantFrom(
      'system',
      'system.bugs',
      'workload.rate',
      'nemesis',
      'nemesis.0',
      'nemesis.1.for',
      'nemesis.9',
      'name',
      'a.b',
      'require.okOps',
      'system.options.x',
      '__proto__.x',
      'nemesis.0.0',
    );
    const set = fc.oneof(
      fc.tuple(paths, scrap).map(([path, value]) => `${path}=${value}`),
      scrap,
    );
    fc.assert(
      fc.property(fc.array(set, { maxLength: 4 }), fc.option(scrap, { nil: undefined }), (set, seed) =>
        holds(FULL, { set, ...(seed !== undefined && { seed, time: seed }) }),
      ),
      { numRuns: 300 },
    );
  });
});

test.each<[string, object]>([
  ['clock', { fault: 'clock', target: 'one', mode: 'bump', offset: { min: 500, max: 500 } }],
  ['clock, mode: drift', { fault: 'clock', target: 'one', mode: 'drift', drift: { min: 0.02, max: 0.02 } }],
  [
    'clock, mode: strobe, offset: { min: -1s, max: 2s }',
    { fault: 'clock', target: 'one', mode: 'strobe', offset: { min: -1000, max: 2000 }, period: 200 },
  ],
  ['disk', { fault: 'disk', target: 'one', trouble: 'slow', delay: 100 }],
  ['disk, trouble: full, target: n2', { fault: 'disk', target: { node: 'n2' }, trouble: 'full' }],
  ['flip', { fault: 'flip', target: 'one' }],
])('what a fault does not say: %s', (fault, expected) => {
  const { timing: _, ...entry } = planOf(`${SMALL}nemesis: [{ fault: ${fault} }]\n`).nemesis[0]!;
  expect(entry).toEqual(expected);
});

test.each<[string, number, number, number]>([
  ['', 0.05, 0, 0],
  [', loss: 1%', 0.01, 0, 0],
  [', duplicate: 0.5', 0, 0.5, 0],
  [', reorder: 10%, loss: 20%', 0.2, 0, 0.1],
])('what is asked of packets: %s', (fields, loss, duplicate, reorder) => {
  const all = {
    ...catalogue,
    hosts: { ...catalogue.hosts, process: { ...catalogue.hosts.process, faults: ['packet'] } },
  };
  const resolved = resolvePlan(
    `${SMALL}nemesis: [{ fault: packet${fields} }]\n`,
    'p.yaml',
    {},
    all as Catalogue,
  );
  if ('problems' in resolved) throw new Error(formatProblems(resolved.problems));
  expect(resolved.plan.nemesis).toMatchObject([
    { fault: 'packet', links: 'nodes', loss, duplicate, reorder },
  ]);
});
