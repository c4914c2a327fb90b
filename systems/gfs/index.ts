/** GFS: one master, chunkservers, a client library. */
import type { System } from '../contract.ts';
import { bugs, bugsNamed } from './bugs.ts';
import { GfsClient } from './client.ts';
import { marks } from './marks.ts';
import { createNode } from './node.ts';
import { options, settingsFrom } from './settings.ts';

export const system: System = {
  name: 'gfs',
  about: 'A file system after GFS: a master with an operation log, chunkservers with leases, record append.',
  roles: ['master', 'chunkserver'],
  leaderRole: 'master',
  nodes: { default: 5, min: 4, max: 9 },
  operations: [
    'create',
    'delete',
    'rename',
    'snapshot',
    'stat',
    'list',
    'read',
    'write',
    'append',
    'records',
  ],
  bugs,
  options,
  marks,
  createNode: (env, config) => createNode(env, settingsFrom(config.options), bugsNamed(config.bugs)),
  createClient: (env, config) => new GfsClient(env, settingsFrom(config.options), bugsNamed(config.bugs)),
};
