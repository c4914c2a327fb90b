/** What models declare, against what their `step` does. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ILLEGAL, type Effect, type Illegal, type Model } from '../model.ts';
import { resultOf, same } from '../testing/effects.ts';
import { kv, type KvInput } from './kv.ts';
import { register, type RegisterInput } from './register.ts';
import type { Value } from './value.ts';

const value: fc.Arbitrary<Value> = fc.oneof(
  fc.constantFrom<Value[]>(
    null,
    '',
    'a',
    'b',
    'ab',
    'ba',
    'aab',
    0,
    1,
    '1',
    true,
    [1, 2],
    { a: 1 },
    { b: 2, a: 1 },
  ),
  fc.string({ maxLength: 4 }),
);
const casInput = fc.tuple(value, value).map((pair) => ({ f: 'cas' as const, value: pair }));
const output = fc.option(
  fc.oneof(
    fc.constant({}),
    value.map((seen) => ({ value: seen })),
    fc.boolean().map((ok) => ({ ok })),
  ),
  { nil: undefined },
);

const registerInput: fc.Arbitrary<RegisterInput> = fc.oneof(
  fc.constant({ f: 'read' as const }),
  value.map((written) => ({ f: 'write' as const, value: written })),
  casInput,
);
const text = fc.oneof(fc.constantFrom('', 'a', 'b', 'ab'), fc.string({ maxLength: 3 }));
const kvInput: fc.Arbitrary<KvInput> = fc.oneof(
  fc.constantFrom({ f: 'get' as const }, { f: 'delete' as const }),
  value.map((put) => ({ f: 'put' as const, value: put })),
  text.map((appended) => ({ f: 'append' as const, value: appended })),
  casInput,
);

describe.each([
  ['register', register() as Model, registerInput],
  ['kv', kv() as Model, kvInput],
] as const)('%s', (_, model, input: fc.Arbitrary<unknown>) => {
  /** A state that the model can be in. */
  const state = fc
    .array(input, { maxLength: 4 })
    .map((inputs) => inputs.reduce<unknown>(force, model.init()));
  const force = (from: unknown, step: unknown): unknown => {
    const next = model.step(from, step, undefined);
    return next === ILLEGAL ? from : next;
  };

  test('equal states have equal hashes', () => {
    fc.assert(
      fc.property(state, state, (a, b) => {
        expect(model.equal!(a, b)).toBe(model.describeState!(a) === model.describeState!(b));
        if (model.equal!(a, b)) expect(model.hash!(a)).toBe(model.hash!(b));
      }),
      { numRuns: 5000 },
    );
  });

  test('states with the same text are equal, unless it is empty', () => {
    fc.assert(
      fc.property(state, state, (a, b) => {
        const text = model.text?.(a);
        if (text && text === model.text?.(b)) expect(model.equal!(a, b)).toBe(true);
      }),
      { numRuns: 5000 },
    );
  });

  test('effects say what step does', () => {
    fc.assert(
      fc.property(state, input, output, (from, step, answer) => {
        const effect = model.effect!(step, answer)!;
        const result = model.step(from, step, answer);
        if (effect.kind === 'update') updates(model, effect, from, result);
        else expect(same(model, result, resultOf(model, effect, from))).toBe(true);
      }),
      { numRuns: 20_000 },
    );
  });
});

/** From states that have a text, a text is appended; from others nothing changes. */
function updates<S>(
  model: Model<S>,
  { appends }: Extract<Effect<S>, { kind: 'update' }>,
  from: S,
  result: S | Illegal,
): void {
  if (result === ILLEGAL) throw new Error('an update is legal everywhere');
  if (appends === undefined) return;
  const text = model.text!(from);
  if (text === undefined) expect(model.equal!(from, result)).toBe(true);
  else expect(model.text!(result)).toBe(text + appends);
}

describe('updates of a key', () => {
  const model = kv();
  const put = (seen: Value): ReturnType<typeof model.init> => {
    const state = model.step(model.init(), { f: 'put', value: seen }, {});
    if (state === ILLEGAL) throw new Error('a put is always legal');
    return state;
  };
  const append = (from: ReturnType<typeof model.init>, added: string): ReturnType<typeof model.init> => {
    const state = model.step(from, { f: 'append', value: added }, {});
    if (state === ILLEGAL) throw new Error('an append is always legal');
    return state;
  };

  test('an appended text is the same state as a put one', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        const appended = append(put(a), b);
        expect(model.equal!(appended, put(a + b))).toBe(true);
        expect(model.hash!(appended)).toBe(model.hash!(put(a + b)));
      }),
    );
  });

  test('every state is in the lineage of what appends make of it, and each rest of a lineage is one', () => {
    fc.assert(
      fc.property(value, fc.array(text, { maxLength: 3 }), (start, added) => {
        const from = put(start);
        const to = added.reduce(append, from);
        const lineage = [...model.lineage!(to)];
        const at = lineage.findIndex((state) => model.equal!(state, from));
        expect(at).toBeGreaterThanOrEqual(0);
        expect(lineage.slice(at).map(model.describeState!)).toEqual(
          [...model.lineage!(from)].map(model.describeState!),
        );
      }),
      { numRuns: 2000 },
    );
  });

  test('an append that changes something shows in what is made with it', () => {
    fc.assert(
      fc.property(
        value,
        fc.array(text, { maxLength: 2 }),
        text,
        fc.array(text, { maxLength: 2 }),
        (start, before, x, after) => {
          const from = before.reduce(append, put(start));
          const changed = append(from, x);
          fc.pre(!model.equal!(from, changed));
          const to = after.reduce(append, changed);
          const effect = model.effect!({ f: 'append', value: x }, {})!;
          expect(effect.kind === 'update' && effect.shows!(to)).toBe(true);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
