/** What a plan may set, and the same in the shape that the code reads. */
import type { OptionSpec, OptionValues } from '../contract.ts';

export const options = {
  mode: {
    about:
      'strong: linearizable per region and per log. relaxed: as in the paper, record append at least once, reads from any replica.',
    kind: 'choice',
    values: ['strong', 'relaxed'],
    default: 'strong',
  },
  chunkSize: { about: 'Bytes of a chunk.', kind: 'count', default: 1024, min: 128, max: 67_108_864 },
  replicas: { about: 'Chunkservers that hold each chunk.', kind: 'count', default: 3, min: 1, max: 7 },
  lease: {
    about: 'How long a primary’s lease lasts, by the master’s clock.',
    kind: 'duration',
    default: 2000,
    min: 100,
    max: 600_000,
  },
  leaseMargin: {
    about:
      'Percent of the lease that its holder does without: by how much two clocks may differ in rate. No margin makes up for a clock that jumps.',
    kind: 'count',
    default: 20,
    min: 0,
    max: 90,
  },
  heartbeat: {
    about: 'How often chunkservers tell the master what they hold.',
    kind: 'duration',
    default: 200,
    min: 10,
    max: 60_000,
  },
  deadAfter: {
    about: 'Silence after which the master takes a chunkserver for dead.',
    kind: 'duration',
    default: 1000,
    min: 20,
    max: 600_000,
  },
  resend: {
    about: 'How long before what was not acknowledged is sent again.',
    kind: 'duration',
    default: 50,
    min: 5,
    max: 10_000,
  },
  secondaryTimeout: {
    about: 'How long a replica may owe an acknowledgement before it is given up.',
    kind: 'duration',
    default: 400,
    min: 20,
    max: 60_000,
  },
  checkpointEvery: {
    about: 'Records of the operation log between two checkpoints.',
    kind: 'count',
    default: 1000,
    min: 5,
    max: 1_000_000,
  },
  compactAfter: {
    about: 'Bytes of mutations after which a chunk’s file is rewritten.',
    kind: 'count',
    default: 262_144,
    min: 256,
    max: 268_435_456,
  },
  trash: {
    about: 'How long a deleted file’s chunks are kept.',
    kind: 'duration',
    default: 5000,
    min: 0,
    max: 600_000,
  },
  pushBuffer: {
    about: 'Bytes of pushed data that a chunkserver holds; the least recently used goes first.',
    kind: 'count',
    default: 67_108_864,
    min: 64,
    max: 1_073_741_824,
  },
  maxPending: {
    about: 'Mutations of a chunk under way at once; more are refused as overloaded.',
    kind: 'count',
    default: 1000,
    min: 1,
    max: 100_000,
  },
  attemptTimeout: {
    about: 'How long a client waits for one answer before it asks again.',
    kind: 'duration',
    default: 500,
    min: 10,
    max: 60_000,
  },
  // Relaxed reads are as stale as this lets them be; what judges them allows 2 s, and must stay right.
  cacheFor: {
    about: 'How long a client believes where a chunk is.',
    kind: 'duration',
    default: 1000,
    min: 0,
    max: 2000,
  },
} as const satisfies { readonly [name: string]: OptionSpec };

type Options = typeof options;
type CountName = {
  [Name in keyof Options]: Options[Name]['kind'] extends 'choice' ? never : Name;
}[keyof Options];

export type Settings = { readonly [Name in CountName]: number } & { readonly strong: boolean };

export function settingsFrom(values: OptionValues): Settings {
  const number = (name: CountName): number => {
    const value = values[name];
    return typeof value === 'number' ? value : options[name].default;
  };
  return {
    strong: values.mode !== 'relaxed',
    chunkSize: number('chunkSize'),
    replicas: number('replicas'),
    lease: number('lease'),
    leaseMargin: number('leaseMargin'),
    heartbeat: number('heartbeat'),
    deadAfter: number('deadAfter'),
    resend: number('resend'),
    secondaryTimeout: number('secondaryTimeout'),
    checkpointEvery: number('checkpointEvery'),
    compactAfter: number('compactAfter'),
    trash: number('trash'),
    pushBuffer: number('pushBuffer'),
    maxPending: number('maxPending'),
    attemptTimeout: number('attemptTimeout'),
    cacheFor: number('cacheFor'),
  };
}
