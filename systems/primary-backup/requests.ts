/** What clients ask, on the wire. What they are told is in `session-protocol.ts`. */
import type { Json } from '../contract.ts';
import { isList, isObject } from '../json.ts';
import { isInput, type Input } from './input.ts';

/** The input in `body`; undefined when there is none. */
export function parseRequest(body: Json): Input | undefined {
  if (!isObject(body)) return undefined;
  const { f, session, seq, key, value } = body;
  const input = partsOf([f, session, seq, key, value]).filter((part) => part !== undefined);
  return isInput(input) ? input : undefined;
}

/** An argument that is missing is missing in the input too, which is then none. */
function partsOf([f, session, seq, key, value]: readonly (Json | undefined)[]): readonly (
  Json | undefined
)[] {
  switch (f) {
    case 'register':
    case 'tick':
      return [f];
    case 'get':
      return [f, key];
    case 'delete':
    case 'draw':
      return [f, session, seq, key];
    case 'cas':
      return [f, session, seq, key, ...(isList(value) ? value : [])];
    default:
      return [f, session, seq, key, value];
  }
}
