/**
 * Lists in a result: all are counted, the first few are shown, so that a history with a million
 * violations has a result that can be read.
 */
import type { Json } from '../harness/history/op.ts';

export type Listed<T extends Json> = { readonly count: number; readonly first: readonly T[] };

const SHOWN = 32;

export function listed<T, Shown extends Json>(items: readonly T[], show: (item: T) => Shown): Listed<Shown> {
  return { count: items.length, first: items.slice(0, SHOWN).map(show) };
}

/** `1 lost element`, `3 lost elements`: what is there of it, as words of a summary. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
