/**
 * A set that is added to and read again and again: what became of each element? Semantics of Jepsen's
 * `set-full`.
 *
 * A read that was invoked is before another that was invoked later. Of an element,
 *
 *  - *known* is the completion of its add, or of the first read that has it, whichever is earlier;
 *  - *last present* and *last absent* are the last reads with and without it;
 *  - *stable* is an element whose last present is after its last absent: from then on it was always seen;
 *  - *stale* is a stable one whose last absent was invoked after it was known, so long after as its
 *    *latency*;
 *  - *lost* is one whose last absent is after its last present, and was invoked after it was known; its
 *    latency is from when it was known until it was seen last, 0 if it never was;
 *  - *never read* are all others: no read tells whether they are there.
 *
 * In reads there may also be elements that are *recovered* (no add is known to have succeeded, but one may
 * have), *refused* (every add of it failed; as in `set.ts`), *early* (seen before an add was invoked),
 * *phantom* (never added), or *duplicated* (more than once in a read).
 *
 * Invalid are lost, phantom, early, duplicated and refused elements. With `linearizable`, stale ones too
 * and whatever else no order of the operations explains: exact, see `set-order.ts`. Without, stale reads
 * are only reported. With nothing stable nothing was shown: unknown.
 *
 * Holds something for each element, none of the reads. Functions: `add` with the element, `read` whose
 * answer is the list of all. `details`: `SetFullDetails`.
 */
import type { Json, Op } from '../harness/history/op.ts';
import { counted, listed, type Listed } from './listed.ts';
import { Objects, type Judgement, type ObjectJudge } from './objects.ts';
import { quantiles, type Quantiles } from './quantiles.ts';
import { contentOf, Element, Elements, type Provenance } from './set-elements.ts';
import { describeOrder, SetOrder, type Interval, type Leveled, type OrderViolation } from './set-order.ts';
import { outcomeOf, timeline, type Moment, type Outcome, type Timeline } from './set-timeline.ts';
import { SET_FUNCTIONS, type SetOptions } from './set.ts';

export interface SetFullOptions extends SetOptions {
  /** Each read must show what was known when it was invoked. Default: false. */
  readonly linearizable?: boolean;
}

export type ElementDetails = {
  readonly element: Json;
  /** Indices of the invocations of its adds. */
  readonly adds: readonly number[];
  readonly known: Moment | null;
  readonly lastPresent: Moment | null;
  readonly lastAbsent: Moment | null;
  /** Milliseconds; null where it is neither stale nor lost. */
  readonly latency: number | null;
};

export type SetFullDetails = {
  readonly linearizable: boolean;
  readonly attempted: number;
  readonly acknowledged: number;
  readonly reads: number;
  readonly stable: number;
  readonly neverRead: number;
  /** Never read, though an add succeeded. */
  readonly unproven: number;
  /** Those with the greatest latency first. */
  readonly stale: Listed<ElementDetails>;
  readonly lost: Listed<ElementDetails>;
  readonly recovered: Listed<ElementDetails>;
  readonly refused: Listed<ElementDetails>;
  readonly early: Listed<ElementDetails>;
  readonly phantom: Listed<ElementDetails>;
  /** With how often at most in one read. */
  readonly duplicated: Listed<{ readonly element: Json; readonly times: number }>;
  /** Of all stable elements, 0 for those that were never stale; milliseconds. */
  readonly stableLatency: Quantiles | null;
  readonly lostLatency: Quantiles | null;
  /** Where `linearizable` was asked for: two operations that no order reconciles. */
  readonly order: OrderViolation | null;
};

export function setFull(options: SetFullOptions = {}): Objects {
  return new Objects({
    name: 'set-full',
    functions: SET_FUNCTIONS,
    judge: () => new SetFullJudge(options),
  });
}

/** What is known of an element is kept with it: reads name all of them again and again. */
class SeenElement extends Element implements Leveled {
  readonly line = timeline();
  level = Infinity;
  /** Number of the last read that has it, and how often. */
  read = 0;
  times = 0;
}

class SetFullJudge implements ObjectJudge<SetFullDetails> {
  readonly #options: SetFullOptions;
  readonly #elements = new Elements((value) => new SeenElement(value));
  readonly #order: SetOrder | undefined;
  /** With how often at most in one read. */
  readonly #duplicates = new Map<SeenElement, number>();
  #reads = 0;

  constructor(options: SetFullOptions) {
    this.#options = options;
    this.#order = options.linearizable ? new SetOrder() : undefined;
  }

  invoked(invocation: Op): void {
    if (invocation.f !== 'add') return;
    this.#elements.added(invocation).invoke(invocation.index);
  }

  completed(invocation: Op, completion: Op): void {
    if (invocation.f === 'read') {
      if (completion.type === 'ok') this.#read(invocation, completion);
      return;
    }
    const element = this.#elements.added(invocation);
    element.complete(invocation.index, completion);
    if (completion.type === 'ok') element.line.known ??= moment(completion);
  }

  finish(): Judgement<SetFullDetails> {
    const details = this.#details();
    const violations = this.#violations(details);
    if (violations.length > 0) return { verdict: 'invalid', summary: violations.join(', '), details };
    const summary = summaryOf(details);
    return { verdict: details.stable === 0 ? 'unknown' : 'valid', summary, details };
  }

  #read(invocation: Op, completion: Op): void {
    this.#reads++;
    const read = moment(invocation);
    const present: SeenElement[] = [];
    for (const value of contentOf(completion)) {
      const element = this.#elements.of(value);
      if (element.read === this.#reads) this.#seenAgain(element);
      else {
        element.read = this.#reads;
        element.times = 1;
        present.push(element);
        sawPresent(element.line, read, completion);
      }
    }
    if (present.length < this.#elements.size) {
      for (const { read: last, line } of this.#elements.all()) {
        if (last !== this.#reads) sawAbsent(line, read);
      }
    }
    this.#order?.read(invocation, completion, present);
  }

  #seenAgain(element: SeenElement): void {
    element.times++;
    this.#duplicates.set(element, Math.max(element.times, this.#duplicates.get(element) ?? 0));
  }

  #details(): SetFullDetails {
    const all = [...this.#elements.all()].map((element) => ({ element, outcome: outcomeOf(element.line) }));
    const asked = all.filter(({ element }) => element.wasAskedFor);
    const ended = (kind: Outcome['kind']): Judged[] => asked.filter(({ outcome }) => outcome.kind === kind);
    const from = (provenance: Provenance): Judged[] => all.filter((one) => provenanceOf(one) === provenance);
    const [stable, stale, lost, neverRead] = [
      ended('stable'),
      ended('stale'),
      ended('lost'),
      ended('never-read'),
    ];
    return {
      linearizable: this.#options.linearizable === true,
      attempted: asked.length,
      acknowledged: asked.filter(({ element }) => element.mustBeFrom < Infinity).length,
      reads: this.#reads,
      stable: stable.length + stale.length,
      neverRead: neverRead.length,
      unproven: neverRead.filter(({ element }) => element.mustBeFrom < Infinity).length,
      stale: listed(stale.sort(slowestFirst), show),
      lost: listed(lost, show),
      recovered: listed(from('recovered'), show),
      refused: listed(from('refused'), show),
      early: listed(from('early'), show),
      phantom: listed(from('phantom'), show),
      duplicated: listed([...this.#duplicates], ([{ value }, times]) => ({ element: value, times })),
      stableLatency: quantiles([...stable, ...stale].map(latencyOf)),
      lostLatency: quantiles(lost.map(latencyOf)),
      order: this.#order?.violation(mayBeAdds(asked)) ?? null,
    };
  }

  #violations(details: SetFullDetails): string[] {
    const { lost, stale, refused, early, phantom, duplicated, order, linearizable } = details;
    const kinds = {
      lost,
      phantom,
      early,
      duplicated,
      ...(linearizable && { stale }),
      ...((linearizable || this.#options.refused !== 'report') && { refused }),
    };
    const found = Object.entries(kinds).flatMap(([kind, { count, first }]) =>
      count === 0 ? [] : [`${counted(count, `${kind} element`)} (${JSON.stringify(first[0]!.element)})`],
    );
    // What is lost or stale is out of order as well, and better said so.
    if (found.length === 0 && order) found.push(`not linearizable: ${describeOrder(order)}`);
    return found;
  }
}

function sawPresent(line: Timeline, read: Moment, completion: Op): void {
  line.known ??= moment(completion);
  line.firstSeen ??= completion.index;
  if (!line.lastPresent || line.lastPresent.index < read.index) line.lastPresent = read;
}

function sawAbsent(line: Timeline, read: Moment): void {
  if (!line.lastAbsent || line.lastAbsent.index < read.index) line.lastAbsent = read;
}

interface Judged {
  readonly element: SeenElement;
  readonly outcome: Outcome;
}

function show({ element, outcome }: Judged): ElementDetails {
  const { line } = element;
  return {
    element: element.value,
    adds: element.adds,
    known: line.known ?? null,
    lastPresent: line.lastPresent ?? null,
    lastAbsent: line.lastAbsent ?? null,
    latency: outcome.kind === 'stale' || outcome.kind === 'lost' ? outcome.latency : null,
  };
}

/** `undefined` of an element that was never seen. */
function provenanceOf({ element }: Judged): Provenance | undefined {
  const seen = element.line.firstSeen;
  return seen === undefined ? undefined : element.provenance(seen);
}

/** What surely took no effect, and is not there, is of no interest to the order. */
function* mayBeAdds(judged: readonly Judged[]): Generator<readonly [Leveled, Interval]> {
  for (const { element } of judged) {
    const [invoked, completed] = [element.mayBeFrom, element.mustBeFrom];
    if (invoked === Infinity || (completed === Infinity && element.line.firstSeen === undefined)) continue;
    yield [element, { invoked, completed }];
  }
}

function latencyOf({ outcome }: Judged): number {
  return outcome.kind === 'never-read' ? 0 : outcome.latency;
}

function slowestFirst(a: Judged, b: Judged): number {
  return latencyOf(b) - latencyOf(a);
}

function summaryOf({
  stable,
  stale,
  recovered,
  neverRead,
  unproven,
  reads,
  linearizable,
}: SetFullDetails): string {
  if (stable === 0) return `no element was seen to stay, in ${counted(reads, 'read')}`;
  const parts = [`${counted(stable, 'element')} stable in ${counted(reads, 'read')}`];
  if (linearizable) parts.push('linearizable');
  if (stale.count > 0) parts.push(`${stale.count} stale for up to ${stale.first[0]!.latency!.toFixed(1)} ms`);
  if (recovered.count > 0) parts.push(`${recovered.count} recovered`);
  if (neverRead > 0) parts.push(`${neverRead} never read, ${unproven} of them acknowledged`);
  return parts.join(', ');
}

function moment({ index, time }: Op): Moment {
  return { index, time };
}
