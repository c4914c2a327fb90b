import { expect, test } from 'vitest';
import { setTimer } from './timer.ts';

test('no timer fires early, whatever the fraction', async () => {
  const early: number[] = [];
  const waits = Array.from({ length: 400 }, (_, i) => {
    const delay = i * 0.37;
    const start = performance.now();
    return new Promise<void>((resolve) => {
      setTimer(delay, () => {
        const waited = performance.now() - start;
        if (waited < delay) early.push(waited - delay);
        resolve();
      });
    });
  });
  await Promise.all(waits);
  expect(early).toEqual([]);
});

test('a cancelled timer does not fire, also not when it was armed again', async () => {
  let fired = 0;
  const cancels = [0, 5, 30].map((delay) => setTimer(delay, () => fired++));
  for (const cancel of cancels) cancel();
  await new Promise<void>((resolve) => setTimer(40, resolve));
  expect(fired).toBe(0);
});

test('a very long timer does not fire at once', async () => {
  let fired = false;
  const cancel = setTimer(2 ** 40, () => (fired = true));
  await new Promise<void>((resolve) => setTimer(10, resolve));
  cancel();
  expect(fired).toBe(false);
});
