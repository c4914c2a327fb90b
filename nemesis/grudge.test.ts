import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DIRECTIONS, SHAPES, type Direction, type PartitionShape } from './entry.ts';
import { grudge, linkText, majorityOf, minorityOf, shapes, type Grudge } from './grudge.ts';
import { CLIENTS } from './host.ts';
import { stream } from './random.ts';

const named = (count: number): string[] => Array.from({ length: count }, (_, index) => `n${index + 1}`);

function draw(
  shape: PartitionShape,
  count: number,
  { seed = 1, direction = 'both' as Direction, isolated = ['n1'] } = {},
): Grudge | undefined {
  return grudge(shape, { nodes: named(count), direction, random: stream(seed), isolated });
}

/** Whom a node still hears, itself included. */
function heard(node: string, nodes: readonly string[], { links }: Grudge): string[] {
  return nodes.filter((other) => !links.some(({ from, to }) => from === other && to === node));
}

const seeds = fc.integer();
const counts = fc.integer({ min: 3, max: 11 });

test('every shape cuts links that exist, each once, and the same seed cuts the same', () => {
  fc.assert(
    fc.property(
      seeds,
      fc.integer({ min: 1, max: 11 }),
      fc.constantFrom(...SHAPES),
      fc.constantFrom(...DIRECTIONS),
      (seed, count, shape, direction) => {
        const cut = draw(shape, count, { seed, direction });
        expect(cut).toEqual(draw(shape, count, { seed, direction }));
        if (count < shapes[shape].minNodes) expect(cut).toBeUndefined();
        if (cut === undefined) {
          expect(count).toBeLessThan(shapes[shape].minNodes);
          return;
        }
        expect(cut.links.length).toBeGreaterThan(0);
        expect(new Set(cut.links.map(linkText)).size).toBe(cut.links.length);
        for (const { from, to } of cut.links) {
          expect(from).not.toBe(to);
          for (const end of [from, to]) expect([...named(count), CLIENTS]).toContain(end);
          expect([from, to].includes(CLIENTS)).toBe(shape === 'clients');
        }
      },
    ),
  );
});

test('with a direction only what enters, or only what leaves, the isolated side is cut', () => {
  fc.assert(
    fc.property(
      seeds,
      fc.integer({ min: 4, max: 9 }),
      fc.constantFrom(...SHAPES.filter((shape) => shapes[shape].sided)),
      (seed, count, shape) => {
        const [both, into, out] = DIRECTIONS.map((direction) => draw(shape, count, { seed, direction })!);
        for (const { to } of into!.links) expect(into!.isolated).toContain(to);
        for (const { from } of out!.links) expect(out!.isolated).toContain(from);
        expect([...into!.links, ...out!.links].map(linkText).sort()).toEqual(
          both!.links.map(linkText).sort(),
        );
      },
    ),
  );
});

describe('majorities-ring', () => {
  test('each node hears a majority, no two the same one, and nobody hears all', () => {
    fc.assert(
      fc.property(seeds, counts, (seed, count) => {
        const nodes = named(count);
        const cut = draw('majorities-ring', count, { seed })!;
        const majorities = nodes.map((node) => heard(node, nodes, cut));
        for (const [index, majority] of majorities.entries()) {
          expect(majority).toContain(nodes[index]);
          expect(majority.length).toBeGreaterThanOrEqual(majorityOf(count));
          expect(majority.length).toBeLessThan(count);
        }
        expect(new Set(majorities.map(String)).size).toBe(count);
      }),
    );
  });

  test('of five: each hears its two neighbours, and what is cut is cut both ways', () => {
    const cut = draw('majorities-ring', 5)!;
    const links = new Set(cut.links.map(linkText));
    expect(links.size).toBe(10);
    for (const { from, to } of cut.links) expect(links).toContain(linkText({ from: to, to: from }));
    for (const node of named(5)) expect(heard(node, named(5), cut).length).toBe(3);
  });

  test('of three: one-way around', () => {
    const cut = draw('majorities-ring', 3)!;
    expect(cut.links.length).toBe(3);
    for (const node of named(3)) expect(heard(node, named(3), cut).length).toBe(2);
  });
});

test('bridge: one node hears everybody, the others only their half and it', () => {
  fc.assert(
    fc.property(seeds, counts, (seed, count) => {
      const nodes = named(count);
      const cut = draw('bridge', count, { seed })!;
      const bridges = nodes.filter((node) => heard(node, nodes, cut).length === count);
      expect(bridges.length).toBe(1);
      const left = cut.isolated;
      const right = nodes.filter((node) => !left.includes(node) && !bridges.includes(node));
      expect(right.length - left.length).toBe(count % 2 === 0 ? 1 : 0);
      for (const node of left) expect(heard(node, nodes, cut).sort()).toEqual([...left, ...bridges].sort());
      for (const node of right) expect(heard(node, nodes, cut).sort()).toEqual([...right, ...bridges].sort());
    }),
  );
});

test.each<[PartitionShape, (count: number) => number]>([
  ['random-halves', (count) => Math.floor(count / 2)],
  ['majority-minority', minorityOf],
  ['minority-third', (count) => Math.floor((count - 1) / 3)],
])('%s: the isolated side has its size, and nothing crosses', (shape, size) => {
  fc.assert(
    fc.property(seeds, fc.integer({ min: 4, max: 11 }), (seed, count) => {
      const nodes = named(count);
      const cut = draw(shape, count, { seed })!;
      expect(cut.isolated.length).toBe(size(count));
      for (const node of nodes) {
        const side = nodes.filter((other) => cut.isolated.includes(other) === cut.isolated.includes(node));
        expect(heard(node, nodes, cut)).toEqual(side);
      }
    }),
  );
});

test('a majority and its minority are all nodes; fewer than a third is less than a third', () => {
  for (let count = 3; count < 20; count++) {
    expect(majorityOf(count) + minorityOf(count)).toBe(count);
    expect(minorityOf(count)).toBeLessThan(majorityOf(count));
  }
});

test('every node gets its turn', () => {
  const alone = new Set<string>();
  for (let seed = 0; seed < 50; seed++) {
    for (const node of draw('majority-minority', 5, { seed })!.isolated) alone.add(node);
  }
  expect(alone.size).toBe(5);
});

test.each<[PartitionShape, Direction, string]>([
  ['one', 'both', 'n2 | n1 n3'],
  ['one', 'in', 'n1 n3 ↛ n2'],
  ['one', 'out', 'n2 ↛ n1 n3'],
  ['isolate-leader', 'both', 'n2 | n1 n3'],
  ['clients', 'both', 'n2 | clients'],
  ['clients', 'in', 'clients ↛ n2'],
])('%s %s in words: %s', (shape, direction, about) => {
  expect(draw(shape, 3, { direction, isolated: ['n2'] })?.about).toBe(about);
});

test('isolating nobody or everybody is no partition', () => {
  expect(draw('one', 3, { isolated: [] })).toBeUndefined();
  expect(draw('one', 3, { isolated: named(3) })).toBeUndefined();
  expect(draw('clients', 3, { isolated: [] })).toBeUndefined();
  expect(draw('clients', 3, { isolated: named(3) })?.links.length).toBe(6);
});
