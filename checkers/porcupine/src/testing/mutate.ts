/**
 * Histories of a correct store, made doubtful: one change each, of which nobody says whether it breaks
 * the history. What is asked of algorithms is that they all say the same.
 */
import type { Random } from './random.ts';
import type { KvOperation } from './simulate.ts';

const MUTATIONS = {
  /** A read gets another answer that somebody got, or a cas the opposite one. */
  answer(history: readonly KvOperation[], random: Random): KvOperation[] {
    const seen = history.flatMap(({ output }) => (output?.value === undefined ? [] : [output.value]));
    return changeOne(history, random, isObserver, (operation) =>
      operation.input.f === 'cas'
        ? { ...operation, output: { ok: !operation.output!.ok } }
        : { ...operation, output: { value: seen[random.int(seen.length)] ?? null } },
    );
  },
  /** Two reads change places with their answers. */
  swap(history: readonly KvOperation[], random: Random): KvOperation[] {
    const reads = history.filter(({ input, output }) => input.f === 'get' && output);
    if (reads.length < 2) return [...history];
    const at = random.int(reads.length - 1);
    const [one, other] = [reads[at]!, reads[Math.min(reads.length - 1, at + 1 + random.int(8))]!];
    return history.map((operation) => {
      if (operation === one) return { ...one, output: other.output };
      return operation === other ? { ...other, output: one.output } : operation;
    });
  },
  /** An operation of known outcome ends almost as soon as it was called. */
  hurry(history: readonly KvOperation[], random: Random): KvOperation[] {
    return changeOne(
      history,
      random,
      ({ output }) => output !== undefined,
      (operation) => ({ ...operation, return: operation.call + (operation.return - operation.call) * 0.1 }),
    );
  },
  /** A write that may have been observed never happened. */
  lose(history: readonly KvOperation[], random: Random): KvOperation[] {
    const writes = history.filter(({ input }) => input.f === 'put' || input.f === 'append');
    const lost = writes[random.int(writes.length)];
    return history.filter((operation) => operation !== lost);
  },
};

export type Mutation = keyof typeof MUTATIONS;
export const mutations = Object.keys(MUTATIONS) as readonly Mutation[];

export function mutate(history: readonly KvOperation[], how: Mutation, random: Random): KvOperation[] {
  return MUTATIONS[how](history, random);
}

function isObserver({ input, output }: KvOperation): boolean {
  return output !== undefined && (input.f === 'get' || input.f === 'cas');
}

function changeOne(
  history: readonly KvOperation[],
  random: Random,
  which: (operation: KvOperation) => boolean,
  change: (operation: KvOperation) => KvOperation,
): KvOperation[] {
  const some = history.filter(which);
  const one = some[random.int(some.length)];
  return history.map((operation) => (operation === one ? change(operation) : operation));
}
