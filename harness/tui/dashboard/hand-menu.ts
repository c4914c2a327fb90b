/** What a person can do to a running system by hand: a kind of fault, then to whom or how. */
import type { NemesisEntry, Target } from '../../../nemesis/entry.ts';
import type { NodeId } from '../../../systems/contract.ts';

export interface HandChoice {
  readonly label: string;
  readonly entry: NemesisEntry;
}

export interface HandKind {
  readonly label: string;
  readonly choices: readonly HandChoice[];
}

/** It is on until it is healed: of the timing nothing is used. */
const timing = { kind: 'always' } as const;
const SECOND = { min: 1000, max: 1000 };
const BEHIND = { min: -1000, max: -1000 };

/** `leaderRole`: what the system calls the node that leads. */
export function handMenu(nodes: readonly NodeId[], leaderRole: string): readonly HandKind[] {
  const whom = (entryOf: (target: Target) => NemesisEntry): readonly HandChoice[] => [
    { label: `the ${leaderRole}`, entry: entryOf('leader') },
    ...nodes.map((node) => ({ label: node, entry: entryOf({ node }) })),
    { label: 'one at random', entry: entryOf('one') },
    { label: 'a minority', entry: entryOf('minority') },
    { label: 'a majority', entry: entryOf('majority') },
    { label: 'all', entry: entryOf('all') },
  ];
  const cut = { fault: 'partition', direction: 'both', mode: 'stall', timing } as const;
  const links = ['nodes', 'clients', 'all'] as const;
  return [
    {
      label: 'partition: cut links',
      choices: [
        { label: `the ${leaderRole} alone`, entry: { ...cut, shape: 'isolate-leader' } },
        ...nodes.map((node) => ({
          label: `${node} alone`,
          entry: { ...cut, shape: 'one', target: { node } } as const,
        })),
        { label: 'a minority from a majority', entry: { ...cut, shape: 'majority-minority' } },
        { label: 'random halves', entry: { ...cut, shape: 'random-halves' } },
        { label: 'a ring of majorities', entry: { ...cut, shape: 'majorities-ring' } },
        { label: 'halves with one node between', entry: { ...cut, shape: 'bridge' } },
        { label: 'clients from a node', entry: { ...cut, shape: 'clients' } },
      ],
    },
    { label: 'pause: stop processes', choices: whom((target) => ({ fault: 'pause', target, timing })) },
    {
      label: 'crash: kill, restart when healed',
      choices: whom((target) => ({ fault: 'crash', target, timing })),
    },
    {
      label: 'delay: 50 ms on every message',
      choices: links.map((set) => ({
        label: linksText(set),
        entry: { fault: 'delay', links: set, delay: 50, jitter: 0, timing },
      })),
    },
    {
      label: 'packets: lose one in twenty',
      choices: links.map((set) => ({
        label: linksText(set),
        entry: { fault: 'packet', links: set, loss: 0.05, duplicate: 0, reorder: 0, timing },
      })),
    },
    {
      label: 'clock: a second ahead',
      choices: whom((target) => ({ fault: 'clock', mode: 'bump', offset: SECOND, target, timing })),
    },
    {
      label: 'clock: a second behind',
      choices: whom((target) => ({ fault: 'clock', mode: 'bump', offset: BEHIND, target, timing })),
    },
    {
      label: 'disk: 100 ms slower',
      choices: whom((target) => ({ fault: 'disk', trouble: 'slow', delay: 100, target, timing })),
    },
    {
      label: 'disk: fails',
      choices: whom((target) => ({ fault: 'disk', trouble: 'fail', target, timing })),
    },
  ];
}

function linksText(set: 'nodes' | 'clients' | 'all'): string {
  return set === 'all' ? 'all links' : `links ${set === 'nodes' ? 'between nodes' : 'of clients'}`;
}
