/**
 * Models of which one state stands for several, against the several: every sequence of steps that one
 * calls legal, so does the other.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ILLEGAL, type Model } from '../model.ts';
import type { StepAnswer, StepInput } from '../testing/domains.ts';
import { modelOf } from '../testing/histories.ts';

interface Step {
  readonly input: StepInput;
  readonly answer: StepAnswer | undefined;
}

/** All states that a step may lead to, one for each answer that fits; none where it is illegal. */
type Nondeterministic<S> = (state: S, step: Step) => readonly S[];

function sameLanguage<S>(
  model: Model,
  initial: S,
  next: Nondeterministic<S>,
  step: fc.Arbitrary<Step>,
  maxLength: number,
): void {
  let illegal = 0;
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength }), (steps) => {
      let state = model.init();
      let worlds = [initial];
      for (const one of steps) {
        const to = model.step(state, one.input, one.answer);
        const all = worlds.flatMap((world) => next(world, one));
        const distinct = new Map(all.map((world) => [JSON.stringify(world), world]));
        expect(to === ILLEGAL, JSON.stringify(steps)).toBe(distinct.size === 0);
        if (to === ILLEGAL) {
          illegal++;
          return;
        }
        state = to;
        worlds = [...distinct.values()];
      }
    }),
    { numRuns: 20_000 },
  );
  expect(illegal).toBeGreaterThan(1000);
}

describe('of several states', () => {
  test('an unordered queue after unknown dequeues is every bag that it can be', () => {
    const next: Nondeterministic<readonly number[]> = (world, { input, answer }) => {
      if (input.f === 'enqueue') return [[...world, Number(input.value)].sort()];
      if (answer?.ok === false) return world.length === 0 ? [world] : [];
      if (world.length === 0) return answer === undefined ? [world] : [];
      return world.flatMap((value, i) =>
        answer === undefined || answer.value === value ? [world.toSpliced(i, 1)] : [],
      );
    };
    const value = fc.integer({ min: 1, max: 4 });
    const step: fc.Arbitrary<Step> = fc.oneof(
      { weight: 5, arbitrary: value.map((put) => ({ input: { f: 'enqueue', value: put }, answer: {} })) },
      { weight: 3, arbitrary: value.map((got) => ({ input: { f: 'dequeue' }, answer: { value: got } })) },
      { weight: 2, arbitrary: fc.constant({ input: { f: 'dequeue' }, answer: undefined }) },
      { weight: 1, arbitrary: fc.constant({ input: { f: 'dequeue' }, answer: { ok: false } }) },
    );
    sameLanguage(modelOf('unordered-queue'), [], next, step, 14);
  });

  test('a fenced mutex after unknown acquires has every last token that it can have', () => {
    interface World {
      readonly holder: string | null;
      readonly last: number;
    }
    // More than the greatest token in an answer by more than there are steps.
    const tokens = Array.from({ length: 20 }, (_, token) => token);
    const next: Nondeterministic<World> = (world, { input, answer }) => {
      const holder = input.client!;
      const may = world.holder === (input.f === 'acquire' ? null : holder);
      if (answer?.ok === false) return may ? [] : [world];
      if (!may) return answer === undefined ? [world] : [];
      if (input.f === 'release') return [{ ...world, holder: null }];
      return tokens
        .filter((token) => token > world.last && (answer?.value === undefined || answer.value === token))
        .map((last) => ({ holder, last }));
    };
    const client = fc.constantFrom('a', 'b');
    const answer = fc.option(
      fc.oneof(
        { weight: 4, arbitrary: fc.nat(7).map((value): StepAnswer => ({ value })) },
        fc.constantFrom<StepAnswer>({}, { ok: false }),
      ),
      { nil: undefined },
    );
    const step: fc.Arbitrary<Step> = fc.oneof(
      fc.tuple(client, answer).map(([by, told]) => ({ input: { f: 'acquire', client: by }, answer: told })),
      client.map((by) => ({ input: { f: 'release', client: by }, answer: undefined })),
    );
    sameLanguage(modelOf('fenced-mutex'), { holder: null, last: -1 }, next, step, 10);
  });

  test('a generator of ids gave, to who never learnt it, one that is still to be had', () => {
    const ids = Array.from({ length: 14 }, (_, id) => id);
    const next: Nondeterministic<readonly number[]> = (given, { answer }) =>
      ids
        .filter((id) => !given.includes(id) && (answer?.value === undefined || answer.value === id))
        .map((id) => [...given, id].sort((a, b) => a - b));
    const step: fc.Arbitrary<Step> = fc
      .option(
        fc.nat(4).map((value) => ({ value })),
        { nil: undefined },
      )
      .map((answer) => ({ input: { f: 'generate' }, answer }));
    sameLanguage(modelOf('unique-ids'), [], next, step, 5);
  });
});
