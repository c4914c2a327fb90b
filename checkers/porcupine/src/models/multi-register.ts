/**
 * Several registers, read and written together, in one step. They are one object: there are no
 * partitions. Ops come in the shapes of Jepsen:
 *
 *     txn    [['read', 'x', null], ['write', 'y', 2]]   → the same, with what was read filled in
 *     read   { x: null, y: null } or ['x', 'y']         → { x: 1, y: 2 }
 *     write  { x: 1, y: 2 }
 *
 * and `read` and `write` take the steps of a `txn` as well, or a `key` and what a register takes.
 * `r` and `w` are short for the two. A transaction reads what it wrote itself before.
 *
 * A register holds null until written, and a read of null saw that. With `nullReads: 'unknown'` it says
 * nothing, as in Knossos, whose histories can't tell the one from the other.
 */
import { ILLEGAL, type Model } from '../model.ts';
import { describeStep, type Answer } from './observe.ts';
import { entries, get, hashOf, put, sameMap, without, type TextMap } from './text-map.ts';
import { describeValue, isList, sameValue, type Value } from './value.ts';

export interface MultiRegisterInput {
  readonly f: 'txn' | 'read' | 'write';
  readonly key?: string;
  readonly value?: Value;
}

export interface MultiRegisterOptions {
  /** What registers hold at first; null, those that aren't named. */
  readonly initial?: Readonly<Record<string, Value>>;
  readonly nullReads?: 'null' | 'unknown';
}

/** By key; a register that holds null is not there. */
export type MultiRegisterState = TextMap<Value>;

/** One access to one register; `seen` is undefined where the answer is unknown. */
type Access =
  | { readonly f: 'read'; readonly key: string; readonly seen: Value | undefined }
  | { readonly f: 'write'; readonly key: string; readonly value: Value };

export function multiRegister(
  options: MultiRegisterOptions = {},
): Model<MultiRegisterState, MultiRegisterInput, Answer> {
  const { initial = {}, nullReads = 'null' } = options;
  const accesses = (input: MultiRegisterInput, output: Answer | undefined): readonly Access[] => {
    const all = accessesOf(input, output);
    if (nullReads === 'null') return all;
    return all.map((access) =>
      access.f === 'read' && access.seen === null ? { ...access, seen: undefined } : access,
    );
  };
  return {
    name: 'multi-register',
    init: () => Object.entries(initial).reduce<MultiRegisterState>(assign, null),
    step(state, input, output) {
      let next = state;
      for (const access of accesses(input, output)) {
        if (access.f === 'write') next = assign(next, [access.key, access.value]);
        else if (access.seen !== undefined && !sameValue(get(next, access.key) ?? null, access.seen))
          return ILLEGAL;
      }
      return next;
    },
    equal: sameMap,
    hash: hashOf,
    pure: (input, output) => accesses(input, output).every(({ f }) => f === 'read'),
    effect(input, output) {
      const all = accesses(input, output);
      if (all.some((access) => access.f === 'read' && access.seen !== undefined)) return undefined;
      return all.some(({ f }) => f === 'write') ? { kind: 'update' } : { kind: 'noop' };
    },
    describeOperation: (input, output) => describeStep(input, output, 'refused'),
    describeState: (state) =>
      `{${[...entries(state)].map(([key, value]) => `${key}:${describeValue(value)}`).join(',')}}`,
  };
}

function assign(state: MultiRegisterState, [key, value]: readonly [string, Value]): MultiRegisterState {
  return value === null ? without(state, key) : put(state, key, value);
}

function accessesOf(input: MultiRegisterInput, output: Answer | undefined): readonly Access[] {
  const { f, key, value = null } = input;
  const answer = output?.value;
  if (f !== 'txn' && f !== 'read' && f !== 'write') throw unfit(input);
  if (key !== undefined && f === 'read') return [{ f, key, seen: output && (answer ?? null) }];
  if (key !== undefined && f === 'write') return [{ f, key, value }];
  const asked = stepsOf(value);
  if (asked !== undefined && (f === 'txn' || asked.length > 0)) return steps(asked, input, output);
  if (f === 'write' && isRecord(value)) {
    return Object.entries(value).map(([register, written]) => ({ f, key: register, value: written }));
  }
  if (f !== 'read') throw unfit(input);
  return reads(value, input, output);
}

/** An answer repeats the steps; if none came back, it was the argument, in which null stands for open. */
function steps(
  asked: readonly Step[],
  input: MultiRegisterInput,
  output: Answer | undefined,
): readonly Access[] {
  const answer = output?.value ?? undefined;
  const answered = answer === undefined ? undefined : stepsOf(answer);
  if (answer !== undefined && answered?.length !== asked.length) throw unfit(input, answer);
  return asked.map(({ f, key, value }, i): Access => {
    const told = answered?.[i];
    if (told !== undefined && (told.f !== f || told.key !== key)) throw unfit(input, answer);
    if (f === 'write') return { f, key, value };
    if (told !== undefined) return { f, key, seen: told.value };
    return { f, key, seen: output && (value ?? undefined) };
  });
}

/** An answer names what each register held; a register that is asked for and not named held null. */
function reads(asked: Value, input: MultiRegisterInput, output: Answer | undefined): readonly Access[] {
  const names = isList(asked) ? asked.map(textOf) : isRecord(asked) ? Object.keys(asked) : [];
  const answer = output?.value ?? undefined;
  if (answer === undefined) {
    const repeated = output !== undefined && isRecord(asked) ? asked : {};
    return names.map((key) => ({ f: 'read', key, seen: repeated[key] ?? undefined }));
  }
  if (!isRecord(answer)) throw unfit(input, answer);
  const all = new Set([...names, ...Object.keys(answer)]);
  return [...all].map((key) => ({ f: 'read', key, seen: answer[key] ?? null }));
}

interface Step {
  readonly f: 'read' | 'write';
  readonly key: string;
  readonly value: Value;
}

const FUNCTIONS: ReadonlyMap<Value, Step['f']> = new Map([
  ['r', 'read'],
  ['read', 'read'],
  ['w', 'write'],
  ['write', 'write'],
]);

/** Undefined for what is no list of steps. */
function stepsOf(value: Value): readonly Step[] | undefined {
  if (!isList(value)) return undefined;
  const found = value.flatMap((step): Step[] => {
    if (!isList(step)) return [];
    const [f = null, key, argument = null] = step;
    const name = FUNCTIONS.get(f);
    return name === undefined || key === undefined ? [] : [{ f: name, key: textOf(key), value: argument }];
  });
  return found.length === value.length ? found : undefined;
}

function isRecord(value: Value): value is { readonly [name: string]: Value } {
  return typeof value === 'object' && value !== null && !isList(value);
}

function textOf(key: Value): string {
  return typeof key === 'string' ? key : describeValue(key);
}

function unfit(input: MultiRegisterInput, answer?: Value): TypeError {
  const answered = answer === undefined ? '' : ` answered ${JSON.stringify(answer)}`;
  return new TypeError(`several registers have no ${JSON.stringify(input)}${answered}`);
}
