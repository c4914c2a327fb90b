/**
 * A plan as resolved: every name checked, every default filled in, every time in milliseconds. What is
 * in it can be run; whoever holds one need not doubt it again.
 */
import { CHECKER_NAMES, type CheckerName } from '../../checkers/catalogue.ts';
import type { FaultName, NemesisEntry, Span } from '../../nemesis/entry.ts';
import type { ScheduledFault } from '../../nemesis/index.ts';
import type { OptionValue, OptionValues } from '../../systems/contract.ts';
import type { SimSettings } from '../hosts/sim/settings.ts';
import type { PlanOperation } from './operation-fields.ts';

/** What nodes and links can be run on; which of them are there, the catalogue says. */
export const HOSTS = ['process', 'sim', 'netns'] as const;
export type HostName = (typeof HOSTS)[number];

/** The checks that a plan may ask for; the ones every run gets are not among them. */
export const CHECKS = CHECKER_NAMES;
export type CheckName = CheckerName;

/** What a seed of its own can be given: to change one of them and keep the others. */
export type SeedName = 'workload' | 'faults' | 'network' | 'disks' | 'nodes';

export interface Plan {
  /** Also the name of the folder that its runs land in: letters, digits, `.`, `_`, `-`. */
  readonly name: string;
  readonly system: PlanSystem;
  readonly host: HostName;
  /** Network and disks on host sim, when nothing is wrong with them. */
  readonly sim: SimSettings;
  readonly workload: PlanWorkload;
  /** One lane each; they overlap as they come. */
  readonly nemesis: readonly NemesisEntry[];
  /** Faults at exact times instead; `nemesis` is empty then. */
  readonly schedule?: readonly ScheduledFault[];
  /** How long clients are driven and faults come, ms. */
  readonly time: number;
  /** Fixes operations, faults, targets and times. */
  readonly seed: number;
  /** Those that are not `seed`. */
  readonly seeds: { readonly [name in SeedName]?: number | undefined };
  readonly checks: readonly CheckName[];
  /** What a run must have shown, else it proves nothing and is `unknown`. */
  readonly require: {
    readonly okOps: number;
    /** Whether each nemesis entry must have been on, as where absent, or one of them is enough. */
    readonly faults?: 'each' | 'some';
    /** Marks that a node must have reached (`env.reached`), each once; none where absent. */
    readonly marks?: readonly string[];
  };
  readonly expect: 'valid' | 'invalid';
  /** What an `unknown` counts as; a failure where absent. */
  readonly onUnknown?: 'fail' | 'pass' | undefined;
  /** Whether a run goes on once a violation is known. */
  readonly onViolation: 'stop' | 'continue';
  /** What `faultline explore` may vary; what it leaves out varies by default, see `harness/explore/space.ts`. */
  readonly explore?: Exploration;
}

export interface PlanSystem {
  readonly name: string;
  /** How many; their ids are `n1`, `n2`, … */
  readonly nodes: number;
  /** Seeded bugs that are switched on, each once. */
  readonly bugs: readonly string[];
  /** Every option of the system; durations in ms. */
  readonly options: OptionValues;
  /** Which of the options are durations, so that they can be written with their unit. */
  readonly durations: readonly string[];
}

export interface PlanWorkload {
  readonly name: string;
  readonly clients: number;
  /** Operations a second, all clients together; Infinity = as fast as possible. */
  readonly rate: number;
  readonly keys: number;
  /** Weight of each function that is drawn, whole numbers; one that is not named is never invoked. */
  readonly ops: { readonly [f: string]: number };
  /** How long a client waits for one operation, ms. */
  readonly opTimeout: number;
  /** These and no others, instead of drawing them; `rate` and `ops` say nothing then. */
  readonly operations?: readonly PlanOperation[];
}

/** What a number is drawn from: one of a list, each as likely; or a range, by orders of magnitude. */
export type Choice<T> = readonly T[] | { readonly min: T; readonly max: T };

/** What each seed of an exploration draws anew. Units as in the plan itself. */
export interface Exploration {
  readonly nodes?: Choice<number>;
  readonly options?: { readonly [option: string]: Choice<OptionValue> };
  readonly clients?: Choice<number>;
  readonly rate?: Choice<number>;
  readonly keys?: Choice<number>;
  readonly ops?: { readonly [f: string]: Choice<number> };
  readonly opTimeout?: Choice<number>;
  readonly time?: Choice<number>;
  /** Bounds for latencies and fsyncs; choices for the rest. */
  readonly sim?: {
    readonly latency?: Span;
    readonly fsync?: Span;
    readonly loss?: Choice<number>;
    readonly duplicate?: Choice<number>;
    readonly reorder?: Choice<number>;
  };
  /** The families that faults are drawn from, in the place of the plan's own `nemesis`. */
  readonly faults?: 'all' | readonly FaultName[];
  /** How many faults go on side by side. */
  readonly lanes?: Choice<number>;
  /** Marks that a drawn fault may wait for, instead of going by the clock. */
  readonly triggers?: readonly string[];
  /** Seeded bugs that this swarm is made to find: `npm run matrix` looks for them here. */
  readonly finds?: readonly string[];
}
