/**
 * A set that is added to, and read at the end: is everything there that must be, and nothing else?
 * Judged is the last read alone (that which was invoked last of those that succeeded); where the runner
 * marked its final reads, it must be one of them. `set-full.ts` judges every read.
 *
 *  - *ok*          in the read, and an add may have put it there; of these
 *  - *recovered*   are those of which no add is known to have succeeded;
 *  - *lost*        an add of it succeeded before the read was invoked, and it is not in the read;
 *  - *unexpected*  in the read, though there was no add of it, or none until the read was over;
 *  - *refused*     in the read, though every add of it failed. A `fail` says that it did not take
 *                  effect (`op.ts`), so this is a violation; `refused: 'report'` only counts it;
 *  - *duplicated*  in the read more than once: no set.
 *
 * An add that was not over when the read was invoked may be in it or not. If it succeeded, and is not in
 * the read, then that was no final read, and what became of the element is *unproven*: `unknown`.
 *
 * Functions: `add` with the element, `read` whose answer is the list of all. `details`: `SetDetails`.
 */
import type { Json, Op } from '../harness/history/op.ts';
import { identity } from './identity.ts';
import { counted, listed, type Listed } from './listed.ts';
import { Objects, type Judgement, type ObjectJudge } from './objects.ts';
import { contentOf, Element, Elements } from './set-elements.ts';

export const SET_FUNCTIONS = ['add', 'read'] as const;

export interface SetOptions {
  /** What it is when an element is seen of which every add failed. Default: `violation`. */
  readonly refused?: 'violation' | 'report';
}

export type SetDetails = {
  /** Elements, by their adds. */
  readonly attempted: number;
  readonly acknowledged: number;
  /** Index of the invocation of the read that was judged; null if there is none. */
  readonly read: number | null;
  readonly ok: number;
  readonly recovered: Listed<Json>;
  readonly lost: Listed<Json>;
  readonly unexpected: Listed<Json>;
  readonly refused: Listed<Json>;
  readonly duplicated: Listed<Json>;
  readonly unproven: Listed<Json>;
};

export function set(options: SetOptions = {}): Objects {
  return new Objects({ name: 'set', functions: SET_FUNCTIONS, judge: () => new SetJudge(options) });
}

interface Read {
  readonly invoked: number;
  readonly completed: number;
  readonly content: readonly Json[];
}

class SetJudge implements ObjectJudge<SetDetails> {
  readonly #options: SetOptions;
  readonly #elements = new Elements((value) => new Element(value));
  #last: Read | undefined;

  constructor(options: SetOptions) {
    this.#options = options;
  }

  invoked(invocation: Op): void {
    if (invocation.f === 'add') this.#elements.added(invocation).invoke(invocation.index);
  }

  completed(invocation: Op, completion: Op): void {
    if (invocation.f === 'add') {
      this.#elements.added(invocation).complete(invocation.index, completion);
    } else if (completion.type === 'ok') {
      const content = contentOf(completion);
      if (invocation.index < (this.#last?.invoked ?? 0)) return;
      this.#last = { invoked: invocation.index, completed: completion.index, content };
    }
  }

  finish(finalReads: number | undefined): Judgement<SetDetails> {
    const details = this.#details();
    const unknown = (summary: string): Judgement<SetDetails> => ({ verdict: 'unknown', summary, details });
    if (details.read === null) return unknown('the set was never read');
    if (finalReads !== undefined && details.read < finalReads) return unknown('no final read was answered');
    const violations = this.#violations(details);
    if (violations.length > 0) return { verdict: 'invalid', summary: violations.join(', '), details };
    if (details.acknowledged === 0) return unknown('no add was acknowledged');
    const unproven = details.unproven.count;
    if (unproven > 0)
      return unknown(`the last read was invoked before ${counted(unproven, 'add')} succeeded`);
    return { verdict: 'valid', summary: summaryOf(details), details };
  }

  #violations({ lost, unexpected, refused, duplicated }: SetDetails): string[] {
    const kinds = { lost, unexpected, duplicated, ...(this.#options.refused !== 'report' && { refused }) };
    return Object.entries(kinds).flatMap(([kind, { count, first }]) =>
      count === 0 ? [] : [`${counted(count, `${kind} element`)} (${JSON.stringify(first[0])})`],
    );
  }

  #details(): SetDetails {
    const read = this.#last ?? { invoked: Infinity, completed: Infinity, content: [] };
    const present = new Map<number | string, Json>();
    const found: Record<
      'ok' | 'recovered' | 'unexpected' | 'refused' | 'duplicated' | 'lost' | 'unproven',
      Json[]
    > = {
      ok: [],
      recovered: [],
      unexpected: [],
      refused: [],
      duplicated: [],
      lost: [],
      unproven: [],
    };
    const twice = new Set<number | string>();
    for (const value of read.content) {
      const id = identity(value);
      if (present.has(id) && !twice.has(id)) {
        twice.add(id);
        found.duplicated.push(value);
      }
      present.set(id, value);
    }
    let [attempted, acknowledged] = [0, 0];
    for (const element of this.#elements.all()) {
      attempted++;
      const { value, mustBeFrom } = element;
      if (mustBeFrom === Infinity) continue;
      acknowledged++;
      if (!this.#last || present.has(identity(value))) continue;
      (mustBeFrom < read.invoked ? found.lost : found.unproven).push(value);
    }
    for (const value of present.values()) {
      const provenance = this.#elements.of(value).provenance(read.completed);
      if (provenance === 'added' || provenance === 'recovered') found.ok.push(value);
      if (provenance === 'recovered') found.recovered.push(value);
      if (provenance === 'refused') found.refused.push(value);
      if (provenance === 'phantom' || provenance === 'early') found.unexpected.push(value);
    }
    const show = (value: Json): Json => value;
    return {
      attempted,
      acknowledged,
      read: this.#last?.invoked ?? null,
      ok: found.ok.length,
      recovered: listed(found.recovered, show),
      lost: listed(found.lost, show),
      unexpected: listed(found.unexpected, show),
      refused: listed(found.refused, show),
      duplicated: listed(found.duplicated, show),
      unproven: listed(found.unproven, show),
    };
  }
}

function summaryOf({ attempted, acknowledged, ok, recovered }: SetDetails): string {
  const known = `${counted(acknowledged, 'acknowledged element')} of ${attempted}`;
  return `nothing lost of ${known}; ${ok} read, ${recovered.count} of them recovered`;
}
