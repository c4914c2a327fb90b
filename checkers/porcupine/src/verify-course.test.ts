import { describe, expect, test } from 'vitest';
import type { Model } from './model.ts';
import { register } from './models/register.ts';
import type { Value } from './models/value.ts';
import { timeline } from './testing/timeline.ts';
import { verifyCourses } from './verify-course.ts';

const DRAWING = `write 1      |--|
                 write 2            |----|
                 read → 1             |----|
                 write 3 → ?          |---`;
const STATES: readonly Value[] = [null, 1, 2, 3];
const NONE = -1;

function wrongIn(order: readonly number[], before: readonly number[], states = STATES): string | undefined {
  const model = register() as Model<Value>;
  const course = {
    order: Int32Array.from(order),
    before: Int32Array.from(before),
    states: { get: (state: number) => states[state]! },
  };
  return verifyCourses(model, [{ operations: timeline(DRAWING), course }])[0];
}

describe('a linearization with its states', () => {
  // States are numbered as `STATES`, in the order of the operations.
  test.each([
    ['of the known operations', [0, 2, 1], [0, 1, 1, NONE], undefined],
    ['with one of unknown outcome', [0, 2, 3, 1], [0, 3, 1, 1], undefined],
    ['with an illegal step', [0, 1, 2], [0, 1, 2, NONE], 'operation 2 is not legal in its place'],
    ['that hides an illegal step', [0, 1, 2], [0, 1, 1, NONE], 'operation 1 is not legal in its place'],
    [
      'that does not begin at the beginning',
      [0, 2, 1],
      [3, 1, 1, NONE],
      'operation 0 is not legal in its place',
    ],
    ['with a state that is none', [0, 2, 1], [0, NONE, 1, NONE], 'operation 1 is not legal in its place'],
    ['with a known operation left out', [0, 2], [0, NONE, 1, NONE], 'operation 1 is missing'],
    [
      'with an operation twice',
      [0, 0, 2, 1],
      [0, 1, 1, NONE],
      'operation 0 occurs twice or is not in the history',
    ],
    ['with a stranger', [0, 2, 1, 9], [0, 1, 1, NONE], 'operation 9 occurs twice or is not in the history'],
    ['against real time', [0, 1, 2], [0, 1, 2, NONE], 'operation 2 is not legal in its place'],
    ['with the future first', [2, 0, 1], [1, 1, 0, NONE], 'operation 2 is not legal in its place'],
  ])('%s', (_, order, before, wrong) => {
    expect(wrongIn(order, before)).toBe(wrong);
  });

  test('against real time only', () => {
    const model = register() as Model<Value>;
    const operations = timeline(`write 1  |--|
                                 write 2      |--|`);
    const course = {
      order: Int32Array.from([1, 0]),
      before: Int32Array.from([2, 0]),
      states: { get: (state: number) => STATES[state]! },
    };
    expect(verifyCourses(model, [{ operations, course }])).toEqual([
      'operation 1 was called after a later one returned',
    ]);
  });

  test('of a model that throws is none', () => {
    const model = { ...register(), step: () => { throw new TypeError('no such step'); } } as unknown as Model<Value>; // prettier-ignore
    const course = {
      order: Int32Array.from([0, 2, 1]),
      before: Int32Array.from([0, 1, 1, NONE]),
      states: { get: (state: number) => STATES[state]! },
    };
    const claims = [{ operations: timeline(DRAWING), course }];
    expect(verifyCourses(model, claims)).toEqual(['TypeError: no such step']);
  });

  test('is judged apart from others', () => {
    const model = register() as Model<Value>;
    const claim = (before: number[]) => ({
      operations: timeline(DRAWING),
      course: {
        order: Int32Array.from([0, 2, 1]),
        before: Int32Array.from(before),
        states: { get: (state: number) => STATES[state]! },
      },
    });
    expect(verifyCourses(model, [claim([0, 1, 2, NONE]), claim([0, 1, 1, NONE])])).toEqual([
      'operation 0 is not legal in its place',
      undefined,
    ]);
  });
});
