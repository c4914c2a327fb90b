/**
 * What goes into a queue must come out, in whatever order. Semantics of Jepsen's `total-queue`, made exact
 * about what is not known. Elements are counted by value; of a value,
 *
 *  - *lost*        an enqueue of it succeeded before the last successful `drain` was invoked, and it never
 *                  came out. A dequeue or drain of unknown outcome may have taken it where nobody saw:
 *                  each such dequeue excuses one, a drain all, and what is excused makes the verdict
 *                  unknown, not invalid;
 *  - *remaining*   an enqueue of it succeeded, it did not come out, and there was no drain since: it may
 *                  still be in the queue, so nothing was shown: unknown;
 *  - *unexpected*  came out though nobody had put it in until then;
 *  - *refused*     came out though every enqueue of it failed, which says that it did not take effect;
 *                  `refused: 'report'` only counts it;
 *  - *duplicated*  came out more often than it was put in. Queues that deliver at least once may do that:
 *                  only counted, unless `duplicates: 'violation'`;
 *  - *recovered*   came out though no enqueue of it is known to have succeeded, and one may have.
 *
 * Functions: `enqueue` with the element, `dequeue` whose answer is one (null: it was empty), `drain` whose
 * answer is the list of all that it took. `details`: `TotalQueueDetails`.
 */
import type { Json, Op } from '../harness/history/op.ts';
import { identity, isList } from './identity.ts';
import { counted, listed, type Listed } from './listed.ts';
import { NotUnderstood, Objects, type Judgement, type ObjectJudge } from './objects.ts';

export const QUEUE_FUNCTIONS = ['enqueue', 'dequeue', 'drain'] as const;

export interface TotalQueueOptions {
  /** What it is when an element comes out of which every enqueue failed. Default: `violation`. */
  readonly refused?: 'violation' | 'report';
  /** What it is when an element comes out too often. Default: `report`. */
  readonly duplicates?: 'violation' | 'report';
}

export type Several = { readonly element: Json; readonly times: number };

export type TotalQueueDetails = {
  readonly attempted: number;
  readonly acknowledged: number;
  readonly dequeued: number;
  readonly lost: Listed<Several>;
  readonly remaining: Listed<Several>;
  readonly unexpected: Listed<Several>;
  readonly refused: Listed<Several>;
  readonly duplicated: Listed<Several>;
  readonly recovered: Listed<Several>;
  /** Removals of unknown outcome: how many elements they may have taken; null for any number. */
  readonly excused: number | null;
  /** Index of the invocation of the last drain that succeeded. */
  readonly drained: number | null;
};

export function totalQueue(options: TotalQueueOptions = {}): Objects {
  return new Objects({
    name: 'total-queue',
    functions: QUEUE_FUNCTIONS,
    judge: () => new TotalQueueJudge(options),
  });
}

/** What is known of one value. */
interface Tally {
  readonly element: Json;
  /** Enqueues invoked so far, and those of them that failed. */
  attempted: number;
  failed: number;
  /** Indices of completions of those that succeeded, ascending. */
  readonly acknowledged: number[];
  out: number;
  /** So often it came out when nobody had put it in yet. */
  unexpected: number;
  /** By so much it was ahead of the enqueues, at most. */
  ahead: number;
}

class TotalQueueJudge implements ObjectJudge<TotalQueueDetails> {
  readonly #options: TotalQueueOptions;
  readonly #tallies = new Map<number | string, Tally>();
  /** Removals that are open, or of unknown outcome. */
  #dequeues = 0;
  #drains = 0;
  #drained: number | undefined;

  constructor(options: TotalQueueOptions) {
    this.#options = options;
  }

  invoked(invocation: Op): void {
    if (invocation.f === 'dequeue') this.#dequeues++;
    else if (invocation.f === 'drain') this.#drains++;
    else this.#enqueued(invocation).attempted++;
  }

  completed(invocation: Op, completion: Op): void {
    const { f, type, index, value } = completion;
    if (f === 'enqueue') {
      const tally = this.#enqueued(invocation);
      if (type === 'ok') tally.acknowledged.push(index);
      else if (type === 'fail') tally.failed++;
      return;
    }
    if (type === 'info') return;
    if (f === 'dequeue') this.#dequeues--;
    else this.#drains--;
    if (type === 'fail') return;
    if (f === 'dequeue') {
      if (value !== undefined && value !== null) this.#cameOut(value);
      return;
    }
    if (!isList(value)) throw new NotUnderstood(completion, 'expected the list of what it took');
    for (const element of value) this.#cameOut(element);
    this.#drained = Math.max(this.#drained ?? 0, invocation.index);
  }

  finish(): Judgement<TotalQueueDetails> {
    const details = this.#details();
    const judgement = (verdict: Judgement['verdict'], summary: string): Judgement<TotalQueueDetails> => ({
      verdict,
      summary,
      details,
    });
    const lost = this.#times((tally) => this.#lost(tally));
    const violations = this.#violations(details, lost);
    if (violations.length > 0) return judgement('invalid', violations.join(', '));
    if (lost > 0) {
      const many = `${counted(lost, 'acknowledged element')} did not come out`;
      return judgement('unknown', `${many}; removals of unknown outcome may have taken as many`);
    }
    const remaining = this.#times((tally) => this.#remaining(tally));
    if (remaining > 0) {
      const many = `${counted(remaining, 'acknowledged element')} did not come out`;
      return judgement('unknown', `${many}; no drain after that shows whether they would`);
    }
    if (details.acknowledged === 0) return judgement('unknown', 'no enqueue was acknowledged');
    return judgement('valid', summaryOf(details));
  }

  #enqueued(invocation: Op): Tally {
    if (invocation.value === undefined) throw new NotUnderstood(invocation, 'expected an element');
    return this.#of(invocation.value);
  }

  #cameOut(element: Json): void {
    const tally = this.#of(element);
    tally.out++;
    if (tally.attempted === 0) tally.unexpected++;
    tally.ahead = Math.max(tally.ahead, tally.out - tally.attempted);
  }

  #of(element: Json): Tally {
    const id = identity(element);
    let tally = this.#tallies.get(id);
    if (!tally) {
      tally = { element, attempted: 0, failed: 0, acknowledged: [], out: 0, unexpected: 0, ahead: 0 };
      this.#tallies.set(id, tally);
    }
    return tally;
  }

  /** What came out is taken for what must have: the fewest that can be missing. */
  #lost({ acknowledged, out }: Tally): number {
    const drained = this.#drained ?? -1;
    return Math.max(0, acknowledged.filter((index) => index < drained).length - out);
  }

  #remaining(tally: Tally): number {
    return Math.max(0, tally.acknowledged.length - tally.out) - this.#lost(tally);
  }

  #times(count: (tally: Tally) => number): number {
    return [...this.#tallies.values()].reduce((sum, tally) => sum + count(tally), 0);
  }

  #violations({ unexpected, refused, duplicated, ...details }: TotalQueueDetails, lost: number): string[] {
    const kinds = {
      ...(lost > (details.excused ?? Infinity) && { lost: details.lost }),
      unexpected,
      ...(this.#options.refused !== 'report' && { refused }),
      ...(this.#options.duplicates === 'violation' && { duplicated }),
    };
    return Object.entries(kinds).flatMap(([kind, { count, first }]) =>
      count === 0 ? [] : [`${counted(count, `${kind} element`)} (${JSON.stringify(first[0]!.element)})`],
    );
  }

  #details(): TotalQueueDetails {
    const tallies = [...this.#tallies.values()];
    const those = (count: (tally: Tally) => number): Listed<Several> => {
      const found = tallies.filter((tally) => count(tally) > 0);
      return listed(found, (tally) => ({ element: tally.element, times: count(tally) }));
    };
    return {
      attempted: this.#times(({ attempted }) => attempted),
      acknowledged: this.#times(({ acknowledged }) => acknowledged.length),
      dequeued: this.#times(({ out }) => out),
      lost: those((tally) => this.#lost(tally)),
      remaining: those((tally) => this.#remaining(tally)),
      unexpected: those(({ unexpected }) => unexpected),
      refused: those(refusedTimes),
      duplicated: those(duplicatedTimes),
      recovered: those(recoveredTimes),
      excused: this.#drains > 0 ? null : this.#dequeues,
      drained: this.#drained ?? null,
    };
  }
}

function refusedTimes({ attempted, failed, out, unexpected }: Tally): number {
  return attempted === failed ? out - unexpected : 0;
}

function duplicatedTimes({ attempted, failed, out, unexpected, ahead }: Tally): number {
  if (attempted === failed) return 0;
  return Math.max(0, Math.max(ahead, out - (attempted - failed)) - unexpected);
}

function recoveredTimes({ attempted, failed, acknowledged, out }: Tally): number {
  return Math.max(0, Math.min(out, attempted - failed) - acknowledged.length);
}

function summaryOf({ acknowledged, dequeued, recovered, duplicated }: TotalQueueDetails): string {
  const parts = [`all of ${counted(acknowledged, 'acknowledged element')} came out, ${dequeued} in all`];
  if (recovered.count > 0) parts.push(`${recovered.count} recovered`);
  if (duplicated.count > 0) parts.push(`${duplicated.count} more than once`);
  return parts.join(', ');
}
