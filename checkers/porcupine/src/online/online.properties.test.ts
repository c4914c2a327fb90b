/**
 * The online check against the definition of linearizability, after each event of random small histories;
 * and against the check of whole histories, on larger ones.
 */
import { describe, expect, test } from 'vitest';
import { checkOperations } from '../check.ts';
import type { Model, Operation } from '../model.ts';
import { kv, type KvInput, type KvOutput } from '../models/kv.ts';
import { register, type RegisterInput, type RegisterOutput } from '../models/register.ts';
import { isLinearizable } from '../testing/brute-force.ts';
import { eventsOf } from '../testing/events.ts';
import { Random } from '../testing/random.ts';
import { simulate, withStaleRead, type KvOperation, type Simulation } from '../testing/simulate.ts';
import { online, type OnlineEvent } from './online.ts';

interface Draw<I, O> {
  input(random: Random): I;
  output(input: I, random: Random): O;
}

const pick = <T>(random: Random, list: readonly T[]): T => list[random.int(list.length)]!;

const VALUES = [null, 1, 2];
const ofRegister: Draw<RegisterInput, RegisterOutput> = {
  input(random) {
    switch (random.int(5)) {
      case 0:
      case 1:
        return { f: 'read' };
      case 2:
        return { f: 'write', value: pick(random, VALUES) };
      default:
        return { f: 'cas', value: [pick(random, VALUES), pick(random, VALUES)] };
    }
  },
  output({ f }, random) {
    if (f === 'write' || random.int(20) === 0) return {};
    return f === 'read' ? { value: pick(random, VALUES) } : { ok: random.int(2) === 0 };
  },
};

const TEXTS = [null, '', 'a', 'b', 'ab', 1];
const ofKv: Draw<KvInput, KvOutput> = {
  input(random) {
    const f = random.weighted({ get: 3, put: 2, append: 3, delete: 1, cas: 2 });
    if (f === 'put') return { f, value: pick(random, TEXTS) };
    if (f === 'append') return { f, value: pick(random, ['a', 'b', '']) };
    return f === 'cas' ? { f, value: [pick(random, TEXTS), pick(random, TEXTS)] } : { f };
  },
  output({ f }, random) {
    if (f === 'get') return { value: pick(random, TEXTS) };
    return f === 'cas' && random.int(20) > 0 ? { ok: random.int(2) === 0 } : {};
  },
};

/** Up to seven operations, five at a time; some are given up, some fail, and some stay open. */
function randomEvents<I, O>({ input, output }: Draw<I, O>, random: Random): OnlineEvent<I, O>[] {
  const events: OnlineEvent<I, O>[] = [];
  const open: { readonly id: number; readonly input: I }[] = [];
  const operations = 3 + random.int(5);
  for (let id = 0; id < operations || open.length > 0;) {
    if (id < operations && (open.length === 0 || (open.length < 5 && random.int(2) === 0))) {
      const asked = input(random);
      open.push({ id, input: asked });
      events.push({ kind: 'call', id, process: id, input: asked });
      id++;
      continue;
    }
    const [ended] = open.splice(random.int(open.length), 1);
    switch (random.weighted({ open: 3, unknown: 3, fail: 2, return: 12 })) {
      case 'unknown':
        events.push({ kind: 'unknown', id: ended!.id });
        break;
      case 'fail':
        events.push({ kind: 'fail', id: ended!.id });
        break;
      case 'return':
        events.push({ kind: 'return', id: ended!.id, output: output(ended!.input, random) });
        break;
    }
  }
  return events;
}

/** What is known after these events: whatever did not return is of unknown outcome, or failed. */
function operationsOf<I, O>(events: readonly OnlineEvent<I, O>[]): Operation<I, O>[] {
  const operations = new Map<number, Operation<I, O>>();
  events.forEach((event, at) => {
    const { id } = event;
    if (event.kind === 'call') {
      const { process, input } = event;
      operations.set(id, { id, process, input, output: undefined, call: at, return: Infinity });
    } else if (event.kind === 'fail') operations.delete(id);
    else if (event.kind === 'return')
      operations.set(id, { ...operations.get(id)!, output: event.output, return: at });
  });
  return [...operations.values()];
}

/** How many of the histories are invalid. */
function agrees<S, I, O>(model: Model<S, I, O>, draw: Draw<I, O>, histories: number): number {
  let invalid = 0;
  for (let seed = 0; seed < histories; seed++) {
    const random = new Random(seed);
    const events = randomEvents(draw, random);
    const checker = online(model, { chunk: pick(random, [1, 2, 4, 64]) });
    for (const [at, event] of events.entries()) {
      const violation = checker.push(event);
      const prefix = events.slice(0, at + 1);
      const expected = isLinearizable(model, operationsOf(prefix));
      const shown = `seed ${seed}\n${prefix.map((one) => JSON.stringify(one)).join('\n')}`;
      expect(checker.verdict().verdict, shown).toBe(expected ? 'valid' : 'invalid');
      expect(violation, shown).toEqual(expected ? undefined : { key: '', operation: event.id });
      if (expected) continue;
      invalid++;
      break;
    }
  }
  return invalid;
}

function plain<S, I, O>({ name, init, step, equal, hash }: Model<S, I, O>): Model<S, I, O> {
  return { name, init, step, ...(equal && { equal }), ...(hash && { hash }) };
}

describe('after each event of a random history, the verdict is that of the definition', () => {
  const HISTORIES = 3_000;
  test('register', () => {
    expect(agrees(register(), ofRegister, HISTORIES)).toBeGreaterThan(HISTORIES / 4);
  });
  test('kv', () => {
    expect(agrees(kv(), ofKv, HISTORIES)).toBeGreaterThan(HISTORIES / 4);
  });
  test('register, by step alone', () => {
    expect(agrees(plain(register()), ofRegister, HISTORIES / 4)).toBeGreaterThan(HISTORIES / 16);
  });
  test('kv, by step alone', () => {
    expect(agrees(plain(kv()), ofKv, HISTORIES / 4)).toBeGreaterThan(HISTORIES / 16);
  });
});

/** Gives one known read or cas the answer of another value, or the opposite answer. */
function mutate(history: readonly KvOperation[], random: Random): KvOperation[] {
  const observers = history.filter(({ input, output }) => output && (input.f === 'get' || input.f === 'cas'));
  const victim = observers[random.int(observers.length)];
  const values = history.flatMap(({ input, output }) =>
    input.f === 'put' ? input.value : (output?.value ?? []),
  );
  return history.map((operation) => {
    if (operation !== victim) return operation;
    if (operation.input.f === 'cas') return { ...operation, output: { ok: !operation.output!.ok } };
    return { ...operation, output: { value: values[random.int(values.length)] ?? null } };
  });
}

describe('histories of a correct store', () => {
  const sizes: readonly Omit<Simulation, 'seed' | 'weights'>[] = [
    { operations: 2_000, clients: 10, keys: 2, unknown: 0 },
    { operations: 2_000, clients: 10, keys: 2, unknown: 0.01 },
    { operations: 2_000, clients: 20, keys: 5, unknown: 0.05 },
    { operations: 300, clients: 5, keys: 1, unknown: 0.05, values: 4 },
  ];

  test('are valid, to the last completion', () => {
    for (const [seed, size] of sizes.entries()) {
      const history = simulate({ ...size, seed, weights: { get: 5, put: 3, cas: 2, append: 0, delete: 1 } });
      const checker = online(kv());
      for (const event of eventsOf(history)) expect(checker.push(event)).toBeUndefined();
      const { verdict, keys } = checker.verdict();
      expect(verdict).toBe('valid');
      const completions = history.filter((operation) => operation.return !== Infinity).length;
      expect(keys.reduce((sum, { explained }) => sum + explained, 0)).toBe(completions);
    }
  });

  const mixes: readonly Simulation['weights'][] = [
    { get: 1, put: 1, cas: 0, append: 0, delete: 0 },
    { get: 3, put: 2, cas: 3, append: 0, delete: 1 },
    { get: 3, put: 1, cas: 1, append: 3, delete: 0 },
    { get: 2, put: 2, cas: 4, append: 1, delete: 1 },
  ];

  test('with one answer changed: the verdict is that of the whole history, and comes with the first prefix', () => {
    let invalid = 0;
    for (let seed = 0; seed < 1000; seed++) {
      const random = new Random(seed);
      const history = mutate(
        simulate({
          seed,
          operations: 8 + random.int(40),
          clients: 2 + random.int(5),
          keys: 1,
          weights: pick(random, mixes),
          unknown: pick(random, [0, 0.05, 0.15]),
          ...(random.int(2) === 0 && { values: 2 + random.int(4) }),
        }),
        random,
      );
      const checker = online(kv(), { chunk: pick(random, [1, 2, 4, 8, 16]) });
      const events = eventsOf(history);
      const at = events.findIndex((event) => checker.push(event) !== undefined);
      const shown = `seed ${seed}`;
      expect(checker.verdict().verdict, shown).toBe(checkOperations(kv(), history).verdict);
      if (at < 0) continue;
      invalid++;
      expect(checkOperations(kv(), operationsOf(events.slice(0, at + 1))).verdict, shown).toBe('invalid');
      expect(checkOperations(kv(), operationsOf(events.slice(0, at))).verdict, shown).toBe('valid');
    }
    expect(invalid).toBeGreaterThan(200);
  });

  test('with a stale read: the verdict and the completion are those of the whole history', () => {
    for (const [seed, size] of sizes.entries()) {
      const weights = { get: 1, put: 1, cas: 0, append: 0, delete: 0 };
      const stale = withStaleRead(simulate({ ...size, seed, weights }), 0.5);
      if (!stale) continue;
      const checked = checkOperations(kv(), stale);
      const blocked = checked.partitions.flatMap((partition) => partition.blocked ?? []);
      const checker = online(kv());
      const violations = eventsOf(stale).flatMap((event) => checker.push(event) ?? []);
      expect(violations.map(({ operation }) => operation)).toEqual(blocked);
      expect(checker.verdict().verdict).toBe(checked.verdict);
    }
  });
});
