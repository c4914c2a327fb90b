/**
 * Grudges: which directed links a partition cuts. Pure: nodes, shape and random stream in, links out.
 *
 * In the pictures `|` is a cut, `─` a link that stays, and [..] the isolated side. Only links between
 * nodes are cut, except by `clients`: a node on the losing side still has its clients, which is how
 * stale reads and lost writes come to light.
 */
import type { NodeId } from '../systems/contract.ts';
import type { Direction, PartitionShape } from './entry.ts';
import { CLIENTS, type Endpoint, type Link } from './host.ts';
import { shuffled, type Random } from './random.ts';

export interface Grudge {
  /** Each link once. */
  readonly links: readonly Link[];
  /** The isolated side; empty where a shape has none. */
  readonly isolated: readonly NodeId[];
  /** For people: `n1 | n2 n3`. */
  readonly about: string;
}

export interface ShapeSpec {
  readonly about: string;
  /** With fewer nodes than this there is nothing to draw. */
  readonly minNodes: number;
  /** It has an isolated side, so a `direction` other than `both` means something. */
  readonly sided: boolean;
  /** The entry's `target` says who is on the isolated side. */
  readonly targeted: boolean;
}

export const shapes: Readonly<Record<PartitionShape, ShapeSpec>> = {
  one: { about: 'one node alone, at random or as targeted', minNodes: 2, sided: true, targeted: true },
  'random-halves': {
    about: 'two halves at random; the smaller is the isolated side',
    minNodes: 2,
    sided: true,
    targeted: false,
  },
  'majority-minority': {
    about: 'the largest minority, at random, cut from the majority',
    minNodes: 3,
    sided: true,
    targeted: false,
  },
  'majorities-ring': {
    about: 'every node hears a majority, no two the same one',
    minNodes: 3,
    sided: false,
    targeted: false,
  },
  bridge: {
    about: 'two halves that only one node connects',
    minNodes: 3,
    sided: true,
    targeted: false,
  },
  'minority-third': {
    about: 'fewer than a third of the nodes, at random, cut from the rest',
    minNodes: 4,
    sided: true,
    targeted: false,
  },
  'isolate-leader': {
    about: 'the leader of the moment alone',
    minNodes: 2,
    sided: true,
    targeted: false,
  },
  clients: {
    about: 'the clients cut from one node, at random or as targeted; nodes still hear each other',
    minNodes: 1,
    sided: true,
    targeted: true,
  },
  link: { about: 'one directed link between two nodes', minNodes: 2, sided: false, targeted: false },
};

export interface GrudgeOptions {
  readonly nodes: readonly NodeId[];
  readonly direction: Direction;
  readonly random: Random;
  /** Who is isolated, for the shapes that are told: `one`, `clients`, `isolate-leader`. */
  readonly isolated: readonly NodeId[];
}

/** Undefined when there are too few nodes, or nobody or everybody would be isolated. */
export function grudge(shape: PartitionShape, options: GrudgeOptions): Grudge | undefined {
  const { nodes, direction, random } = options;
  if (nodes.length < shapes[shape].minNodes) return undefined;
  switch (shape) {
    // [n1] | n2 ─ n3 ─ n4 ─ n5
    case 'one':
    case 'isolate-leader':
      return isolate(options.isolated, nodes, direction);

    // [n4 ─ n2] | n1 ─ n3 ─ n5
    case 'random-halves':
      return isolate(some(nodes, Math.floor(nodes.length / 2), random), nodes, direction);

    // [n4 ─ n2] | n1 ─ n3 ─ n5     and of 4 nodes: [n3] | n1 ─ n2 ─ n4
    case 'majority-minority':
      return isolate(some(nodes, minorityOf(nodes.length), random), nodes, direction);

    // [n4] | n1 ─ n2 ─ n3 ─ n5     and of 7 nodes two are isolated
    case 'minority-third':
      return isolate(some(nodes, Math.floor((nodes.length - 1) / 3), random), nodes, direction);

    case 'majorities-ring':
      return ring(shuffled(nodes, random));

    case 'bridge':
      return bridge(nodes, shuffled(nodes, random), direction);

    // clients | [n1] ─ n2 ─ n3
    case 'clients': {
      if (options.isolated.length === 0) return undefined;
      const side = ordered(options.isolated, nodes);
      return {
        links: between(side, [CLIENTS], direction),
        isolated: side,
        about: cutText(side, [CLIENTS], direction),
      };
    }

    // n1 → n2 cut, n2 → n1 stays
    case 'link': {
      const [from, to] = shuffled(nodes, random);
      return { links: [{ from: from!, to: to! }], isolated: [], about: `${from} ↛ ${to}` };
    }
  }
}

/** The size of the largest set whose loss leaves a majority: 1 of 3, 1 of 4, 2 of 5; none of 2. */
export function minorityOf(count: number): number {
  return Math.ceil(count / 2) - 1;
}

/** The size of the smallest majority. */
export function majorityOf(count: number): number {
  return Math.floor(count / 2) + 1;
}

/** `count` of the nodes at random, in the nodes' own order. */
export function some(nodes: readonly NodeId[], count: number, random: Random): NodeId[] {
  return ordered(shuffled(nodes, random).slice(0, count), nodes);
}

export function linkText({ from, to }: Link): string {
  return `${from}→${to}`;
}

function isolate(
  isolated: readonly NodeId[],
  nodes: readonly NodeId[],
  direction: Direction,
): Grudge | undefined {
  const side = ordered(isolated, nodes);
  const rest = nodes.filter((node) => !side.includes(node));
  if (side.length === 0 || rest.length === 0) return undefined;
  return {
    links: between(side, rest, direction),
    isolated: side,
    about: cutText(side, rest, direction),
  };
}

/**
 *     [n1 ─ n2] ─ n3 ─ n4 ─ n5        n3 hears all; n1, n2 | n4, n5
 *
 * The halves are as equal as can be; of an even number of nodes the isolated one is the smaller.
 */
function bridge(nodes: readonly NodeId[], order: readonly NodeId[], direction: Direction): Grudge {
  const half = Math.floor((order.length - 1) / 2);
  const left = ordered(order.slice(0, half), nodes);
  const middle = order[half]!;
  const right = ordered(order.slice(half + 1), nodes);
  return {
    links: between(left, right, direction),
    isolated: left,
    about: `${cutText(left, right, direction)}, ${middle} hears both`,
  };
}

/**
 *        n1 ─ n2          Nodes in a ring, in random order; each keeps the links to its nearest
 *       ╱       ╲         neighbours on both sides, just as many as make a majority with itself.
 *     n5         n3       Of 5: one on each side. So n1 hears n5 n1 n2, n2 hears n1 n2 n3, …:
 *       ╲       ╱         a window of less than the whole ring, and no two windows are the same.
 *          n4
 *
 * Of 3 nodes a neighbour on each side would be everybody, so there the ring is one-way: each hears the
 * node before it only.
 */
function ring(order: readonly NodeId[]): Grudge {
  const count = order.length;
  const reach = Math.ceil((majorityOf(count) - 1) / 2);
  const hears = (ahead: number): boolean =>
    count === 3 ? ahead === count - 1 : ahead <= reach || count - ahead <= reach;
  const links: Link[] = [];
  for (let at = 0; at < count; at++) {
    for (let ahead = 1; ahead < count; ahead++) {
      if (!hears(ahead)) links.push({ from: order[(at + ahead) % count]!, to: order[at]! });
    }
  }
  return {
    links,
    isolated: [],
    about: `ring ${order.join(count === 3 ? ' → ' : ' ─ ')}, each hears only its neighbours`,
  };
}

/** The links between a side and the rest, in the direction given as seen from the side. */
function between(side: readonly Endpoint[], rest: readonly Endpoint[], direction: Direction): Link[] {
  const links: Link[] = [];
  for (const near of side) {
    for (const far of rest) {
      if (direction !== 'out') links.push({ from: far, to: near });
      if (direction !== 'in') links.push({ from: near, to: far });
    }
  }
  return links;
}

/** Who is cut from whom: `n1 | n2 n3` both ways, `n1 ↛ n2` one way. */
export function cutText(side: readonly Endpoint[], rest: readonly Endpoint[], direction: Direction): string {
  const [near, far] = [side.join(' '), rest.join(' ')];
  if (direction === 'both') return `${near} | ${far}`;
  return direction === 'in' ? `${far} ↛ ${near}` : `${near} ↛ ${far}`;
}

/** Those of `some` that are nodes, each once, in the nodes' own order. */
function ordered(some: readonly NodeId[], nodes: readonly NodeId[]): NodeId[] {
  return nodes.filter((node) => some.includes(node));
}
