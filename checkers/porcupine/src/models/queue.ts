/**
 * A first-in-first-out queue, without bound.
 *
 * A dequeue answers what it removed; `{ ok: false }` and no value mean that the queue was empty. One of
 * unknown outcome removed the head if there was one, so the state after it is certain. A state is two
 * lists, so that both ends cost one step; its hash does not depend on how they are split.
 */
import { ILLEGAL, type Illegal, type Model } from '../model.ts';
import { container } from './container.ts';
import { elements, EMPTY, spreadHash, joinHash, prepend, reversed, withoutFirst, type List } from './list.ts';
import { byKey, describeStep, keyOf, taken, type Answer } from './observe.ts';
import { describeValue, sameValue, type Value } from './value.ts';

export type QueueInput = { readonly key?: string } & (
  { readonly f: 'enqueue'; readonly value: Value } | { readonly f: 'dequeue' }
);

export interface QueueState {
  /** The oldest first. */
  readonly front: List;
  /** The newest first; all newer than those in front. */
  readonly back: List;
  readonly size: number;
  readonly hash: number;
}

const NOTHING: QueueState = { front: EMPTY, back: EMPTY, size: 0, hash: 0 };

export function fifoQueue(): Model<QueueState, QueueInput, Answer> {
  return {
    name: 'fifo-queue',
    init: () => NOTHING,
    step(state, input, output) {
      switch (input.f) {
        case 'enqueue':
          return enqueue(state, input.value);
        case 'dequeue':
          return dequeue(state, output);
        default:
          throw new TypeError(`a queue has no ${JSON.stringify(input)}`);
      }
    },
    equal: sameQueue,
    hash: ({ hash }) => hash,
    partition: byKey,
    keyOf,
    collection: container('fifo', 'enqueue'),
    effect(input, output) {
      if (input.f === 'enqueue' || output === undefined) return { kind: 'update' };
      return taken(output) === null ? { kind: 'read', state: NOTHING } : undefined;
    },
    describeOperation: (input, output) => describeStep(input, output, 'empty'),
    describeState: (state) => describeValue(oldestFirst(state)),
  };
}

function enqueue(state: QueueState, value: Value): QueueState {
  const hash = joinHash(state.hash, spreadHash(value));
  return { ...state, back: prepend(value, state.back), size: state.size + 1, hash };
}

function dequeue(state: QueueState, answer: Answer | undefined): QueueState | Illegal {
  const expected = answer && taken(answer);
  if (state.size === 0) return expected === undefined || expected === null ? state : ILLEGAL;
  const turned = state.front.tail === undefined;
  const { head, tail } = turned ? reversed(elements(state.back)) : state.front;
  if (expected !== undefined && (expected === null || !sameValue(head, expected))) return ILLEGAL;
  return {
    front: tail!,
    back: turned ? EMPTY : state.back,
    size: state.size - 1,
    hash: withoutFirst(state.hash, spreadHash(head), state.size),
  };
}

function sameQueue(a: QueueState, b: QueueState): boolean {
  if (a.size !== b.size || a.hash !== b.hash) return false;
  if (a.front === b.front && a.back === b.back) return true;
  const others = oldestFirst(b);
  return oldestFirst(a).every((value, i) => sameValue(value, others[i]!));
}

function oldestFirst({ front, back }: QueueState): readonly Value[] {
  return [...elements(front), ...[...elements(back)].reverse()];
}
