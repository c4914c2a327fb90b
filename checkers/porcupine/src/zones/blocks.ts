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
  /** The operations that make each of two blocks come before the other; of several, those that showed it first. */
  readonly conflict: (a: number, b: number) => Violation;
  /** By block; the first is the initial one. */
  readonly root: Int32Array;
  readonly first: Float64Array;
  readonly last: Float64Array;
}

type Times = Pick<History<unknown, unknown, unknown>, 'call' | 'return' | 'scratch'>;

export function blocksOf(
  history: Times,
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
  const first = scratch.rawFloat64(blocks);
  const last = scratch.rawFloat64(blocks);
  budget.spend(versions);
  let seen = 0;
  for (let b = 0; b < blocks; b++) {
    let f = Infinity;
    let s = -Infinity;
    /** The version with that last call. */
    let latest: number = NONE;
    for (let v = root[b]!; v !== NONE; v = next[v]!) {
      seen++;
      if (firstReturn[v]! < f) f = firstReturn[v]!;
      // Who observed a version neither returned before it was made, nor before an earlier one was used.
      const by = maker[v]!;
      if (by !== NONE && firstReturn[v]! < call[by]!)
        return { suspects: [firstToReturn(v), by, shownBy[v]!] };
      if (firstReturn[v]! < s) return { suspects: [firstToReturn(v), lastToCall(latest), shownBy[v]!] };
      if (lastCall[v]! > s) {
        s = lastCall[v]!;
        latest = v;
      }
    }
    first[b] = f;
    last[b] = s;
  }
  if (seen <= live) return { suspects: cycle(maker, evidence, root, next) };
  return {
    next,
    firstReturn,
    lastCall,
    firstToReturn,
    lastToCall,
    conflict: (a, b) => conflictOf(a, b, { root, next, first }, evidence, history),
    root,
    first,
    last,
  };
}

/** See `Blocks.conflict`. */
function conflictOf(
  a: number,
  b: number,
  { root, next, first }: Pick<Blocks, 'root' | 'next' | 'first'>,
  { versionOf, shownBy }: Evidence,
  { call, return: end, scratch }: Times,
): Violation {
  const blockOf = scratch.int32(next.length, NONE);
  for (const block of [a, b]) for (let v = root[block]!; v !== NONE; v = next[v]!) blockOf[v] = block;
  const suspects: number[] = [];
  // Of each block, called when the other had certainly begun.
  let lateInA = NONE;
  let lateInB = NONE;
  for (let i = 0; i < versionOf.length; i++) {
    const version = versionOf[i]!;
    const own = version === NONE ? NONE : blockOf[version]!;
    if (own === NONE) continue;
    if (end[i] === first[own]) suspects.push(i);
    if (own === a) {
      if (call[i]! > first[b]! && (lateInA === NONE || end[i]! < end[lateInA]!)) lateInA = i;
    } else if (call[i]! > first[a]! && (lateInB === NONE || end[i]! < end[lateInB]!)) lateInB = i;
  }
  for (const by of [lateInA, lateInB]) if (by !== NONE) suspects.push(by);
  // That an append made just this may only be known from who saw it.
  return { suspects: suspects.flatMap((by) => [by, shownBy[versionOf[by]!]!]) };
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
