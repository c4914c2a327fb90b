/**
 * Where two traces of what should have been the same simulation part: the first event or draw that
 * differs. Everything after it only follows from it.
 */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

export interface Divergence {
  /** From 1. */
  readonly line: number;
  /** Of either trace; undefined where it had ended. */
  readonly first: string | undefined;
  readonly second: string | undefined;
  /** The last lines that both have, oldest first. */
  readonly before: readonly string[];
}

/** How many lines before the first difference are kept, to see what led to it. */
const CONTEXT = 5;

/** Undefined when the two files are the same, line by line. */
export async function firstDivergence(one: string, two: string): Promise<Divergence | undefined> {
  const [a, b] = [linesOf(one), linesOf(two)];
  const before: string[] = [];
  try {
    for (let line = 1; ; line++) {
      const [first, second] = [await next(a), await next(b)];
      if (first !== second) return { line, first, second, before };
      if (first === undefined) return undefined;
      before.push(first);
      if (before.length > CONTEXT) before.shift();
    }
  } finally {
    await Promise.all([a.return?.(), b.return?.()]);
  }
}

function linesOf(file: string): AsyncIterator<string, undefined> {
  return createInterface({ input: createReadStream(file), crlfDelay: Infinity })[
    Symbol.asyncIterator
  ]() as AsyncIterator<string, undefined>;
}

async function next(lines: AsyncIterator<string, undefined>): Promise<string | undefined> {
  const { value, done } = await lines.next();
  return done ? undefined : value;
}
