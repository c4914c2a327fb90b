import { expect, test } from 'vitest';
import type { LinearizableDetails, OperationDetails } from '../../checkers/linearizable.ts';
import { workloads } from '../../workloads/index.ts';
import type { Op } from '../history/op.ts';
import { Judgement } from '../runner/judge.ts';
import { ordersOf } from './steps.ts';

const { model } = workloads['register']!;

const ops = (
  [
    [0, 'invoke', 'write', 1],
    [0, 'ok', 'write', 1],
    [1, 'invoke', 'write', 2],
    [2, 'invoke', 'read'],
    [2, 'ok', 'read', 2],
    [3, 'invoke', 'cas', [2, 3]],
    [1, 'ok', 'write', 2],
    [3, 'ok', 'cas', [2, 3]],
    [2, 'invoke', 'read'],
    [2, 'ok', 'read', 1],
  ] as const
).map(([process, type, f, value], index): Op => {
  return { index, time: index * 1e6, process, type, f, ...(value !== undefined && { value }) };
});

test('an order from the beginning: each state, and for each remaining operation why it can’t come next', async () => {
  const judgement = new Judgement({
    workload: { model: model! },
    checks: ['linearizable'],
    require: undefined,
    timeout: 10_000,
  });
  for (const op of ops) judgement.push(op);
  const { checks } = await judgement.finish();
  const details = checks[0]!.details as unknown as LinearizableDetails;
  const [order] = ordersOf(details.keys[0]!.counterexample!, model!);
  // The read of 2 shows that the second write had happened before the last read began; the cas says nothing new.
  expect(order!.steps.map(({ operation, state }) => [operation, state])).toEqual([
    [undefined, 'null'],
    [0, '1'],
    [2, '2'],
    [3, '2'],
  ]);
  const [first] = order!.steps;
  expect(first!.remaining.find(({ operation }) => operation === 8)).toEqual({
    operation: 8,
    possible: false,
    why: 'op 0 had ended before it began, and is still to come',
  });
  expect(first!.remaining.find(({ operation }) => operation === 0)).toMatchObject({ possible: true });
  expect(order!.steps.at(-1)!.remaining).toContainEqual({
    operation: 8,
    possible: false,
    why: 'its answer does not fit what the object is now',
  });
});

test('beside each step what other orders of as many operations lead to', () => {
  const operation = (
    invoke: number,
    complete: number | null,
    f: string,
    value: number | null,
    result: number | null,
  ): OperationDetails => ({
    invoke,
    complete,
    process: invoke,
    f,
    value,
    result,
    outcome: complete === null ? 'unknown' : 'known',
    description: `${f} ${value}`,
    invoked: invoke,
    completed: complete,
    node: null,
  });
  // 1 and 2 are written at the same time, 3 perhaps, and then nobody can have read 4.
  const [order] = ordersOf(
    {
      operations: [
        operation(0, 3, 'write', 1, null),
        operation(1, 4, 'write', 2, null),
        operation(2, null, 'write', 3, null),
        operation(5, 6, 'read', null, 4),
      ],
      blocked: 5,
      configurations: [{ state: '2', linearized: [0, 1], pending: [] }],
      more: false,
      minimal: false,
      confirmed: true,
    },
    model!,
  );
  expect(
    order!.steps.map(({ state, reachable }) => [state, [...reachable.states].sort(), reachable.more]),
  ).toEqual([
    ['null', ['null'], false],
    ['1', ['1', '2', '3'], false],
    ['2', ['1', '2', '3'], false],
  ]);
});
