/** Files as the nodes name them, and how text goes through messages in pieces. */
import { crc32 } from '../crc32.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** What a map leaves on its worker's disk, for one reduce. Names of different attempts differ. */
export function bucketFile(job: number, map: number, attempt: number, partition: number): string {
  return `map-${job}-${map}-${attempt}-${partition}`;
}

/** The job that an intermediate file belongs to; undefined for any other file. */
export function jobOfBucket(file: string): number | undefined {
  const match = /^map-(\d+)-/.exec(file);
  return match === null ? undefined : Number(match[1]);
}

/** Length in bytes and CRC-32: whether what was read is what was written. */
export type Sum = {
  readonly length: number;
  readonly crc: number;
};

export function sumOf(bytes: Uint8Array): Sum {
  return { length: bytes.length, crc: crc32(bytes, 0, bytes.length) };
}

export function isSum(bytes: Uint8Array, { length, crc }: Sum): boolean {
  return bytes.length === length && crc32(bytes, 0, bytes.length) === crc;
}

export function encode(text: string): Uint8Array {
  return encoder.encode(text);
}

export function decode(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** At least one character, and about `size` bytes, from `offset` on, and where the next piece begins. */
export function pieceAt(bytes: Uint8Array, offset: number, size: number): { text: string; next: number } {
  let next = Math.min(bytes.length, offset + size);
  // Never within a character: the bytes that go on with one are 10xxxxxx.
  while (next < bytes.length && (bytes[next]! & 0xc0) === 0x80) next++;
  return { text: decode(bytes.subarray(offset, next)), next };
}

export function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
