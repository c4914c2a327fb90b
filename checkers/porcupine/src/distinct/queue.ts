/**
 * Queues, and bags: a history of a queue has a linearization exactly if
 *  - no element comes out before it goes in, or twice, or without having gone in (`reading.ts`);
 *  - no two elements certainly go in in one order and come out in the other (`fifo.ts`);
 *  - whatever saw it empty could do so at a time at which no element is certainly inside (`occupied.ts`).
 * These are the violations that Henzinger, Sezgin and Vafeiadis name ("Aspect-oriented linearizability
 * proofs", 2013), which Bouajjani, Emmi, Enea and Hamza show to be all ("On reducing linearizability to
 * state reachability", 2015). Abdulla and others ("Efficient linearizability monitoring", 2025), and Lee
 * and Mathur ("Efficient decrease-and-conquer linearizability monitoring", 2025) look for them in
 * O(n log n), as is done here. In a bag the second can't be violated.
 *
 * Why the first two suffice without the third, and with it: `fifo.ts` gives an order of elements such that
 * going in, and coming out, each as soon as it can after the ones before it, each is in time, and in
 * before it is out. Glimpses of the empty queue divide the elements without touching that order: if u has to
 * pass before v, and v has to go in before a time at which nothing is certainly inside, so has u.
 * Unknown outcomes: `reading.ts`, `lifetime.ts`.
 */
import type { Answer } from '../algorithm.ts';
import type { Budget } from '../budget.ts';
import { passage } from './fifo.ts';
import { lifetimes, type Lifetime } from './lifetime.ts';
import { coverOf, Occupied } from './occupied.ts';
import type { Reading, Span } from './reading.ts';
import { sequence, type Glimpse } from './sequence.ts';

export function queue(reading: Reading, budget: Budget): Answer {
  const passed = passage(lifetimes(reading.stays, reading.takes), budget);
  if (passed.kind === 'order') return glimpsed(passed.order, reading, true);
  return invalid(reading, [passed.first, passed.second]);
}

export function bag(reading: Reading): Answer {
  return glimpsed(lifetimes(reading.stays, reading.takes), reading, false);
}

function glimpsed(order: readonly Lifetime[], reading: Reading, isQueue: boolean): Answer {
  const occupied = new Occupied(order);
  const glimpses: Glimpse[] = [];
  for (const empty of reading.empties) {
    const at = occupied.freeFrom(empty.call);
    if (at > empty.return) return invalid(reading, coverOf(order, empty.call, empty.return), empty);
    glimpses.push({ empty, at });
  }
  return { kind: 'valid', witness: sequence(order, glimpses, reading.others, isQueue) };
}

/**
 * An element that nobody is known to have removed counts as still inside only because others, inserted
 * before it, took the removals of unknown outcome that were called by then: they are part of the reason.
 */
function invalid({ stays, takes }: Reading, lifetimes: readonly Lifetime[], ...seen: Span[]): Answer {
  const suspects = new Set<number>(seen.map(({ id }) => id));
  const left = new Set(stays.filter(({ remove }) => !remove).map(({ insert }) => insert));
  let last = -Infinity;
  let end = seen.reduce((latest, span) => Math.max(latest, span.return), -Infinity);
  for (const { insert, remove, insertBy, removeBy } of lifetimes) {
    suspects.add(insert.id);
    if (left.has(insert)) last = Math.max(last, insertBy);
    else {
      suspects.add(remove!.id);
      end = Math.max(end, removeBy);
    }
  }
  const called = takes.filter(({ call }) => call <= end);
  if (last === -Infinity || called.length === 0) return { kind: 'invalid', suspects: [...suspects] };
  for (const insert of left) if (insert.return <= last) suspects.add(insert.id);
  for (const { id } of called) suspects.add(id);
  return { kind: 'invalid', suspects: [...suspects] };
}
