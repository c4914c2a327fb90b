/** Hashes of texts that grow with the text: the hash of `ab` is that of `a`, extended by `b` (FNV-1a). */
export const EMPTY_HASH = 0x811c9dc5 | 0;

export function extend(hash: number, text: string): number {
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash;
}

/** Of a whole text, with its bits spread, for sums of hashes and for ranks. */
export function hashOfText(text: string): number {
  let hash = extend(EMPTY_HASH, text);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/** Neighbouring hashes go far from each other: for tables with open addressing. */
export function spread(hash: number): number {
  const mixed = Math.imul(hash, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}
