import { expect, test } from 'vitest';
import { planFrom, SMALL } from '../explore/fixtures/plans.ts';
import { inLanes } from './lanes.ts';
import { turnsOf } from './turns.ts';

const turns = turnsOf([{ file: 'p.yaml', plan: planFrom(SMALL) }], 4);
const nameOf = ({ round }: { round: number }): string => `run ${round}`;

test('so many at once and no more; outcomes in the order of the turns, whichever was over first', async () => {
  const ends: (() => void)[] = [];
  let running = 0;
  const done = inLanes(turns, {
    jobs: 2,
    refusal: () => undefined,
    run: async (turn) => {
      expect(++running).toBeLessThanOrEqual(2);
      await new Promise<void>((end) => ends.push(end));
      running--;
      return nameOf(turn);
    },
    notRun: (turn) => `not ${nameOf(turn)}`,
  });
  // The one begun last is over first.
  for (let over = 0; over < turns.length; over++) {
    await expect.poll(() => ends.length).toBeGreaterThan(0);
    ends.pop()!();
  }
  expect(await done).toEqual(['run 0', 'run 1', 'run 2', 'run 3']);
});

test('whether a turn is begun is asked when its time has come', async () => {
  let over = 0;
  const outcomes = await inLanes(turns, {
    jobs: 1,
    refusal: () => (over >= 2 ? 'no time' : undefined),
    run: async (turn) => {
      over++;
      return nameOf(turn);
    },
    notRun: (turn, why) => `${nameOf(turn)}: ${why}`,
  });
  expect(outcomes).toEqual(['run 0', 'run 1', 'run 2: no time', 'run 3: no time']);
});
