/**
 * An append-only log. `append` answers the offset of the entry, or nothing; `read` answers all entries
 * from an offset on, by default from 0.
 *
 * Logs that grow from one another share all but their ends, and a log's prefixes are its lineage.
 */
import { ILLEGAL, type Effect, type Model } from '../model.ts';
import { elements, EMPTY, prepend, reversed, sameList, type List } from './list.ts';
import { byKey, describeStep, keyOf, type Answer } from './observe.ts';
import { describeValue, isList, sameValue, type Value } from './value.ts';

export type LogInput = { readonly key?: string } & (
  | { readonly f: 'append'; readonly value: Value }
  /** The offset of the first entry wanted. */
  | { readonly f: 'read'; readonly value?: number | null }
);

/** The newest entry first. */
export type LogState = List;

export function log(): Model<LogState, LogInput, Answer> {
  return {
    name: 'log',
    init: () => EMPTY,
    step(state, input, output) {
      switch (input.f) {
        case 'append': {
          const offset = toldOffset(input.value, output);
          return offset === undefined || offset === state.size ? prepend(input.value, state) : ILLEGAL;
        }
        case 'read':
          return output === undefined || isEnd(state, input.value ?? 0, output.value ?? []) ? state : ILLEGAL;
        default:
          throw new TypeError(`a log has no ${JSON.stringify(input)}`);
      }
    },
    equal: sameList,
    hash: ({ hash }) => hash,
    partition: byKey,
    keyOf,
    pure: (input) => input.f === 'read',
    effect,
    lineage: prefixes,
    describeOperation: (input, output) => describeStep(written(input), output, 'refused'),
    describeState: (state) => describeValue([...elements(state)].reverse()),
  };
}

function effect(input: LogInput, output: Answer | undefined): Effect<LogState> | undefined {
  if (input.f === 'append') {
    if (toldOffset(input.value, output) !== undefined) return undefined;
    return { kind: 'update', shows: (state) => contains(state, input.value) };
  }
  if (output === undefined) return { kind: 'noop' };
  const seen = output.value ?? [];
  const isWhole = (input.value ?? 0) === 0 && isList(seen);
  return isWhole ? { kind: 'read', state: reversed(seen) } : undefined;
}

/** An answer that only repeats what was appended tells no offset, unless it is a number. */
function toldOffset(appended: Value, answer: Answer | undefined): Value | undefined {
  const told = answer?.value ?? undefined;
  return typeof told !== 'number' && told !== undefined && sameValue(told, appended) ? undefined : told;
}

/** Are these the entries from an offset on? None are from beyond the end. */
function isEnd(state: LogState, from: number, entries: Value): boolean {
  if (!isList(entries) || entries.length !== Math.max(0, state.size - from)) return false;
  let at = state;
  for (let i = entries.length - 1; i >= 0; i--) {
    if (!sameValue(at.head, entries[i]!)) return false;
    at = at.tail!;
  }
  return true;
}

function contains(state: LogState, value: Value): boolean {
  for (const entry of elements(state)) if (sameValue(entry, value)) return true;
  return false;
}

function* prefixes(state: LogState): Iterable<LogState> {
  for (let at: LogState | undefined = state; at !== undefined; at = at.tail) yield at;
}

function written(input: LogInput): { readonly f: string; readonly key?: string; readonly value?: Value } {
  if (input.f === 'append') return input;
  const { value, ...rest } = input;
  return typeof value === 'number' ? { ...rest, value } : rest;
}
