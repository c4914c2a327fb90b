/**
 * Which known way of failing a counterexample is. Each is claimed only where it follows from the
 * operations and their times; what is none of them is `general`, and says no more than that.
 *
 * The words are those of the field: a stale read got what had surely been replaced; a lost write is one
 * that is still missing when all is over; a dirty read saw what a refused operation wrote.
 */
import type { CounterexampleDetails, OperationDetails } from '../../checkers/linearizable.ts';
import { isClientOp, type Json } from '../history/op.ts';
import { addedOf, isRead, leftOf, sawOf, shows, tokensOf } from './effects.ts';
import type { Happening, Scene } from './scene.ts';

export type Pattern =
  /** Nobody ever asked for it to be written here. */
  | { readonly kind: 'phantom value'; readonly value: Json; readonly elsewhere: string | undefined }
  /** It was asked for only after it had been seen. */
  | { readonly kind: 'early value'; readonly value: Json; readonly writer: Happening }
  /** Whoever asked was told that it did not happen. */
  | { readonly kind: 'dirty read'; readonly value: Json; readonly writer: Happening }
  | {
      readonly kind: 'duplicate append';
      readonly token: Json;
      readonly times: number;
      readonly asked: number;
    }
  /** `over`: acknowledged before the read began, and after `writer` was; undefined: it was so from the start. */
  | {
      readonly kind: 'stale read' | 'lost write';
      readonly over: OperationDetails;
      readonly writer: OperationDetails | undefined;
    }
  /** Seen by `first`, and gone again for a read that began after it. */
  | { readonly kind: 'order flip'; readonly first: OperationDetails; readonly saw: Json }
  /** Two compare-and-sets both found the same value, which was there once. */
  | { readonly kind: 'lost update'; readonly other: OperationDetails; readonly saw: Json }
  /** Two see two values in one order, two others in the other. */
  | { readonly kind: 'disagreement'; readonly pairs: readonly [Pair, Pair] }
  | { readonly kind: 'general' };

type Pair = readonly [OperationDetails, OperationDetails];

export function patternOf({ operations, blocked }: CounterexampleDetails, scene: Scene): Pattern {
  const last = operations.find(({ invoke }) => invoke === blocked);
  const saw = last && sawOf(last);
  if (last === undefined || saw === undefined) return { kind: 'general' };
  const others = operations.filter((op) => op !== last);
  return (
    outOfNowhere(saw, last, scene) ??
    duplicated(saw, scene) ??
    replaced(saw, last, others, scene) ??
    flipped(saw, last, others, scene) ??
    updatedTwice(saw, last, others, scene) ??
    disagreeing([...others, last], last, scene) ?? { kind: 'general' }
  );
}

/** By the whole history: a counterexample leaves out what it does not need. */
function outOfNowhere(saw: Json, last: OperationDetails, scene: Scene): Pattern | undefined {
  for (const value of tokensOf(saw)) {
    const writers = scene.happenings.filter(({ invocation }) => writes(value, invocation));
    const inTime = writers.filter(({ invocation }) => invocation.index < (last.complete ?? Infinity));
    const [first] = inTime;
    if (first === undefined) {
      const [late] = writers;
      return late === undefined
        ? { kind: 'phantom value', value, elsewhere: scene.elsewhere(value) }
        : { kind: 'early value', value, writer: late };
    }
    if (inTime.every(({ completion }) => completion?.type === 'fail')) {
      return { kind: 'dirty read', value, writer: first };
    }
  }
  return undefined;
}

function writes(token: Json, { f, value }: { readonly f: string; readonly value?: Json }): boolean {
  const words = { f, value: value ?? null };
  return tokensOf(leftOf(words) ?? addedOf(words)).includes(token);
}

function duplicated(saw: Json, scene: Scene): Pattern | undefined {
  if (typeof saw !== 'string') return undefined;
  const tokens = tokensOf(saw);
  for (const token of new Set(tokens)) {
    const times = tokens.filter((other) => other === token).length;
    const asked = scene.happenings.filter(({ invocation }) => writes(token, invocation)).length;
    if (times > asked) return { kind: 'duplicate append', token, times, asked };
  }
  return undefined;
}

function replaced(
  saw: Json,
  last: OperationDetails,
  others: readonly OperationDetails[],
  scene: Scene,
): Pattern | undefined {
  const makers = makersOf(saw, last, scene);
  const overs = others.filter(
    (op) =>
      op.outcome === 'known' &&
      isEffective(op) &&
      !shows(saw, op) &&
      op.complete !== null &&
      op.complete < last.invoke &&
      makers.every(({ completion }) => completion?.type === 'ok' && completion.index < op.invoke),
  );
  // The one that was acknowledged last says it best.
  const over = overs.sort((a, b) => b.complete! - a.complete!)[0];
  if (over === undefined) return undefined;
  return {
    kind: isLost(over, last, scene) ? 'lost write' : 'stale read',
    over,
    writer: writerOf(saw, others),
  };
}

/** All that may have left what was seen, in the whole history; of an appended text, what may have added its last word. */
function makersOf(saw: Json, last: OperationDetails, { happenings }: Scene): readonly Happening[] {
  const token = tokensOf(saw).at(-1);
  return happenings.filter(
    ({ invocation, completion }) =>
      completion?.type !== 'fail' &&
      invocation.index < (last.complete ?? Infinity) &&
      (token === undefined ? leftOf(words(invocation)) === null : writes(token, invocation)),
  );
}

/** The operation that left what was seen; of an appended text the one that added its last word. */
function writerOf(saw: Json, operations: readonly OperationDetails[]): OperationDetails | undefined {
  if (saw === null) return operations.find((op) => leftOf(op) === null);
  const token = tokensOf(saw).at(-1)!;
  return operations.find((op) => tokensOf(leftOf(op) ?? addedOf(op)).includes(token));
}

function isEffective(op: OperationDetails): boolean {
  if (op.f === 'cas') return op.result === true;
  return leftOf(op) !== undefined || addedOf(op) !== undefined;
}

function isBefore(a: OperationDetails, b: OperationDetails): boolean {
  return a.complete !== null && a.outcome === 'known' && a.complete < b.invoke;
}

/** Still missing in the reads after everything was healed, and in no read that came later. */
function isLost(over: OperationDetails, last: OperationDetails, { finalReads, happenings }: Scene): boolean {
  if (finalReads === undefined) return false;
  const after = happenings.filter(
    ({ invocation, completion }) =>
      isRead(words(invocation)) && completion?.type === 'ok' && invocation.index >= last.invoke,
  );
  const isFinal = after.some(({ invocation }) => isClientOp(invocation) && invocation.index > finalReads);
  return isFinal && after.every(({ completion }) => !shows(completion?.value ?? null, over));
}

function words({ f, value = null }: { readonly f: string; readonly value?: Json }): {
  f: string;
  value: Json;
} {
  return { f, value };
}

/** Someone had seen what surely came later; so it was there already. */
function flipped(
  saw: Json,
  last: OperationDetails,
  others: readonly OperationDetails[],
  scene: Scene,
): Pattern | undefined {
  const makers = makersOf(saw, last, scene);
  for (const first of others) {
    const other = sawOf(first);
    if (other === undefined || other === null || !isBefore(first, last) || other === saw) continue;
    const later = makersOf(other, last, scene);
    const isLater = later.every((one) =>
      makers.every(({ completion }) => completion?.type === 'ok' && completion.index < one.invocation.index),
    );
    if (later.length > 0 && isLater) return { kind: 'order flip', first, saw: other };
  }
  return undefined;
}

/** Whichever of the two came first, the other found something else. */
function updatedTwice(
  saw: Json,
  last: OperationDetails,
  others: readonly OperationDetails[],
  scene: Scene,
): Pattern | undefined {
  if (last.f !== 'cas' || saw === null || makersOf(saw, last, scene).length !== 1) return undefined;
  const other = others.find((op) => op.f === 'cas' && sawOf(op) === saw && leftOf(op) !== saw);
  return other === undefined ? undefined : { kind: 'lost update', other, saw };
}

/** Of values that each came about once, as what was replaced does not come back. */
function disagreeing(
  operations: readonly OperationDetails[],
  last: OperationDetails,
  scene: Scene,
): Pattern | undefined {
  const seers = operations.filter((op) => {
    const saw = sawOf(op);
    return saw !== undefined && saw !== null && makersOf(saw, last, scene).length === 1;
  });
  const pairs: Pair[] = [];
  for (const a of seers) {
    for (const b of seers) {
      if (sawOf(a) === sawOf(b) || !isBefore(a, b)) continue;
      const other = pairs.find(([c, d]) => sawOf(c) === sawOf(b) && sawOf(d) === sawOf(a));
      if (other !== undefined) return { kind: 'disagreement', pairs: [other, [a, b]] };
      pairs.push([a, b]);
    }
  }
  return undefined;
}
