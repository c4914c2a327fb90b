/**
 * Does the time that a system tells run backwards? Whoever asks after an answer was given must be told a
 * time that is not earlier than that one.
 *
 * That is all that a clock which never runs backwards promises: where no two answers contradict it, the
 * order by what was told, and among equals by when it was asked, is one that respects real time. So each
 * answer need only be held against the latest that had been given when its question was asked, and a
 * history takes as many steps as it has ops. Unknown outcomes told nobody anything.
 *
 * Function: `tick`, whose answer is a number. `details`: `TicksDetails`.
 */
import type { Op } from '../harness/history/op.ts';
import { counted, listed, type Listed } from './listed.ts';
import { NotUnderstood, Objects, type Judgement, type ObjectJudge } from './objects.ts';

export const TICKS_FUNCTIONS = ['tick'] as const;

export type TicksDetails = {
  readonly attempted: number;
  readonly acknowledged: number;
  /** By when they completed. */
  readonly backwards: Listed<Backwards>;
};

/** Two answers: the later question was told the earlier time. Indices are those of completions. */
type Backwards = {
  readonly before: number;
  readonly told: number;
  readonly after: number;
  readonly then: number;
};

interface Answer {
  readonly index: number;
  readonly time: number;
}

export function ticks(): Objects {
  return new Objects({ name: 'ticks', functions: TICKS_FUNCTIONS, judge: () => new TicksJudge() });
}

class TicksJudge implements ObjectJudge<TicksDetails> {
  /** The latest time that was told so far, and by the index of the invocation what it was then. */
  #latest: Answer | undefined;
  readonly #floors = new Map<number, Answer | undefined>();
  readonly #backwards: Backwards[] = [];
  #attempted = 0;
  #acknowledged = 0;

  invoked({ index }: Op): void {
    this.#attempted++;
    this.#floors.set(index, this.#latest);
  }

  completed(invocation: Op, completion: Op): void {
    const floor = this.#floors.get(invocation.index);
    this.#floors.delete(invocation.index);
    if (completion.type !== 'ok') return;
    const { value: time, index } = completion;
    if (typeof time !== 'number') throw new NotUnderstood(completion, 'expected a time, as a number');
    this.#acknowledged++;
    if (floor !== undefined && time < floor.time) {
      this.#backwards.push({ before: floor.index, told: floor.time, after: index, then: time });
    }
    if (this.#latest === undefined || time > this.#latest.time) this.#latest = { index, time };
  }

  finish(): Judgement<TicksDetails> {
    const details: TicksDetails = {
      attempted: this.#attempted,
      acknowledged: this.#acknowledged,
      backwards: listed(this.#backwards, (pair) => pair),
    };
    const [first] = this.#backwards;
    if (first !== undefined) {
      const { before, told, after, then } = first;
      const more = this.#backwards.length > 1 ? `, and ${this.#backwards.length - 1} more` : '';
      const summary = `time ran backwards: ${then} (op ${after}) was told to one who asked after ${told} (op ${before})${more}`;
      return { verdict: 'invalid', summary, details };
    }
    if (this.#acknowledged === 0) return { verdict: 'unknown', summary: 'no time was told', details };
    return {
      verdict: 'valid',
      summary: `${counted(this.#acknowledged, 'time')}, none earlier than one told before`,
      details,
    };
  }
}
