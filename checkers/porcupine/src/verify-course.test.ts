import { describe, expect, test } from 'vitest';
import type { Model } from './model.ts';
import { register } from './models/register.ts';
import type { Value } from './models/value.ts';
import { timeline } from './testing/timeline.ts';
import type { Course } from './algorithm.ts';
import type { Operation } from './model.ts';
import { Scratch } from './scratch.ts';
import { splitBefore } from './split.ts';
import { verifyCourses } from './verify-course.ts';

interface Claim {
  readonly operations: readonly Operation[];
  readonly course: Course<Value>;
  /** By operation. */
  readonly call: Float64Array;
  readonly return: Float64Array;
}

const DRAWING = `write 1      |--|
                 write 2            |----|
                 read → 1             |----|
                 write 3 → ?          |---`;
const STATES: readonly Value[] = [null, 1, 2, 3];
const NONE = -1;

/** As it is drawn, and what is claimed of it. */
function claim(order: readonly number[], before: readonly number[], operations = timeline(DRAWING)): Claim {
  const course = {
    order: Int32Array.from(order),
    before: Int32Array.from(before),
    states: { get: (state: number) => STATES[state]! },
  };
  const call = Float64Array.from(operations, (operation) => operation.call);
  return { operations, course, call, return: Float64Array.from(operations, ({ return: end }) => end) };
}

function wrongs(model: Model<Value>, claims: readonly Claim[]): readonly (string | undefined)[] {
  const history = splitBefore(claims.map(({ operations }, i) => ({ label: `${i}`, operations })));
  return verifyCourses(
    model,
    history,
    claims.map(({ course }) => course),
    {
      call: (number) => claims.flatMap(({ call }) => [...call])[number]!,
      return: (number) => claims.flatMap((claimed) => [...claimed.return])[number]!,
    },
    new Scratch(0),
  );
}

function wrongIn(order: readonly number[], before: readonly number[]): string | undefined {
  return wrongs(register() as Model<Value>, [claim(order, before)])[0];
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
    const operations = timeline(`write 1  |--|
                                 write 2      |--|`);
    expect(wrongs(register() as Model<Value>, [claim([1, 0], [2, 0], operations)])).toEqual([
      'operation 1 was called after a later one returned',
    ]);
  });

  test('with other times is none', () => {
    const made = claim([0, 2, 1], [0, 1, 1, NONE]);
    for (const times of [{ call: made.call.map((at) => at - 1) }, { return: made.return.map(() => 99) }])
      expect(wrongs(register() as Model<Value>, [{ ...made, ...times }])).toEqual([
        'operation 0 has other times',
      ]);
  });

  test('of a model that throws is none', () => {
    const step = (): never => {
      throw new TypeError('no such step');
    };
    const model: Model<Value> = { ...(register() as Model<Value>), step };
    expect(wrongs(model, [claim([0, 2, 1], [0, 1, 1, NONE])])).toEqual(['TypeError: no such step']);
  });

  test('is judged apart from others', () => {
    const claims = [claim([0, 2, 1], [0, 1, 2, NONE]), claim([0, 2, 1], [0, 1, 1, NONE])];
    expect(wrongs(register() as Model<Value>, claims)).toEqual([
      'operation 0 is not legal in its place',
      undefined,
    ]);
  });
});
