/**
 * CRC-32, the IEEE polynomial, as in zlib. Long runs are summed up sixteen bytes a step, read as four words
 * where the machine has its words in the order of the polynomial.
 */

/** Sixteen tables of 256: `TABLES[k * 256 + b]` is the sum of byte `b` followed by `k` zero bytes. */
const TABLES = makeTables();
/** Shorter runs are not worth a view of words. */
const LONG = 256;
const isLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

function makeTables(): Int32Array {
  const tables = new Int32Array(16 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let sum = byte;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
    tables[byte] = sum;
  }
  for (let at = 256; at < tables.length; at++) {
    const shorter = tables[at - 256]!;
    tables[at] = (shorter >>> 8) ^ tables[shorter & 255]!;
  }
  return tables;
}

/** The sum of `bytes[from..to)`, or of what has the sum `before` with these bytes behind it. */
export function crc32(bytes: Uint8Array, from: number, to: number, before = 0): number {
  let sum = ~before;
  let at = from;
  if (isLittleEndian && to - from >= LONG) {
    for (; (bytes.byteOffset + at) % 4 !== 0; at++) sum = TABLES[(sum ^ bytes[at]!) & 255]! ^ (sum >>> 8);
    const words = new Int32Array(bytes.buffer, bytes.byteOffset + at, ((to - at) >>> 4) * 4);
    sum = afterWords(words, sum);
    at += words.length * 4;
  }
  for (; to - at >= 8; at += 8) {
    sum ^= bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    sum =
      TABLES[1792 + (sum & 255)]! ^
      TABLES[1536 + ((sum >>> 8) & 255)]! ^
      TABLES[1280 + ((sum >>> 16) & 255)]! ^
      TABLES[1024 + (sum >>> 24)]! ^
      TABLES[768 + bytes[at + 4]!]! ^
      TABLES[512 + bytes[at + 5]!]! ^
      TABLES[256 + bytes[at + 6]!]! ^
      TABLES[bytes[at + 7]!]!;
  }
  for (; at < to; at++) sum = TABLES[(sum ^ bytes[at]!) & 255]! ^ (sum >>> 8);
  return ~sum >>> 0;
}

/** Four words a step. */
function afterWords(words: Int32Array, before: number): number {
  let sum = before;
  for (let at = 0; at < words.length; at += 4) {
    const a = sum ^ words[at]!;
    const b = words[at + 1]!;
    const c = words[at + 2]!;
    const d = words[at + 3]!;
    sum =
      TABLES[3840 + (a & 255)]! ^
      TABLES[3584 + ((a >>> 8) & 255)]! ^
      TABLES[3328 + ((a >>> 16) & 255)]! ^
      TABLES[3072 + (a >>> 24)]! ^
      TABLES[2816 + (b & 255)]! ^
      TABLES[2560 + ((b >>> 8) & 255)]! ^
      TABLES[2304 + ((b >>> 16) & 255)]! ^
      TABLES[2048 + (b >>> 24)]! ^
      TABLES[1792 + (c & 255)]! ^
      TABLES[1536 + ((c >>> 8) & 255)]! ^
      TABLES[1280 + ((c >>> 16) & 255)]! ^
      TABLES[1024 + (c >>> 24)]! ^
      TABLES[768 + (d & 255)]! ^
      TABLES[512 + ((d >>> 8) & 255)]! ^
      TABLES[256 + ((d >>> 16) & 255)]! ^
      TABLES[d >>> 24]!;
  }
  return sum;
}
