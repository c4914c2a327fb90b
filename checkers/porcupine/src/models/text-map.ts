/**
 * Immutable maps from texts to values: the states of sets, bags and several registers.
 *
 * A treap whose ranks are hashes of the keys, so that its shape depends on nothing but the keys: equal
 * maps are compared node by node, and what they share is not looked at. A change copies one path.
 */
import { hashOfText } from './hash.ts';
import { describeValue, sameValue, type Value } from './value.ts';

export type TextMap<V extends Value> = Node<V> | null;

interface Node<V extends Value> {
  readonly key: string;
  readonly value: V;
  readonly rank: number;
  readonly left: TextMap<V>;
  readonly right: TextMap<V>;
  /** Of the map, as are size and hash. The hash is a sum, whatever the order of entries. */
  readonly size: number;
  readonly hash: number;
  readonly ownHash: number;
}

export function sizeOf<V extends Value>(map: TextMap<V>): number {
  return map === null ? 0 : map.size;
}

export function hashOf<V extends Value>(map: TextMap<V>): number {
  return map === null ? 0 : map.hash;
}

export function get<V extends Value>(map: TextMap<V>, key: string): V | undefined {
  let at = map;
  while (at !== null) {
    if (key === at.key) return at.value;
    at = key < at.key ? at.left : at.right;
  }
  return undefined;
}

export function put<V extends Value>(map: TextMap<V>, key: string, value: V): Node<V> {
  if (map === null) return leaf(key, value);
  if (key === map.key) {
    return sameValue(map.value, value) ? map : join(leaf(key, value), map.left, map.right);
  }
  if (key < map.key) {
    const left = put(map.left, key, value);
    if (!isAbove(left, map)) return join(map, left, map.right);
    return join(left, left.left, join(map, left.right, map.right));
  }
  const right = put(map.right, key, value);
  if (!isAbove(right, map)) return join(map, map.left, right);
  return join(right, join(map, map.left, right.left), right.right);
}

export function without<V extends Value>(map: TextMap<V>, key: string): TextMap<V> {
  if (map === null) return null;
  if (key === map.key) return merge(map.left, map.right);
  if (key < map.key) {
    const left = without(map.left, key);
    return left === map.left ? map : join(map, left, map.right);
  }
  const right = without(map.right, key);
  return right === map.right ? map : join(map, map.left, right);
}

export function sameMap<V extends Value>(a: TextMap<V>, b: TextMap<V>): boolean {
  if (a === b) return true;
  if (a === null || b === null) return false;
  if (a.hash !== b.hash || a.size !== b.size || a.key !== b.key) return false;
  return sameValue(a.value, b.value) && sameMap(a.left, b.left) && sameMap(a.right, b.right);
}

/** Is every key of the map among these? */
export function hasOnly<V extends Value>(map: TextMap<V>, keys: ReadonlySet<string>): boolean {
  return map === null || (keys.has(map.key) && hasOnly(map.left, keys) && hasOnly(map.right, keys));
}

/** In the order of keys. */
export function* entries<V extends Value>(map: TextMap<V>): Iterable<readonly [string, V]> {
  if (map === null) return;
  yield* entries(map.left);
  yield [map.key, map.value];
  yield* entries(map.right);
}

function leaf<V extends Value>(key: string, value: V): Node<V> {
  const hash = hashOfText(`${JSON.stringify(key)}:${describeValue(value)}`);
  return { key, value, rank: hashOfText(key), left: null, right: null, size: 1, hash, ownHash: hash };
}

function join<V extends Value>(root: Node<V>, left: TextMap<V>, right: TextMap<V>): Node<V> {
  const { key, value, rank, ownHash } = root;
  const size = 1 + sizeOf(left) + sizeOf(right);
  const hash = (ownHash + hashOf(left) + hashOf(right)) | 0;
  // Member by member: a spread takes several times as long, and this is what changes are made of.
  return { key, value, rank, left, right, size, hash, ownHash };
}

/** All keys of `left` are before those of `right`. */
function merge<V extends Value>(left: TextMap<V>, right: TextMap<V>): TextMap<V> {
  if (left === null) return right;
  if (right === null) return left;
  return isAbove(left, right)
    ? join(left, left.left, merge(left.right, right))
    : join(right, merge(left, right.left), right.right);
}

function isAbove<V extends Value>(a: Node<V>, b: Node<V>): boolean {
  return a.rank > b.rank || (a.rank === b.rank && a.key < b.key);
}
