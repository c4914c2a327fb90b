import type { Operation } from '../model.ts';
import type { OnlineEvent } from '../online/online.ts';

/**
 * Calls and returns in order of time, as an online check takes them. What is of unknown outcome is given
 * up `patience` after its call.
 */
export function eventsOf<I, O>(history: readonly Operation<I, O>[], patience = 100): OnlineEvent<I, O>[] {
  const moments = history.flatMap(({ id, process, input, output, call, return: end }) => {
    const last: OnlineEvent<I, O> =
      end === Infinity ? { kind: 'unknown', id } : { kind: 'return', id, output: output! };
    return [
      { at: call, rank: 0, event: { kind: 'call' as const, id, process, input } },
      { at: end === Infinity ? call + patience : end, rank: 1, event: last },
    ];
  });
  moments.sort((a, b) => a.at - b.at || a.rank - b.rank);
  return moments.map(({ event }) => event);
}
