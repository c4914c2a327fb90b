/**
 * Sees dead ends that lie further ahead: a choice after which some operation that must be linearized
 * never can be, as `Demand` says. The search would find out anyway, at that operation's return, and would
 * have tried everything in between.
 */
import { CAS, READ, UPDATE, WRITE } from '../kinds.ts';
import type { Problem } from './compile.ts';
import { lowest } from './lanes.ts';
import { LANE, PASS, TAKE, type Position } from './position.ts';

const NONE = -1;

export class Foresight {
  readonly #position: Position;
  readonly #problem: Problem;
  /** By state: the class that writes it with unknown outcome, if any, and how many there are. */
  readonly #writers: Int32Array;
  readonly #writes: Int32Array;

  constructor(position: Position) {
    this.#position = position;
    this.#problem = position.problem;
    const { classes, classOf, laneOf, states } = this.#problem;
    this.#writers = new Int32Array(states.size).fill(NONE);
    this.#writes = new Int32Array(states.size);
    for (let operation = 0; operation < classOf.length; operation++) {
      const of = classOf[operation]!;
      if (laneOf[operation]! >= 0 || classes.kind[of] !== WRITE) continue;
      const to = classes.to[of]!;
      // All that write a state are of one class.
      this.#writers[to] = of;
      this.#writes[to]!++;
    }
  }

  /** May somebody lead to the present state after this event? Then it is neither a dead end nor left for good. */
  comesAgain(): boolean {
    const { state, event } = this.#position;
    return this.#problem.opaque || !this.#isLastTime(state, event);
  }

  /** May the deadline's operation be reached by this choice, as far as can be seen? */
  permits(choice: number): boolean {
    const { opaque, classes, classOf, laneOf, lanes } = this.#problem;
    if (opaque) return true;
    const position = this.#position;
    if (choice >= LANE + lanes) return this.#mayLeave(choice, classes.kind[choice - LANE - lanes]!, -1);
    const lane = choice < LANE ? laneOf[position.deadline]! : choice - LANE;
    const of = classOf[position.occupant[lane]!]!;
    if (choice !== PASS) return this.#mayLeave(choice, classes.kind[of]!, lane);
    return classes.kind[of] !== WRITE || this.#mayPass(classes.to[of]!);
  }

  /**
   * Is there no way on from here? If somebody yet to be called needs the present state, and it can't come
   * up again, then it has to stay until that call; so whatever returns before it must be done already. If
   * they need what updates make of the state, then all until that call are updates, and what they lead to.
   */
  isDeadEnd(): boolean {
    const { opaque, demand, returnedAt, classes, classOf } = this.#problem;
    if (opaque) return false;
    const position = this.#position;
    const { state, event } = position;
    const due = demand.dueUntil(state);
    if (due <= event || !this.#isLastTime(state, event - 1)) return false;
    const called = demand.calledUntil(state);
    for (let w = 0; w < position.words; w++) {
      const open = position.pure[w]! | position.total[w]! | position.partial[w]!;
      for (let left = open & ~position.done[w]! & ~position.either[w]!; left !== 0; left &= left - 1) {
        const operation = position.occupant[lowest(w, left)]!;
        if (returnedAt[operation]! >= due) continue;
        if (returnedAt[operation]! < called) return true;
        const kind = classes.kind[classOf[operation]!]!;
        // An attempt may still find another state than its own.
        if (kind === WRITE || kind === CAS) return true;
        if (kind === READ && !this.#leadsTo(state, classes.from[classOf[operation]!]!)) return true;
      }
    }
    return false;
  }

  #mayLeave(choice: number, kind: number, lane: number): boolean {
    const { demand, horizon } = this.#problem;
    const { state, event } = this.#position;
    // The deadline's own operation is still to come, and might lead back. With updates, it might lead to
    // another state of the lineage, even now.
    const until = choice !== TAKE || horizon.updates ? event - 1 : event;
    if (!this.#isLastTime(state, until)) return true;
    const result = this.#position.resultOf(choice);
    if (result === state) return true;
    const due = demand.dueUntil(state);
    // Calls have positions of their own: with the same last call, it is the same state that is due.
    if (due > event && !(kind === UPDATE && demand.dueUntil(result) === due)) return false;
    return !this.#isAwaited(state, lane);
  }

  /** May the deadline's operation, a write to this state, have been hidden? */
  #mayPass(to: number): boolean {
    const { demand } = this.#problem;
    const { state, event } = this.#position;
    if (!this.#isLastTime(to, event)) return true;
    if (demand.dueUntil(to) <= event && !this.#isAwaited(to, -1)) return true;
    return this.#leadsTo(state, to) || this.#leadsTo(to, state);
  }

  /** Can nobody lead to the state again, whose return is after this event? */
  #isLastTime(state: number, event: number): boolean {
    const { demand, laneOf } = this.#problem;
    if (!demand.isExhausted(state, event)) {
      const supplier = demand.supplierOf(state);
      const lane = supplier < 0 ? -1 : laneOf[supplier]!;
      const { occupant, done } = this.#position;
      if (lane < 0 || occupant[lane] !== supplier || (done[lane >> 5]! & (1 << (lane & 31))) === 0)
        return false;
    }
    return !this.#isWrittenAgain(state);
  }

  /** Will there be a write of it of unknown outcome that is not spent? */
  #isWrittenAgain(state: number): boolean {
    const writer = this.#writers[state] ?? NONE;
    return writer !== NONE && this.#position.used[writer]! < this.#writes[state]!;
  }

  /** Is an open operation, other than that of the lane, only legal in this state? */
  #isAwaited(state: number, except: number): boolean {
    const position = this.#position;
    const { classes, classOf } = this.#problem;
    for (let w = 0; w < position.words; w++) {
      const undone = (position.pure[w]! | position.partial[w]!) & ~position.done[w]! & ~position.either[w]!;
      for (let left = undone; left !== 0; left &= left - 1) {
        const lane = lowest(w, left);
        const of = classOf[position.occupant[lane]!]!;
        if (lane === except || classes.from[of] !== state) continue;
        if (classes.kind[of] === READ || classes.kind[of] === CAS) return true;
      }
    }
    return false;
  }

  #leadsTo(ancestor: number, state: number): boolean {
    const { horizon } = this.#problem;
    if (!horizon.updates) return ancestor === state;
    for (let at = state; at >= 0; at = horizon.parentOf(at)) if (at === ancestor) return true;
    return false;
  }
}
