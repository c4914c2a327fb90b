/**
 * The search: depth first through the configurations of a partition, from deadline to deadline.
 *
 * At each return of an operation that is not linearized, `Branches` says what may come next; the search
 * takes the first and remembers the rest. A configuration that can do no more than one that was visited
 * is not entered again (`Memo`). Together with what `Position` and `Branches` argue, that makes the
 * search complete: it gives up only when no linearization exists. Steps only lead on in time or
 * linearize one more of finitely many operations, so it ends.
 *
 * An entry of the memo may still be on the way when it covers another configuration. That is sound: if
 * the covered one had a run to the end, the covering one has a run of no more steps, and the shortest
 * such run never leads through the covered one again.
 */
import type { Budget } from '../budget.ts';
import { Branches } from './branches.ts';
import type { Problem } from './compile.ts';
import { Memo } from './memo.ts';
import { LANE, Position } from './position.ts';

/** The state of all dead states in the memo. */
const DEAD = -1;
const FRAME = 5;
const SAMPLES = 64;

/** A way that ended: the choices that led there, one for each time `Position.apply` was called. */
export type Choices = Int32Array;

export class Search {
  readonly #problem: Problem;
  readonly #budget: Budget;
  readonly #position: Position;
  readonly #branches: Branches;
  readonly #memo: Memo;
  readonly #choices = new Stack();
  /** Choices not yet tried, by frame. */
  readonly #pending = new Stack();
  /** Each frame: event, state, spent, length of #choices, start in #pending; then D and K. */
  readonly #frames = new Stack();
  readonly #frameSize: number;
  /** The deadline that no configuration has passed so far. */
  #furthest = -1;
  /** A way that ended there, and how much of it the present way has in common with it. */
  #longest = new Stack();
  #common = 0;
  /** When asked for: ways to configurations that stood there. */
  readonly #sampling: boolean;
  #sampled = -1;
  #samples: Choices[] = [];
  #moreSamples = false;
  /** By class: how often one of unknown outcome was linearized. */
  readonly tries: Float64Array;

  constructor(problem: Problem, budget: Budget, sampling = false) {
    this.#problem = problem;
    this.#budget = budget;
    this.#sampling = sampling;
    this.#position = new Position(problem);
    this.#branches = new Branches(this.#position);
    this.#memo = new Memo(this.#position.words, this.#position.spentTable);
    this.#frameSize = FRAME + 2 * this.#position.words;
    this.tries = new Float64Array(problem.classes.size);
  }

  /** The events before this one are explained; when the search has failed, the one at it can't be. */
  get furthest(): number {
    return Math.max(this.#furthest, this.#position.event);
  }

  /** A way to `furthest`. */
  get longest(): Choices {
    return this.#position.event > this.#furthest ? this.#choices.copy() : this.#longest.copy();
  }

  /** Ways to configurations at `furthest`, from some number on not all of them. */
  get samples(): { readonly ways: readonly Choices[]; readonly more: boolean } {
    return { ways: this.#samples, more: this.#moreSamples };
  }

  /** The choices of the present way; after success, of the linearization. */
  get choices(): Choices {
    return this.#choices.copy();
  }

  /** Is there a linearization? Throws `OutOfBudget`. */
  run(): boolean {
    const position = this.#position;
    const branches = this.#branches;
    while (position.advance()) {
      this.#budget.tick();
      if (this.#sampling) this.#sample();
      branches.collect();
      if (branches.count === 1) this.#go(branches.choices[0]!);
      else if (branches.count > 1 && !this.#visited()) {
        this.#remember();
        this.#go(branches.choices[0]!);
      } else if (!this.#back()) return false;
    }
    return true;
  }

  #go(choice: number): void {
    const of = choice - LANE - this.#problem.lanes;
    if (of >= 0) this.tries[of]!++;
    this.#choices.push(choice);
    this.#position.apply(choice);
  }

  #visited(): boolean {
    const { event, state, spent, done, either, pure } = this.#position;
    const { opaque, horizon } = this.#problem;
    const known = !opaque && horizon.lastOf(state) < event ? DEAD : state;
    return this.#memo.covers(event, known, spent, done, either, pure);
  }

  #remember(): void {
    const { event, state, spent, done, either } = this.#position;
    const frames = this.#frames;
    frames.push(event);
    frames.push(state);
    frames.push(spent);
    frames.push(this.#choices.length);
    frames.push(this.#pending.length);
    for (let w = 0; w < done.length; w++) frames.push(done[w]!);
    for (let w = 0; w < either.length; w++) frames.push(either[w]!);
    const { choices, count } = this.#branches;
    for (let i = count - 1; i > 0; i--) this.#pending.push(choices[i]!);
    if ((this.#memo.count & 1023) === 0) this.#budget.hold(this.#bytes());
  }

  /** To the last choice not yet tried. False when there is none. */
  #back(): boolean {
    this.#end();
    if (this.#frames.length === 0) return false;
    const position = this.#position;
    const frame = this.#frames.length - this.#frameSize;
    const { items } = this.#frames;
    position.rewind(items[frame]!);
    position.state = items[frame + 1]!;
    position.spent = items[frame + 2]!;
    while (this.#choices.length > items[frame + 3]!) position.takeBack(this.#choices.pop());
    this.#common = Math.min(this.#common, this.#choices.length);
    const { words } = position;
    for (let w = 0, sets = frame + FRAME; w < words; w++, sets++) {
      position.done[w] = items[sets]!;
      position.either[w] = items[sets + words]!;
    }
    const choice = this.#pending.pop();
    if (this.#pending.length === items[frame + 4]!) this.#frames.length = frame;
    this.#go(choice);
    return true;
  }

  /** No configuration is left on the present way. */
  #end(): void {
    const { event } = this.#position;
    if (event > this.#furthest) {
      this.#furthest = event;
      this.#longest.follow(this.#choices, this.#common);
      this.#common = this.#choices.length;
    }
  }

  #sample(): void {
    const { event } = this.#position;
    if (event < this.#sampled) return;
    if (event > this.#sampled) {
      this.#sampled = event;
      this.#samples = [];
      this.#moreSamples = false;
    }
    if (this.#samples.length < SAMPLES) this.#samples.push(this.#choices.copy());
    else this.#moreSamples = true;
  }

  #bytes(): number {
    return (
      this.#memo.bytes +
      this.#position.spentTable.bytes +
      this.#problem.classes.bytes +
      this.#problem.states.size * 100 +
      this.#frames.bytes +
      this.#choices.bytes +
      this.#pending.bytes
    );
  }
}

/** A growing stack of 32-bit numbers. */
class Stack {
  items = new Int32Array(1 << 6);
  length = 0;

  get bytes(): number {
    return this.items.byteLength;
  }

  push(item: number): void {
    if (this.length === this.items.length) this.#grow(1);
    this.items[this.length++] = item;
  }

  append(items: Int32Array): void {
    if (this.length + items.length > this.items.length) this.#grow(items.length);
    this.items.set(items, this.length);
    this.length += items.length;
  }

  pop(): number {
    return this.items[--this.length]!;
  }

  /** Becomes like `other`, with which it has the first `common` items in common. */
  follow(other: Stack, common: number): void {
    this.length = common;
    this.append(other.items.subarray(common, other.length));
  }

  copy(): Int32Array {
    return this.items.slice(0, this.length);
  }

  #grow(by: number): void {
    const larger = new Int32Array(Math.max(this.items.length * 2, this.length + by));
    larger.set(this.items);
    this.items = larger;
  }
}
