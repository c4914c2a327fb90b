import { expect, test } from 'vitest';
import { describeCut } from './cut.ts';
import { grudge, shapes } from './grudge.ts';
import { DIRECTIONS, SHAPES } from './entry.ts';
import type { Link } from './host.ts';
import { stream } from './random.ts';

const links = (text: string): Link[] =>
  text.split(' ').map((link) => {
    const [from, to] = link.split('>');
    return { from: from!, to: to! };
  });

test.each([
  ['one link', 'n1>n2', 'n1 ↛ n2', ['n1']],
  ['both ways', 'n1>n2 n2>n1', 'n1 | n2', ['n1']],
  ['one of three', 'n1>n2 n2>n1 n3>n2 n2>n3', 'n2 | n1 n3', ['n2']],
  ['what one says is not heard', 'n2>n1 n2>n3', 'n2 ↛ n1 n3', ['n2']],
  ['one does not hear', 'n1>n2 n3>n2', 'n1 n3 ↛ n2', ['n2']],
  ['clients', 'clients>n1 n1>clients', 'n1 | clients', ['n1']],
  ['a node and clients', 'n1>n2 n2>n1 n1>clients clients>n1', 'n1 | n2 clients', ['n1']],
  ['half of one way', 'n1>n3 n2>n3 n3>n1', 'n1 | n3, n2 ↛ n3', []],
  ['everybody', 'n1>n2 n2>n1 n1>n3 n3>n1 n2>n3 n3>n2', 'n1 | n2, n1 | n3, n2 | n3', []],
  ['a ring', 'n1>n2 n2>n3 n3>n1', 'n1 ↛ n2, n2 ↛ n3, n3 ↛ n1', []],
  [
    'many',
    'n1>n2 n2>n3 n3>n4 n4>n5 n5>n6 n6>n7 n7>n8',
    'n1 ↛ n2, n2 ↛ n3, n3 ↛ n4, n4 ↛ n5, n5 ↛ n6, n6 ↛ n7, and 1 more',
    [],
  ],
])('%s', (_, cut, about, isolated) => expect(describeCut(links(cut))).toEqual({ about, isolated }));

test('what a shape isolates is isolated, whatever the order of its links', () => {
  const nodes = ['n1', 'n2', 'n3', 'n4', 'n5'];
  for (const shape of SHAPES.filter((name) => shapes[name].sided)) {
    for (const direction of DIRECTIONS) {
      const drawn = grudge(shape, { nodes, direction, random: stream(1, 0, shape), isolated: ['n2'] })!;
      const { isolated } = describeCut([...drawn.links].reverse());
      // Halves may be equal: then either is.
      const other = new Set(drawn.links.flatMap(({ from, to }) => [from, to]));
      for (const node of drawn.isolated) other.delete(node);
      const expected =
        other.size === drawn.isolated.length && !other.has('clients')
          ? [drawn.isolated, [...other]]
          : [drawn.isolated];
      expect(
        expected.map((side) => [...side].sort()),
        `${shape} ${direction}`,
      ).toContainEqual([...isolated].sort());
    }
  }
});
