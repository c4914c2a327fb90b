/**
 * What certainly happened up to some moment: the versions that are known to have been made, because
 * their operation returned or because somebody observed them.
 *
 * What can't be told is weakened, so that `invalid` stays right: a read of a state that more than one
 * operation may have made is left out, and a cas that found such a state counts as a write. What then
 * seems valid is in `doubt`.
 *
 * An operation of unknown outcome whose version nobody observed is left out: where it took effect,
 * nobody looked until the next write, so the history is linearizable without it, rejects aside.
 */
import type { Budget } from '../budget.ts';
import type { History } from './history.ts';
import { ATTEMPT, CAS, NONE, READ, UPDATE, WRITE } from '../kinds.ts';
import { NOBODY } from './texts.ts';
import { INITIAL, type Versions } from './versions.ts';

/** Operations by position. */
export interface Violation {
  readonly suspects: readonly number[];
}

export interface Evidence {
  /** By version: the known operation that shows that it was made, or `NONE` if nothing does. */
  readonly shownBy: Int32Array;
  /** By operation: the version that it made, or that it observed; `NONE` where it doesn't matter. */
  readonly versionOf: Int32Array;
  /** How many versions certainly were, without the initial one. */
  readonly live: number;
  /** By version: the one it certainly depends on. */
  readonly parent: Int32Array;
  readonly doubt: string | undefined;
}

const REPEATED = 'a value that was observed may have been made by more than one operation';
const ATTEMPTED = 'nobody saw whether some cas took effect';

/** Of the history up to `until`: the operations that were called by then, and their returns by then. */
export function evidenceOf(
  history: Pick<
    History<unknown, unknown, unknown>,
    'count' | 'kindOf' | 'from' | 'call' | 'return' | 'scratch'
  >,
  versions: Versions,
  until: number,
  budget: Budget,
): Evidence | Violation {
  const { count, kindOf, from, call, return: end, scratch } = history;
  const { maker, parent: parentOf, made, own } = versions;
  const shownBy = scratch.int32(maker.length, NONE);
  const parent = scratch.int32(maker.length, NONE);
  const versionOf = scratch.int32(count, NONE);
  let live = 0;
  let doubt: string | undefined;

  /** What `observer` shows about a version and those that it depends on. */
  const show = (version: number, observer: number): Violation | undefined => {
    for (let v = version; v !== INITIAL && shownBy[v] === NONE;) {
      const by = maker[v]!;
      if (call[by]! > until) return { suspects: [observer] };
      shownBy[v] = observer;
      live++;
      const other = versionOf[by]!;
      // An update takes effect once, and made two versions.
      if (other !== NONE) return { suspects: [observer, shownBy[other]!, by] };
      versionOf[by] = v;
      const before = parentOf[v]!;
      if (before === NONE) return undefined;
      if (before === NOBODY) return { suspects: [observer, by] };
      if (before < 0) {
        doubt = REPEATED;
        return undefined;
      }
      parent[v] = before;
      v = before;
    }
    return undefined;
  };

  budget.spend(count);
  /** Writes whose operation was the first to show them. */
  let writes = 0;
  let areOthers = false;
  for (let i = 0; i < count; i++) {
    if (end[i]! > until) continue;
    const kind = kindOf[i]!;
    if (kind === READ) {
      const version = made[from[i]!]!;
      if (version === NOBODY) return { suspects: [i] };
      if (version < 0) doubt = REPEATED;
      else {
        versionOf[i] = version;
        // Mostly somebody showed it before.
        const wrong = shownBy[version] === NONE ? show(version, i) : undefined;
        if (wrong) return wrong;
      }
    } else if (kind === WRITE) {
      // As `show` has it, of what depends on nothing.
      const version = own[i]!;
      if (shownBy[version] !== NONE) continue;
      shownBy[version] = i;
      versionOf[i] = version;
      writes++;
    } else if (kind === CAS) {
      const wrong = shownBy[own[i]!] === NONE ? show(own[i]!, i) : undefined;
      if (wrong) return wrong;
    } else if (kind > CAS) areOthers = true;
  }
  live += writes;
  for (let i = 0; areOthers && i < count; i++) {
    if (end[i]! > until || versionOf[i] !== NONE) continue;
    if (kindOf[i] === ATTEMPT) doubt ??= ATTEMPTED;
    else if (kindOf[i] === UPDATE) {
      versionOf[i] = own[i]!;
      shownBy[own[i]!] = i;
      live++;
    }
  }
  return { shownBy, versionOf, live, parent, doubt };
}
