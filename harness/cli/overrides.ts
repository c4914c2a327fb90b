/** The options that change a plan from the command line, shared by every command that takes plans. */
import { InvalidArgumentError, type Command } from 'commander';

export interface OverrideOptions {
  readonly set?: readonly string[];
  readonly seed?: string;
  readonly time?: string;
  readonly host?: string;
}

export function addOverrideOptions(command: Command): Command {
  return addOptionsOfAnyHost(command, "override the plan's seed").option(
    '--host <name>',
    "override the plan's host",
  );
}

/** For a command that says itself what the plan runs on. */
export function addOptionsOfAnyHost(command: Command, seed: string): Command {
  return command
    .option('--set <path=value>', 'override a field of the plan; may be given again', collect)
    .option('--seed <number>', seed)
    .option('--time <duration>', "override the plan's time, e.g. 10s");
}

function collect(value: string, previous: readonly string[] = []): readonly string[] {
  if (!value.includes('=')) throw new InvalidArgumentError('expected path=value, e.g. workload.rate=100/s');
  return [...previous, value];
}

/** What `loadPlan` takes. */
export function overridesOf({ set, seed, time, host }: OverrideOptions): {
  set: readonly string[];
  seed?: string;
  time?: string;
  host?: string;
} {
  return {
    set: set ?? [],
    ...(seed !== undefined && { seed }),
    ...(time !== undefined && { time }),
    ...(host !== undefined && { host }),
  };
}
