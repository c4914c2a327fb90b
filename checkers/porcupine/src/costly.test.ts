import { describe, expect, test } from 'vitest';
import { checkOperations } from './check.ts';
import { ILLEGAL, type Model, type Operation } from './model.ts';

/** A sum, of which the search knows nothing but `step`. */
const sum: Model<number, number, number> = {
  name: 'sum',
  init: () => 0,
  step: (state, input, output) => (output === undefined || output === state ? state + input : ILLEGAL),
  describeOperation: (input, output) => `add ${input} → ${output ?? '?'}`,
};

/** No subset of the powers of two is 2^20 + 1/2, and it takes long to find out. */
const lost = Array.from({ length: 20 }, (_, id): Operation<number, number> => {
  return { id, process: id, input: 2 ** id, output: undefined, call: 0, return: Infinity };
});
const read = { id: 20, process: 20, input: 0, output: 2 ** 20 + 0.5, call: 1, return: 2 };
const late = { id: 21, process: 21, input: 7, output: undefined, call: 3, return: Infinity };

describe.each(['jit', 'general'] as const)('%s', (algorithm) => {
  test('an unknown verdict names the operations of unknown outcome that were tried most', () => {
    const { partitions } = checkOperations(sum, [...lost, read, late], { algorithm, timeout: 300 });
    const { verdict, reason } = partitions[0]!;
    expect(verdict).toBe('unknown');
    expect(reason).toMatchObject({ kind: 'timeout', explained: 0, completions: 1 });
    const { costly } = reason!;
    expect(costly).toHaveLength(5);
    for (const { id, description, tries } of costly) {
      expect(id).not.toBe(late.id);
      expect(description).toBe(`add ${2 ** id} → ?`);
      expect(tries).toBeGreaterThan(0);
    }
    const tries = costly.map((operation) => operation.tries);
    expect(tries).toEqual([...tries].sort((a, b) => b - a));
  });
});
