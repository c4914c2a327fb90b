/**
 * A checker of many objects of one kind: a set, a queue, a counter for each key. Pairs the ops, shows each
 * object's to a judge of its own, and composes what they find. Sound for what can be judged object by
 * object; sequential consistency, say, can't.
 *
 * An op that the judge has no word for may do anything to the object, so nothing can be concluded:
 * `unknown`, as for a malformed history.
 *
 * `details`: `ObjectsDetails` of the judge's own details; null where the history could not be read.
 */
import type { Json, Op } from '../harness/history/op.ts';
import { MalformedHistoryError, Pairing } from './pairing.ts';
import { composeVerdicts, type Checker, type CheckResult, type Verdict } from './types.ts';

export interface Judgement<Details extends Json = Json> {
  readonly verdict: Verdict;
  readonly summary: string;
  readonly details: Details;
}

/** Judges one object. It is told of each operation of it twice, in the order of the history. */
export interface ObjectJudge<Details extends Json = Json> {
  invoked(invocation: Op): void;
  /** What stays open is never completed: as good as `info`. */
  completed(invocation: Op, completion: Op): void;
  /** `finalReads`: index of the runner's mark, undefined in a history without. Called once, at the end. */
  finish(finalReads: number | undefined): Judgement<Details>;
}

export type ObjectsDetails<Details extends Json = Json> = {
  /** Those that are not valid first. */
  readonly objects: readonly {
    /** '' where ops have none. */
    readonly key: string;
    readonly verdict: Verdict;
    readonly summary: string;
    /** Null where an op of this object was not understood. */
    readonly details: Details | null;
  }[];
};

/** An op of the history that means nothing to the judge: a sum that is no number, say. */
export class NotUnderstood extends Error {
  constructor({ index, f }: Op, expectation: string) {
    super(`op ${index} (line ${index + 1} of the history), ${f}: ${expectation}`);
    this.name = 'NotUnderstood';
  }
}

export interface ObjectKind {
  /** The checker's name. */
  readonly name: string;
  readonly functions: readonly string[];
  judge(): ObjectJudge;
}

interface Judged {
  readonly judge: ObjectJudge;
  misfit: NotUnderstood | undefined;
}

export class Objects implements Checker {
  readonly #kind: ObjectKind;
  readonly #functions: ReadonlySet<string>;
  readonly #pairing = new Pairing();
  readonly #objects = new Map<string, Judged>();
  #finalReads: number | undefined;
  /** Why nothing can be said of the whole history. */
  #unreadable: string | undefined;

  constructor(kind: ObjectKind) {
    this.#kind = kind;
    this.#functions = new Set(kind.functions);
  }

  push(op: Op): void {
    if (this.#unreadable !== undefined) return;
    try {
      this.#push(op);
    } catch (error) {
      if (error instanceof MalformedHistoryError) this.#unreadable = `malformed history: ${error.message}`;
      else if (error instanceof NotUnderstood) this.#unreadable = error.message;
      else throw error;
    }
  }

  finish(): CheckResult {
    if (this.#unreadable !== undefined) return this.#result('unknown', this.#unreadable, null);
    if (this.#objects.size === 0) return this.#result('unknown', 'no operation to check', null);
    const objects = [...this.#objects].map(([key, { judge, misfit }]) => ({
      key,
      ...(misfit ? notUnderstood(misfit) : judge.finish(this.#finalReads)),
    }));
    objects.sort((a, b) => ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict));
    const verdict = composeVerdicts(objects.map((object) => object.verdict));
    return this.#result(verdict, summaryOf(objects), { objects });
  }

  #push(op: Op): void {
    if (op.process === 'runner' && op.f === 'final-reads') this.#finalReads = op.index;
    const paired = this.#pairing.push(op);
    if (!paired) return;
    const { invocation } = paired;
    if (!this.#functions.has(invocation.f)) {
      throw new NotUnderstood(invocation, `expected ${this.#kind.functions.join(', ')}`);
    }
    const object = this.#of(invocation.key ?? '');
    if (object.misfit) return;
    try {
      if (paired.kind === 'invoked') object.judge.invoked(invocation);
      else object.judge.completed(invocation, paired.completion);
    } catch (error) {
      if (!(error instanceof NotUnderstood)) throw error;
      object.misfit = error;
    }
  }

  #of(key: string): Judged {
    let object = this.#objects.get(key);
    if (!object) this.#objects.set(key, (object = { judge: this.#kind.judge(), misfit: undefined }));
    return object;
  }

  #result(verdict: Verdict, summary: string, details: ObjectsDetails | null): CheckResult {
    return { checker: this.#kind.name, verdict, summary, details };
  }
}

const ORDER: readonly Verdict[] = ['invalid', 'unknown', 'valid'];

function notUnderstood(misfit: NotUnderstood): { verdict: Verdict; summary: string; details: null } {
  return { verdict: 'unknown', summary: misfit.message, details: null };
}

/** Of the worst, and how many more there are of its verdict. */
function summaryOf(objects: ObjectsDetails['objects']): string {
  const { key, verdict, summary } = objects[0]!;
  const named = key === '' ? summary : `${JSON.stringify(key)}: ${summary}`;
  const others = objects.filter((object) => object.verdict === verdict).length - 1;
  return others === 0 ? named : `${named}; and ${others} more ${verdict} ${others === 1 ? 'key' : 'keys'}`;
}
