// @ts-check
/**
 * What Faultline needs to know of this system: its name, its roles, what a client can ask for, which bugs
 * can be switched on, and how a node and a client are made. Plans name this folder: `system.name: ./system`.
 */
import { PrimaryClient } from './client.js';
import { Follower } from './follower.js';
import { Primary } from './primary.js';

/** Every node and every client comes to the same one. @param {readonly string[]} nodes */
const primaryOf = (nodes) => [...nodes].sort()[0] ?? '';

/** @type {import('faultline').System} */
export const system = {
  name: 'primary-kv',
  about: 'A key-value store: a fixed primary, followers that keep copies, a majority for every write.',
  roles: ['primary', 'follower'],
  leaderRole: 'primary',
  nodes: { default: 3, min: 1, max: 9 },
  // What the workloads `kv` and `register` ask for.
  operations: ['get', 'put', 'cas'],
  bugs: {
    'ack-before-sync': 'the primary answers a write before any disk has it',
    'read-from-followers': 'clients read from any node, and followers answer from what they have',
  },
  options: {
    resendEvery: {
      about: 'how long until a follower is sent again what it has not confirmed',
      kind: 'duration', // in ms; a plan says 50ms
      default: 50,
      min: 5,
      max: 5000,
    },
  },
  marks: {
    recovered: 'a primary that had been down serves again',
    'caught-up': 'a follower that had been down stores again',
  },
  createNode(env, { bugs, options }) {
    const primary = primaryOf([env.id, ...env.peers]);
    if (env.id !== primary) return new Follower(env, primary);
    return new Primary(env, {
      resendEvery: Number(options['resendEvery']),
      acksBeforeSync: bugs.includes('ack-before-sync'),
    });
  },
  createClient(env, { bugs }) {
    return new PrimaryClient(env, {
      primary: primaryOf(env.nodes),
      readsFromAnyone: bugs.includes('read-from-followers'),
    });
  },
};
