/**
 * Sets that only grow, read as a whole and by element. Every read of the whole saw one of a chain of sets,
 * each a part of the next; so reads, and the insertions of what they saw first, form layers, and a history
 * has a linearization exactly if no operation was over when one of an earlier layer began. What no read saw
 * comes last, or, if its outcome is unknown, never. An element is inserted before the end of what found
 * it, and after the beginning of what missed it; these can then be placed whatever happens to others. In
 * time linear in the elements that were read, but for sorting.
 */
import type { Answer } from '../algorithm.ts';
import type { Budget } from '../budget.ts';
import type { Collection, ElementKey, Operation } from '../model.ts';
import { inLayers, type Read, type Step } from './layers.ts';
import type { Span } from './reading.ts';
import type { Moment } from './sequence.ts';

/** One element that is inserted, and what looked for it. */
interface Story {
  readonly insert: Span;
  readonly found: Span[];
  readonly missed: Span[];
}

export function growOnly<I, O>(
  collection: Collection<I, O>,
  operations: readonly Operation<I, O>[],
  budget: Budget,
): Answer {
  const stories = new Map<ElementKey, Story>();
  const looks: { readonly element: ElementKey; readonly isThere: boolean; readonly span: Span }[] = [];
  const reads: Read[] = [];
  const loose: Moment[] = [];
  for (const span of operations) {
    budget.tick();
    const event = collection.event(span.input, span.output);
    const known = span.return !== Infinity;
    switch (event?.kind) {
      case 'insert':
        if (stories.has(event.element)) return undecided(`${event.element} is inserted more than once`);
        stories.set(event.element, { insert: span, found: [], missed: [] });
        break;
      case 'present':
      case 'absent':
        if (known) looks.push({ element: event.element, isThere: event.kind === 'present', span });
        break;
      case 'whole':
        if (known) reads.push({ step: stepOf(span), elements: event.elements });
        break;
      case 'noop':
        if (known) loose.push({ id: span.id, at: span.call });
        break;
      default:
        return undecided(`operation ${span.id} is not one of a set that only grows`);
    }
  }
  for (const { element, isThere, span } of looks) {
    const story = stories.get(element);
    if (isThere && !story) return { kind: 'invalid', suspects: [span.id] };
    if (isThere) story!.found.push(span);
    else story?.missed.push(span);
    if (!isThere) loose.push({ id: span.id, at: span.call });
  }
  return decide(stories, reads, loose, budget);
}

function decide(
  stories: ReadonlyMap<ElementKey, Story>,
  reads: readonly Read[],
  loose: readonly Moment[],
  budget: Budget,
): Answer {
  const inserts = new Map([...stories].map(([element, story]) => [element, insertion(story)]));
  const seen = new Map([...stories.values()].map((story) => [story.insert.id, story]));
  const layered = inLayers(inserts, reads, budget);
  if (layered.kind !== 'layers') return layered;
  const placed: Moment[] = [];
  const found: Moment[] = [];
  let latest = { step: stepOf({ id: -1, call: -Infinity, return: Infinity }), layer: 0 };
  for (const next of layered.steps) {
    if (next.step.from >= latest.step.from) latest = next;
    const at = latest.step.from;
    if (next.step.by < at) {
      const between = layered.readBetween(latest.layer, next.layer);
      const suspects = [...latest.step.because, ...next.step.because, ...(between ? [between.id] : [])];
      return { kind: 'invalid', suspects: [...new Set(suspects)] };
    }
    placed.push({ id: next.step.id, at });
    for (const { id, call } of seen.get(next.step.id)?.found ?? [])
      found.push({ id, at: Math.max(call, at) });
  }
  // Where moments are the same, what missed an element comes first, and what found it last.
  const moments = [...loose, ...placed, ...found].sort((a, b) => a.at - b.at);
  return { kind: 'valid', witness: moments.map(({ id }) => id) };
}

function stepOf({ id, call, return: returned }: Span): Step {
  return { id, from: call, by: returned, because: [id] };
}

function insertion({ insert, found, missed }: Story): Step {
  let { call: from, return: by } = insert;
  const because = new Set([insert.id]);
  const last = missed.reduce<Span | undefined>((a, b) => (a && a.call >= b.call ? a : b), undefined);
  const first = found.reduce<Span | undefined>((a, b) => (a && a.return <= b.return ? a : b), undefined);
  if (last && last.call > from) {
    from = last.call;
    because.add(last.id);
  }
  if (first && first.return < by) {
    by = first.return;
    because.add(first.id);
  }
  return { id: insert.id, from, by, because: [...because] };
}

function undecided(why: string): Answer {
  return { kind: 'undecided', why };
}
