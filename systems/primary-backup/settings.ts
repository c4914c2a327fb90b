/** What a plan may set, and the same in the shape that the code reads. */
import type { OptionSpec, OptionValues } from '../contract.ts';
import { sessionOptions } from '../session-options.ts';

export const options = {
  heartbeat: {
    about: 'How often primary and backup hear of each other when there is nothing to replicate.',
    kind: 'duration',
    default: 50,
    min: 5,
    max: 10_000,
  },
  failureTimeout: {
    about: 'How long nothing may be heard of the other side before the arbiter is asked to go on alone.',
    kind: 'duration',
    default: 300,
    min: 20,
    max: 60_000,
  },
  lagBound: {
    about: 'Entries that the backup may be behind before the primary takes in no more.',
    kind: 'count',
    default: 2000,
    min: 1,
    max: 1_000_000,
  },
  transferChunk: {
    about: 'Characters of the state that are sent to a new backup at once.',
    kind: 'count',
    default: 65_536,
    min: 16,
    max: 1_048_576,
  },
  snapshotEvery: {
    about: 'Entries executed between two snapshots on a replica’s own disk.',
    kind: 'count',
    default: 10_000,
    min: 10,
    max: 10_000_000,
  },
  maxBatch: {
    about: 'Entries in one message of the logging channel.',
    kind: 'count',
    default: 1024,
    min: 1,
    max: 65_536,
  },
  maxPending: {
    about: 'Requests that a primary holds, numbered or not, before it refuses more as overloaded.',
    kind: 'count',
    default: 10_000,
    min: 1,
    max: 1_000_000,
  },
  ...sessionOptions,
} as const satisfies { readonly [name: string]: OptionSpec };

export type Settings = { readonly [name in keyof typeof options]: number };

export function settingsFrom(values: OptionValues): Settings {
  const number = (name: keyof typeof options): number => {
    const value = values[name];
    return typeof value === 'number' ? value : options[name].default;
  };
  return {
    heartbeat: number('heartbeat'),
    failureTimeout: number('failureTimeout'),
    lagBound: number('lagBound'),
    transferChunk: number('transferChunk'),
    snapshotEvery: number('snapshotEvery'),
    maxBatch: number('maxBatch'),
    maxPending: number('maxPending'),
    maxSessions: number('maxSessions'),
    attemptTimeout: number('attemptTimeout'),
  };
}
