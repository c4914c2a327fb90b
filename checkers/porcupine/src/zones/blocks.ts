/**
 * Blocks: a version that depends on none before, the versions that were made from it one by one, and
 * everyone who observed them. In a linearization nothing comes between the operations of a block, as
 * none of its versions is ever made again.
 *
 * A block needs the time from its first return (`first`) to its last call (`last`). In a *forward* one
 * the return is earlier, so that the object certainly was in the block all that time; a *backward* one
 * may be at any moment between the two.
 */
import type { Budget } from '../budget.ts';
import type { Evidence, Violation } from './evidence.ts';
import type { History } from './history.ts';
import { NONE } from '../kinds.ts';
import { INITIAL, type Versions } from './versions.ts';

export interface Blocks {
  /** By version: the one that was made from it, or `NONE`. */
  readonly next: Int32Array;
  /** By version: first return and last call among those who made or observed it. */
  readonly firstReturn: Float64Array;
  readonly lastCall: Float64Array;
  /** Whose they are, of a version; looked for when somebody asks. */
  readonly firstToReturn: (version: number) => number;
  readonly lastToCall: (version: number) => number;
  /** Of a block, the operation that was called after this time and returned first. */
  readonly firstCalledAfter: (block: number, time: number) => number;
  /** By block; the first is the initial one. */
  readonly root: Int32Array;
  readonly first: Float64Array;
  readonly last: Float64Array;
  /** The versions with that return and with that call. */
  readonly firstVersion: Int32Array;
  readonly lastVersion: Int32Array;
}

export function blocksOf(
  history: Pick<History<unknown, unknown, unknown>, 'call' | 'return' | 'scratch'>,
  { maker }: Versions,
  evidence: Evidence,
  until: number,
  budget: Budget,
): Blocks | Violation {
  const { call, return: end, scratch } = history;
  const { shownBy, versionOf, parent, live } = evidence;
  const versions = maker.length;
  const next = scratch.int32(versions, NONE);
  const firstReturn = scratch.float64(versions, Infinity);
  const lastCall = scratch.float64(versions, -Infinity);
  firstReturn[INITIAL] = -Infinity;
  for (let i = 0; i < versionOf.length; i++) {
    const version = versionOf[i]!;
    if (version === NONE) continue;
    const returned = end[i]!;
    if (returned <= until && returned < firstReturn[version]!) firstReturn[version] = returned;
    const called = call[i]!;
    if (called > lastCall[version]!) lastCall[version] = called;
  }
  const firstToReturn = (version: number): number =>
    ofVersion(version, versionOf, end, firstReturn[version]!);
  const lastToCall = (version: number): number => ofVersion(version, versionOf, call, lastCall[version]!);

  const roots = scratch.int32(live + 1);
  let blocks = 1;
  for (let v = 1; v < versions; v++) {
    if (shownBy[v] === NONE) continue;
    const before = parent[v]!;
    if (before === NONE) roots[blocks++] = v;
    else if (next[before] === NONE) next[before] = v;
    else {
      const other = next[before]!;
      return { suspects: [maker[v]!, maker[other]!, shownBy[v]!, shownBy[other]!] };
    }
  }

  const root = roots.subarray(0, blocks);
  const first = scratch.float64(blocks);
  const last = scratch.float64(blocks);
  const firstVersion = scratch.int32(blocks);
  const lastVersion = scratch.int32(blocks);
  budget.spend(versions);
  let seen = 0;
  for (let b = 0; b < blocks; b++) {
    let f = Infinity;
    let s = -Infinity;
    for (let v = root[b]!; v !== NONE; v = next[v]!) {
      seen++;
      if (firstReturn[v]! < f) {
        f = firstReturn[v]!;
        firstVersion[b] = v;
      }
      // Who observed a version neither returned before it was made, nor before an earlier one was used.
      const by = maker[v]!;
      if (by !== NONE && firstReturn[v]! < call[by]!)
        return { suspects: [firstToReturn(v), by, shownBy[v]!] };
      if (firstReturn[v]! < s)
        return { suspects: [firstToReturn(v), lastToCall(lastVersion[b]!), shownBy[v]!] };
      if (lastCall[v]! > s) {
        s = lastCall[v]!;
        lastVersion[b] = v;
      }
    }
    first[b] = f;
    last[b] = s;
  }
  const firstCalledAfter = (block: number, time: number): number => {
    const isOwn = new Uint8Array(versions);
    for (let v = root[block]!; v !== NONE; v = next[v]!) isOwn[v] = 1;
    let found = NONE;
    for (let i = 0; i < versionOf.length; i++) {
      const version = versionOf[i]!;
      if (version === NONE || isOwn[version] === 0 || !(call[i]! > time)) continue;
      if (found === NONE || end[i]! < end[found]!) found = i;
    }
    return found;
  };
  if (seen <= live) return { suspects: cycle(maker, evidence, root, next) };
  return {
    next,
    firstReturn,
    lastCall,
    firstToReturn,
    lastToCall,
    firstCalledAfter,
    root,
    first,
    last,
    firstVersion,
    lastVersion,
  };
}

/** Versions that were made from each other, and the first of them from none. */
function cycle(
  maker: Versions['maker'],
  { shownBy, parent }: Evidence,
  root: Int32Array,
  next: Int32Array,
): number[] {
  const reached = new Uint8Array(maker.length);
  for (const first of root) for (let v = first; v !== NONE; v = next[v]!) reached[v] = 1;
  const versions = new Set<number>();
  let version = shownBy.findIndex((by, v) => by !== NONE && reached[v] === 0);
  while (!versions.has(version)) {
    versions.add(version);
    version = parent[version]!;
  }
  return [...versions].flatMap((v) => [maker[v]!, shownBy[v]!]);
}

/** The first operation that made or observed the version at this time; a loop, as a callback takes longer. */
function ofVersion(version: number, versionOf: Int32Array, times: Float64Array, time: number): number {
  for (let i = 0; i < versionOf.length; i++) if (versionOf[i] === version && times[i] === time) return i;
  return NONE;
}
