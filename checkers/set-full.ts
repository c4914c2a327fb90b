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
import { contentOf, Elements, type Element, type Provenance } from './set-elements.ts';
import { describeOrder, SetOrder, type Interval, type OrderViolation } from './set-order.ts';
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

class SetFullJudge implements ObjectJudge<SetFullDetails> {
  readonly #options: SetFullOptions;
  readonly #elements = new Elements();
  readonly #timelines = new Map<Element, Timeline>();
  readonly #order: SetOrder<Element> | undefined;
  readonly #duplicates = new Map<Element, number>();
  #reads = 0;

  constructor(options: SetFullOptions) {
    this.#options = options;
    this.#order = options.linearizable ? new SetOrder() : undefined;
  }

  invoked(invocation: Op): void {
    if (invocation.f !== 'add') return;
    const element = this.#elements.added(invocation);
    element.invoke(invocation.index);
    this.#timeline(element);
  }

  completed(invocation: Op, completion: Op): void {
    if (invocation.f === 'read') {
      if (completion.type === 'ok') this.#read(invocation, completion);
      return;
    }
    const element = this.#elements.added(invocation);
    element.complete(invocation.index, completion);
    if (completion.type === 'ok') this.#timeline(element).known ??= moment(completion);
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
    const present = new Map<Element, number>();
    for (const value of contentOf(completion)) {
      const element = this.#elements.of(value);
      present.set(element, (present.get(element) ?? 0) + 1);
    }
    const read = moment(invocation);
    for (const [element, times] of present) {
      const line = this.#timeline(element);
      line.known ??= moment(completion);
      line.firstSeen ??= completion.index;
      if (!line.lastPresent || line.lastPresent.index < read.index) line.lastPresent = read;
      if (times > 1) this.#duplicates.set(element, Math.max(times, this.#duplicates.get(element) ?? 0));
    }
    if (present.size < this.#timelines.size) {
      for (const [element, line] of this.#timelines) {
        if (present.has(element)) continue;
        if (!line.lastAbsent || line.lastAbsent.index < read.index) line.lastAbsent = read;
      }
    }
    this.#order?.read(invocation, completion, new Set(present.keys()));
  }

  #details(): SetFullDetails {
    const all = [...this.#timelines].map(([element, line]) => ({ element, line, outcome: outcomeOf(line) }));
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

  #timeline(element: Element): Timeline {
    let line = this.#timelines.get(element);
    if (!line) this.#timelines.set(element, (line = timeline()));
    return line;
  }
}

interface Judged {
  readonly element: Element;
  readonly line: Timeline;
  readonly outcome: Outcome;
}

function show({ element, line, outcome }: Judged): ElementDetails {
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
function provenanceOf({ element, line }: Judged): Provenance | undefined {
  return line.firstSeen === undefined ? undefined : element.provenance(line.firstSeen);
}

/** What surely took no effect, and is not there, is of no interest to the order. */
function* mayBeAdds(judged: readonly Judged[]): Generator<readonly [Element, Interval]> {
  for (const { element, line } of judged) {
    const [invoked, completed] = [element.mayBeFrom, element.mustBeFrom];
    if (invoked === Infinity || (completed === Infinity && line.firstSeen === undefined)) continue;
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
