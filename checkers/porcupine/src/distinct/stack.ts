/**
 * Stacks: a history has a linearization exactly if elements can be nested (`nesting.ts`), and whatever saw
 * the stack empty could do so at a time at which no element is certainly inside (`occupied.ts`). An element
 * that is never certainly inside can go in and come out at one moment, whatever is beneath.
 *
 * Removals of unknown outcome may have removed any of the elements that are left. A history that one for each
 * of these can't explain is invalid, and so is one in which they are too late. Otherwise it is guessed which
 * took which; where no guess explains the history, it is undecided.
 */
import type { Answer } from '../algorithm.ts';
import type { Budget } from '../budget.ts';
import { deadlines, type Deadline } from './deadlines.ts';
import { lifetime, type Lifetime } from './lifetime.ts';
import { nest, type Move } from './nesting.ts';
import { coverOf, Occupied } from './occupied.ts';
import type { Reading, Span, Stay } from './reading.ts';
import { merge, type Glimpse, type Moment } from './sequence.ts';

/** How often a guess is made. */
const ATTEMPTS = 20;

export function stack(reading: Reading, budget: Budget): Answer {
  const { stays, takes } = reading;
  const answer = stacked(stays, reading, budget);
  if (answer.kind === 'valid' || takes.length === 0) return answer;
  const called = [...takes].sort((a, b) => a.call - b.call);
  const everyOne = stacked(
    stays.map((stay) => ({ ...stay, remove: stay.remove ?? called[0] })),
    reading,
    budget,
  );
  if (everyOne.kind === 'invalid') return everyOne;
  return guess(reading, called, budget);
}

/**
 * Gives the removals of unknown outcome to the elements with the earliest deadlines. Where these turn out to
 * be too late, as what has to nest can't, the elements concerned are tried with earlier ones.
 */
function guess(reading: Reading, called: readonly Span[], budget: Budget): Answer {
  let left = deadlines(reading, budget);
  // The earliest deadline is for the removal that was called first: no other way can satisfy them all.
  const isLate = ({ by }: Deadline, i: number): boolean => by < (called[i]?.call ?? Infinity);
  if (left.some(isLate)) return { kind: 'invalid' };
  for (let attempt = 0; attempt < ATTEMPTS && !left.some(isLate); attempt++) {
    const taken = new Map(left.map(({ stay }, i) => [stay, called[i]]));
    const answer = stacked(
      reading.stays.map((stay) => ({ ...stay, remove: stay.remove ?? taken.get(stay) })),
      reading,
      budget,
    );
    if (answer.kind !== 'invalid') return answer;
    left = hastened(left, reading, new Set(answer.suspects));
  }
  return { kind: 'undecided', why: 'which elements removals of unknown outcome took from the stack' };
}

/** Those that are suspect come out before the other suspects are all gone. */
function hastened(left: readonly Deadline[], reading: Reading, suspects: ReadonlySet<number>): Deadline[] {
  let end = -Infinity;
  for (const { remove } of reading.stays)
    if (remove && suspects.has(remove.id)) end = Math.max(end, remove.return);
  for (const empty of reading.empties) if (suspects.has(empty.id)) end = Math.max(end, empty.return);
  return left
    .map(({ stay, by }) => ({ stay, by: suspects.has(stay.insert.id) ? Math.min(by, end) : by }))
    .sort((a, b) => (a.by === b.by ? 0 : a.by - b.by));
}

function stacked(stays: readonly Stay[], { empties, others }: Reading, budget: Budget): Answer {
  const lifetimes = stays.map(lifetime);
  const occupied = new Occupied(lifetimes);
  const glimpses: Glimpse[] = [];
  for (const empty of empties) {
    const at = occupied.freeFrom(empty.call);
    if (at > empty.return) return invalid(coverOf(lifetimes, empty.call, empty.return), empty);
    glimpses.push({ empty, at });
  }
  const nesting = nest(lifetimes.filter(isCertain), budget);
  if (nesting.kind === 'bottomless') return invalid(chain(nesting.stretch));
  const passing = lifetimes.filter((one) => !isCertain(one)).flatMap(inAndOut);
  return { kind: 'valid', witness: merge(withGlimpses(nesting.moves, glimpses), [...others, ...passing]) };
}

/** A few of them that are a stretch as long as all of them: none of these can be below the others either. */
function chain(stretch: readonly Lifetime[]): Lifetime[] {
  const begins = stretch[0]!.insertBy;
  const first = stretch
    .filter(({ insertBy }) => insertBy === begins)
    .reduce((a, b) => (b.removeFrom > a.removeFrom ? b : a));
  return [first, ...coverOf(stretch, first.removeFrom, Infinity)];
}

function isCertain({ insertBy, removeFrom }: Lifetime): boolean {
  return insertBy < removeFrom;
}

/** At one moment, as soon as it can. */
function inAndOut({ insert, remove, removeFrom }: Lifetime): Span[] {
  return [insert, remove!].map((span) => ({ ...span, call: removeFrom }));
}

/** The stack is empty between what comes out until then, and what goes in from then on. */
function withGlimpses(moves: readonly Move[], glimpses: readonly Glimpse[]): Moment[] {
  const waiting = [...glimpses].sort((a, b) => a.at - b.at);
  const moments: Moment[] = [];
  let next = 0;
  for (const move of moves) {
    const { insert, remove } = move.lifetime;
    for (; next < waiting.length; next++) {
      const { empty, at } = waiting[next]!;
      if (move.isRemoval ? at >= move.at : at > move.at) break;
      moments.push({ id: empty.id, at });
    }
    if (!move.isRemoval) moments.push({ id: insert.id, at: move.at });
    else if (remove && move.at < Infinity) moments.push({ id: remove.id, at: move.at });
  }
  for (const { empty, at } of waiting.slice(next)) moments.push({ id: empty.id, at });
  return moments;
}

function invalid(lifetimes: readonly Lifetime[], ...seen: readonly Span[]): Answer {
  const suspects = new Set(seen.map(({ id }) => id));
  for (const { insert, remove } of lifetimes) {
    suspects.add(insert.id);
    if (remove) suspects.add(remove.id);
  }
  return { kind: 'invalid', suspects: [...suspects] };
}
