/**
 * The section `explore` of a plan, from its fields as written to what is drawn from, and back. A single
 * value is a list of one; durations among the system's options are in ms.
 */
import type { OptionSpec } from '../../systems/contract.ts';
import { optionValue } from './option-value.ts';
import type { Choice, Exploration } from './plan.ts';
import type { WellFormedExploration } from './schema.ts';
import { formatDuration } from './units.ts';

/** The fields whose choices are plain numbers once parsed. */
const NUMBERS = ['nodes', 'clients', 'rate', 'keys', 'opTimeout', 'time', 'lanes'] as const;
type NumberField = (typeof NUMBERS)[number];
/** Those of network and disks that are shares of messages. */
const SHARES = ['loss', 'duplicate', 'reorder'] as const;
type ShareField = (typeof SHARES)[number];

type Written<T> = T | T[] | { min: T; max: T };

export function exploredFrom(
  written: WellFormedExploration,
  specs: { readonly [option: string]: OptionSpec },
): Exploration {
  const { options, ops, sim, faults, triggers, finds } = written;
  return {
    ...numbersOf<NumberField, Written<number>, Choice<number>>(NUMBERS, written, choiceOf),
    ...(options && {
      options: mapped(options, (value, name) => choiceOf(value, (one) => optionValue(one, specs[name]!))),
    }),
    ...(ops && { ops: mapped(ops, (value) => choiceOf(value)) }),
    ...(sim && {
      sim: {
        ...(sim.latency && { latency: sim.latency }),
        ...(sim.fsync && { fsync: sim.fsync }),
        ...numbersOf<ShareField, Written<number>, Choice<number>>(SHARES, sim, choiceOf),
      },
    }),
    ...(faults && { faults }),
    ...(triggers && { triggers }),
    ...(finds && { finds }),
  };
}

/** `durations`: which of the system's options are. */
export function exploredAsWritten(explore: Exploration, durations: readonly string[]): WellFormedExploration {
  const { options, ops, sim, faults, triggers, finds } = explore;
  return {
    ...numbersOf<NumberField, Choice<number>, Written<number>>(NUMBERS, explore, writtenOf),
    ...(options && {
      options: mapped(options, (choice, name) =>
        writtenOf(choice, (one) =>
          typeof one === 'number' && durations.includes(name) ? formatDuration(one) : one,
        ),
      ),
    }),
    ...(ops && { ops: mapped(ops, (choice) => writtenOf(choice)) }),
    ...(sim && {
      sim: {
        ...(sim.latency && { latency: sim.latency }),
        ...(sim.fsync && { fsync: sim.fsync }),
        ...numbersOf<ShareField, Choice<number>, Written<number>>(SHARES, sim, writtenOf),
      },
    }),
    ...(faults && { faults: faults === 'all' ? faults : [...faults] }),
    ...(triggers && { triggers: [...triggers] }),
    ...(finds && { finds: [...finds] }),
  };
}

/** Those of the named fields that are there, each made into another. */
function numbersOf<Name extends string, T, U>(
  names: readonly Name[],
  fields: { readonly [name in Name]?: T | undefined },
  to: (value: T) => U,
): { [name in Name]?: U } {
  const made: { [name in Name]?: U } = {};
  for (const name of names) {
    const value = fields[name];
    if (value !== undefined) made[name] = to(value);
  }
  return made;
}

function mapped<T, U>(
  fields: { readonly [name: string]: T },
  to: (value: T, name: string) => U,
): { [name: string]: U } {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, to(value, name)]));
}

function choiceOf<T>(written: Written<T>): Choice<T>;
function choiceOf<T, U>(written: Written<T>, to: (one: T) => U): Choice<U>;
function choiceOf<T>(written: Written<T>, to: (one: T) => unknown = (one) => one): Choice<unknown> {
  if (Array.isArray(written)) return written.map((one) => to(one));
  if (isRange(written)) return { min: to(written.min), max: to(written.max) };
  return [to(written)];
}

function writtenOf<T>(choice: Choice<T>): Written<T>;
function writtenOf<T, U>(choice: Choice<T>, to: (one: T) => U): Written<U>;
function writtenOf<T>(choice: Choice<T>, to: (one: T) => unknown = (one) => one): Written<unknown> {
  if ('min' in choice) return { min: to(choice.min), max: to(choice.max) };
  return choice.length === 1 ? to(choice[0]!) : choice.map((one) => to(one));
}

function isRange<T>(written: T | { min: T; max: T }): written is { min: T; max: T } {
  return typeof written === 'object' && written !== null && 'min' in written;
}
