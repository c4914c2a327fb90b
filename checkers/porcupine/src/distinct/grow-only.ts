/**
 * Sets that only grow, and are read as a whole. Every read saw one of a chain of sets, each a part of the
 * next; so reads, and the insertions of what they saw first, form layers, and a history has a linearization
 * exactly if no operation had returned when one of an earlier layer was called. What nobody saw comes last,
 * or, with an outcome that is unknown, never. In time linear in the elements that were read, but for sorting.
 */
import type { Answer } from '../algorithm.ts';
import type { Budget } from '../budget.ts';
import type { Collection, ElementKey, Operation } from '../model.ts';
import type { Span } from './reading.ts';
import { merge, type Moment } from './sequence.ts';

interface Read extends Span {
  readonly elements: readonly ElementKey[];
}

/** Insertions have even layers from 2 on, reads odd ones. */
interface Layered {
  readonly span: Span;
  readonly layer: number;
}

export function growOnly<I, O>(
  collection: Collection<I, O>,
  operations: readonly Operation<I, O>[],
  budget: Budget,
): Answer {
  const inserts = new Map<ElementKey, number>();
  const spans: Span[] = [];
  const reads: Read[] = [];
  const others: Span[] = [];
  for (const { id, call, return: returned, input, output } of operations) {
    budget.tick();
    const event = collection.event(input, output);
    const span = { id, call, return: returned };
    if (event?.kind === 'insert') {
      if (inserts.has(event.element)) return undecided(`${event.element} is inserted more than once`);
      inserts.set(event.element, spans.push(span) - 1);
    } else if (event?.kind === 'whole') {
      if (returned !== Infinity) reads.push({ ...span, elements: event.elements });
    } else if (event?.kind === 'noop') {
      if (returned !== Infinity) others.push(span);
    } else return undecided(`operation ${id} is not one of a set that only grows`);
  }
  const layered = layers(inserts, spans, reads, budget);
  if (!Array.isArray(layered)) return layered;
  return inTime(layered, others);
}

/** Gives each insertion the layer of the smallest read that saw it. */
function layers(
  inserts: ReadonlyMap<ElementKey, number>,
  spans: readonly Span[],
  reads: readonly Read[],
  budget: Budget,
): Layered[] | Answer {
  const bySize = [...reads].sort((a, b) => a.elements.length - b.elements.length);
  const layerOf = new Int32Array(spans.length);
  const lastFound = new Int32Array(spans.length).fill(-1);
  const layered: Layered[] = [];
  let layer = 0;
  let seen = 0;
  for (const [i, read] of bySize.entries()) {
    if (read.elements.length > seen) layer += 2;
    let missing = seen;
    for (const element of read.elements) {
      budget.tick();
      const insert = inserts.get(element);
      if (insert === undefined) return { kind: 'invalid', suspects: [read.id] };
      if (lastFound[insert] === i) return undecided(`operation ${read.id} saw ${element} more than once`);
      lastFound[insert] = i;
      if (layerOf[insert] !== 0) missing--;
      else {
        layerOf[insert] = layer;
        layered.push({ span: spans[insert]!, layer });
      }
    }
    // What a smaller set held is missing from this one.
    if (missing > 0) return { kind: 'invalid', suspects: [bySize[i - 1]!.id, read.id] };
    layered.push({ span: read, layer: layer + 1 });
    seen = read.elements.length;
  }
  spans.forEach((span, insert) => {
    if (layerOf[insert] === 0 && span.return !== Infinity) layered.push({ span, layer: layer + 2 });
  });
  return layered;
}

function inTime(layered: Layered[], others: readonly Span[]): Answer {
  layered.sort((a, b) => a.layer - b.layer || a.span.call - b.span.call);
  const moments: Moment[] = [];
  let latest: Layered | undefined;
  for (const next of layered) {
    if (!latest || next.span.call > latest.span.call) latest = next;
    if (next.span.return < latest.span.call) return outOfOrder(layered, latest, next);
    moments.push({ id: next.span.id, at: latest.span.call });
  }
  return { kind: 'valid', witness: merge(moments, others) };
}

/** Why an operation belongs after another that was called later: between two insertions, some read. */
function outOfOrder(layered: readonly Layered[], called: Layered, returned: Layered): Answer {
  const suspects = [called.span.id, returned.span.id];
  if (called.layer % 2 === 0 && returned.layer % 2 === 0)
    suspects.push(layered.find(({ layer }) => layer === returned.layer - 1)!.span.id);
  return { kind: 'invalid', suspects };
}

function undecided(why: string): Answer {
  return { kind: 'undecided', why };
}
