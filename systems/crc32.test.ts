import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { crc32 } from './crc32.ts';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

/** By the definition, a bit at a time. */
function plain(bytes: Uint8Array): number {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  }
  return ~sum >>> 0;
}

test('the sum is the one of zlib', () => {
  expect(crc32(text('123456789'), 0, 9)).toBe(0xcbf43926);
  expect(crc32(text('The quick brown fox jumps over the lazy dog'), 0, 43)).toBe(0x414fa339);
});

test('of any part of any bytes it is what the definition says, at once or in two steps', () => {
  const bytes = fc.uint8Array({ maxLength: 2000, size: 'max' });
  fc.assert(
    fc.property(bytes, fc.nat(7), fc.nat(), (whole, from, where) => {
      const part = whole.subarray(from);
      const middle = where % (part.length + 1);
      expect(crc32(whole, Math.min(from, whole.length), whole.length)).toBe(plain(part));
      expect(crc32(part, middle, part.length, crc32(part, 0, middle))).toBe(plain(part));
    }),
  );
});
