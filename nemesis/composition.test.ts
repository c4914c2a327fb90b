import { expect, test } from 'vitest';
import { combineShapes, combineSkews, combineTroubles, errorAt } from './composition.ts';

test('delays add up; chances are those of independent events', () => {
  const combined = combineShapes([
    { delay: 10, jitter: 1, loss: 0.5 },
    { delay: 5, jitter: 2, loss: 0.2, duplicate: 0.3 },
    { delay: 0, jitter: 0, reorder: 0, duplicate: 0 },
  ]);
  expect(combined).toEqual({ delay: 15, jitter: 3, loss: 0.6, duplicate: 0.3 });
});

test('what nobody asks for is left out', () => {
  expect(combineShapes([{ delay: 1, jitter: 0, loss: 0 }])).toEqual({ delay: 1, jitter: 0 });
});

test('errors of clocks add up, with what each has gained meanwhile', () => {
  const drifting = { offset: 0, rate: 1.5, since: 1000 };
  const ahead = { offset: 300, rate: 1, since: 2500 };
  expect(errorAt(drifting, 3000)).toBe(1000);
  expect(combineSkews([drifting, ahead], 3000)).toEqual({ offset: 1300, rate: 1.5, since: 3000 });
  // One lane's end takes nothing of what another has gained.
  expect(combineSkews([drifting], 3000)).toEqual({ offset: 1000, rate: 1.5, since: 3000 });
});

test('however many slow a clock down, it goes on', () => {
  const slow = { offset: 0, rate: 0.5, since: 0 };
  expect(combineSkews([slow, slow, slow], 0).rate).toBeGreaterThan(0);
});

test('the worst trouble of a disk wins; slow ones add up', () => {
  const slow = { kind: 'slow', delay: 20 } as const;
  expect(combineTroubles([slow, { kind: 'slow', delay: 5 }])).toEqual({ kind: 'slow', delay: 25 });
  expect(combineTroubles([slow, { kind: 'full' }])).toEqual({ kind: 'full' });
  expect(combineTroubles([{ kind: 'full' }, { kind: 'fail' }, slow])).toEqual({ kind: 'fail' });
});
