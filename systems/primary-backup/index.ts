/** Primary/backup: a deterministic service on a primary and its backup, after VM-FT. */
import type { System } from '../contract.ts';
import { SessionClient } from '../session-client.ts';
import { Arbiter } from './arbiter.ts';
import { bugs, bugsNamed } from './bugs.ts';
import { marks } from './marks.ts';
import { arbiterOf } from './messages.ts';
import { Replica } from './replica.ts';
import { options, settingsFrom } from './settings.ts';

export const system: System = {
  name: 'primary-backup',
  about: 'A primary, its backup, spares, and an arbiter with a test-and-set; after VM-FT.',
  roles: ['primary', 'backup', 'spare', 'waiting', 'arbiter'],
  leaderRole: 'primary',
  nodes: { default: 4, min: 3, max: 9 },
  operations: ['get', 'put', 'append', 'cas', 'delete', 'draw', 'tick'],
  bugs,
  options,
  marks,
  createNode(env, config) {
    const seeded = bugsNamed(config.bugs);
    if (env.id === arbiterOf([env.id, ...env.peers])) return new Arbiter(env, seeded);
    return new Replica(env, settingsFrom(config.options), seeded);
  },
  createClient: (env, config) =>
    new SessionClient(env, {
      nodes: env.nodes.filter((node) => node !== arbiterOf(env.nodes)),
      reads: ['get', 'tick'],
      answering: ['get', 'tick', 'draw'],
      attemptTimeout: settingsFrom(config.options).attemptTimeout,
    }),
};
