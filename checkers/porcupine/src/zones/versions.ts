/**
 * What the object may have been, one version for each operation that may have made it: the state after
 * a write or a successful cas, or the text after an append. A version of a cas or an append has a
 * parent, the version that it found.
 */
import type { Budget } from '../budget.ts';
import type { Model } from '../model.ts';
import { undecided, type History, type Undecided } from './history.ts';
import { ATTEMPT, CAS, NONE, UPDATE, WRITE } from '../kinds.ts';
import { NOBODY, SEVERAL, Texts, type Made } from './texts.ts';

/** The version before anything happened. */
export const INITIAL = 0;

/** Of a state, on average, for which it is worth looking: some are made once, and may show a violation. */
const MOST_MAKERS = 4;
const REPEATED = 'a few values are written again and again';

export interface Versions {
  /** The operation that makes it; `NONE` for the initial one. */
  readonly maker: Int32Array;
  /** `Made`; `NONE` for what doesn't depend on what was before. */
  readonly parent: Int32Array;
  /** `NONE` where nobody observes it. */
  readonly state: Int32Array;
  /** By state that is observed: its version, if there is just one. */
  readonly made: Int32Array;
  /** By operation: what it makes; for an update, what it makes if nobody sees it. */
  readonly own: Int32Array;
}

export function versionsOf<S, I, O>(
  model: Model<S, I, O>,
  history: History<S, I, O>,
  budget: Budget,
): Versions | Undecided {
  const { kindOf, from, to, states, initial, appends, scratch } = history;
  const most = kindOf.length + 1;
  const own = scratch.int32(kindOf.length, NONE);
  const makers = scratch.int32(most, NONE);
  const leads = scratch.int32(most, NONE);
  const made = scratch.int32(states.size, NOBODY);
  leads[INITIAL] = initial;
  made[initial] = INITIAL;
  let count = 1;
  for (let i = 0; i < kindOf.length; i++) {
    const kind = kindOf[i]!;
    if (kind < WRITE) continue;
    const version = count++;
    own[i] = version;
    makers[version] = i;
    if (kind === UPDATE) continue;
    const leadsTo = to[i]!;
    leads[version] = leadsTo;
    made[leadsTo] = made[leadsTo] === NOBODY ? version : SEVERAL;
  }
  if (count > MOST_MAKERS * states.size && appends.size === 0) return undecided(REPEATED);
  const maker = makers.subarray(0, count);
  const state = leads.subarray(0, count);
  const parent = scratch.int32(count, NONE);
  const versions = { maker, parent, state, made, own };
  const all = appends.size === 0 ? versions : withTexts(model, history, versions, budget);
  if ('why' in all) return all;
  for (let v = 1; v < count; v++) {
    const by = maker[v]!;
    if (kindOf[by] === CAS || kindOf[by] === ATTEMPT) all.parent[v] = made[from[by]!]!;
  }
  return all;
}

/** With the versions that texts tell of, after the others. */
function withTexts<S, I, O>(
  model: Model<S, I, O>,
  history: History<S, I, O>,
  { maker, parent, state, made, own }: Versions,
  budget: Budget,
): Versions | Undecided {
  const { from, states, appends } = history;
  const bases = basesOf(model, history, made);
  if ('why' in bases) return bases;
  const makers = [...maker];
  const parents = [...parent];
  const all = [...state];
  const newVersion = (append: number, before: number): number => {
    makers.push(append);
    all.push(NONE);
    return parents.push(before) - 1;
  };
  const texts = new Texts(bases, appends, newVersion, budget);
  for (const observed of new Set(from)) {
    if (observed === NONE) continue;
    const version = texts.made(model.text!(states.get(observed))!);
    made[observed] = version;
    if (version >= 0) all[version] = observed;
  }
  return {
    maker: Int32Array.from(makers),
    parent: Int32Array.from(parents),
    state: Int32Array.from(all),
    made,
    own,
  };
}

/** The texts that are there without any append. */
function basesOf<S, I, O>(
  model: Model<S, I, O>,
  { states, initial }: History<S, I, O>,
  made: Int32Array,
): ReadonlyMap<string, Made> | Undecided {
  const bases = new Map<string, Made>();
  for (let state = 0; state < states.size; state++) {
    const text = model.text?.(states.get(state));
    if (text === undefined) return undecided('there are states that nothing can be appended to');
    if (text === '' && state !== initial) return undecided('there are two states with no text');
    if (made[state] !== NOBODY) bases.set(text, made[state]!);
  }
  return bases;
}
