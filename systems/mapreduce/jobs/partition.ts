/**
 * Which reduce task a key belongs to. Every map of a job, on whatever worker and in whatever life of it,
 * has to say the same, or one key is reduced in two places.
 */
export function partitionOf(key: string, reducers: number, salt = 0): number {
  // FNV-1a over the key's code units.
  let hash = 0x811c9dc5 ^ salt;
  for (let at = 0; at < key.length; at++) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
  // Its low bits alone are those of the key's last characters.
  return ((hash ^ (hash >>> 15)) >>> 0) % reducers;
}

/** The one order of keys, by their code units. */
export function byKey(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
