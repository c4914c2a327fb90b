import fc from 'fast-check';
import { kv, ownedMutex, type Model } from 'porcupine-ts';
import { expect, test } from 'vitest';
import type { Op } from '../harness/history/op.ts';
import { OperationReader } from './operations.ts';
import { RecordedOperations, type Input, type Output } from './recorded-operations.ts';

interface Drawn {
  readonly invocation: Op;
  readonly completion: Op | undefined;
  readonly output: Output | undefined;
}

const OUTPUTS: readonly (Output | undefined)[] = [
  undefined,
  {},
  { ok: true },
  { ok: false },
  { value: null },
  { value: '' },
  { value: ['a', 1] },
];

const pick = fc.record({
  process: fc.nat(9),
  f: fc.constantFrom('get', 'put', 'cas'),
  key: fc.constantFrom(undefined, '', 'a', 'b'),
  value: fc.constantFrom(undefined, null, 0, -1.5, 'v', ['v', 'w']),
  node: fc.constantFrom(undefined, 'n1', 'n2'),
  output: fc.constantFrom(...OUTPUTS),
  isOpen: fc.boolean(),
});

type Picked = typeof pick extends fc.Arbitrary<infer T> ? T : never;

/** The operation `i` of a history in which they come one after the other. */
function draw({ process, f, key, value, node, output, isOpen }: Picked, i: number): Drawn {
  const common = { process, f, ...(key !== undefined && { key }) };
  const asked = { ...common, ...(value !== undefined && { value }) };
  const type = output === undefined ? 'info' : 'ok';
  return {
    invocation: { ...asked, index: 2 * i, time: 10 * i, type: 'invoke' },
    completion:
      output === undefined && isOpen
        ? undefined
        : { ...common, index: 2 * i + 1, time: 10 * i + 5, type, ...(node !== undefined && { node }) },
    output,
  };
}

// The second tells processes apart.
test.each([kv(), ownedMutex()] as Model<unknown, Input, Output>[])(
  'what was added is found again: $name',
  (model) => {
    const reader = new OperationReader(model as Model);
    // Also where there are more than lie together.
    fc.assert(
      fc.property(fc.array(pick, { minLength: 1 }), fc.constantFrom(1, 5000), (picks, atLeast) => {
        const all = Array.from({ length: Math.max(picks.length, atLeast) }, (_, i) =>
          draw(picks[i % picks.length]!, i),
        );
        const operations = new RecordedOperations(reader, model);
        for (const { invocation, completion, output } of all) operations.add(invocation, completion, output);

        const expected = all.map(({ invocation, completion, output }) => ({
          id: invocation.index,
          process: invocation.process,
          input: reader.inputOf(invocation),
          output,
          call: invocation.index,
          return: output === undefined ? Infinity : completion!.index,
        }));
        expect(operations.length).toBe(all.length);
        expect(all.map((_, i) => operations.at(i))).toEqual(expected);

        const label = (i: number): string => all[i]!.invocation.key ?? '';
        const { partitions } = operations.recording;
        expect(partitions.map(({ label }) => label)).toEqual([...new Set(all.map((_, i) => label(i)))]);
        for (const { label: key, operations: some } of partitions)
          expect(some).toEqual(expected.filter((_, i) => label(i) === key));

        const { invocation, completion } = all.at(-1)!;
        expect(operations.find(invocation.index)).toEqual({
          ...expected.at(-1),
          invoked: invocation.time,
          completed: completion?.time ?? null,
          node: completion?.node ?? null,
        });
      }),
      { numRuns: 30 },
    );
  },
);
