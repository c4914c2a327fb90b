/**
 * What may be linearized next, at the return of an operation that is not linearized yet.
 *
 * Operations are linearized just in time (Lowe, "Testing for linearizability", 2017): only when one
 * returns, and it the last of its batch; what would come after it can wait. Of the ways to fill the
 * batch, only those are tried that a shortest linearization can need:
 *
 *  - A write, update or attempt that is followed by a write before anybody saw the difference need not
 *    be tried: if its outcome is unknown it may be left out, and if it is known it hides before that
 *    write (`Position.either`). So each run of operations from one write to the next must contain what
 *    makes a difference: an open operation that becomes legal, a cas, or the deadline's own operation,
 *    where that depends on the state. What can't lead there is left out (`#useful`).
 *
 *        w?(1) w?(2) … w?(99) of unknown outcome; r → 7 returns     only w?(7) is tried
 *
 *  - Rejects (a failed cas) are satisfied by any other state, so with one open and not yet legal
 *    anything that leads away may be needed. Writes of unknown outcome to dead states (see `Horizon`)
 *    are then all alike: one of them is tried.
 *
 *  - Where the deadline's operation is a hidden write to a dead state, taking it openly gains nothing
 *    over leaving the state as it is (`#canWait`).
 */
import { NO_STATE } from './classes.ts';
import { ATTEMPT, CAS, REJECT, UPDATE, WRITE } from '../kinds.ts';
import type { Problem } from './compile.ts';
import { Foresight } from './foresight.ts';
import { has, lowest } from './lanes.ts';
import { LANE, PASS, TAKE, type Position } from './position.ts';

const NONE = -1;

/** Ranks of choices; between them are positions of returns. */
const NOW = -2;
const OWN = -1;
const UNASKED = 2 ** 30;
const LAST = 2 ** 31 - 1;

export class Branches {
  readonly choices: Int32Array;
  count = 0;
  /** By choice: the lower, the sooner it is tried. */
  readonly #ranks: Int32Array;
  readonly #position: Position;
  readonly #problem: Problem;
  readonly #foresight: Foresight;
  readonly #updates: boolean;
  readonly #knownAttempts: boolean;
  /** Classes of operations of unknown outcome; of those that write, by the state. */
  readonly #unknown: readonly number[];
  readonly #writers: Int32Array;
  /** Classes of attempts, by the state that they lead to and from. */
  readonly #attemptsTo: Chains;
  readonly #attemptsFrom: Chains;
  /** The latest return of an operation that rejects what one of unknown outcome leads to. */
  #unknownRejected = -1;
  /** Of this deadline: the states that make a difference, and whether just any may. */
  readonly #targets: Int32Array;
  #targetCount = 0;
  readonly #targeted: Int32Array;
  /** By state: when the first one returns that waits for it, in that round only. */
  readonly #awaitedUntil: Int32Array;
  readonly #awaitedIn: Int32Array;
  #round = 0;
  #any = false;

  constructor(position: Position) {
    const { problem } = position;
    const { classes, classOf, laneOf, lanes, horizon, states } = problem;
    this.#position = position;
    this.#problem = problem;
    this.#updates = classes.kind.includes(UPDATE);
    this.#foresight = new Foresight(position);
    this.#targeted = new Int32Array(this.#updates || problem.opaque ? 0 : states.size);
    this.#targets = new Int32Array(this.#targeted.length);
    this.#awaitedUntil = new Int32Array(states.size);
    this.#awaitedIn = new Int32Array(states.size);
    this.#writers = new Int32Array(states.size).fill(NONE);
    this.#attemptsTo = new Chains(states.size, classes.size);
    this.#attemptsFrom = new Chains(states.size, classes.size);
    this.choices = new Int32Array(2 + lanes + classes.size);
    this.#ranks = new Int32Array(this.choices.length);
    this.#unknown = [...problem.seen.keys()];
    for (const of of this.#unknown) {
      const to = classes.to[of]!;
      if (classes.kind[of] === WRITE) this.#writers[to] = of;
      this.#unknownRejected = Math.max(this.#unknownRejected, horizon.lastRejectOf(to));
    }
    let knownAttempts = false;
    if (classes.kind.includes(ATTEMPT)) {
      for (let i = 0; i < classOf.length && !knownAttempts; i++)
        knownAttempts = laneOf[i]! >= 0 && classes.kind[classOf[i]!] === ATTEMPT;
    }
    this.#knownAttempts = knownAttempts;
    // From the last one on: a chain begins with what was added last.
    for (let of = classes.size - 1; of >= 0; of--) {
      if (classes.kind[of] !== ATTEMPT) continue;
      this.#attemptsTo.add(classes.to[of]!, of);
      this.#attemptsFrom.add(classes.from[of]!, of);
    }
  }

  /**
   * Fills `choices` for the deadline that the position stands at; best guesses first. That is a cas that
   * has its state now, which may not come again; the deadline's own operation; then what leads to a state
   * that somebody waits for, who returns soon; and to take for done what is still of use, last of all.
   */
  collect(): void {
    this.count = 0;
    // Mostly it does, and then there is nothing to be seen in leaving it.
    const comesAgain = this.#foresight.comesAgain();
    if (!comesAgain && this.#foresight.isDeadEnd()) return;
    this.#gather();
    let kept = 0;
    for (let i = 0; i < this.count; i++) {
      const choice = this.choices[i]!;
      if ((comesAgain && choice !== PASS) || this.#foresight.permits(choice)) this.choices[kept++] = choice;
    }
    this.count = kept;
  }

  #gather(): void {
    const position = this.#position;
    const { classes, classOf, laneOf } = this.#problem;
    const operation = position.deadline;
    const of = classOf[operation]!;
    const kind = classes.kind[of]!;
    const lane = laneOf[operation]!;
    const hidden = has(position.either, lane);
    const result = has(position.pure, lane) ? NO_STATE : position.resultOf(TAKE);
    if (hidden && !this.#passOrTake(kind, result)) return;
    if (!hidden && result !== NO_STATE) this.#add(TAKE, OWN);
    this.#aim(kind);
    if (!this.#any && !this.#updates && this.#targetCount === 0) return;
    this.#addLanes(lane);
    if (this.#any || this.#updates) this.#addAnyUnknown(kind);
    else this.#addUnknownProducers();
  }

  /** Of a deadline's operation that may count as done. False when nothing else needs to be tried. */
  #passOrTake(kind: number, result: number): boolean {
    const { horizon, opaque } = this.#problem;
    const { state, event } = this.#position;
    if (kind !== WRITE || opaque) {
      const seen = kind === UPDATE && horizon.lastOf(result) > event;
      if (seen && result !== state) this.#add(TAKE, OWN);
      this.#add(PASS, LAST);
      if (!seen && result !== NO_STATE && result !== state) this.#add(TAKE, OWN);
      // A cas is hidden only where it leads from a state to itself: it makes no difference anywhere.
      return kind !== CAS;
    }
    const dead = horizon.lastOf(result) <= event;
    if (result === state || (dead && horizon.lastOf(state) <= event)) {
      // The same state or as good as that, and more is hidden before the write.
      this.#add(TAKE, OWN);
      return true;
    }
    this.#add(PASS, LAST);
    if (dead && this.#canWait()) return false;
    this.#add(TAKE, OWN);
    return true;
  }

  /**
   * Is the present state at least as good as a dead one with everything hidden? Nobody reads a dead
   * state, so a run from there consists of operations that are legal anywhere, until a write brings both
   * runs together; what is hidden there can be taken openly here, at its return. Except that a state
   * that comes up here on the way might be one that somebody still rejects.
   */
  #canWait(): boolean {
    const { horizon, classes, classOf } = this.#problem;
    const position = this.#position;
    const { event } = position;
    if (horizon.latestReject <= event) return true;
    if (this.#updates || this.#knownAttempts || this.#unknownRejected > event) return false;
    if (horizon.lastRejectOf(position.state) > event) return false;
    for (let w = 0; w < position.words; w++) {
      const open = (position.total[w]! | position.partial[w]!) & ~position.done[w]!;
      for (let left = open; left !== 0; left &= left - 1) {
        const operation = position.occupant[lowest(w, left)]!;
        if (operation === position.deadline) continue;
        if (horizon.lastRejectOf(classes.to[classOf[operation]!]!) > event) return false;
      }
    }
    return true;
  }

  /** Finds the states in which something happens that makes a difference. */
  #aim(kind: number): void {
    const { opaque, horizon, classes, classOf, returnedAt } = this.#problem;
    const position = this.#position;
    // The state that an update leaves behind depends on the one before, so does that of an attempt.
    const shapes = kind === UPDATE && horizon.latestReject > position.event;
    this.#any = opaque || kind === ATTEMPT || shapes;
    this.#round++;
    this.#targetCount = 0;
    if (opaque) return;
    for (let w = 0; w < position.words; w++) {
      for (
        let left = (position.pure[w]! | position.partial[w]!) & ~position.done[w]!;
        left !== 0;
        left &= left - 1
      ) {
        const operation = position.occupant[lowest(w, left)]!;
        const of = classOf[operation]!;
        if (classes.kind[of] === REJECT) this.#any = true;
        else {
          this.#await(classes.from[of]!, returnedAt[operation]!);
          this.#target(classes.from[of]!);
        }
      }
    }
    // What an attempt leads to a target from is a target, if there is one to be made now.
    const attempts = this.#attemptsTo;
    for (let i = 0; i < this.#targetCount; i++) {
      for (let of = attempts.first(this.#targets[i]!); of >= 0; of = attempts.next(of)) {
        const from = classes.from[of]!;
        if (this.#targeted[from] === this.#round) continue;
        if (this.#knownAttempts || this.#isThere(of)) this.#target(from);
      }
    }
  }

  #target(state: number): void {
    if (this.#updates || this.#targeted[state] === this.#round) return;
    this.#targeted[state] = this.#round;
    this.#targets[this.#targetCount++] = state;
  }

  #await(state: number, until: number): void {
    if (this.#awaitedIn[state] === this.#round && this.#awaitedUntil[state]! <= until) return;
    this.#awaitedIn[state] = this.#round;
    this.#awaitedUntil[state] = until;
  }

  /** Where nobody waits for the state, far behind. */
  #rankOf(state: number): number {
    return this.#awaitedIn[state] === this.#round ? this.#awaitedUntil[state]! : UNASKED;
  }

  #useful(state: number, deadlineKind: number): boolean {
    if (this.#any) return true;
    if (!this.#updates) return this.#targeted[state] === this.#round;
    const { horizon } = this.#problem;
    const { event } = this.#position;
    const last = horizon.lastOf(state);
    // Some observer, maybe through updates, is open; or an update is to be made on it that is seen later.
    return (last >= event && horizon.firstOf(state) < event) || (deadlineKind === UPDATE && last > event);
  }

  #addLanes(deadlineLane: number): void {
    const { classes, classOf } = this.#problem;
    const position = this.#position;
    const deadlineKind = classes.kind[classOf[position.deadline]!]!;
    for (let w = 0; w < position.words; w++) {
      const open = (position.total[w]! | position.partial[w]!) & ~position.done[w]!;
      for (let left = open; left !== 0; left &= left - 1) {
        const lane = lowest(w, left);
        if (lane === deadlineLane) continue;
        const kind = classes.kind[classOf[position.occupant[lane]!]!];
        const result = position.resultOf(LANE + lane);
        if (result === NO_STATE) continue;
        if (result === position.state) {
          if (kind === WRITE && this.#hidesForMore(lane, deadlineLane))
            this.#add(LANE + lane, this.#rankOf(result));
        } else if (kind === CAS) this.#add(LANE + lane, NOW);
        else if (this.#useful(result, deadlineKind)) this.#add(LANE + lane, this.#rankOf(result));
      }
    }
  }

  #addAnyUnknown(deadlineKind: number): void {
    const { classes, lanes, opaque, seen } = this.#problem;
    const { event, state, called, used } = this.#position;
    let deadWrite = false;
    let deadUpdate = false;
    let deadAttempt = false;
    for (const of of this.#unknown) {
      const kind = classes.kind[of]!;
      if (called[of] === used[of] || (kind === ATTEMPT && classes.from[of] !== state)) continue;
      const choice = LANE + lanes + of;
      if (kind === WRITE && classes.to[of] === state) {
        if (this.#hidesForMore(-1, -1)) this.#add(choice, this.#rankOf(state));
        continue;
      }
      const { first, last } = seen.get(of)!;
      // Whatever it changes, the result is dead: all such are alike.
      const dead = !opaque && last < event;
      if (dead && (!this.#any || (kind === WRITE ? deadWrite : kind === UPDATE ? deadUpdate : deadAttempt)))
        continue;
      if (!this.#any && first > event && deadlineKind !== UPDATE) continue;
      const result = dead ? NO_STATE : this.#position.resultOf(choice);
      if (!dead && (result === NO_STATE || result === state || !this.#useful(result, deadlineKind))) continue;
      if (dead && kind === WRITE) deadWrite = true;
      else if (dead && kind === UPDATE) deadUpdate = true;
      else if (dead) deadAttempt = true;
      this.#add(choice, this.#rankOf(result));
    }
  }

  /** Only what leads to a target, without looking at the others: there may be thousands. */
  #addUnknownProducers(): void {
    const { classes, lanes } = this.#problem;
    const { state } = this.#position;
    for (let i = 0; i < this.#targetCount; i++) {
      const target = this.#targets[i]!;
      const writer = this.#writers[target]!;
      if (writer >= 0 && this.#isThere(writer) && (target !== state || this.#hidesForMore(-1, -1)))
        this.#add(LANE + lanes + writer, this.#rankOf(target));
    }
    const attempts = this.#attemptsFrom;
    for (let of = attempts.first(state); of >= 0; of = attempts.next(of)) {
      const to = classes.to[of]!;
      if (to !== state && this.#targeted[to] === this.#round && this.#isThere(of))
        this.#add(LANE + lanes + of, this.#rankOf(to));
    }
  }

  /** Was one of the class called, of unknown outcome, that is not spent? */
  #isThere(of: number): boolean {
    return this.#position.called[of]! > this.#position.used[of]!;
  }

  /**
   * A write of the present state changes nothing, but hides others before it. Worth a try if there are
   * any to hide, and if then comes what depends on the state: a cas, an attempt, an update.
   */
  #hidesForMore(lane: number, deadlineLane: number): boolean {
    const position = this.#position;
    const { classes, classOf, opaque, laneOf } = this.#problem;
    const except = deadlineLane < 0 ? laneOf[position.deadline]! : deadlineLane;
    let more = false;
    for (let w = 0; w < position.words && !more; w++) {
      const open = position.total[w]! & ~position.done[w]! & ~position.either[w]!;
      for (let left = open; left !== 0 && !more; left &= left - 1) {
        const other = lowest(w, left);
        more = other !== lane && other !== except;
      }
    }
    if (!more || opaque || this.#updates) return more;
    for (let w = 0; w < position.words; w++) {
      for (let left = position.partial[w]! & ~position.done[w]!; left !== 0; left &= left - 1) {
        if (classes.from[classOf[position.occupant[lowest(w, left)]!]!] === position.state) return true;
      }
    }
    const attempts = this.#attemptsFrom;
    for (let of = attempts.first(position.state); of >= 0; of = attempts.next(of)) {
      if (this.#knownAttempts || this.#isThere(of)) return true;
    }
    return false;
  }

  #add(choice: number, rank: number): void {
    let at = this.count++;
    for (; at > 0 && this.#ranks[at - 1]! > rank; at--) {
      this.#ranks[at] = this.#ranks[at - 1]!;
      this.choices[at] = this.choices[at - 1]!;
    }
    this.#ranks[at] = rank;
    this.choices[at] = choice;
  }
}

/** Classes by state, without a list for each state: from a class to the next one of the same state. */
class Chains {
  readonly #first: Int32Array;
  readonly #next: Int32Array;

  constructor(states: number, classes: number) {
    this.#first = new Int32Array(states).fill(NONE);
    this.#next = new Int32Array(classes).fill(NONE);
  }

  add(state: number, of: number): void {
    this.#next[of] = this.#first[state]!;
    this.#first[state] = of;
  }

  /** Negative if there is none; so at the end of the chain. */
  first(state: number): number {
    return this.#first[state] ?? NONE;
  }

  next(of: number): number {
    return this.#next[of]!;
  }
}
