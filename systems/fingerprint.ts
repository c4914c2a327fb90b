/**
 * A number that tells maps of texts apart, kept up with every change of one key: a sum over the keys, so
 * that neither the order nor the history of changes matters. Texts are hashed by FNV-1a, unit by unit, so
 * that what is appended to a long one costs only its own length.
 */
const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

export function textHash(text: string, from = FNV_OFFSET): number {
  let hash = from;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), FNV_PRIME);
  return hash;
}

/** Spreads two numbers over 32 bits. */
export function mix(a: number, b: number): number {
  let hash = Math.imul(a ^ 0x85ebca6b, 0xc2b2ae35) ^ Math.imul(b, 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return hash ^ (hash >>> 13);
}

export class Fingerprint {
  private readonly hashes = new Map<string, number>();
  private total = 0;

  get sum(): number {
    return this.total;
  }

  /** The key's text has this hash now. */
  put(key: string, hash: number): void {
    this.remove(key);
    this.hashes.set(key, hash);
    this.total = (this.total + mix(textHash(key), hash)) | 0;
  }

  /** As `put` of the key's text with `text` behind it. */
  extend(key: string, text: string): void {
    this.put(key, textHash(text, this.hashes.get(key)));
  }

  remove(key: string): void {
    const hash = this.hashes.get(key);
    if (hash === undefined) return;
    this.hashes.delete(key);
    this.total = (this.total - mix(textHash(key), hash)) | 0;
  }
}
