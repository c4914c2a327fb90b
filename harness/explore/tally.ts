/** What an exploration has seen so far, as numbers. */
import type { SeedOutcome } from './outcome.ts';

export interface Tally {
  /** Seeds that are over, of whatever kind. */
  readonly seeds: number;
  readonly valid: number;
  readonly invalid: number;
  readonly unknown: number;
  readonly crashed: number;
  readonly hung: number;
  /** Client operations, virtual ms, events. */
  readonly ops: number;
  readonly virtual: number;
  readonly events: number;
}

export const NOTHING: Tally = {
  seeds: 0,
  valid: 0,
  invalid: 0,
  unknown: 0,
  crashed: 0,
  hung: 0,
  ops: 0,
  virtual: 0,
  events: 0,
};

export function counted(tally: Tally, outcome: Exclude<SeedOutcome, { kind: 'aborted' }>): Tally {
  const { seeds } = tally;
  if (outcome.kind !== 'judged') {
    return { ...tally, seeds: seeds + 1, [outcome.kind]: tally[outcome.kind] + 1 };
  }
  const { verdict, ops, virtual, events } = outcome;
  return {
    ...tally,
    seeds: seeds + 1,
    [verdict]: tally[verdict] + 1,
    ops: tally.ops + ops,
    virtual: tally.virtual + virtual,
    events: tally.events + events,
  };
}
