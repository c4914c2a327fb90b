/**
 * Looking ahead: which states will anybody still tell from others?
 *
 * An observer of a state is an operation for which it makes a difference: a read of it, a cas from it,
 * a cas that failed because of it. States whose observers have all returned are *dead*. Any two dead
 * states allow the same futures: whoever is still to come is legal in both or in none, and leads from
 * both to the same state or to dead ones again. So the search may take them for one.
 *
 *     w(1) ok · w(2) ok · w(3) ok · r → 3      after w(2): was it w(1) or w(2) that came last? No matter.
 *
 * A state is also observed through what it can become. By an update: `a` is observed by a read of
 * `ab`, as an append of `b` may come between; hence the `lineage` of a model. By an attempt from 1 to 2,
 * which makes a read of 2 an observer of 1.
 */
import type { Budget } from '../budget.ts';
import type { Classes } from './classes.ts';
import { ATTEMPT, CAS, READ, REJECT, UPDATE } from '../kinds.ts';
import type { Model } from '../model.ts';
import type { StateTable } from '../states.ts';

const NEVER = -1;
const NO_PARENT = -1;

/** An operation's class, and the positions of its call and return among the events. */
export interface Observed {
  readonly count: number;
  readonly classOf: Int32Array;
  /** Negative of unknown outcome. */
  readonly laneOf: Int32Array;
  readonly calledAt: Int32Array;
  readonly returnedAt: Int32Array;
}

export class Horizon<S, I, O> {
  /** By state: when the first observer is called, and when the last one returns. */
  readonly first: number[] = [];
  readonly last: number[] = [];
  /** By state: when the last one that rejects it returns. */
  readonly lastReject: number[] = [];
  /** Of all states. */
  latestReject = NEVER;
  /** Are there updates whose lineage is known? */
  readonly updates: boolean;
  readonly #parent: number[] = [];
  #leaves: readonly number[] | undefined;
  readonly #states: StateTable<S>;
  readonly #lineage: ((state: S) => Iterable<S>) | undefined;
  readonly #budget: Budget;

  constructor(
    model: Model<S, I, O>,
    states: StateTable<S>,
    classes: Classes<S, I, O>,
    operations: Observed,
    budget: Budget,
  ) {
    this.#states = states;
    this.#budget = budget;
    this.#lineage = classes.kind.includes(UPDATE) ? model.lineage?.bind(model) : undefined;
    this.updates = this.#lineage !== undefined;
    for (let i = 0; i < operations.count; i++) {
      const of = operations.classOf[i]!;
      const kind = classes.kind[of];
      if (kind !== READ && kind !== REJECT && kind !== CAS) continue;
      const state = classes.from[of]!;
      const returned = operations.returnedAt[i]!;
      this.#observe(state, operations.calledAt[i]!, returned);
      if (kind === REJECT) this.#reject(state, returned);
    }
    this.#followAttempts(classes);
  }

  /** The return of the last observer, or -1. */
  lastOf(state: number): number {
    return this.last[state] ?? NEVER;
  }

  firstOf(state: number): number {
    return this.first[state] ?? Infinity;
  }

  lastRejectOf(state: number): number {
    return this.lastReject[state] ?? NEVER;
  }

  /** The state before the last update, -1 where there is none or nobody asked. */
  parentOf(state: number): number {
    return this.#parent[state] ?? NO_PARENT;
  }

  /** When the first is called and the last returns that observes any of these states; -1 if none does. */
  window(of: (state: S) => boolean): { first: number; last: number } {
    const window = { first: Infinity, last: NEVER };
    for (const state of this.#furthest()) {
      if (!of(this.#states.get(state))) continue;
      // Who observes a state observes its lineage, so of these the last one says the most.
      let earliest = state;
      for (let at = this.parentOf(state); at >= 0 && of(this.#states.get(at)); at = this.parentOf(at))
        earliest = at;
      window.first = Math.min(window.first, this.firstOf(earliest));
      window.last = Math.max(window.last, this.lastOf(earliest));
      this.#budget.tick();
    }
    return window;
  }

  /** The states that are observed and that are in no other observed state's lineage. */
  #furthest(): readonly number[] {
    if (this.#leaves === undefined) {
      const hasChild = new Set(this.#parent);
      this.#leaves = [...this.last.keys()].filter(
        (state) => this.lastOf(state) !== NEVER && !hasChild.has(state),
      );
    }
    return this.#leaves;
  }

  #observe(state: number, called: number, returned: number): void {
    this.#grow();
    if (this.#lineage && this.#parent[state] === undefined) this.#seed(state);
    for (let at = state; at !== NO_PARENT; at = this.#parent[at] ?? NO_PARENT) {
      // Whatever observes a state observes its lineage: from where nothing is news, nothing further is.
      if (this.firstOf(at) <= called && this.lastOf(at) >= returned) return;
      this.first[at] = Math.min(this.firstOf(at), called);
      this.last[at] = Math.max(this.lastOf(at), returned);
      this.#budget.tick();
    }
  }

  /** Numbers the states of a lineage up to the first that was met before. */
  #seed(state: number): void {
    let child = NO_PARENT;
    for (const ancestor of this.#lineage!(this.#states.get(state))) {
      this.#budget.tick();
      const id = this.#states.intern(ancestor);
      if (child !== NO_PARENT) this.#parent[child] = id;
      if (this.#parent[id] !== undefined) return;
      child = id;
    }
    if (child !== NO_PARENT) this.#parent[child] = NO_PARENT;
    this.#grow();
  }

  #grow(): void {
    while (this.last.length < this.#states.size) {
      this.first.push(Infinity);
      this.last.push(NEVER);
      this.lastReject.push(NEVER);
    }
  }

  #reject(state: number, returned: number): void {
    this.lastReject[state] = Math.max(this.lastRejectOf(state), returned);
    this.latestReject = Math.max(this.latestReject, returned);
  }

  #followAttempts(classes: Classes<S, I, O>): void {
    const attempts = [...classes.kind.keys()].filter((of) => classes.kind[of] === ATTEMPT);
    for (let news = true; news;) {
      news = false;
      for (const of of attempts) {
        const from = classes.from[of]!;
        const to = classes.to[of]!;
        if (this.lastOf(to) === NEVER) continue;
        if (this.firstOf(from) <= this.firstOf(to) && this.lastOf(from) >= this.lastOf(to)) continue;
        this.#observe(from, this.firstOf(to), this.lastOf(to));
        news = true;
      }
    }
  }
}
