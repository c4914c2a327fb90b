import { expect, test } from 'vitest';
import type { Figure, Measured } from './measure.ts';
import { byDistance, lineOf } from './table.ts';

const took = (ms: number, cpuMs = ms): Figure => ({ ms, cpuMs, addedBytes: 50e6, peakBytes: 90e6 });

const fast: Measured = {
  name: 'fast',
  goals: { seconds: 0.5, timesPorcupine: 10 },
  ours: { end: { kind: 'finished' }, verdict: 'valid', warm: took(80, 40), cold: took(120) },
  porcupine: { end: { kind: 'finished' }, verdict: 'valid', warm: took(200), cold: took(300) },
  times: { value: 5, atLeast: false },
};
const slow: Measured = {
  name: 'slow',
  goals: { seconds: 0.5, counterexample: 10 },
  ours: { end: { kind: 'timeout', seconds: 20 }, peakBytes: 3e9 },
};
const absent: Measured = {
  name: 'absent',
  goals: { seconds: 2 },
  ours: { end: { kind: 'unavailable', needs: 'a model queue' } },
};
const few: Measured = {
  name: 'few',
  goals: { decided: 1 },
  ours: { end: { kind: 'finished' } },
  decided: { count: 5, of: 10 },
};

const squeezed = (line: string): string => line.replaceAll(/ {2,}/g, ' | ');

test('a line has the smaller of both times, and what is short of its goals', () => {
  expect(squeezed(lineOf(fast))).toBe(
    'fast | 40 ms | 120 ms | 50 MB | 200 ms | 50 MB | 5.00 × against Porcupine 2.00 × off',
  );
  expect(squeezed(lineOf(slow))).toBe(
    'slow | none in 20 s | > 3000 MB time not reached, counterexample not reached',
  );
  expect(squeezed(lineOf(absent))).toBe('absent | needs a model queue');
  expect(squeezed(lineOf(few))).toBe('few | 5 of 10 decided 2.00 × off');
});

test('a wrong verdict stands out', () => {
  expect(lineOf({ ...fast, wrong: 'the history is valid' })).toContain('WRONG: the history is valid');
});

test('what is not there yet has no distance to its goals; what came to no end has an infinite one', () => {
  expect(byDistance([fast, absent, slow, few])).toEqual([
    '',
    '0 of 3 cases with goals meet them; farthest from them:',
    '  not reached  time: slow',
    '  not reached  counterexample: slow',
    '   2.00 × off  against Porcupine: fast',
    '   2.00 × off  decided: few',
  ]);
});
