/**
 * When a failed cas was certainly wrong: the object was in the state that it expected from before its call
 * until after its return.
 */
import type { Model } from '../model.ts';
import type { Blocks } from './blocks.ts';
import type { Evidence, Violation } from './evidence.ts';
import type { History } from './history.ts';
import { ATTEMPT, CAS, NONE, UPDATE, WRITE } from '../kinds.ts';
import type { Order } from './order.ts';
import { INITIAL, type Versions } from './versions.ts';

/** All that is known of a partition, and can be ordered. */
export interface Known<S, I, O> {
  readonly model: Model<S, I, O>;
  readonly history: History<S, I, O>;
  readonly versions: Versions;
  readonly evidence: Evidence;
  readonly blocks: Blocks;
  readonly order: Order;
  /** What is known at this time. */
  readonly until: number;
}

/** Somebody observed it before and somebody after. */
export function certainAllTheTime<S, I, O>(known: Known<S, I, O>, reject: number): Violation | undefined {
  const { history, versions, evidence, blocks } = known;
  const version = certainBefore(known, reject);
  if (version === undefined) return undefined;
  const end = history.return[reject]!;
  if (blocks.lastCall[version]! > end)
    return { suspects: [blocks.firstToReturn(version), blocks.lastToCall(version), reject] };
  const next = blocks.next[version]!;
  if (next === NONE || history.call[versions.maker[next]!]! <= end) return undefined;
  return {
    suspects: [blocks.firstToReturn(version), versions.maker[next]!, evidence.shownBy[next]!, reject],
  };
}

/** Somebody observed it before, and whatever else was called by then came before that. */
export function nothingElse<S, I, O>(known: Known<S, I, O>, reject: number): Violation | undefined {
  const { history, versions, evidence, blocks, until } = known;
  const version = certainBefore(known, reject);
  if (version === undefined || blocks.next[version] !== NONE) return undefined;
  const { count, kindOf, call, return: end, from } = history;
  const now = end[reject]!;
  for (let i = 0; i < count; i++) {
    if (call[i]! > now || end[i]! <= until || evidence.versionOf[i] !== NONE) continue;
    const kind = kindOf[i];
    if (kind === WRITE || kind === UPDATE) return undefined;
    if ((kind === ATTEMPT || kind === CAS) && from[i] === from[reject]) return undefined;
  }
  let root = version;
  while (root !== INITIAL && evidence.parent[root] !== NONE) root = evidence.parent[root]!;
  const present = blocks.root.indexOf(root);
  for (let b = 1; b < blocks.root.length; b++) {
    const mustComeBefore = blocks.first[b]! < blocks.last[present]!;
    if (b !== present && !mustComeBefore && call[versions.maker[blocks.root[b]!]!]! <= now) return undefined;
  }
  return { suspects: [blocks.firstToReturn(version), blocks.lastToCall(version), reject] };
}

/** The version that a cas expected, if it was there before the call. */
function certainBefore<S, I, O>(
  { history, versions, evidence, blocks }: Known<S, I, O>,
  reject: number,
): number | undefined {
  const version = versions.made[history.from[reject]!]!;
  if (version < 0 || (version !== INITIAL && evidence.shownBy[version] === NONE)) return undefined;
  return blocks.firstReturn[version]! < history.call[reject]! ? version : undefined;
}
