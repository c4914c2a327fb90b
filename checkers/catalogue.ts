/** The checkers that people can ask for by name, in plans and on the command line. */
import type { Model } from 'porcupine-ts';
import { COUNTER_FUNCTIONS, counterBounds, type CounterOptions } from './counter-bounds.ts';
import { gfsRegions, REGION_FUNCTIONS } from './gfs-regions.ts';
import { RECORD_FUNCTIONS, recordAppend } from './record-append.ts';
import { Invariants } from './invariants/invariants.ts';
import { DRAWS_FUNCTIONS, Draws } from './draws.ts';
import { Linearizable, type LinearizableOptions } from './linearizable.ts';
import { MAPREDUCE_FUNCTIONS, mapreduceOutput } from './mapreduce-output.ts';
import { Sequential } from './sequential.ts';
import { setFull, type SetFullOptions } from './set-full.ts';
import { set, SET_FUNCTIONS } from './set.ts';
import { TICKS_FUNCTIONS, ticks } from './ticks.ts';
import { QUEUE_FUNCTIONS, totalQueue, type TotalQueueOptions } from './total-queue.ts';
import type { Checker } from './types.ts';
import { UNIQUE_IDS_FUNCTIONS, uniqueIds } from './unique-ids.ts';

export const CHECKER_NAMES = [
  'linearizable',
  'sequential',
  'set',
  'set-full',
  'total-queue',
  'counter',
  'unique-ids',
  'gfs-regions',
  'record-append',
  'invariants',
  'mapreduce-output',
  'draws',
  'ticks',
] as const;
export type CheckerName = (typeof CHECKER_NAMES)[number];

/** Each checker takes of these what it has a use for. */
export interface MakeOptions
  extends
    SetFullOptions,
    TotalQueueOptions,
    Omit<CounterOptions, 'initial'>,
    Omit<LinearizableOptions, 'timeout'> {
  /** Of one key; for the checkers whose `functions` are undefined, which throw a RangeError without it. */
  readonly model: Model | undefined;
  /** Name of the system, for its invariants; undefined where nobody said. */
  readonly system?: string | undefined;
  /** Milliseconds, for what searches. */
  readonly timeout: number;
}

export interface CatalogueEntry {
  readonly name: CheckerName;
  /** What is checked, in a line. */
  readonly summary: string;
  /** A history may have these and no others. Undefined: those of the model; `any`: it looks at none. */
  readonly functions: readonly string[] | 'any' | undefined;
  make(options: MakeOptions): Checker;
}

export const checkersByName: { readonly [Name in CheckerName]: CatalogueEntry & { readonly name: Name } } = {
  linearizable: {
    name: 'linearizable',
    summary: 'each key has an order of its operations that real time and the model allow',
    functions: undefined,
    make: ({ model, ...options }) => new Linearizable(needed(model), options),
  },
  sequential: {
    name: 'sequential',
    summary: 'all keys have one order that each process and the model allow; small histories',
    functions: undefined,
    make: ({ model, timeout }) => new Sequential(needed(model), { timeout }),
  },
  set: {
    name: 'set',
    summary: 'the final read has all that was added, and nothing else',
    functions: SET_FUNCTIONS,
    make: set,
  },
  'set-full': {
    name: 'set-full',
    summary: 'no read shows that an element was lost, or is from nowhere; how stale reads were',
    functions: SET_FUNCTIONS,
    make: setFull,
  },
  'total-queue': {
    name: 'total-queue',
    summary: 'what goes into the queue comes out, and nothing else',
    functions: QUEUE_FUNCTIONS,
    make: totalQueue,
  },
  counter: {
    name: 'counter',
    summary: 'each read is a sum that the counter may have been',
    functions: COUNTER_FUNCTIONS,
    make: ({ modelOptions: { initial } = {}, ...options }) =>
      counterBounds({ ...options, ...(typeof initial === 'number' && { initial }) }),
  },
  'unique-ids': {
    name: 'unique-ids',
    summary: 'no id is given out twice',
    functions: UNIQUE_IDS_FUNCTIONS,
    make: uniqueIds,
  },
  'gfs-regions': {
    name: 'gfs-regions',
    summary: 'each read is of a value that its region may hold, as GFS promises; reads may be a while behind',
    functions: REGION_FUNCTIONS,
    make: gfsRegions,
  },
  'record-append': {
    name: 'record-append',
    summary:
      'records are whole, and those acknowledged lie where they were said to; reads may be a while behind',
    functions: RECORD_FUNCTIONS,
    make: recordAppend,
  },
  invariants: {
    name: 'invariants',
    summary: 'nothing that nodes said of themselves breaks an invariant of their system',
    functions: 'any',
    make: ({ system }) => new Invariants(system),
  },
  'mapreduce-output': {
    name: 'mapreduce-output',
    summary: 'each job’s output is that of the sequential run, every partition once',
    functions: MAPREDUCE_FUNCTIONS,
    make: mapreduceOutput,
  },
  draws: {
    name: 'draws',
    summary: 'tokens drawn by the system are distinct, and every read sees the one drawn last',
    functions: DRAWS_FUNCTIONS,
    make: ({ model: _, ...options }) => new Draws(options),
  },
  ticks: {
    name: 'ticks',
    summary: 'time told by the system never runs backwards',
    functions: TICKS_FUNCTIONS,
    make: ticks,
  },
};

function needed(model: Model | undefined): Model {
  if (model === undefined) throw new RangeError('this check needs a model, and the workload has none');
  return model;
}

/** The functions of a workload that a checker has no word for; none if it fits. */
export function misfits(name: CheckerName, functions: readonly string[]): readonly string[] {
  const known = checkersByName[name].functions;
  return known === undefined || known === 'any' ? [] : functions.filter((f) => !known.includes(f));
}
