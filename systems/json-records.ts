/** JSON in checksummed records: what every file of a node is made of. */
import type { Json } from './contract.ts';
import { encodeTextRecord } from './records.ts';

const decoder = new TextDecoder('utf-8', { fatal: true });

export function encodeJson(json: Json): Uint8Array {
  return encodeTextRecord(JSON.stringify(json));
}

/** `undefined` when it is no text of JSON; with its checksum right, some other program wrote it. */
export function decodeText(payload: Uint8Array): string | undefined {
  try {
    return decoder.decode(payload);
  } catch {
    return undefined;
  }
}

export function parseJson(text: string | undefined): Json | undefined {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** A file that can't be read as what it should be. The node must not serve. */
export class CorruptFile extends Error {
  constructor(file: string, offset: number, what: string) {
    super(`${file}: ${what} at byte ${offset}`);
  }
}
