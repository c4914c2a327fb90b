/**
 * An unordered queue: a dequeue removes any element that is there, and answers which.
 *
 * After a dequeue of unknown outcome the bag is one of many: it lacks one element, and nobody knows
 * which. The state stands for exactly all of them. Elements are kept in levels by age; `lost` counts the
 * unknown dequeues that came when a level was the newest. Which elements they took is any choice in
 * which those of the first n levels together took as many, at least, as came when these were all there
 * was (Hall's theorem; levels only grow). Every such bag has the same size, so all or none are empty.
 *
 * A dequeue that answers v takes the newest v: of equal elements the older ones are of use to every
 * unknown dequeue that the newer are of use to. It is legal if all unknown dequeues still find one.
 */
import { ILLEGAL, type Illegal, type Model } from '../model.ts';
import { container } from './container.ts';
import { joinHash } from './list.ts';
import { byKey, describeStep, keyOf, taken, type Answer } from './observe.ts';
import type { QueueInput } from './queue.ts';
import { entries, get, hashOf, put, sameMap, without, type TextMap } from './text-map.ts';
import { describeValue, type Value } from './value.ts';

interface Level {
  /** How many of each, by its text. */
  readonly elements: TextMap<number>;
  readonly size: number;
  /** Of the newest level 0: the next element comes to a level of its own if anything was lost. */
  readonly lost: number;
}

/** From old to new, and never without a newest one. */
export type BagState = readonly Level[];

const EMPTY_LEVEL: Level = { elements: null, size: 0, lost: 0 };
const NOTHING: BagState = [EMPTY_LEVEL];

export function bag(): Model<BagState, QueueInput, Answer> {
  return {
    name: 'unordered-queue',
    init: () => NOTHING,
    step(state, input, output) {
      switch (input.f) {
        case 'enqueue':
          return changeAt(state, state.length - 1, describeValue(input.value), 1);
        case 'dequeue':
          if (output === undefined) return lose(state);
          return take(state, taken(output));
        default:
          throw new TypeError(`an unordered queue has no ${JSON.stringify(input)}`);
      }
    },
    equal: sameBag,
    hash: (state) =>
      state.reduce((hash, level) => joinHash(joinHash(hash, hashOf(level.elements)), level.lost), 0),
    partition: byKey,
    keyOf,
    collection: container('bag', 'enqueue'),
    effect(input, output) {
      if (input.f === 'enqueue' || output === undefined) return { kind: 'update' };
      return taken(output) === null ? { kind: 'read', state: NOTHING } : undefined;
    },
    describeOperation: (input, output) => describeStep(input, output, 'empty'),
    describeState: (state) => state.map(describeLevel).join(', then '),
  };
}

function take(state: BagState, value: Value): BagState | Illegal {
  if (value === null) return sizeOf(state) === 0 ? state : ILLEGAL;
  const text = describeValue(value);
  const newest = state.findLastIndex(({ elements }) => get(elements, text) !== undefined);
  return newest < 0 ? ILLEGAL : normal(changeAt(state, newest, text, -1));
}

function lose(state: BagState): BagState | Illegal {
  if (sizeOf(state) === 0) return state;
  const closed = state.map((level, i) => (i === state.length - 1 ? { ...level, lost: 1 } : level));
  return normal([...closed, EMPTY_LEVEL]);
}

function sizeOf(state: BagState): number {
  return state.reduce((sum, { size, lost }) => sum + size - lost, 0);
}

function changeAt(state: BagState, at: number, text: string, by: 1 | -1): BagState {
  return state.map((level, i) => {
    if (i !== at) return level;
    const count = (get(level.elements, text) ?? 0) + by;
    const elements = count === 0 ? without(level.elements, text) : put(level.elements, text, count);
    return { ...level, elements, size: level.size + by };
  });
}

/**
 * Old levels of which everything is lost are no more; what was lost when a level that is empty now was
 * the newest was lost from those before it.
 */
function normal(levels: BagState): BagState | Illegal {
  const kept: Level[] = [];
  let left = 0;
  for (const [i, level] of levels.entries()) {
    left += level.size - level.lost;
    if (left < 0) return ILLEGAL;
    const isNewest = i === levels.length - 1;
    if (left === 0 && !isNewest) kept.length = 0;
    else if (level.size > 0 || isNewest) kept.push(level);
    else kept.push({ ...kept.at(-1)!, lost: kept.pop()!.lost + level.lost });
  }
  return kept;
}

function sameBag(a: BagState, b: BagState): boolean {
  if (a.length !== b.length) return false;
  return a.every((level, i) => level.lost === b[i]!.lost && sameMap(level.elements, b[i]!.elements));
}

function describeLevel({ elements, lost }: Level): string {
  const all = [...entries(elements)].flatMap(([text, count]) => Array.from({ length: count }, () => text));
  return lost === 0 ? `[${all.join(',')}]` : `[${all.join(',')}] less ${lost} of all until here`;
}
