/**
 * The names of a file system as one object: which paths there are. Every function answers one word, a
 * refusal too, since a refusal is an observation as good as any: `exists` says that the path was there.
 *
 *  - `create path`, `delete path`        → `done`, `exists` or `no-such-file`;
 *  - `rename [from, to]`, `snapshot [from, to]`  → the same; where both are wrong, either may be said;
 *  - `stat path`                         → true or false;
 *  - `list`                              → all paths, sorted.
 *
 * One object and not one a path, as a rename is of two: that nobody sees a file at both places, or at
 * neither, is what is checked.
 */
import { ILLEGAL, type Answer, type Illegal, type Model, type Value } from 'porcupine-ts';

export const DONE = 'done';
export const EXISTS = 'exists';
export const NO_SUCH_FILE = 'no-such-file';

export interface NamespaceInput {
  readonly f: string;
  readonly key?: string;
  readonly value?: Value;
}

/** All paths, sorted, a line each: no path has a line break in it. */
export type NamespaceState = string;

export function namespace(): Model<NamespaceState, NamespaceInput, Answer> {
  return {
    name: 'namespace',
    init: () => '',
    step(state, { f, value = null }, output) {
      const said = output?.value;
      switch (f) {
        case 'create':
          return change(said, has(state, value) ? [EXISTS] : [], state, () => withPath(state, value));
        case 'delete':
          return change(said, has(state, value) ? [] : [NO_SUCH_FILE], state, () => without(state, value));
        case 'rename':
        case 'snapshot': {
          const [from, to] = pair(value);
          const refusals = [...(has(state, from) ? [] : [NO_SUCH_FILE]), ...(has(state, to) ? [EXISTS] : [])];
          const source = f === 'rename' ? without(state, from) : state;
          return change(said, refusals, state, () => withPath(source, to));
        }
        case 'stat':
          return said === undefined || said === has(state, value) ? state : ILLEGAL;
        case 'list':
          return said === undefined || (isList(said) && said.join('\n') === state) ? state : ILLEGAL;
        default:
          throw new TypeError(`a namespace has no ${f}`);
      }
    },
    hash: (state) => state,
    pure: ({ f }) => f === 'stat' || f === 'list',
    describeOperation: ({ f, value }, output) =>
      [f, ...(value === undefined ? [] : [value].flat().map(String)), '→', said(output)].join(' '),
    describeState: (state) => (state === '' ? 'no files' : state.replaceAll('\n', ' ')),
  };
}

/** What may be refused is not done, and the other way round; of unknown outcome, whichever it is. */
function change(
  said: Value | undefined,
  refusals: readonly string[],
  state: NamespaceState,
  next: () => NamespaceState,
): NamespaceState | Illegal {
  if (refusals.length === 0) return said === undefined || said === DONE ? next() : ILLEGAL;
  return said === undefined || refusals.some((refusal) => refusal === said) ? state : ILLEGAL;
}

function paths(state: NamespaceState): readonly string[] {
  return state === '' ? [] : state.split('\n');
}

function has(state: NamespaceState, path: Value): boolean {
  return paths(state).some((other) => other === path);
}

function withPath(state: NamespaceState, path: Value): NamespaceState {
  return [...paths(state), String(path)].sort().join('\n');
}

function without(state: NamespaceState, path: Value): NamespaceState {
  return paths(state)
    .filter((other) => other !== path)
    .join('\n');
}

function pair(value: Value): readonly [Value, Value] {
  return isList(value) ? [value[0] ?? null, value[1] ?? null] : [null, null];
}

function said(output: Answer | undefined): string {
  const value = output?.value;
  if (value === undefined) return '?';
  return isList(value) ? `[${value.join(' ')}]` : String(value);
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}
