/**
 * How records lie in a chunk: each in a frame of its own with checksums, as the paper leaves to those who
 * append (§2.7.2). So whoever reads them skips padding, and what is left of appends that failed half-way.
 */
import { encodeRecord, HEADER_BYTES, recordAt } from '../records.ts';
import { textOf } from './bytes.ts';

/** The offset of a record is that of its data. */
export const DATA_IN_FRAME = HEADER_BYTES;

export function framed(data: Uint8Array): Uint8Array {
  return encodeRecord(data);
}

/** All whole records in a chunk's content, each with the offset of its data. */
export function recordsIn(content: Uint8Array): readonly (readonly [offset: number, data: string])[] {
  const found: (readonly [number, string])[] = [];
  for (let at = 0; at + HEADER_BYTES <= content.length;) {
    const data = recordAt(content, at);
    if (data === undefined) at++;
    else {
      found.push([at + DATA_IN_FRAME, textOf(data)]);
      at += HEADER_BYTES + data.length;
    }
  }
  return found;
}
