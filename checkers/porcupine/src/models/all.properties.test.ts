/** Every model: what it declares against its `step`, and the checker on it against the definition. */
import { describe, expect, test } from 'vitest';
import { checkOperations } from '../check.ts';
import { ILLEGAL, type Model } from '../model.ts';
import { online } from '../online/online.ts';
import { disagreement } from '../testing/conforms.ts';
import { domains } from '../testing/domains.ts';
import { resultOf, same } from '../testing/effects.ts';
import { eventsOf } from '../testing/events.ts';
import { modelOf, randomHistory } from '../testing/histories.ts';
import { Random } from '../testing/random.ts';
import { compare, explainDisagreement } from '../testing/soak.ts';
import { models } from './models.ts';

const SEED = 20260;
const HISTORIES = 3000;
/** Models in which the state after a step depends on its answer; each has a test of its own. */
const ANSWER_DECIDES: ReadonlySet<string> = new Set(['unordered-queue', 'fenced-mutex', 'unique-ids']);

describe.each(Object.keys(models))('%s', (name) => {
  const model = modelOf(name);
  const domain = domains[name]!;
  const steps = domain.inputs.flatMap((input) =>
    [undefined, ...domain.answers(input)].map((output) => ({ input, output })),
  );
  const states = reachable(model, domain.inputs, 4);

  test('effects and purity say what step does, in every state that four steps lead to', () => {
    for (const { input, output } of steps) {
      const effect = model.effect?.(input, output);
      const pure = model.pure?.(input, output) === true;
      for (const from of states) {
        const result = model.step(from, input, output);
        const said = JSON.stringify({ input, output, effect, from: model.describeState?.(from) });
        if (pure) expect(result === ILLEGAL || model.equal!(from, result), said).toBe(true);
        if (effect?.kind === 'update') expect(result, said).not.toBe(ILLEGAL);
        else if (effect) expect(same(model, result, resultOf(model, effect, from)), said).toBe(true);
      }
    }
  });

  test('equal states have equal hashes and the same text', () => {
    const all = reachable(model, domain.inputs, 3, false);
    for (const [i, a] of all.entries()) {
      const b = all[(i * 7919) % all.length];
      for (const other of [b, ...states]) {
        const equal = model.equal!(a, other);
        expect(model.describeState!(a) === model.describeState!(other)).toBe(equal);
        if (equal) expect(model.hash!(a)).toBe(model.hash!(other));
      }
    }
  });

  test('an unknown answer is legal everywhere, and leads where every legal answer does', () => {
    for (const { input, output } of steps) {
      for (const from of states) {
        const unknown = model.step(from, input, undefined);
        const known = model.step(from, input, output);
        expect(unknown).not.toBe(ILLEGAL);
        if (known !== ILLEGAL && !ANSWER_DECIDES.has(name)) expect(model.equal!(known, unknown)).toBe(true);
      }
    }
  });

  test('random histories agree with the definition', () => {
    const random = new Random(SEED);
    let invalid = 0;
    for (let i = 0; i < HISTORIES; i++) {
      const history = randomHistory(name, random);
      const { expected, found } = compare(name, history);
      if (expected !== found) expect.fail(explainDisagreement(name, history));
      if (expected === 'invalid') invalid++;
    }
    expect(invalid).toBeGreaterThan(HISTORIES / 10);
    expect(invalid).toBeLessThan((HISTORIES * 9) / 10);
  });

  test.skipIf(!model.collection)('what it says of itself as a collection is what step does', () => {
    const random = new Random(SEED);
    for (let i = 0; i < HISTORIES; i++) {
      const path = Array.from({ length: 8 }, () => steps[random.int(steps.length)]!);
      const operations = path.map(({ input, output }) => [input, output] as const);
      expect(disagreement(model, operations), JSON.stringify(path)).toBe(-1);
    }
  });

  test.skipIf(!model.keyOf)('random histories, event by event, agree with the whole', () => {
    const random = new Random(SEED);
    for (let i = 0; i < HISTORIES / 10; i++) {
      const history = randomHistory(name, random);
      const checker = online(model);
      for (const event of eventsOf(history)) checker.push(event);
      const { verdict } = checker.verdict();
      if (verdict !== 'unknown') expect(verdict).toBe(checkOperations(model, history).verdict);
    }
  });

  test('refuses a function that it has not, with verdict unknown', () => {
    const strange = { id: 0, process: 0, input: { f: 'fly' }, output: {}, call: 0, return: 1 };
    expect(checkOperations(model, [strange]).verdict).toBe('unknown');
  });
});

/** What so many steps of unknown outcome lead to; each once, unless all paths are wanted. */
function reachable(model: Model, inputs: readonly unknown[], most: number, once = true): unknown[] {
  const states: unknown[] = [model.init()];
  let last = states;
  for (let length = 1; length <= most; length++) {
    const next: unknown[] = [];
    for (const from of last) {
      for (const input of inputs) {
        const to = model.step(from, input, undefined);
        const isKnown = once && [...states, ...next].some((state) => model.equal!(state, to));
        if (to !== ILLEGAL && !isKnown && next.length < 400) next.push(to);
      }
    }
    states.push(...next);
    last = next;
  }
  return states;
}
