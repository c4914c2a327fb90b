/**
 * A file with a content that is written as a whole, and its snapshots, as one object.
 *
 *  - `write token`     the file holds it; what was a snapshot before stays as it was;
 *  - `read`            → the token that the file holds, null before any;
 *  - `snapshot n`      → `done`: the `n`th snapshot holds what the file holds at this moment; `exists` where
 *                      there is one already; and while nothing is written `no-such-file`, if it likes: a
 *                      write makes the file first, and then it is there and empty;
 *  - `read-snapshot n` → the token that it holds, null where the file was empty; `no-such-file` before it
 *                      was taken.
 */
import { ILLEGAL, type Answer, type Model, type Value } from 'porcupine-ts';
import { DONE, EXISTS, NO_SUCH_FILE } from './namespace-model.ts';

export interface SnapshotInput {
  readonly f: string;
  readonly key?: string;
  readonly value?: Value;
}

export interface SnapshotState {
  readonly content: Value;
  /** Of each that was taken, by its number. */
  readonly taken: ReadonlyMap<number, Value>;
  /** All of the above. */
  readonly text: string;
}

export function snapshots(): Model<SnapshotState, SnapshotInput, Answer> {
  return {
    name: 'snapshots',
    init: () => stateOf(null, new Map()),
    step(state, { f, value = null }, output) {
      const said = output?.value;
      const says = (...answers: readonly Value[]): boolean =>
        said === undefined || answers.some((answer) => answer === said);
      const { content, taken } = state;
      switch (f) {
        case 'write':
          return stateOf(value, taken);
        case 'read':
          return says(content) ? state : ILLEGAL;
        case 'snapshot': {
          if (taken.has(Number(value))) return says(EXISTS) ? state : ILLEGAL;
          if (said === NO_SUCH_FILE) return content === null ? state : ILLEGAL;
          if (!says(DONE)) return ILLEGAL;
          return stateOf(content, new Map([...taken, [Number(value), content]]));
        }
        case 'read-snapshot': {
          const held = taken.get(Number(value));
          return says(held === undefined ? NO_SUCH_FILE : held) ? state : ILLEGAL;
        }
        default:
          throw new TypeError(`a file with snapshots has no ${f}`);
      }
    },
    equal: (a, b) => a.text === b.text,
    hash: ({ text }) => text,
    keyOf: ({ key = '' }) => key,
    pure: ({ f }) => f === 'read' || f === 'read-snapshot',
    describeOperation: ({ f, key, value }, output) => {
      const asked = [f, key, f === 'read' ? undefined : value].filter((word) => word !== undefined);
      const said = output === undefined ? '?' : f === 'write' ? 'ok' : String(output.value ?? null);
      return `${asked.join(' ')} → ${said}`;
    },
    describeState: ({ text }) => text,
  };
}

/** Snapshots in the order of their numbers, as equal states must have equal texts. */
function stateOf(content: Value, taken: ReadonlyMap<number, Value>): SnapshotState {
  const inOrder = [...taken].sort(([a], [b]) => a - b);
  const held = inOrder.map(([n, value]) => `${n}: ${JSON.stringify(value)}`);
  const text = [JSON.stringify(content), ...held].join(', ');
  return { content, taken, text };
}
