/**
 * Whom a fault hits. Names are drawn anew at each start, from all nodes of the system, whatever state
 * they are in: so the seed alone fixes them, except where the leader is asked for, whom only the
 * running system knows.
 */
import type { NodeId, NodeStatus } from '../systems/contract.ts';
import type { Clock } from './clock.ts';
import type { NamedTarget, Target } from './entry.ts';
import { majorityOf, minorityOf, some } from './grudge.ts';
import type { NemesisHost } from './host.ts';
import type { Random } from './random.ts';

export const targets: Readonly<Record<NamedTarget, string>> = {
  one: 'one node at random',
  minority: 'the largest minority, at random: its loss leaves a majority',
  majority: 'the smallest majority, at random: its loss leaves none',
  all: 'every node',
  leader: 'the leader of the highest term; skipped when no node leads',
  followers: 'every node but the leader; skipped when no node leads',
  random: 'a random set of nodes, of any size but none',
  trigger: 'the node that reached the mark the fault waits for',
};

/** How long to look for a leader, how often to ask, and how long a node may take to answer; ms. */
const LEADER_LIMIT = 2000;
const LEADER_INTERVAL = 100;
const STATUS_LIMIT = 300;
/** Fractions are drawn on a grid this fine. */
const GRID = 2 ** 30;

export interface TargetOptions {
  readonly host: NemesisHost;
  readonly random: Random;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** The node that reached the mark. */
  readonly trigger: NodeId | undefined;
  /** `NodeStatus.role` of a node that leads. */
  readonly leaderRole: string;
}

/** The nodes, in the host's order, never none; or why there are none. */
export type Resolved = { readonly nodes: readonly NodeId[] } | { readonly skipped: string };

export async function resolveTarget(target: Target, options: TargetOptions): Promise<Resolved> {
  const { nodes } = options.host;
  const { random, trigger } = options;
  if (typeof target === 'object' && 'role' in target) return inRole(target.role, options);
  if (typeof target === 'object') {
    return nodes.includes(target.node) ? { nodes: [target.node] } : { skipped: `no node ${target.node}` };
  }
  switch (target) {
    case 'one':
      return orNone(some(nodes, 1, random), target, options);
    case 'minority':
      return orNone(some(nodes, minorityOf(nodes.length), random), target, options);
    case 'majority':
      return orNone(some(nodes, majorityOf(nodes.length), random), target, options);
    case 'all':
      return orNone(nodes, target, options);
    case 'random':
      return orNone(some(nodes, 1 + random.int(nodes.length), random), target, options);
    case 'trigger':
      return trigger === undefined ? { skipped: 'no node reached a mark' } : { nodes: [trigger] };
    case 'leader':
    case 'followers': {
      const leader = await findLeader(options);
      if (leader === undefined) return { skipped: 'no node leads' };
      if (target === 'leader') return { nodes: [leader] };
      return orNone(
        nodes.filter((node) => node !== leader),
        target,
        options,
      );
    }
  }
}

function orNone(chosen: readonly NodeId[], target: NamedTarget, { host }: TargetOptions): Resolved {
  return chosen.length > 0
    ? { nodes: chosen }
    : { skipped: `no ${target} among ${host.nodes.length} node${host.nodes.length === 1 ? '' : 's'}` };
}

/** Of several that have the role, one at random of those of the highest term. */
async function inRole(role: string, options: TargetOptions): Promise<Resolved> {
  const { random } = options;
  // Drawn whoever there is: what is drawn after it depends on the seed, not on the moment.
  const place = random.int(GRID) / GRID;
  const found = await lookFor((_, status) => status.role === role, options);
  if (found.length === 0) return { skipped: `no node is ${role}` };
  return { nodes: [found[Math.floor(place * found.length)]!] };
}

/**
 * The node that leads, by its own word; of several (one that was cut off does not know that it was
 * replaced) the first with the highest term.
 */
async function findLeader(options: TargetOptions): Promise<NodeId | undefined> {
  const [leader] = await lookFor((node, status) => leads(node, status, options.leaderRole), options);
  return leader;
}

/**
 * The nodes whose status is as wanted, of those the ones with the highest term. Asks again until there is
 * one, for `LEADER_LIMIT` ms; none after that.
 */
async function lookFor(
  wanted: (node: NodeId, status: NodeStatus) => boolean,
  { host, clock, signal }: TargetOptions,
): Promise<readonly NodeId[]> {
  const deadline = clock.now() + LEADER_LIMIT;
  for (;;) {
    const asked = host.nodes.filter((node) => host.state(node) === 'up');
    const statuses = await Promise.all(asked.map((node) => host.status(node, STATUS_LIMIT)));
    let found: NodeId[] = [];
    let highest = -Infinity;
    for (const [index, node] of asked.entries()) {
      const status = statuses[index];
      if (status === undefined || !wanted(node, status) || status.term < highest) continue;
      if (status.term > highest) found = [];
      highest = status.term;
      found.push(node);
    }
    if (found.length > 0) return found;
    if (signal.aborted || clock.now() + LEADER_INTERVAL > deadline) return [];
    await clock.sleepUntil(clock.now() + LEADER_INTERVAL, signal);
  }
}

function leads(node: NodeId, { role, leader }: NodeStatus, leaderRole: string): boolean {
  return role === leaderRole || leader === node;
}
