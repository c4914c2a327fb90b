/**
 * A history of a queue, a stack or a bag, read by element: when each goes in and when it comes out.
 *
 * What is of unknown outcome and can be left out is left out here, exactly. Leaving out all operations of
 * one element keeps a sequence of a collection legal, so where a history has a linearization it has one
 *  - without an insertion of unknown outcome that no known removal answers to;
 *  - in which a removal of unknown outcome removes an element that was certainly inserted, or is missing.
 */
import type { Budget } from '../budget.ts';
import type { Collection, ElementKey, Operation } from '../model.ts';

/** When an operation happened, and which. */
export interface Span {
  readonly id: number;
  readonly call: number;
  readonly return: number;
}

/** An element that was inserted, and what removed it, if that is known. */
export interface Stay {
  readonly insert: Span;
  readonly remove: Span | undefined;
}

export interface Reading {
  readonly kind: 'reading';
  /** Of these each was certainly inserted. */
  readonly stays: readonly Stay[];
  /** Removals of unknown outcome. */
  readonly takes: readonly Span[];
  /** Saw the collection empty. */
  readonly empties: readonly Span[];
  /** Took place, and that is all. */
  readonly others: readonly Span[];
}

export type Misread =
  | { readonly kind: 'undecided'; readonly why: string }
  | { readonly kind: 'invalid'; readonly suspects: readonly number[] };

export function read<I, O>(
  collection: Collection<I, O>,
  operations: readonly Operation<I, O>[],
  budget: Budget,
): Reading | Misread {
  const inserts = new Map<ElementKey, Span>();
  const removes = new Map<ElementKey, Span>();
  const takes: Span[] = [];
  const empties: Span[] = [];
  const others: Span[] = [];
  let twice: readonly Span[] | undefined;
  for (const operation of operations) {
    budget.tick();
    const event = collection.event(operation.input, operation.output);
    const known = operation.return !== Infinity;
    switch (event?.kind) {
      case 'insert':
        if (inserts.has(event.element)) return undecided(`${event.element} is inserted more than once`);
        inserts.set(event.element, operation);
        break;
      case 'remove': {
        if (!known) return undecided(`operation ${operation.id} removes a certain element, or does not`);
        const other = removes.get(event.element);
        if (other) twice ??= [other, operation];
        else removes.set(event.element, operation);
        break;
      }
      case 'take':
        if (known) return undecided(`operation ${operation.id} returned, and its answer is unknown`);
        takes.push(operation);
        break;
      case 'empty':
        if (known) empties.push(operation);
        break;
      case 'noop':
        if (known) others.push(operation);
        break;
      default:
        return undecided(`operation ${operation.id} is not one of a collection with distinct elements`);
    }
  }
  if (twice) return invalid(twice);
  const stays: Stay[] = [];
  for (const [element, insert] of inserts) {
    const remove = removes.get(element);
    removes.delete(element);
    if (remove && remove.return < insert.call) return invalid([insert, remove]);
    if (remove || insert.return !== Infinity) stays.push({ insert, remove });
  }
  for (const remove of removes.values()) return invalid([remove]);
  return { kind: 'reading', stays, takes, empties, others };
}

function undecided(why: string): Misread {
  return { kind: 'undecided', why };
}

function invalid(suspects: readonly Span[]): Misread {
  return { kind: 'invalid', suspects: suspects.map(({ id }) => id) };
}
