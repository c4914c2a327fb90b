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
