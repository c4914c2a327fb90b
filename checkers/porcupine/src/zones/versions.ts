/**
 * What the object may have been, one version for each operation that may have made it: the state after
 * a write or a successful cas, or the text after an append. A version of a cas or an append has a
 * parent, the version that it found.
 */
import type { Budget } from '../budget.ts';
import type { Model } from '../model.ts';
import { ATTEMPT, CAS, NONE, UPDATE, WRITE, undecided, type History, type Undecided } from './history.ts';
import { NOBODY, SEVERAL, Texts, type Made } from './texts.ts';

/** The version before anything happened. */
export const INITIAL = 0;

export interface Versions {
  /** The operation that makes it; `NONE` for the initial one. */
  readonly maker: readonly number[];
  /** `NONE` for what doesn't depend on what was before. */
  readonly parent: readonly Made[];
  /** `NONE` where nobody observes it. */
  readonly state: readonly number[];
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
  const { kindOf, from, to, states, initial, appends } = history;
  const maker: number[] = [NONE];
  const parent: Made[] = [NONE];
  const state: number[] = [initial];
  const made = new Int32Array(states.size).fill(NOBODY);
  made[initial] = INITIAL;
  const own = new Int32Array(kindOf.length).fill(NONE);
  for (let i = 0; i < kindOf.length; i++) {
    const kind = kindOf[i]!;
    if (kind < WRITE) continue;
    const version = maker.push(i) - 1;
    own[i] = version;
    parent.push(NONE);
    state.push(to[i]!);
    if (kind !== UPDATE) made[to[i]!] = made[to[i]!] === NOBODY ? version : SEVERAL;
  }
  if (appends.size > 0) {
    const bases = basesOf(model, history, made);
    if ('why' in bases) return bases;
    const newVersion = (append: number, before: number): number => {
      maker.push(append);
      state.push(NONE);
      return parent.push(before) - 1;
    };
    const texts = new Texts(bases, appends, newVersion, budget);
    for (const observed of new Set(from)) {
      if (observed === NONE) continue;
      const version = texts.made(model.text!(states.get(observed))!);
      made[observed] = version;
      if (version >= 0) state[version] = observed;
    }
  }
  for (let i = 0; i < kindOf.length; i++)
    if (kindOf[i] === CAS || kindOf[i] === ATTEMPT) parent[own[i]!] = made[from[i]!]!;
  return { maker, parent, state, made, own };
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
