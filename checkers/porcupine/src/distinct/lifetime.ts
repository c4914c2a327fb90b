/**
 * When an element may go in and come out, once both are looked at together: it goes in before it comes
 * out, so it goes in before its removal returns, and comes out after its insertion is called. Nothing is
 * lost by that, and the element is certainly inside from `insertBy` to `removeFrom`.
 */
import type { Span, Stay } from './reading.ts';

export interface Lifetime {
  readonly insert: Span;
  /** Of an element that may be inside for ever none, or one that need not take place. */
  readonly remove: Span | undefined;
  readonly insertFrom: number;
  readonly insertBy: number;
  readonly removeFrom: number;
  readonly removeBy: number;
}

export function lifetime({ insert, remove }: Stay): Lifetime {
  return {
    insert,
    remove,
    insertFrom: insert.call,
    insertBy: Math.min(insert.return, remove?.return ?? Infinity),
    removeFrom: remove ? Math.max(remove.call, insert.call) : Infinity,
    removeBy: remove?.return ?? Infinity,
  };
}

/**
 * Lifetimes in which the removals of unknown outcome are used as well as they can be in a queue or a bag:
 * of the elements that nobody is known to have removed, the one that was inserted first, by the end of its
 * insertion, is removed by the removal that was called first, and so on.
 *
 * Why that is best: such an element never has to come out *late*, as its removal does not return; it may
 * have to come out *by* some time, because a removal of an element that was inserted certainly after it
 * returned then (in a queue), or because the collection was seen empty then after its insertion. The
 * earlier an insertion returned, the more of both holds for it. So the times by which elements have to come
 * out are in the order of the ends of their insertions, and where any assignment of removals satisfies
 * them, the one in order does.
 */
export function lifetimes(stays: readonly Stay[], takes: readonly Span[]): Lifetime[] {
  const left = stays.filter(({ remove }) => !remove).sort((a, b) => a.insert.return - b.insert.return);
  const called = [...takes].sort((a, b) => a.call - b.call);
  const taken = new Map(left.map((stay, i) => [stay, called[i]]));
  return stays.map((stay) => lifetime(stay.remove ? stay : { ...stay, remove: taken.get(stay) }));
}
