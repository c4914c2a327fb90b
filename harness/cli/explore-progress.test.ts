import { expect, test } from 'vitest';
import { Coverage } from '../explore/coverage.ts';
import type { Explored } from '../explore/explore.ts';
import { Failures } from '../explore/failures.ts';
import { NOTHING } from '../explore/tally.ts';
import { exploreProgress } from './explore-progress.ts';

const coverage = new Coverage({ leader: 'was elected', never: 'is not reached' });
coverage.add({ leader: 3 });
const explored: Explored = {
  tally: { ...NOTHING, seeds: 1234, valid: 1230, unknown: 3, invalid: 1, virtual: 1_500_000 },
  coverage,
  failures: new Failures(),
  unknowns: new Failures(),
};

function shown(live: boolean, columns: number): { at(ms: number): string; clear(): string } {
  let now = 0;
  let text = '';
  const stream = { isTTY: live, columns, write: (more: string) => ((text += more), true) };
  const progress = exploreProgress(stream, live, () => now);
  return {
    at(ms) {
      now = ms;
      text = '';
      progress.tell(explored);
      return text;
    },
    clear() {
      text = '';
      progress.clear();
      return text;
    },
  };
}

test('on a terminal one line that is written over, never longer than it is wide', () => {
  const { at, clear } = shown(true, 40);
  expect(clear()).toBe('');
  expect(at(50)).toBe('');
  expect(at(1000)).toBe('\r\u001b[K1,234 seeds · 1234/s · 1,500 virtual s/');
  expect(at(1050)).toBe('');
  expect(clear()).toBe('\r\u001b[K');
  expect(clear()).toBe('');
});

test('elsewhere a line every five seconds', () => {
  const { at, clear } = shown(false, 0);
  expect(at(4999)).toBe('');
  expect(at(10_000)).toBe('1,234 seeds · 123/s · 150 virtual s/s · 1 violations · 3 unknown · marks 1/2\n');
  expect(at(14_000)).toBe('');
  expect(clear()).toBe('');
});
