import { expect, test } from 'vitest';
import { NOTHING } from '../explore/tally.ts';
import { exploreExit } from './explore-exit.ts';

const recorded = (confirmed: boolean) => [{ seed: 1, folder: 'x', verdict: 'invalid' as const, confirmed }];

test.each([
  // expect, tally, exit
  ['valid', { valid: 9 }, 0],
  ['valid', { valid: 9, unknown: 3 }, 0],
  ['valid', { unknown: 3 }, 2],
  ['valid', {}, 2],
  ['valid', { valid: 9, hung: 1 }, 2],
  ['valid', { valid: 9, crashed: 1 }, 255],
  ['valid', { valid: 9, crashed: 1, hung: 1 }, 255],
  ['valid', { valid: 9, crashed: 1, invalid: 1 }, 1],
  ['invalid', { valid: 9, invalid: 1 }, 0],
  ['invalid', { invalid: 1, crashed: 1 }, 0],
  ['invalid', { valid: 9 }, 1],
  ['invalid', { valid: 9, crashed: 1 }, 1],
  ['invalid', { crashed: 1 }, 255],
  ['invalid', { unknown: 5, hung: 1 }, 2],
] as const)('a plan that expects %s, %j: %i', (expected, counts, exit) => {
  const tally = { ...NOTHING, ...counts };
  expect(exploreExit({ tally, expect: expected, interrupted: false, recorded: [] })).toBe(exit);
  expect(exploreExit({ tally, expect: expected, interrupted: true, recorded: [] })).toBe(130);
});

test('a violation that does not show again is no success', () => {
  const tally = { ...NOTHING, invalid: 1 };
  const of = (confirmed: boolean) =>
    exploreExit({ tally, expect: 'invalid', interrupted: false, recorded: recorded(confirmed) });
  expect(of(true)).toBe(0);
  expect(of(false)).toBe(255);
});
