/**
 * Checksummed records, back to back in a file: how the systems tell what they wrote from what a crash
 * or a bad disk left behind.
 *
 * A record is a 12-byte header (payload length, CRC-32 of the payload, CRC-32 of those eight bytes; all
 * little-endian) and the payload. The header has a sum of its own because a damaged length would
 * otherwise pass for a record that runs over the end of the file, which is what a torn write looks like:
 * everything after it would be thrown away as unwritten.
 *
 * A crash loses a suffix of what was not synced, so a torn record has nothing whole after it. A bad
 * record with a whole one behind it is therefore corruption, never a torn tail. A synced last record that
 * rotted later can't be told from a torn one (Alagappan et al., "Protocol-Aware Recovery for
 * Consensus-Based Storage", FAST 2018): whoever promises what is in it must sync another one behind it.
 */
import { crc32 } from './crc32.ts';

export const HEADER_BYTES = 12;
const encoder = new TextEncoder();

export interface FoundRecord {
  /** Byte offset of the record's header in the file. */
  readonly offset: number;
  readonly payload: Uint8Array;
}

export interface Scan {
  readonly records: readonly FoundRecord[];
  /** Where the last good record ends. */
  readonly end: number;
  /** What follows it: nothing, a torn write (to be cut off at `end`), or damage (at `end`). */
  readonly ending: 'clean' | 'torn' | 'corrupt';
}

export function encodeRecord(payload: Uint8Array): Uint8Array {
  const record = new Uint8Array(HEADER_BYTES + payload.length);
  record.set(payload, HEADER_BYTES);
  return sealed(record);
}

/** The record of a text in UTF-8. One that is all ASCII, as most are, is encoded where it is to stand. */
export function encodeTextRecord(text: string): Uint8Array {
  const record = new Uint8Array(HEADER_BYTES + text.length);
  if (text.length <= SHORT && putAscii(record, text)) return sealed(record);
  const { read } = encoder.encodeInto(text, record.subarray(HEADER_BYTES));
  return read === text.length ? sealed(record) : encodeRecord(encoder.encode(text));
}

/** Up to about here a loop is faster than a call of the encoder, and most records of a log are shorter. */
const SHORT = 200;

function putAscii(record: Uint8Array, text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit > 127) return false;
    record[HEADER_BYTES + at] = unit;
  }
  return true;
}

/** Writes the header of the payload that stands behind it. */
function sealed(record: Uint8Array): Uint8Array {
  putUint32(record, 0, record.length - HEADER_BYTES);
  putUint32(record, 4, crc32(record, HEADER_BYTES, record.length));
  putUint32(record, 8, crc32(record, 0, 8));
  return record;
}

function putUint32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value;
  bytes[at + 1] = value >>> 8;
  bytes[at + 2] = value >>> 16;
  bytes[at + 3] = value >>> 24;
}

/** All records of a file's content, and the state of its end. Payloads are views into `bytes`. */
export function scanRecords(bytes: Uint8Array): Scan {
  const records: FoundRecord[] = [];
  let end = 0;
  while (end < bytes.length) {
    const payload = recordAt(bytes, end);
    if (payload === undefined) {
      return { records, end, ending: anyRecordAfter(bytes, end) ? 'corrupt' : 'torn' };
    }
    records.push({ offset: end, payload });
    end += HEADER_BYTES + payload.length;
  }
  return { records, end, ending: 'clean' };
}

/** The payload of the record that begins at `offset`, a view into `bytes`; undefined when none does. */
export function recordAt(bytes: Uint8Array, offset: number): Uint8Array | undefined {
  if (bytes.length - offset < HEADER_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, HEADER_BYTES);
  if (view.getUint32(8, true) !== crc32(bytes, offset, offset + 8)) return undefined;
  const from = offset + HEADER_BYTES;
  const to = from + view.getUint32(0, true);
  if (to > bytes.length || view.getUint32(4, true) !== crc32(bytes, from, to)) return undefined;
  return bytes.subarray(from, to);
}

export function anyRecordAfter(bytes: Uint8Array, offset: number): boolean {
  for (let at = offset + 1; at + HEADER_BYTES <= bytes.length; at++) {
    if (recordAt(bytes, at) !== undefined) return true;
  }
  return false;
}
