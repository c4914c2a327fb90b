/** What is printed: in words that say what happened, and nothing that a terminal would obey. */
import { expect, test } from 'vitest';
import type { KeyDetails } from '../../checkers/linearizable.ts';
import type { Op } from '../history/op.ts';
import type { RunEvent } from '../runner/events.ts';
import { counterexampleLines } from './counterexample.ts';
import { describeFault, describeNemesis } from './faults.ts';
import { plainPrinter } from './plain.ts';
import { worstExit, EXIT } from './exit-codes.ts';

const op = (rest: Partial<Op>): Op => ({
  index: 0,
  time: 5e9,
  process: 'nemesis-0',
  type: 'ok',
  f: 'pause.start',
  ...rest,
});

test('a fault is told when it is on, when it is over, and when something is wrong with it', () => {
  expect(describeFault(op({ type: 'invoke', value: { target: 'one' } }))).toBeUndefined();
  expect(describeFault(op({ value: { about: 'n1' } }))).toBe('▼ pause n1');
  expect(describeFault(op({ value: { skipped: 'nobody leads' } }))).toBe('· pause skipped: nobody leads');
  expect(describeFault(op({ f: 'pause.stop', value: { observed: true, evidence: {} } }))).toBe(
    '▲ pause over',
  );
  expect(describeFault(op({ f: 'pause.stop', value: { observed: false, evidence: {} } }))).toBe(
    '▲ pause over, but it was not seen to take effect',
  );
  expect(describeFault(op({ type: 'info', error: 'no such process' }))).toBe(
    '✗ pause.start: no such process',
  );
});

test('a plan’s faults in words', () => {
  const timing = {
    kind: 'clock',
    every: { min: 2000, max: 4000 },
    for: { min: 500, max: 500 },
    after: undefined,
  } as const;
  expect(describeNemesis({ fault: 'pause', target: 'leader', timing })).toBe(
    'pause the leader every 2.00 s…4.00 s for 500 ms',
  );
  expect(describeNemesis({ fault: 'crash', target: { node: 'n3' }, timing: { kind: 'always' } })).toBe(
    'crash n3 all the time',
  );
});

test.each<[Parameters<typeof describeNemesis>[0], string]>([
  [
    { fault: 'packet', links: 'nodes', loss: 0.05, duplicate: 0, reorder: 0.001, timing: { kind: 'always' } },
    'packets of links of nodes (loss 5 %, reorder 0.1 %) all the time',
  ],
  [
    {
      fault: 'clock',
      target: 'one',
      mode: 'bump',
      offset: { min: -2000, max: 500 },
      timing: { kind: 'always' },
    },
    'clock of a node off by −2.00 s…500 ms all the time',
  ],
  [
    {
      fault: 'clock',
      target: 'all',
      mode: 'drift',
      drift: { min: -0.02, max: -0.02 },
      timing: { kind: 'always' },
    },
    'clock of all nodes drifts by −2 % all the time',
  ],
  [
    {
      fault: 'clock',
      target: 'leader',
      mode: 'strobe',
      offset: { min: 200, max: 200 },
      period: 100,
      timing: { kind: 'always' },
    },
    'clock of the leader jumps by 200 ms every 100 ms all the time',
  ],
  [
    { fault: 'disk', target: 'minority', trouble: 'slow', delay: 80, timing: { kind: 'always' } },
    'disk of a minority slow by 80.0 ms all the time',
  ],
  [
    { fault: 'disk', target: { node: 'n2' }, trouble: 'full', timing: { kind: 'always' } },
    'disk of n2 is full all the time',
  ],
  [
    { fault: 'flip', target: 'one', timing: { kind: 'always' } },
    'flip a bit on the disk of a node all the time',
  ],
])('%j in words', (entry, words) => expect(describeNemesis(entry)).toBe(words));

test('what the end of a fault shows', () => {
  const told = (f: string, value: Op['value']): string | undefined =>
    describeFault(op({ f, value: value ?? null }));
  expect(told('packet.stop', { observed: true, evidence: { offered: 5, mangled: 1234 } })).toBe(
    '▲ packet over (1,234 messages hit)',
  );
  expect(
    told('disk.stop', {
      observed: true,
      evidence: {
        disks: { n1: { syncs: 3, slowed: 0, failed: 3 }, n2: { syncs: 4, slowed: 0, failed: 1 } },
      },
    }),
  ).toBe('▲ disk over (of 7 syncs 0 slowed, 4 failed)');
  expect(told('disk.stop', { observed: false, idle: true, evidence: {} })).toBe(
    '▲ disk over; there was nothing for it to take effect on',
  );
  expect(
    told('flip.stop', {
      observed: true,
      evidence: {
        places: { n1: { file: 'log', offset: 77 }, n2: null },
        after: { n1: 'halted', n2: 'up' },
      },
    }),
  ).toBe('▲ flip over (n1 log:77, now halted; n2: nothing stored)');
});

const ESCAPE = '\u001b[2J\u001b]0;owned\u0007';

test('escape sequences from the system under test never reach the terminal', () => {
  const lines: string[] = [];
  const print = plainPrinter((line) => lines.push(line));
  const events: RunEvent[] = [
    { kind: 'host', ms: 1, event: { node: 'n1', state: 'exited', reason: ESCAPE } },
    { kind: 'fault', op: op({ value: { about: ESCAPE } }) },
    { kind: 'fault', op: op({ type: 'info', error: ESCAPE }) },
  ];
  events.forEach(print);
  const details: KeyDetails = {
    key: ESCAPE,
    verdict: 'invalid',
    operations: 1,
    algorithm: { name: 'jit', why: 'it decides every history' },
    elapsed: 1,
    counterexample: {
      operations: [
        {
          invoke: 1,
          complete: 2,
          process: 0,
          f: 'get',
          value: null,
          result: ESCAPE,
          outcome: 'known',
          description: `get → ${ESCAPE}`,
          invoked: 0,
          completed: 1,
          node: ESCAPE,
        },
      ],
      blocked: 1,
      configurations: [{ state: ESCAPE, linearized: [], pending: [1] }],
      more: false,
      minimal: true,
      confirmed: true,
    },
  };
  lines.push(...counterexampleLines(details));
  // Beside chalk's own colours no control character may be left.
  const foreign = lines
    .join('')
    .replace(/\u001b\[\d+m/g, '')
    .match(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g);
  expect(foreign).toBeNull();
  expect(lines.join('\n')).toContain('\\x1b[2J');
});

test('the exit code of several plans: 1 beats 255 beats 2 beats 0', () => {
  expect(worstExit([EXIT.met, EXIT.unknown])).toBe(2);
  expect(worstExit([EXIT.unknown, EXIT.harness, EXIT.met])).toBe(255);
  expect(worstExit([EXIT.harness, EXIT.violated, EXIT.met])).toBe(1);
  expect(worstExit([EXIT.met, EXIT.met])).toBe(0);
});
