import { describe, expect, test } from 'vitest';
import type { Model } from './model.ts';
import { register } from './models/register.ts';
import { timeline } from './testing/timeline.ts';
import { verifyWitness } from './verify.ts';

const DRAWING = `write 1      |--|
                 write 2            |----|
                 read → 1             |----|
                 write 3 → ?          |---`;

describe('a linearization', () => {
  test.each([
    ['of the known operations', [0, 2, 1], undefined],
    ['with one of unknown outcome', [0, 2, 3, 1], undefined],
    ['with an illegal step', [0, 1, 2], 'operation 2 is not legal in its place'],
    ['with a known operation left out', [0, 2], 'operation 1 is missing'],
    ['with an operation twice', [0, 0, 2, 1], 'operation 0 occurs twice or is not in the history'],
    ['with a stranger', [0, 2, 1, 9], 'operation 9 occurs twice or is not in the history'],
    ['against real time', [1, 0, 2], 'operation 1 was called after a later one returned'],
  ])('%s', (_, order, wrong) => {
    const model = register() as Model;
    const found = verifyWitness(model, timeline(DRAWING), order);
    expect(found).toBe(wrong);
  });

  test('of nothing is nothing', () => {
    expect(verifyWitness(register() as Model, [], [])).toBeUndefined();
    expect(verifyWitness(register() as Model, [], [0])).toBe(
      'operation 0 occurs twice or is not in the history',
    );
  });
});
