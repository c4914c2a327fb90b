/** What a plan may set, and the same in the shape that the code reads. */
import type { OptionSpec, OptionValues } from '../contract.ts';

export const options = {
  heartbeat: {
    about: 'How often a worker tells the coordinator that it is there, and whatever waits is looked at.',
    kind: 'duration',
    default: 50,
    min: 5,
    max: 10_000,
  },
  workerTimeout: {
    about:
      'A worker that is not heard of for so long is dead: its tasks and its completed maps are run again.',
    kind: 'duration',
    default: 1000,
    min: 50,
    max: 600_000,
  },
  backupAfter: {
    about: 'A task that runs for so long is given to a second worker, once there is nothing else to do.',
    kind: 'duration',
    default: 1000,
    min: 10,
    max: 600_000,
  },
  retry: {
    about: 'How long a worker waits for an answer before it sends its message again.',
    kind: 'duration',
    default: 100,
    min: 5,
    max: 60_000,
  },
  fetchTimeout: {
    about: 'A reduce task that a worker does not answer for so long gives up, and the map is run again.',
    kind: 'duration',
    default: 1000,
    min: 20,
    max: 600_000,
  },
  slice: {
    about:
      'Characters of input that a worker maps, and keys that it reduces, before it looks at its messages.',
    kind: 'count',
    default: 1_048_576,
    min: 1,
    max: 16_777_216,
  },
  pace: {
    about: 'Time that a worker lets pass between two slices: makes small jobs take as long as large ones.',
    kind: 'duration',
    default: 0,
    min: 0,
    max: 60_000,
  },
  chunk: {
    about: 'Bytes of a file that one message carries.',
    kind: 'count',
    default: 262_144,
    min: 16,
    max: 1_048_576,
  },
  checkpointEvery: {
    about: 'Records in the coordinator’s log between two checkpoints.',
    kind: 'count',
    default: 1000,
    min: 5,
    max: 1_000_000,
  },
  maxJobs: {
    about: 'Jobs that a coordinator keeps, with their outputs; it refuses more.',
    kind: 'count',
    default: 10_000,
    min: 1,
    max: 1_000_000,
  },
  inlineOutput: {
    about: 'Bytes of output up to which a client is given the text; of a larger one, lengths and checksums.',
    kind: 'count',
    default: 262_144,
    min: 0,
    max: 1_048_576,
  },
  attemptTimeout: {
    about: 'How long a client waits for the coordinator before it asks again.',
    kind: 'duration',
    default: 1000,
    min: 10,
    max: 600_000,
  },
  module: {
    about: 'Path of a JavaScript module that exports `map` and `reduce`, for jobs of the kind `module`.',
    kind: 'text',
    default: '',
  },
} as const satisfies { readonly [name: string]: OptionSpec };

type Options = typeof options;
type NumberOption = { [N in keyof Options]: Options[N]['default'] extends number ? N : never }[keyof Options];

export type Settings = { readonly [Name in NumberOption]: number } & { readonly module: string };

export function settingsFrom(values: OptionValues): Settings {
  const number = (name: NumberOption): number => {
    const value = values[name];
    return typeof value === 'number' ? value : options[name].default;
  };
  return {
    heartbeat: number('heartbeat'),
    workerTimeout: number('workerTimeout'),
    backupAfter: number('backupAfter'),
    retry: number('retry'),
    fetchTimeout: number('fetchTimeout'),
    slice: number('slice'),
    pace: number('pace'),
    chunk: number('chunk'),
    checkpointEvery: number('checkpointEvery'),
    maxJobs: number('maxJobs'),
    inlineOutput: number('inlineOutput'),
    attemptTimeout: number('attemptTimeout'),
    module: moduleIn(values),
  };
}

/** '' for none. */
export function moduleIn({ module }: OptionValues): string {
  return typeof module === 'string' ? module : '';
}
