import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LINK_SETS, MODES, NAMED_TARGETS, type Timing } from '../../nemesis/entry.ts';
import { faults } from '../../nemesis/index.ts';
import { QUIET } from '../hosts/sim/settings.ts';
import type { Catalogue } from './catalogue.ts';
import { formatProblems } from './format.ts';
import type { Exploration, NemesisEntry, Plan } from './index.ts';
import type { PlanOperation } from './operation-fields.ts';
import { resolvePlan } from './resolve.ts';
import { scheduledFault } from './schedule-fields.ts';
import { stringifyPlan } from './stringify.ts';
import { catalogue as small } from './test-catalogue.ts';

/** With a host that has every fault. */
const catalogue: Catalogue = {
  ...small,
  hosts: {
    ...small.hosts,
    process: { available: true, faults: faults.map(({ name }) => name), modes: MODES },
  },
};

const plan: Plan = {
  name: 'all-of-it',
  system: {
    name: 'raft-kv',
    nodes: 5,
    bugs: ['stale-read'],
    options: { electionTimeout: 150, snapshotEvery: 1000, preVote: false },
    durations: ['electionTimeout'],
  },
  host: 'process',
  sim: {
    latency: { min: 0.5, max: 2 },
    loss: 0,
    duplicate: 0.01,
    reorder: 0,
    fsync: { min: 1, max: 1 },
  },
  workload: { name: 'kv', clients: 10, rate: Infinity, keys: 3, ops: { get: 5, put: 3 }, opTimeout: 1500 },
  nemesis: [
    {
      fault: 'partition',
      shape: 'one',
      direction: 'out',
      mode: 'reset',
      target: { node: 'n3' },
      timing: { kind: 'clock', every: { min: 5000, max: 7000 }, for: { min: 2000, max: 2000 }, after: 0 },
    },
    {
      fault: 'crash',
      target: 'trigger',
      timing: { kind: 'mark', mark: 'yes', every: { min: 1000, max: 1000 }, for: { min: 0, max: 0 } },
    },
    { fault: 'delay', links: 'clients', delay: 0.5, jitter: 0, timing: { kind: 'always' } },
    { fault: 'packet', links: 'nodes', loss: 0.07, duplicate: 0, reorder: 1e-9, timing: { kind: 'always' } },
    {
      fault: 'clock',
      target: 'minority',
      mode: 'bump',
      offset: { min: -2000, max: 500 },
      timing: { kind: 'always' },
    },
    {
      fault: 'clock',
      target: 'all',
      mode: 'drift',
      drift: { min: -0.005, max: -0.005 },
      timing: { kind: 'always' },
    },
    {
      fault: 'clock',
      target: 'one',
      mode: 'strobe',
      offset: { min: 200, max: 200 },
      period: 100,
      timing: { kind: 'always' },
    },
    { fault: 'disk', target: 'one', trouble: 'slow', delay: 200, timing: { kind: 'always' } },
    { fault: 'disk', target: { node: 'n2' }, trouble: 'full', timing: { kind: 'always' } },
    { fault: 'flip', target: 'one', timing: { kind: 'always' } },
  ],
  time: 90_000,
  seed: 42,
  seeds: { network: 7 },
  checks: ['linearizable'],
  require: { okOps: 1000 },
  expect: 'invalid',
  onViolation: 'continue',
};

test('a plan reads as people write it', () => {
  expect(stringifyPlan(plan)).toBe(`name: all-of-it
system:
  name: raft-kv
  nodes: 5
  bugs: [ stale-read ]
  options:
    electionTimeout: 150ms
    snapshotEvery: 1000
    preVote: false
host: process
sim:
  latency: { min: 0.5ms, max: 2ms }
  loss: 0%
  duplicate: 1%
  reorder: 0%
  fsync: { min: 1ms, max: 1ms }
workload:
  name: kv
  clients: 10
  rate: max
  keys: 3
  ops: { get: 5, put: 3 }
  opTimeout: 1500ms
nemesis:
  - { fault: partition, shape: one, direction: out, mode: reset, target: n3, every: { min: 5s, max: 7s }, for: 2s, after: 0s }
  - { fault: crash, target: trigger, every: 1s, for: 0s, on: yes }
  - { fault: delay, links: clients, delay: 0.5ms, jitter: 0s, always: true }
  - { fault: packet, links: nodes, loss: 7%, duplicate: 0%, reorder: 1e-9, always: true }
  - { fault: clock, target: minority, mode: bump, offset: { min: -2s, max: 500ms }, always: true }
  - { fault: clock, target: all, mode: drift, drift: -0.5%, always: true }
  - { fault: clock, target: one, mode: strobe, offset: 200ms, period: 100ms, always: true }
  - { fault: disk, target: one, trouble: slow, delay: 200ms, always: true }
  - { fault: disk, target: n2, trouble: full, always: true }
  - { fault: flip, target: one, always: true }
time: 90s
seed: 42
seeds: { network: 7 }
checks: [ linearizable ]
require: { okOps: 1000 }
expect: invalid
onViolation: continue
`);
});

test('what an exploration may vary, a field a line', () => {
  const explore: Exploration = {
    nodes: [3, 5],
    options: { electionTimeout: { min: 100, max: 1500 }, preVote: [true, false], snapshotEvery: [10] },
    rate: [50, Infinity],
    ops: { get: [1], put: { min: 0, max: 3 } },
    time: { min: 1000, max: 90_000 },
    sim: { latency: { min: 0.5, max: 3 }, loss: [0, 0.1] },
    faults: ['crash', 'pause'],
    triggers: ['leader'],
    finds: ['stale-read'],
  };
  const require = { okOps: 5, faults: 'some' as const, marks: ['leader'] };
  const text = stringifyPlan({ ...plan, explore, require });
  expect(text).toContain('require: { okOps: 5, faults: some, marks: [ leader ] }\n');
  expect(text.slice(text.indexOf('explore:'))).toBe(`explore:
  nodes: [ 3, 5 ]
  options: { electionTimeout: { min: 100ms, max: 1500ms }, preVote: [ true, false ], snapshotEvery: 10 }
  rate: [ 50/s, max ]
  ops: { get: 1, put: { min: 0, max: 3 } }
  time: { min: 1s, max: 90s }
  sim: { latency: { min: 0.5ms, max: 3ms }, loss: [ 0%, 10% ] }
  faults: [ crash, pause ]
  triggers: [ leader ]
  finds: [ stale-read ]
`);
  const resolved = resolvePlan(text, 'plan.yaml', {}, catalogue);
  expect('plan' in resolved && resolved.plan).toEqual({ ...plan, explore, require });
});

test('a plan of given faults and operations is a line for each of them', () => {
  const links = (...texts: string[]) =>
    texts.map((text) => ({ from: text.split('>')[0]!, to: text.split('>')[1]! }));
  const about = '';
  const text = stringifyPlan({
    ...plan,
    workload: {
      ...plan.workload,
      operations: [
        { at: 0, client: 0, f: 'put', key: 'k1', value: '7' },
        { at: 120.5, client: 3, f: 'cas', key: 'k2', value: ['7', 'null'] },
        { at: 1000, client: 3, f: 'get', key: 'k1' },
      ],
    },
    nemesis: [],
    schedule: [
      {
        at: 1200,
        until: 1500,
        effect: {
          fault: 'partition',
          about,
          isolated: [],
          links: links('n1>n2', 'clients>n1', 'n2>n1'),
          mode: 'stall',
        },
      },
      { at: 0.000001, until: 2000.000001, effect: { fault: 'pause', about, nodes: ['n1', 'n3'] } },
      { at: 2000, until: 2000, effect: { fault: 'crash', about, nodes: ['n2'] } },
      {
        at: 3000,
        until: 4000,
        effect: { fault: 'delay', about, links: links('n1>n2'), delay: 10, jitter: 0.5 },
      },
    ].map((fault) => scheduledFault(fault as Parameters<typeof scheduledFault>[0])),
  });
  expect(text.slice(text.indexOf('workload'))).toBe(`workload:
  name: kv
  clients: 10
  keys: 3
  opTimeout: 1500ms
  operations:
    - { at: 0s, client: 0, f: put, key: k1, value: "7" }
    - { at: 120.5ms, client: 3, f: cas, key: k2, value: [ "7", "null" ] }
    - { at: 1s, client: 3, f: get, key: k1 }
schedule:
  - { at: 1200ms, for: 300ms, fault: partition, links: [ n1-n2, clients>n1 ], mode: stall }
  - { at: 0.000001ms, for: 2s, fault: pause, nodes: [ n1, n3 ] }
  - { at: 2s, for: 0s, fault: crash, nodes: [ n2 ] }
  - { at: 3s, for: 1s, fault: delay, links: [ n1>n2 ], delay: 10ms, jitter: 0.5ms }
time: 90s
seed: 42
seeds: { network: 7 }
checks: [ linearizable ]
require: { okOps: 1000 }
expect: invalid
onViolation: continue
`);
});

test('a name like a number stays a name', () => {
  expect(stringifyPlan({ ...plan, name: '42' })).toMatch(/^name: "42"$/m);
});

/** To the microsecond, below the run's shortest time. */
const ms = (min: number, max: number) =>
  fc.integer({ min: min * 1000, max: max * 1000 }).map((us) => us / 1000);
const span = (min: number, max: number) =>
  fc.tuple(ms(min, max), ms(min, max)).map(([a, b]) => ({ min: Math.min(a, b), max: Math.max(a, b) }));
const timing: fc.Arbitrary<Timing> = fc.oneof(
  fc.record({
    kind: fc.constant('clock' as const),
    every: span(1001, 5000),
    for: span(1, 1000),
    after: fc.option(ms(0, 5000), { nil: undefined }),
  }),
  fc.constant({ kind: 'always' as const }),
  fc.record({
    kind: fc.constant('mark' as const),
    mark: fc.string({ minLength: 1 }),
    every: span(1, 5000),
    for: span(1, 5000),
  }),
);
const target = fc.oneof(
  fc.constantFrom(...NAMED_TARGETS).filter((name) => name !== 'trigger'),
  fc.record({ node: fc.constantFrom('n1', 'n5') }),
);
const offset = fc
  .tuple(ms(-5000, 5000), ms(1, 5000))
  .map(([min, more]) => ({ min, max: Math.round((min + more) * 1000) / 1000 }));
const entry: fc.Arbitrary<NemesisEntry> = fc.oneof(
  fc.record({
    fault: fc.constant('partition' as const),
    shape: fc.constantFrom('random-halves' as const, 'bridge' as const, 'isolate-leader' as const),
    direction: fc.constantFrom('both' as const, 'in' as const, 'out' as const),
    mode: fc.constantFrom('stall' as const, 'reset' as const),
    timing,
  }),
  fc.record({
    fault: fc.constant('partition' as const),
    shape: fc.constantFrom('one' as const, 'clients' as const),
    direction: fc.constant('both' as const),
    mode: fc.constant('stall' as const),
    target,
    timing,
  }),
  fc.record({
    fault: fc.constantFrom('pause' as const, 'crash' as const, 'flip' as const),
    target,
    timing,
  }),
  fc.record({
    fault: fc.constant('packet' as const),
    links: fc.constantFrom(...LINK_SETS),
    loss: fc.double({ min: 0.001, max: 1, noNaN: true }),
    duplicate: fc.double({ min: 0, max: 1, noNaN: true }).map(Math.abs),
    reorder: fc.constantFrom(0, 0.07, 0.29),
    timing,
  }),
  fc.record({
    fault: fc.constant('clock' as const),
    mode: fc.constant('bump' as const),
    offset,
    target,
    timing,
  }),
  fc.record({
    fault: fc.constant('clock' as const),
    mode: fc.constant('drift' as const),
    drift: fc.double({ min: -0.5, max: 0.4, noNaN: true }).map((min) => ({ min: min + 0, max: min + 0.1 })),
    target,
    timing,
  }),
  fc.record({
    fault: fc.constant('clock' as const),
    mode: fc.constant('strobe' as const),
    offset,
    period: ms(1, 1000),
    target,
    timing,
  }),
  fc.record({
    fault: fc.constant('disk' as const),
    trouble: fc.constant('slow' as const),
    delay: ms(1, 1000),
    target,
    timing,
  }),
  fc.record({
    fault: fc.constant('disk' as const),
    trouble: fc.constantFrom('fail' as const, 'full' as const),
    target,
    timing,
  }),
  fc.record({
    fault: fc.constant('delay' as const),
    links: fc.constantFrom(...LINK_SETS),
    delay: ms(1, 100),
    jitter: ms(0, 100),
    timing,
  }),
);
const lengths = span(0, 10);
const chance = fc.double({ min: 0, max: 0.9, noNaN: true }).map(Math.abs); // no -0
const node = fc.constantFrom('n1', 'n2', 'n3', 'n4', 'n5');
const nodes = fc.subarray(['n1', 'n2', 'n3', 'n4', 'n5'], { minLength: 1 });
const links = fc.array(
  fc
    .record({ from: fc.oneof(node, fc.constant('clients')), to: node })
    .filter(({ from, to }) => from !== to)
    .chain(({ from, to }) => fc.constantFrom({ from, to }, { from: to, to: from })),
  { minLength: 1, maxLength: 12 },
);
const about = fc.constant('as it was told of');
const scheduled = fc
  .record({
    at: ms(0, 3000),
    for: ms(1, 2000),
    effect: fc.oneof(
      fc.record({
        fault: fc.constant('partition' as const),
        about,
        isolated: fc.constant([]),
        links,
        mode: fc.constantFrom('stall' as const, 'reset' as const),
      }),
      fc.record({
        fault: fc.constant('packet' as const),
        about,
        links,
        loss: fc.double({ min: 0, max: 1, noNaN: true }).map(Math.abs),
        duplicate: fc.constant(0),
        reorder: fc.constantFrom(0, 0.05, 1),
      }),
      nodes.chain((some) =>
        fc.record({
          fault: fc.constant('clock' as const),
          about,
          nodes: fc.constant(some),
          skews: fc
            .tuple(fc.integer({ min: -5000, max: 5000 }), fc.double({ min: 0.5, max: 2, noNaN: true }))
            .map(([offset, rate]) => Object.fromEntries(some.map((node) => [node, { offset, rate }]))),
          period: ms(0, 100),
        }),
      ),
      fc.record({
        fault: fc.constant('disk' as const),
        about,
        nodes,
        trouble: fc.oneof(
          fc.record({ kind: fc.constant('slow' as const), delay: ms(1, 100) }),
          fc.record({ kind: fc.constantFrom('fail' as const, 'full' as const) }),
        ),
      }),
      fc.record({
        fault: fc.constant('flip' as const),
        about,
        nodes,
        where: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      }),
      fc.record({ fault: fc.constantFrom('pause' as const, 'crash' as const), about, nodes }),
      fc.record({
        fault: fc.constant('delay' as const),
        about,
        links,
        delay: ms(0, 100),
        jitter: ms(0, 100),
      }),
    ),
  })
  .map(({ at, for: lasts, effect }) => scheduledFault({ at, until: at + lasts, effect }));
const operation: fc.Arbitrary<PlanOperation> = fc.record(
  {
    at: ms(0, 5999),
    client: fc.nat(9),
    f: fc.constantFrom('get', 'put', 'cas', 'append'),
    key: fc.constantFrom('k1', 'k2', 'k7'),
    value: fc.oneof(fc.string(), fc.integer(), fc.constant(null), fc.tuple(fc.string(), fc.string())),
  },
  { requiredKeys: ['at', 'client', 'f'] },
);
const drawn: fc.Arbitrary<Plan> = fc.record({
  name: fc
    .stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,20}$/)
    .filter((name) => name !== 'latest' && name !== 'README.md'),
  system: fc.record({
    name: fc.constant('raft-kv'),
    nodes: fc.integer({ min: 5, max: 9 }),
    bugs: fc.subarray(['stale-read', 'vote-not-persisted']),
    options: fc.record({
      electionTimeout: ms(10, 10_000),
      snapshotEvery: fc.integer({ min: 1, max: 100_000 }),
      preVote: fc.boolean(),
    }),
    durations: fc.constant(['electionTimeout']),
  }),
  host: fc.constant('process' as const),
  sim: fc.oneof(
    fc.constant(QUIET),
    fc.record({ latency: lengths, loss: chance, duplicate: chance, reorder: chance, fsync: lengths }),
  ),
  workload: fc.record({
    name: fc.constant('kv'),
    clients: fc.integer({ min: 1, max: 10_000 }),
    rate: fc.oneof(fc.constant(Infinity), fc.double({ min: 0.001, max: 1e9, noNaN: true })),
    keys: fc.integer({ min: 1, max: 1_000_000 }),
    ops: fc.record(
      { get: fc.integer({ min: 1, max: 99 }), put: fc.nat(99), append: fc.nat(99) },
      { requiredKeys: ['get'] },
    ),
    opTimeout: ms(1, 1e6),
  }),
  nemesis: fc.array(entry, { maxLength: 5 }),
  time: ms(6000, 6e8),
  seed: fc.nat(2 ** 31 - 1),
  seeds: fc.record(
    {
      workload: fc.nat(2 ** 32 - 1),
      faults: fc.nat(9),
      network: fc.nat(9),
      disks: fc.nat(9),
      nodes: fc.nat(9),
    },
    { requiredKeys: [] },
  ),
  checks: fc.constant(['linearizable' as const]),
  require: fc.record({ okOps: fc.integer({ min: 1, max: 1e9 }) }),
  expect: fc.constantFrom('valid' as const, 'invalid' as const),
  onUnknown: fc.constantFrom('fail' as const, 'pass' as const),
  onViolation: fc.constantFrom('stop' as const, 'continue' as const),
});

/** With faults at given times in the place of those that are drawn, or operations, or both. */
const plans: fc.Arbitrary<Plan> = fc
  .tuple(
    drawn,
    fc.option(fc.array(scheduled, { maxLength: 5 }), { nil: undefined }),
    fc.option(fc.array(operation, { maxLength: 5 }), { nil: undefined }),
  )
  .map(([plan, schedule, operations]) => ({
    ...plan,
    ...(schedule && { nemesis: [], schedule }),
    ...(operations && {
      workload: {
        ...plan.workload,
        clients: 10,
        keys: 7,
        rate: 500,
        ops: catalogue.workloads.kv!.functions,
        operations,
      },
    }),
  }));

test('every plan parses back to itself', () => {
  fc.assert(
    fc.property(plans, (plan) => {
      const text = stringifyPlan(plan);
      const resolved = resolvePlan(text, 'plan.yaml', {}, catalogue);
      if ('problems' in resolved) throw new Error(formatProblems(resolved.problems));
      expect(resolved.plan).toEqual(plan);
    }),
    { numRuns: 300 },
  );
});
