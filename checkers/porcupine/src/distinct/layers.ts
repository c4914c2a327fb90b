/**
 * The layers of a set that only grows: between two sets that reads saw, the elements that only the larger
 * one has.
 */
import type { Answer } from '../algorithm.ts';
import type { Budget } from '../budget.ts';
import type { ElementKey } from '../model.ts';

/** What happens to the whole set within a time, and whose calls and returns say so. */
export interface Step {
  readonly id: number;
  readonly from: number;
  readonly by: number;
  readonly because: readonly number[];
}

export interface Read {
  readonly step: Step;
  readonly elements: readonly ElementKey[];
}

/** Insertions have even layers from 2 on, reads odd ones. */
interface Layered {
  readonly step: Step;
  readonly layer: number;
}

export interface Layers {
  readonly kind: 'layers';
  /** By layer; within one, by when they can begin. */
  readonly steps: readonly Layered[];
  /** A read that saw an earlier layer of insertions, and not the later one. */
  readBetween(earlier: number, later: number): Step | undefined;
}

/** Gives each insertion the layer of the smallest read that saw it; the last one, if none did. */
export function inLayers(
  inserts: ReadonlyMap<ElementKey, Step>,
  reads: readonly Read[],
  budget: Budget,
): Layers | Answer {
  const bySize = [...reads].sort((a, b) => a.elements.length - b.elements.length);
  const numbers = new Map<ElementKey, number>();
  for (const element of inserts.keys()) numbers.set(element, numbers.size);
  const layerOf = new Int32Array(inserts.size);
  const lastFound = new Int32Array(inserts.size).fill(-1);
  const steps: Layered[] = [];
  let layer = 0;
  let size = 0;
  for (const [i, { step, elements }] of bySize.entries()) {
    if (elements.length > size) layer += 2;
    let missing = size;
    for (const element of elements) {
      budget.tick();
      const insert = numbers.get(element);
      if (insert === undefined) return { kind: 'invalid', suspects: [step.id] };
      if (lastFound[insert] === i) return twice(step, element);
      lastFound[insert] = i;
      if (layerOf[insert] !== 0) missing--;
      else {
        layerOf[insert] = layer;
        steps.push({ step: inserts.get(element)!, layer });
      }
    }
    // What a smaller set held is missing from this one.
    if (missing > 0) return { kind: 'invalid', suspects: [bySize[i - 1]!.step.id, step.id] };
    steps.push({ step, layer: layer + 1 });
    size = elements.length;
  }
  let number = 0;
  for (const step of inserts.values())
    if (layerOf[number++] === 0 && step.by < Infinity) steps.push({ step, layer: layer + 2 });
  steps.sort((a, b) => a.layer - b.layer || a.step.from - b.step.from);
  const readBetween = (earlier: number, later: number): Step | undefined => {
    if (earlier % 2 !== 0 || later % 2 !== 0) return undefined;
    return steps.find((other) => other.layer === later - 1 && other.layer > earlier)?.step;
  };
  return { kind: 'layers', steps, readBetween };
}

function twice({ id }: Step, element: ElementKey): Answer {
  return { kind: 'undecided', why: `operation ${id} saw ${element} more than once` };
}
