import { expect, test } from 'vitest';
import { CheckerSet } from './compose.ts';
import { Stats } from './stats.ts';
import { ops } from './testing/ops.ts';
import { composeVerdicts, type Checker } from './types.ts';

const history = ops(`0 0 invoke put x 1
                     1 0 ok     put x`);

test('what one checker throws is its own unknown', async () => {
  let pushed = 0;
  const inPush: Checker = {
    push: () => {
      pushed++;
      throw new Error('broken push');
    },
    finish: () => ({ checker: 'never', verdict: 'valid', summary: '', details: null }),
  };
  const inFinish: Checker = {
    push: () => undefined,
    finish: () => {
      throw new Error('broken finish');
    },
  };
  const checkers = new CheckerSet({ inPush, inFinish, stats: new Stats() });
  for (const op of history) checkers.push(op);
  const results = await checkers.finish();
  expect(results.map(({ checker, verdict, summary }) => [checker, verdict, summary])).toEqual([
    ['inPush', 'unknown', 'the checker crashed: broken push'],
    ['inFinish', 'unknown', 'the checker crashed: broken finish'],
    ['stats', 'valid', expect.stringContaining('1 ok')],
  ]);
  expect(pushed).toBe(1);
});

test.each([
  [['valid', 'invalid', 'unknown'], 'invalid'],
  [['valid', 'unknown'], 'unknown'],
  [['valid', 'valid'], 'valid'],
  [[], 'unknown'],
] as const)('the worst of %j is %s', (verdicts, worst) => expect(composeVerdicts(verdicts)).toBe(worst));
