import { describe, expect, test } from 'vitest';
import { Availability, type AvailabilityDetails } from './availability.ts';
import { judge } from './testing/judge.ts';
import { ops } from './testing/ops.ts';

function measure(text: string): AvailabilityDetails & { summary: string } {
  const { verdict, summary, details } = judge(new Availability(), ops(text));
  expect(verdict).toBe('valid');
  return { ...(details as AvailabilityDetails), summary };
}

describe('windows', () => {
  test('from the start of the start to the end of the stop; ops count where they complete', () => {
    const { windows, inside, outside, summary } = measure(`
         0 0         invoke put x 1
       100 0         ok     put x
       200 nemesis-0 invoke pause.start {"target":"leader"}
       250 nemesis-0 ok     pause.start {"targets":["n1"]}
       300 1         invoke put x 2
       400 2         invoke put x 3
       450 2         fail   put x !not-leader
       500 1         info   put x !timeout
       600 nemesis-0 invoke pause.stop
       700 nemesis-0 ok     pause.stop {"observed":true}
       800 0         invoke put x 4
       900 0         ok     put x`);
    expect(windows).toEqual([
      {
        fault: 'pause',
        lane: 'nemesis-0',
        parameters: { target: 'leader' },
        targets: ['n1'],
        observed: true,
        from: 200e6,
        until: 700e6,
        firstOk: 700,
        ok: 0,
        fail: 1,
        info: 1,
        seconds: 0.5,
        functions: { put: { ok: 0, fail: 1, info: 1 } },
      },
    ]);
    expect(inside).toEqual({
      ok: 0,
      fail: 1,
      info: 1,
      seconds: 0.5,
      functions: { put: { ok: 0, fail: 1, info: 1 } },
    });
    expect(outside).toEqual({
      ok: 2,
      fail: 0,
      info: 0,
      seconds: 0.4,
      functions: { put: { ok: 2, fail: 0, info: 0 } },
    });
    expect(summary).toBe('1 fault: 0 ok in 0.5 s while one was on, 2 ok in 0.4 s while none was');
  });

  test('the first ok is that of an op invoked after the start', () => {
    const { windows } = measure(`
        0 0         invoke put x 1
       10 nemesis-0 invoke pause.start
       20 nemesis-0 ok     pause.start
       30 0         ok     put x
       40 0         invoke put x 2
       55 0         ok     put x`);
    expect(windows).toMatchObject([{ firstOk: 45, ok: 2, until: null, observed: null }]);
  });

  test('that overlap count each, and once in the total', () => {
    const { windows, inside, outside } = measure(`
        0 nemesis-0 invoke pause.start
        0 nemesis-0 ok     pause.start
       10 nemesis-1 invoke crash.start
       10 nemesis-1 ok     crash.start
       15 0         invoke put x 1
       20 0         ok     put x
       30 nemesis-0 invoke pause.stop
       30 nemesis-0 ok     pause.stop
       35 0         invoke put x 1
       36 0         ok     put x
       40 nemesis-1 invoke crash.stop
       40 nemesis-1 ok     crash.stop
       45 0         invoke put x 1
       50 0         ok     put x`);
    expect(windows.map(({ fault, ok }) => [fault, ok])).toEqual([
      ['pause', 1],
      ['crash', 2],
    ]);
    expect([inside.ok, outside.ok]).toEqual([2, 1]);
  });

  test.each(['ok pause.start {"skipped":"no leader"}', 'info pause.start !refused'])(
    'of a fault that was never on (%s) are none',
    (completion) => {
      const { windows, inside, outside, summary } = measure(`
          0 nemesis-0 invoke pause.start
          1 0         invoke put x 1
          2 0         ok     put x
          3 nemesis-0 ${completion}
          4 0         invoke put x 1
          5 0         ok     put x`);
      expect(windows).toEqual([]);
      expect([inside.ok, outside.ok]).toEqual([0, 2]);
      expect(summary).toBe('no fault was on; 2 ok in 0.0 s');
    },
  );
});

test('while the workload is paused no time passes: neither for rates nor for the first ok', () => {
  const { windows, inside, outside } = measure(`
       0 0            invoke put x 1
     100 0            ok     put x
     100 nemesis-hand invoke pause.start {"target":"leader"}
     100 nemesis-hand ok     pause.start {"targets":["n1"]}
     200 runner       info   workload.paused
     600 runner       info   workload.resumed
     600 0            invoke put x 2
     700 0            ok     put x
     800 nemesis-hand invoke pause.stop
     800 nemesis-hand ok     pause.stop {"observed":true}
     900 runner       info   workload.paused
    1200 runner       info   final-reads
    1300 0            invoke get x
    1400 0            ok     get x`);
  expect(windows).toMatchObject([{ lane: 'nemesis-hand', ok: 1, seconds: 0.3, firstOk: 200 }]);
  expect(inside).toMatchObject({ ok: 1, seconds: 0.3 });
  expect(outside.ok).toBe(2);
  expect(outside.seconds).toBeCloseTo(0.4);
});
