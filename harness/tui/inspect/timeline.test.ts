/** The picture of a counterexample: what came before what is all that its places say. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Counterexample, Operation } from '../../report/page/data.ts';
import { widthOf } from '../spans.ts';
import { layoutOf, progressOf, timelineLines } from './timeline.ts';

function counterexampleOf(operations: readonly Operation[], blocked: number): Counterexample {
  return { key: 'x', of: operations.length, minimal: true, blocked, operations, orders: [] };
}

const operation = (id: number, end: number | null, process: string, text: string): Operation => ({
  id,
  end,
  process,
  text,
  node: null,
  from: id,
  until: end,
});

const drawn = (counterexample: Counterexample, width: number): readonly string[] =>
  timelineLines(
    layoutOf(counterexample, width - 13),
    counterexample.blocked,
    progressOf(
      {
        steps: [
          {
            state: '',
            reachable: { states: [], more: false },
            remaining: [
              { operation: 0, possible: true, why: '' },
              { operation: 1, possible: false, why: '' },
            ],
          },
        ],
      },
      0,
    ),
    undefined,
    0,
    width,
  ).map((line) =>
    line
      .map(({ text }) => text)
      .join('')
      .trimEnd(),
  );

test('what overlaps overlaps, what came after comes after, what never ended is open', () => {
  const operations = [
    operation(0, null, '1', 'put 1'),
    operation(1, 4, '2', 'put 2'),
    operation(3, 6, '3', 'get → 2'),
    operation(8, 9, '3', 'get → 1'),
  ];
  expect(drawn(counterexampleOf(operations, 8), 72)).toEqual([
    'process 1    ├▸ put 1╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌',
    'process 2         ├× put 2─────────┤',
    'process 3              ├  get → 2─────────┤    ├✗ get → 1──────┤',
  ]);
});

test('whatever the operations, places keep the order of moments and bars stay on the screen', () => {
  const some = fc.array(
    fc.tuple(fc.integer({ min: 0, max: 5 }), fc.boolean(), fc.string({ maxLength: 40 })),
    {
      minLength: 1,
      maxLength: 30,
    },
  );
  fc.assert(
    fc.property(some, fc.integer({ min: 20, max: 200 }), (drawnOps, width) => {
      let index = 0;
      const open: { id: number; process: string; text: string; end: number | null }[] = [];
      for (const [overlap, isOpen, text] of drawnOps) {
        const one = { id: index++, process: String(open.length), text, end: null as number | null };
        open.push(one);
        const ending = open[open.length - 1 - (overlap % open.length)]!;
        if (!isOpen && ending.end === null) ending.end = index++;
      }
      const operations = open.map(({ id, end, process, text }) => operation(id, end, process, text));
      const counterexample = counterexampleOf(operations, operations.at(-1)!.id);
      const { placed } = layoutOf(counterexample, width);
      for (const one of placed) {
        expect(one.left).toBeLessThan(one.right);
        for (const other of placed) {
          const isBefore = one.operation.end !== null && one.operation.end < other.operation.id;
          expect(one.right < other.left).toBe(isBefore);
        }
      }
      const lines = timelineLines(
        layoutOf(counterexample, width),
        counterexample.blocked,
        { standing: new Map(), current: undefined },
        undefined,
        0,
        width,
      );
      for (const line of lines) expect(widthOf(line)).toBe(Math.max(width, 14));
    }),
  );
});
