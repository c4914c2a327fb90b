/** Raft KV: a replicated key-value store on Raft. */
import type { System } from '../contract.ts';
import { SessionClient } from '../session-client.ts';
import { bugs, bugsNamed } from './bugs.ts';
import { marks } from './marks.ts';
import { RaftNode } from './node.ts';
import { options, settingsFrom } from './settings.ts';

export const system: System = {
  name: 'raft-kv',
  about: 'A linearizable key-value store: Raft with pre-vote, ReadIndex, sessions and snapshots.',
  roles: ['leader', 'candidate', 'follower'],
  leaderRole: 'leader',
  nodes: { default: 3, min: 1, max: 9 },
  operations: ['get', 'put', 'append', 'cas', 'delete'],
  bugs,
  options,
  marks,
  createNode: (env, config) => new RaftNode(env, settingsFrom(config.options), bugsNamed(config.bugs)),
  createClient: (env, config) =>
    new SessionClient(env, {
      nodes: env.nodes,
      reads: ['get'],
      answering: ['get'],
      attemptTimeout: settingsFrom(config.options).attemptTimeout,
    }),
};
