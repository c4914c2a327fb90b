/** A history drawn as `timeline` reads it, for people who look at a failure. */
import type { Model, Operation } from '../model.ts';

/** Calls and returns of the history are small integers. */
export function drawing<S, I, O>(model: Model<S, I, O>, history: readonly Operation<I, O>[]): string {
  const texts = history.map(({ input, output }) => model.describeOperation?.(input, output) ?? '');
  const width = Math.max(0, ...texts.map((text) => text.length)) + 2;
  const end = 2 + Math.max(0, ...history.map((one) => (one.return === Infinity ? one.call : one.return)));
  const bars = history.map((one) => {
    const before = ' '.repeat(one.call * 2);
    if (one.return === Infinity) return `${before}|${'-'.repeat((end - one.call) * 2)}`;
    return `${before}|${'-'.repeat(Math.max(0, (one.return - one.call) * 2 - 1))}|`;
  });
  return history.map((_, i) => `${texts[i]!.padEnd(width)}${bars[i]}`.trimEnd()).join('\n');
}
