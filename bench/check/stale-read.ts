/**
 * Spoils a valid history by one stale read.
 *
 * Why the result is certainly not linearizable, whatever else was going on: every value is written at
 * most once, and one was read or written by an operation A that had ended when a write B of another value
 * began, and B had ended when the spoilt read began. So the one write of the old value is before A's end,
 * B after it, and nothing can bring the old value back before the read.
 *
 *     A: read → 1 |---|
 *     B: write 2        |---|
 *     read → 1                |---|
 *
 * Appends keep that: a value begins with what the last write put there. Deletes would too, but for null,
 * which is never chosen.
 */
import type { Json, Op } from '../../harness/history/op.ts';

interface Known {
  /** By the last operation on this key that ended. */
  seen?: Json;
  /** A value that a write which ended has certainly replaced. */
  replaced?: Json;
}

interface Open {
  readonly invocation: Op;
  /** `seen` and `replaced` of its key at its invocation. */
  readonly known: Known;
}

/**
 * The same history, but one of the reads invoked from index `from` on answers what had been replaced.
 * `spoilt` is told the index of its completion; it never hears of one where there was no occasion.
 */
export function* withStaleRead(
  history: Iterable<Op>,
  from: number,
  spoilt: (index: number) => void = () => {},
): Generator<Op> {
  const keys = new Map<string, Known>();
  const open = new Map<Op['process'], Open>();
  let isSpoilt = false;
  for (const op of history) {
    if (isSpoilt) {
      yield op;
      continue;
    }
    const key = op.key ?? '';
    let known = keys.get(key);
    if (!known) keys.set(key, (known = {}));
    if (op.type === 'invoke') {
      open.set(op.process, { invocation: op, known: { ...known } });
      yield op;
      continue;
    }
    const { invocation, known: before } = open.get(op.process)!;
    open.delete(op.process);
    const isRead = op.f === 'read' || op.f === 'get';
    if (isRead && op.type === 'ok' && invocation.index >= from && before.replaced !== undefined) {
      isSpoilt = true;
      spoilt(op.index);
      yield { ...op, value: before.replaced };
      continue;
    }
    yield op;
    if (op.type !== 'ok') continue;
    if (isRead) known.seen = op.value ?? null;
    const written = isRead ? undefined : writtenBy(invocation);
    if (written === undefined) continue;
    known.seen = written;
    if (before.seen !== undefined && before.seen !== null) known.replaced = before.seen;
  }
}

/** Undefined where the value depends on what was there before. */
function writtenBy({ f, value }: Op): Json | undefined {
  if (f === 'cas') return Array.isArray(value) ? value[1] : undefined;
  return f === 'append' ? undefined : value;
}
