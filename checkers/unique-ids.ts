/**
 * Are all ids that were given out distinct? An id counts when its operation succeeded: what a client
 * never saw can't be taken for another's.
 *
 * Holds every id. Function: `generate`, whose answer is the id. `details`: `UniqueIdsDetails`.
 */
import type { Json, Op, ProcessId } from '../harness/history/op.ts';
import { identity } from './identity.ts';
import { counted, listed, type Listed } from './listed.ts';
import { NotUnderstood, Objects, type Judgement, type ObjectJudge } from './objects.ts';

export const UNIQUE_IDS_FUNCTIONS = ['generate'] as const;

export type UniqueIdsDetails = {
  readonly attempted: number;
  readonly acknowledged: number;
  /** Those that were given out most often first. */
  readonly duplicated: Listed<{
    readonly id: Json;
    readonly times: number;
    /** Who got it; the first few. */
    readonly to: readonly Receipt[];
  }>;
  /** The lowest and the highest, where all are numbers or all are text (in order of code units). */
  readonly range: readonly [Json, Json] | null;
};

export type Receipt = {
  /** Index of the completion. */
  readonly index: number;
  readonly process: ProcessId;
  readonly node: string | null;
};

const MOST_RECEIPTS = 8;

export function uniqueIds(): Objects {
  return new Objects({
    name: 'unique-ids',
    functions: UNIQUE_IDS_FUNCTIONS,
    judge: () => new UniqueIdsJudge(),
  });
}

interface Duplicate {
  readonly id: Json;
  times: number;
  readonly to: Receipt[];
}

class UniqueIdsJudge implements ObjectJudge<UniqueIdsDetails> {
  /** By the id: to whom it was given first. */
  readonly #first = new Map<number | string, Receipt>();
  readonly #duplicates = new Map<number | string, Duplicate>();
  readonly #range = new Range();
  #attempted = 0;
  #acknowledged = 0;

  invoked(): void {
    this.#attempted++;
  }

  completed(_invocation: Op, completion: Op): void {
    if (completion.type !== 'ok') return;
    const { value: id, index, process, node } = completion;
    if (id === undefined || id === null) throw new NotUnderstood(completion, 'expected an id');
    this.#acknowledged++;
    this.#range.add(id);
    const name = identity(id);
    const receipt = { index, process, node: node ?? null };
    const first = this.#first.get(name);
    if (!first) {
      this.#first.set(name, receipt);
      return;
    }
    let duplicate = this.#duplicates.get(name);
    if (!duplicate) this.#duplicates.set(name, (duplicate = { id, times: 1, to: [first] }));
    duplicate.times++;
    if (duplicate.to.length < MOST_RECEIPTS) duplicate.to.push(receipt);
  }

  finish(): Judgement<UniqueIdsDetails> {
    const duplicates = [...this.#duplicates.values()].sort((a, b) => b.times - a.times);
    const details: UniqueIdsDetails = {
      attempted: this.#attempted,
      acknowledged: this.#acknowledged,
      duplicated: listed(duplicates, ({ id, times, to }) => ({ id, times, to })),
      range: this.#range.ends,
    };
    const worst = duplicates[0];
    if (worst) {
      const to = worst.to.map(({ index }) => index).join(', ');
      const summary = `${counted(duplicates.length, 'id')} given out more than once: ${JSON.stringify(worst.id)} ${worst.times} times (ops ${to}${worst.times > worst.to.length ? ', …' : ''})`;
      return { verdict: 'invalid', summary, details };
    }
    if (this.#acknowledged === 0) return { verdict: 'unknown', summary: 'no id was given out', details };
    return { verdict: 'valid', summary: `${counted(this.#acknowledged, 'id')}, all distinct`, details };
  }
}

/** Lowest and highest of what can be compared. */
class Range {
  #ends: readonly [number, number] | readonly [string, string] | undefined;
  #mixed = false;

  get ends(): readonly [Json, Json] | null {
    return this.#mixed ? null : (this.#ends ?? null);
  }

  add(id: Json): void {
    const ends = this.#ends;
    if (typeof id === 'number' && (!ends || areNumbers(ends))) {
      this.#ends = ends ? [Math.min(ends[0], id), Math.max(ends[1], id)] : [id, id];
    } else if (typeof id === 'string' && (!ends || !areNumbers(ends))) {
      this.#ends = ends ? [id < ends[0] ? id : ends[0], id > ends[1] ? id : ends[1]] : [id, id];
    } else this.#mixed = true;
  }
}

function areNumbers(
  ends: readonly [number, number] | readonly [string, string],
): ends is readonly [number, number] {
  return typeof ends[0] === 'number';
}
