/** A small world for the tests of this folder. */
import { shapes } from '../../nemesis/grudge.ts';
import type { Catalogue } from './catalogue.ts';

export const catalogue: Catalogue = {
  systems: {
    'raft-kv': {
      roles: ['leader', 'candidate', 'follower'],
      hasInvariants: true,
      nodes: { default: 5, min: 1, max: 9 },
      bugs: { 'stale-read': 'the leader answers reads alone', 'vote-not-persisted': 'votes are forgotten' },
      options: {
        electionTimeout: { about: 'until a vote', kind: 'duration', default: 150, min: 10, max: 10_000 },
        snapshotEvery: { about: 'entries', kind: 'count', default: 1000, min: 1, max: 100_000 },
        preVote: { about: 'asks before it votes', kind: 'flag', default: true },
      },
      operations: ['get', 'put', 'cas'],
      marks: { leader: 'was elected', voted: 'granted its vote' },
    },
    log: {
      nodes: { default: 3, min: 3, max: 3 },
      roles: ['sequencer', 'replica'],
      hasInvariants: false,
      bugs: {},
      options: { ack: { about: 'by whom', kind: 'choice', default: 'all', values: ['one', 'all'] } },
      operations: ['append', 'read'],
    },
  },
  workloads: {
    kv: {
      functions: { get: 5, put: 3, cas: 2, append: 0 },
      defaultKeys: 10,
      needs: ['get', 'put', 'cas'],
      checks: ['linearizable'],
      hasModel: true,
    },
    queue: {
      functions: { enqueue: 1, dequeue: 1 },
      defaultKeys: 1,
      needs: ['append', 'read'],
      checks: ['total-queue'],
      hasModel: true,
    },
  },
  shapes,
  hosts: {
    process: {
      available: true,
      faults: ['partition', 'pause', 'crash', 'delay', 'clock', 'disk', 'flip'],
      modes: ['stall', 'reset'],
    },
    sim: { available: false, why: 'not in this version' },
    netns: { available: false, why: 'not in this version' },
  },
};
