/** Plans with mistakes, and what is said about each: place, field, sentence, hint. */
import { describe, expect, test } from 'vitest';
import { catalogue } from './test-catalogue.ts';
import { resolvePlan } from './resolve.ts';
import type { Overrides } from './overrides.ts';

const GOOD = `system: { name: raft-kv, nodes: 5 }
workload: { name: kv }
`;

function said(text: string, overrides: Overrides = {}): string {
  const resolved = resolvePlan(text, 'p.yaml', overrides, catalogue);
  if ('plan' in resolved) return 'a plan';
  return resolved.problems
    .map(({ line, column, option, path, message, expected, hint }) => {
      const where = option === undefined ? `${line}:${column} ${path}` : `${option}:`;
      const more = expected !== undefined && !message.includes(expected) ? `\n    expected ${expected}` : '';
      return `${where} ${message}${more}${hint === undefined ? '' : `\n    ${hint}`}`;
    })
    .join('\n');
}
const withGood = (more: string): string => said(GOOD + more);
/** The one entry of `nemesis`, on line 3 from column 10. */
const withFault = (entry: string): string => withGood(`nemesis: [${entry}]\n`);

test('a good plan', () => expect(said(GOOD)).toBe('a plan'));

describe('the text', () => {
  test.each([
    ['empty', ''],
    ['comments only', '# nothing\n'],
    ['a list', '- a\n'],
    ['a text', 'hello\n'],
    ['two documents', `${GOOD}---\n${GOOD}`],
    ['a tab', 'system:\n\tname: raft-kv\n'],
    ['an open quote', 'name: "x\n'],
    ['an open bracket', 'checks: [linearizable\nname: x\n'],
    ['a reserved character', 'name: @x\n'],
    ['a colon too many', 'name: a: b\n'],
    ['the same field twice', `${GOOD}seed: 1\nseed: 2\n`],
    ['the same field twice, and another mistake', `${GOOD}seed: 1\nseed: 2\nhots: process\n`],
    ['a tag that would run code', `${GOOD}name: !!js/function "function () {}"\n`],
    ['a tag of no schema', `${GOOD}seed: !seed 7\n`],
    ['bytes', `${GOOD}name: !!binary aGVsbG8=\n`],
    ['an alias to nothing', `${GOOD}nemesis: *faults\n`],
    ['a list that holds itself', `${GOOD}nemesis: &all [*all]\n`],
    ['nested deeply', `name: ${'['.repeat(15_000)}`],
    ['nested deeply otherwise', `${'- '.repeat(15_000)}`],
    ['too long', `# ${'x'.repeat(70_000)}`],
    ['a merge key', `${GOOD}<<: { seed: 1 }\n`],
    ['a list as the name of a field', `${GOOD}? [a]\n: 1\n`],
    ['__proto__', `${GOOD}__proto__: { seed: 1 }\n`],
  ])('%s', (_, text) => expect(said(text)).toMatchSnapshot());

  test('more mistakes than anyone reads', () => {
    const fields = Array.from({ length: 600 }, (_, i) => `x${i}: 1\n`).join('');
    expect(withGood(fields).split('\n').slice(-1)).toEqual(['503:1  100 more mistakes are not listed']);
  });

  test('aliases are fine in moderation', () => {
    expect(withGood('nemesis: [&p { fault: pause }, *p]\n')).toBe('a plan');
  });

  test('a bomb of aliases is not', () => {
    const bomb = Array.from(
      { length: 12 },
      (_, i) => `x${i}: &x${i} [${i ? `*x${i - 1}, `.repeat(9) : 'lol'}]`,
    );
    expect(said(bomb.join('\n'))).toMatchInlineSnapshot(`
      "2:10  aliases stand for more than 100 nodes
          write them out"
    `);
  });
});

describe('fields', () => {
  test.each([
    ['nothing in it', '{}'],
    ['no system', 'workload: { name: kv }'],
    ['no names', 'system: { nodes: 3 }\nworkload:\n  rate: max\n'],
    ['a system that is no mapping', 'system: raft-kv\nworkload: [kv]\n'],
    ['nothing in the system', 'system:\nworkload: { name: kv }\n'],
    ['unknown names', 'system: { name: raftkv }\nworkload: { name: vk }\n'],
    ['names like what every object has', 'system: { name: constructor }\nworkload: { name: __proto__ }\n'],
    ['a workload that does not fit', 'system: { name: raft-kv }\nworkload: { name: queue }\n'],
    [
      'mistakes behind an unknown system',
      'system: { name: raft-vk, bugs: [stale-raed] }\nworkload: { name: kv }\n',
    ],
    [
      'mistakes behind an unknown workload',
      'system: { name: log }\nworkload: { name: quue, ops: { enq: 1 } }\n',
    ],
    ['nodes', 'system: { name: raft-kv, nodes: 12 }\nworkload: { name: kv }\n'],
    ['no nodes', 'system: { name: raft-kv, nodes: 0 }\nworkload: { name: kv }\n'],
    [
      'too many nodes for anything',
      'system: { name: raft-kv, nodes: 1e9 }\nworkload: { name: kv }\nnemesis: [{ fault: pause, target: n7 }]\n',
    ],
    ['nodes by the half', 'system: { name: raft-kv, nodes: 2.5 }\nworkload: { name: kv }\n'],
    ['nodes in quotes', 'system: { name: raft-kv, nodes: "5" }\nworkload: { name: kv }\n'],
    ['nodes where there is no choice', 'system: { name: log, nodes: 5 }\nworkload: { name: queue }\n'],
    [
      'bugs',
      'system: { name: raft-kv, bugs: [stale-red, 7, stale-read, stale-read] }\nworkload: { name: kv }\n',
    ],
    [
      'invariants of a system without',
      'system: { name: log }\nworkload: { name: queue }\nchecks: [total-queue, invariants]\n',
    ],
    ['bugs of a system without', 'system: { name: log, bugs: [stale-read] }\nworkload: { name: queue }\n'],
    ['one bug', 'system: { name: raft-kv, bugs: stale-read }\nworkload: { name: kv }\n'],
    [
      'options',
      'system: { name: raft-kv, options: { electionTimeout: 5, snapshotEvery: 0, preVote: yes, snapshotevery: 1, __proto__: 1 } }\nworkload: { name: kv }\n',
    ],
    [
      'options that are a choice',
      'system: { name: log, options: { ack: al } }\nworkload: { name: queue }\nexplore: { options: { ack: { min: one, max: all } } }\n',
    ],
    [
      'an option that is a choice, a number',
      'system: { name: log, options: { ack: 3 } }\nworkload: { name: queue }\n',
    ],
    [
      'options out of range',
      'system: { name: raft-kv, options: { electionTimeout: 5ms, preVote: [] } }\nworkload: { name: kv }\n',
    ],
  ])('%s', (_, text) => expect(said(text)).toMatchSnapshot());

  test.each([
    ['name', 'name: a/b'],
    ['name, out of the folder', 'name: ..'],
    ['name, taken', 'name: latest'],
    ['name, a number', 'name: 42'],
    ['an unknown field', 'sede: 1'],
    ['host', 'host: proces'],
    ['host of another version', 'host: sim'],
    ['time', 'time: 30'],
    ['time, none', 'time: 0s'],
    ['time, a list', 'time: [1s]'],
    ['seed', 'seed: -1'],
    ['seed, a text', 'seed: abc'],
    ['seed, too large', 'seed: 99999999999999999999'],
    ['checks', 'checks: [linearisable, serializable]'],
    ['a check of other objects', 'checks: [linearizable, set-full]'],
    ['no checks', 'checks: []'],
    ['one check', 'checks: linearizable'],
    ['require', 'require: { okops: 1 }'],
    ['require, a number', 'require: { okOps: 1_000 }'],
    ['require nothing', 'require: { okOps: 0 }'],
    ['expect', 'expect: violation'],
    ['expect, no text', 'expect: true'],
    ['nemesis', 'nemesis: { fault: pause }'],
  ])('%s', (_, line) => expect(withGood(`${line}\n`)).toMatchSnapshot());

  test.each([
    ['clients', 'clients: 0'],
    ['clients, negative', 'clients: -3'],
    ['clients, endless', 'clients: .inf'],
    ['clients, impossible', 'clients: 1e400'],
    ['clients, no number', 'clients: .nan'],
    ['clients, nothing', 'clients:'],
    ['rate', 'rate: 500'],
    ['rate, nothing', 'rate:'],
    ['keys', 'keys: many'],
    ['ops', 'ops: { get: 5, putt: 1, cas: -1, put: 1.5 }'],
    ['ops, a list', 'ops: [get]'],
    ['ops, none', 'ops: { get: 0 }'],
    ['ops, nothing', 'ops: {}'],
    ['opTimeout', 'timeout: 1s'],
  ])('workload: %s', (_, line) =>
    expect(said(`system: { name: raft-kv }\nworkload:\n  name: kv\n  ${line}\n`)).toMatchSnapshot(),
  );
});

describe('nemesis', () => {
  test.each([
    ['no mapping', 'pause'],
    ['no fault', '{ target: one }'],
    ['an unknown fault', '{ fault: teleport }'],
    ['an unknown fault, and what is behind it', '{ fault: partiton, shape: rign, every: 1s, for: 2s }'],
    ['a field of another fault', '{ fault: pause, shape: one }'],
    ['a shape', '{ fault: partition, shape: majority-ring }'],
    ['a direction', '{ fault: partition, shape: one, direction: inwards }'],
    ['a direction of what has none', '{ fault: partition, shape: majorities-ring, direction: in }'],
    ['a mode', '{ fault: partition, mode: stal }'],
    ['a mode that the host has not', '{ fault: partition, mode: discard }'],
    ['a target of a shape without', '{ fault: partition, shape: bridge, target: n1 }'],
    ['a target', '{ fault: pause, target: leaders }'],
    ['a role that the system has not', '{ fault: pause, target: backup }'],
    ['a target that is no word', '{ fault: pause, target: The Leader }'],
    ['a target, a list', '{ fault: pause, target: [n1] }'],
    ['a node that is not there', '{ fault: pause, target: n6 }'],
    ['a trigger without a mark', '{ fault: crash, target: trigger }'],
    ['links', '{ fault: delay, links: node }'],
    ['a delay of nothing', '{ fault: delay, delay: 0, jitter: 0 }'],
    ['a delay without a unit', '{ fault: delay, delay: 30 }'],
    ['a fault that the host has not', '{ fault: packet, loss: 5% }'],
    ['no chance at all', '{ fault: packet, loss: 0, reorder: 0% }'],
    ['a chance that is none', '{ fault: packet, loss: 5, duplicate: often, reorder: -1% }'],
    ['a clock mode', '{ fault: clock, mode: bumb }'],
    ['fields of another clock mode', '{ fault: clock, drift: 2%, period: 1s }'],
    ['an offset of a drift', '{ fault: clock, mode: drift, offset: 1s }'],
    ['an offset without a unit', '{ fault: clock, offset: -30 }'],
    ['an offset of nothing', '{ fault: clock, offset: 0 }'],
    ['an offset of days', '{ fault: clock, offset: 48h }'],
    ['an offset upside down', '{ fault: clock, offset: { min: 1s, max: -1s } }'],
    ['a drift of nothing', '{ fault: clock, mode: drift, drift: 0% }'],
    ['a drift that stops the clock', '{ fault: clock, mode: drift, drift: -100% }'],
    ['a strobe without a period', '{ fault: clock, mode: strobe, period: 0 }'],
    ['a trouble', '{ fault: disk, trouble: slwo }'],
    ['a delay of a disk that fails', '{ fault: disk, trouble: fail, delay: 1s }'],
    ['no delay of a slow disk', '{ fault: disk, delay: 0 }'],
    ['a flip with more', '{ fault: flip, where: 0.5 }'],
    ['for as long as every', '{ fault: pause, every: 5s, for: 5s }'],
    ['for by default longer than every', '{ fault: pause, every: 2s }'],
    ['for longer than every by default', '{ fault: pause, for: 11s }'],
    ['spans that overlap', '{ fault: pause, every: { min: 1s, max: 9s }, for: { min: 500ms, max: 2s } }'],
    ['a span upside down', '{ fault: pause, every: { min: 9s, max: 5s }, for: 1s }'],
    ['half a span', '{ fault: pause, every: { min: 9s }, for: 1s }'],
    ['a span with more', '{ fault: pause, every: { min: 5s, max: 9s, mean: 7s }, for: 1s }'],
    ['a span of a list', '{ fault: pause, every: [5s, 9s], for: 1s }'],
    ['a span of bad units', '{ fault: pause, every: { min: 5, max: x }, for: 1s }'],
    ['no time at all', '{ fault: pause, every: 5s, for: 0s }'],
    ['every now', '{ fault: pause, every: 0, for: 1s }'],
    ['always and sometimes', '{ fault: pause, always: true, every: 5s, after: 1s, on: voted }'],
    ['always, maybe', '{ fault: pause, always: maybe }'],
    ['a mark and a time', '{ fault: pause, on: voted, after: 1s }'],
    ['after the end', '{ fault: pause, every: 5s, for: 1s, after: 30s }'],
    ['first after the end', '{ fault: pause, every: 45s, for: 1s }'],
  ])('%s', (_, entry) => expect(withFault(entry)).toMatchSnapshot());

  test('too few nodes', () => {
    const faults = [
      'partition, shape: bridge',
      'partition, shape: one',
      'pause, target: minority',
      'flip',
      'pause, target: n3',
    ];
    const nemesis = faults.map((fault) => `  - { fault: ${fault} }\n`).join('');
    expect(said(`system: { name: raft-kv, nodes: 1 }\nworkload: { name: kv }\nnemesis:\n${nemesis}`))
      .toMatchInlineSnapshot(`
        "4:32 nemesis.0.shape shape \`bridge\` needs at least 3 nodes; this system has 1
            expected clients
        5:32 nemesis.1.shape shape \`one\` needs at least 2 nodes; this system has 1
            expected clients
        6:29 nemesis.2.target target \`minority\` of 1 node is nobody
        7:14 nemesis.3.fault a flipped bit may cost a node for good, and of 1 node none can be lost
            expected a system of at least 3 nodes
        8:29 nemesis.4.target no node \`n3\`
            expected n1, or one of one, minority, majority, all, leader, followers, random, trigger"
      `);
  });

  test('too many', () => {
    expect(withFault('{ fault: pause },'.repeat(101))).toMatchInlineSnapshot(
      `"3:10 nemesis expected at most 100 faults, found a list"`,
    );
  });

  test('a crash may be over at once', () => {
    expect(withFault('{ fault: crash, every: 5s, for: 0 }')).toBe('a plan');
  });
});

describe('schedule', () => {
  test.each([
    ['no mapping', 'pause'],
    ['no times', '{ fault: pause, nodes: [n1] }'],
    ['times without a unit', '{ at: 1, for: 300, fault: pause, nodes: [n1] }'],
    ['an unknown fault, and what is behind it', '{ at: 1s, for: 1s, fault: puase, nodes: n1 }'],
    ['a fault that is drawn', '{ at: 1s, for: 1s, fault: pause, target: leader }'],
    ['nobody', '{ at: 1s, for: 1s, fault: crash, nodes: [] }'],
    ['a node that is not there', '{ at: 1s, for: 1s, fault: crash, nodes: [n1, n6] }'],
    ['no node', '{ at: 1s, for: 1s, fault: crash, nodes: [leader] }'],
    ['a link to a node that is not there', '{ at: 1s, for: 1s, fault: partition, links: [n1-n2, n7>n1] }'],
    ['links that are none', '{ at: 1s, for: 1s, fault: partition, links: [n1, n1>n1, "n1 > n2", 7] }'],
    ['one link', '{ at: 1s, for: 1s, fault: partition, links: n1-n2 }'],
    ['a mode that the host has not', '{ at: 1s, for: 1s, fault: partition, links: [n1-n2], mode: discard }'],
    ['no time at all', '{ at: 1s, for: 0s, fault: pause, nodes: [n1] }'],
    ['after the end', '{ at: 30s, for: 1s, fault: pause, nodes: [n1] }'],
    ['beyond the end', '{ at: 29s, for: 1001ms, fault: pause, nodes: [n1] }'],
  ])('%s', (_, fault) => expect(withGood(`schedule: [${fault}]\n`)).toMatchSnapshot());

  test('a schedule is no list', () => expect(withGood('schedule: { at: 1s }\n')).toMatchSnapshot());

  test('faults that are drawn, and faults that are listed', () => {
    expect(withGood('nemesis: [{ fault: pause }]\nschedule: []\n')).toMatchInlineSnapshot(`
      "4:1 schedule \`nemesis\` and \`schedule\` exclude each other: one draws the faults, the other lists them
          keep one of them"
    `);
  });

  test('what ends with the run, a crash that is over at once, clients', () => {
    const faults = [
      '{ at: 29s, for: 1s, fault: pause, nodes: [n5] }',
      '{ at: 1s, for: 0, fault: crash, nodes: [n1] }',
      '{ at: 1s, for: 1s, fault: partition, links: [clients>n1, n2-clients], mode: reset }',
    ];
    expect(withGood(`schedule: [${faults.join(', ')}]\n`)).toBe('a plan');
  });
});

describe('operations', () => {
  const withOperations = (operations: string, more = ''): string =>
    said(`system: { name: raft-kv }\nworkload:\n  name: kv\n${more}  operations: ${operations}\ntime: 10s\n`);
  test.each([
    ['no mapping', '[get]'],
    ['not when and by whom', '[{ f: get, key: k1 }]'],
    ['an unknown function', '[{ at: 0s, client: 0, f: gte, key: k1 }]'],
    ['no such client', '[{ at: 0s, client: -1, f: get, key: k1 }]'],
    ['another kind of key', '[{ at: 0s, client: 0, f: get, key: x }]'],
    ['a value that is none', '[{ at: 0s, client: 0, f: put, key: k1, value: .nan }]'],
    ['a value in a field of another name', '[{ at: 0s, client: 0, f: put, key: k1, val: "7" }]'],
    ['after the end', '[{ at: 10s, client: 0, f: get, key: k1 }]'],
    ['no list', '{ at: 0s }'],
  ])('%s', (_, operations) => expect(withOperations(operations)).toMatchSnapshot());

  test('by more clients, and on more keys, than there are', () => {
    const operations = '[{ at: 0s, client: 3, f: get, key: k3 }]';
    expect(withOperations(operations, '  clients: 3\n  keys: 2\n')).toMatchSnapshot();
    expect(withOperations(operations, '  clients: 1\n  keys: 1\n')).toMatchSnapshot();
    expect(withOperations(operations, '  clients: 4\n  keys: 3\n')).toBe('a plan');
  });

  test('what is drawn, and what is listed', () => {
    expect(withOperations('[]', '  rate: 5/s\n  ops: { get: 1 }\n')).toMatchSnapshot();
  });

  test('a check is held against what they invoke', () => {
    const queue = (f: string): string =>
      said(
        `system: { name: log }\nworkload: { name: queue, operations: [{ at: 0s, client: 0, f: ${f} }] }\nchecks: [set]\n`,
      );
    expect(queue('enqueue')).toMatchSnapshot();
  });
});

describe('options of the command line', () => {
  test.each([
    ['no =', 'workload.rate'],
    ['no path', '=5'],
    ['no value', 'seed='],
    ['a gap in the path', 'workload..rate=5/s'],
    ['an unknown field', 'workload.raet=100/s'],
    ['an unknown field above', 'worklod.rate=100/s'],
    ['a bad value', 'workload.rate=100'],
    ['a value that is no YAML', 'system.bugs=[stale-read'],
    ['a bug', 'system.bugs=[stale-red]'],
    ['into a text', 'system.name.first=x'],
    ['a fault that is not there', 'nemesis.3.for=1s'],
    ['no number of a fault', 'nemesis.first.for=1s'],
    ['a field of a fault', 'nemesis.0.fro=1s'],
    ['a time of a fault', 'nemesis.0.for=10s'],
    ['a fault more', 'nemesis.1={ fault: paus }'],
    ['a field is missing', 'workload={}'],
    ['escape sequences', 'seed=\u001b[31mred'],
    ['a tag', 'seed=!!js/function x'],
    ['far too deep', 'a.b.c.d.e.f.g.h.i.j.k=1'],
    ['a list of which the first is missing', 'system.bugs.1=stale-read'],
  ])('%s', (_, set) =>
    expect(
      said(`${GOOD}nemesis: [{ fault: pause, every: 5s, for: 1s }]\n`, { set: [set] }),
    ).toMatchSnapshot(),
  );

  test('seed, time and host', () => {
    expect(said(GOOD, { seed: 'x', time: '10', host: 'netns' })).toMatchInlineSnapshot(`
      "--time 10: expected a duration such as 1s or 150ms, found \`10\`
          did you mean \`10s\`?
      --seed x: expected a whole number from 0 to 4294967295, found \`x\`
      --host netns: host \`netns\` is not available: not in this version; hosts here: process"
    `);
  });

  test('those of the file and of options together, the file first', () => {
    expect(said(`${GOOD}hots: process\n`, { set: ['workload.rate=fast'], seed: '-1' }))
      .toMatchInlineSnapshot(`
        "3:1 hots unknown field \`hots\`
            expected one of name, system, host, sim, workload, nemesis, schedule, time, seed, seeds, checks, require, expect, onUnknown, onViolation, explore
            did you mean \`host\`?
        --set workload.rate=fast: expected a rate such as 500/s, or max, found \`fast\`
        --seed -1: expected a whole number from 0 to 4294967295, found \`-1\`"
      `);
  });
});

describe('what an exploration may vary', () => {
  test.each([
    ['a field that is none', '{ node: 3 }', 'unknown field `node`'],
    ['an empty list', '{ nodes: [] }', 'expected at least one number of nodes'],
    ['one of a list', '{ nodes: [3, "5"] }', 'explore.nodes.1 expected a whole number'],
    [
      'more nodes than the system has',
      '{ nodes: { min: 3, max: 12 } }',
      'explore.nodes.max expected 1 to 9 nodes',
    ],
    ['half a range', '{ clients: { min: 3 } }', 'explore.clients.max missing field `max`'],
    ['a range upside down', '{ time: { min: 9s, max: 1s } }', 'min is more than max'],
    ['a range without an end', '{ rate: { min: 1/s, max: max } }', 'a range ends at a number'],
    ['a weight upside down', '{ ops: { get: { min: 3, max: 1 } } }', 'explore.ops.get min is more than max'],
    ['an unknown function', '{ ops: { gte: 1 } }', 'unknown function `gte`'],
    ['nothing ever invoked', '{ ops: { get: 0, put: [0] } }', 'no function ever has a weight above 0'],
    ['an unknown option', '{ options: { prevote: true } }', 'did you mean `preVote`?'],
    [
      'an option out of range',
      '{ options: { electionTimeout: [150ms, 1ms] } }',
      'explore.options.electionTimeout.1',
    ],
    [
      'a range of flags',
      '{ options: { preVote: { min: false, max: true } } }',
      'expected true, false, or [true, false]',
    ],
    ['an unknown fault', '{ faults: [pause, crush] }', 'explore.faults'],
    [
      'a probability that is none',
      '{ sim: { loss: 2 } }',
      'a probability such as 5% or 0.05, from 0% to 90%',
    ],
    ['latencies upside down', '{ sim: { latency: { min: 3ms, max: 1ms } } }', 'a min that is at most max'],
    [
      'a bug that the system has not',
      '{ finds: [stale-read, vote-not-persistd] }',
      'did you mean `vote-not-persisted`?',
    ],
    ['a mark that no node reaches', '{ triggers: [leader, votd] }', 'did you mean `voted`?'],
  ])('%s', (_, explore, problem) => expect(withGood(`explore: ${explore}\n`)).toContain(problem));

  test('marks that a run must reach', () => {
    expect(withGood('require: { marks: [leadr] }\n')).toContain('unknown mark `leadr`');
    expect(withGood('require: { marks: [] }\n')).toContain('at least one mark');
    expect(withGood('require: { marks: [leader] }\n')).toBe('a plan');
  });

  test('all of it', () =>
    expect(
      withGood(
        'explore: { nodes: 3, clients: [1, 2], rate: [5/s, max], keys: { min: 1, max: 9 }, ops: { get: 1 }, opTimeout: 1s, time: { min: 1s, max: 2s }, options: { preVote: [true, false] }, sim: { fsync: { min: 0, max: 1ms }, loss: 0.1 }, faults: all, lanes: { min: 0, max: 3 }, triggers: [voted], finds: [stale-read] }\n',
      ),
    ).toBe('a plan'));
});
