/**
 * Random histories of a handful of operations on one key: those of a correct object, of which some had an
 * answer changed. Drawn to be close to both verdicts.
 */
import { ILLEGAL, type Model, type Operation } from '../model.ts';
import { valueOf, type KvState } from '../models/kv.ts';
import type { Value } from '../models/value.ts';
import type { Random } from './random.ts';

export interface Mix {
  readonly read: number;
  readonly write: number;
  readonly cas: number;
  readonly append: number;
  /** The share of operations of unknown outcome. */
  readonly unknown: number;
  readonly values: 'unique' | 'few';
}

interface Draft {
  readonly call: number;
  readonly return: number;
  readonly apply: number;
}

const LONGEST = 7;

export function smallHistory<S, I, O>(random: Random, mix: Mix, model: Model<S, I, O>): Operation<I, O>[] {
  const isRegister = model.name === 'register';
  const count = 1 + random.int(LONGEST);
  const span = 2 + random.int(3 * count);
  const drafts: Draft[] = Array.from({ length: count }, () => {
    const call = random.int(span);
    const length = random.int(1 + random.int(span));
    if (random.real() >= mix.unknown)
      return { call, return: call + length, apply: call + random.real() * length };
    return { call, return: Infinity, apply: random.real() < 0.4 ? Infinity : call + random.real() * span };
  });
  drafts.sort((a, b) => a.apply - b.apply);
  let fresh = 0;
  let state = model.init();
  const seen: Value[] = [null];
  const some = (): Value => seen[random.int(seen.length)]!;
  const value = (): string => (mix.values === 'few' ? random.pick(['a', 'b', 'ab', 'ba']) : `${++fresh};`);
  const operations = drafts.map((draft, id): Operation<I, O> => {
    const present = valueOf(state as KvState);
    const f = random.weighted({ read: mix.read, write: mix.write, cas: mix.cas, append: mix.append });
    const expected = random.real() < 0.6 ? present : some();
    const input =
      f === 'read'
        ? { f: isRegister ? 'read' : 'get' }
        : f === 'cas'
          ? { f, value: [expected, value()] }
          : { f: f === 'write' && !isRegister ? 'put' : f, value: value() };
    if (draft.apply !== Infinity) {
      const next = model.step(state, input as I, undefined);
      if (next !== ILLEGAL) state = next;
    }
    const after = valueOf(state as KvState);
    seen.push(after, ...(typeof input.value === 'string' ? [input.value] : []));
    let output: { value?: Value; ok?: boolean } | undefined =
      f === 'read' ? { value: present } : f === 'cas' ? { ok: expected === present } : {};
    if (draft.return === Infinity) output = undefined;
    return {
      id,
      process: id,
      input: input as I,
      output: output as O,
      call: draft.call,
      return: draft.return,
    };
  });
  const answered = random.real() < 0.7 ? operations.map((one) => changed(random, one, some)) : operations;
  if (random.real() < 0.5) return shuffled(random, answered);
  const isByCall = random.real() < 0.5;
  return [...answered].sort((a, b) => (isByCall ? a.call - b.call : compare(a.return, b.return)));
}

/** With another answer, sometimes. */
function changed<I, O>(random: Random, operation: Operation<I, O>, some: () => Value): Operation<I, O> {
  if (operation.output === undefined || random.real() < 0.5) return operation;
  const { value, ok } = operation.output as { value?: Value; ok?: boolean };
  if (ok !== undefined) return { ...operation, output: { ok: !ok } as O };
  return value === undefined ? operation : { ...operation, output: { value: some() } as O };
}

/** Infinities are equal. */
function compare(a: number, b: number): number {
  return a === b ? 0 : a - b;
}

function shuffled<T>(random: Random, items: readonly T[]): T[] {
  const left = [...items];
  return items.map(() => left.splice(random.int(left.length), 1)[0]!);
}
