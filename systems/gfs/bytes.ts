/**
 * Bytes and text. Data is bytes wherever it travels and wherever it is kept; only histories, being JSON, and
 * whoever reads and writes them, have it as text, with one character a byte.
 */

/** From here on it is faster to have the engine's decoder make the text, of units twice as wide. */
const LONG = 2048;
const isLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
const wide = new TextDecoder(isLittleEndian ? 'utf-16le' : 'utf-16be', { ignoreBOM: true });

export function textOf(bytes: Uint8Array): string {
  return bytes.length < LONG ? String.fromCharCode(...bytes) : wide.decode(new Uint16Array(bytes));
}

export function bytesOf(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}

/** False when a character of it is no byte. */
export function isBytes(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 255) return false;
  return true;
}

export function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const [only] = pieces;
  if (only !== undefined && pieces.length === 1) return only;
  const whole = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

export function areSame(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}
