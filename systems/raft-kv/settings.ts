/** What a plan may set, and the same in the shape that the code reads. */
import type { OptionSpec, OptionValues } from '../contract.ts';
import { sessionOptions } from '../session-options.ts';

export const options = {
  electionTimeout: {
    about: 'A follower that hears of no leader for between one and two of these stands for election.',
    kind: 'duration',
    default: 300,
    min: 20,
    max: 60_000,
  },
  heartbeat: {
    about: 'How often the leader is heard of when there is nothing to replicate.',
    kind: 'duration',
    default: 50,
    min: 5,
    max: 10_000,
  },
  preVote: {
    about: 'Ask whether an election could be won before starting one (thesis §9.6).',
    kind: 'flag',
    default: true,
  },
  checkQuorum: {
    about: 'A leader that hears of no majority for an election timeout steps down (thesis §6.2).',
    kind: 'flag',
    default: true,
  },
  leaseReads: {
    about:
      'The leader answers reads on a lease (thesis §6.4.1), without asking a majority each time. Safe only while clocks keep to `clockBound`: not under clock faults beyond it.',
    kind: 'flag',
    default: false,
  },
  clockBound: {
    about:
      'With `leaseReads`: how much a clock may lose against true time in any two election timeouts, running slow or set back. Leases are so much shorter than the election timeout.',
    kind: 'duration',
    default: 50,
    min: 0,
    max: 60_000,
  },
  snapshotEvery: {
    about: 'Entries applied between two snapshots; half of them are kept in the log for slow followers.',
    kind: 'count',
    default: 10_000,
    min: 10,
    max: 10_000_000,
  },
  snapshotChunk: {
    about: 'Characters of a snapshot sent at once.',
    kind: 'count',
    default: 65_536,
    min: 16,
    max: 1_048_576,
  },
  maxBatch: {
    about: 'Entries in one append message.',
    kind: 'count',
    default: 1024,
    min: 1,
    max: 65_536,
  },
  maxInFlight: {
    about: 'Append messages sent to one follower and not yet acknowledged.',
    kind: 'count',
    default: 32,
    min: 1,
    max: 1024,
  },
  maxPending: {
    about: 'Requests a leader holds before it refuses more as overloaded; reads and writes each.',
    kind: 'count',
    default: 10_000,
    min: 1,
    max: 1_000_000,
  },
  ...sessionOptions,
} as const satisfies { readonly [name: string]: OptionSpec };

type Options = typeof options;
export type Settings = {
  readonly [Name in keyof Options]: Options[Name]['kind'] extends 'flag' ? boolean : number;
};

export function settingsFrom(values: OptionValues): Settings {
  const number = (name: keyof Options, fallback: number): number => {
    const value = values[name];
    return typeof value === 'number' ? value : fallback;
  };
  const flag = (name: keyof Options, fallback: boolean): boolean => {
    const value = values[name];
    return typeof value === 'boolean' ? value : fallback;
  };
  return {
    electionTimeout: number('electionTimeout', options.electionTimeout.default),
    heartbeat: number('heartbeat', options.heartbeat.default),
    preVote: flag('preVote', options.preVote.default),
    checkQuorum: flag('checkQuorum', options.checkQuorum.default),
    leaseReads: flag('leaseReads', options.leaseReads.default),
    clockBound: number('clockBound', options.clockBound.default),
    snapshotEvery: number('snapshotEvery', options.snapshotEvery.default),
    snapshotChunk: number('snapshotChunk', options.snapshotChunk.default),
    maxBatch: number('maxBatch', options.maxBatch.default),
    maxInFlight: number('maxInFlight', options.maxInFlight.default),
    maxPending: number('maxPending', options.maxPending.default),
    maxSessions: number('maxSessions', options.maxSessions.default),
    attemptTimeout: number('attemptTimeout', options.attemptTimeout.default),
  };
}
