/** From a plan that fails in simulation to the smallest that fails in the same way. */
import { MAX_CHARS, stringifyPlan, type Catalogue, type Plan } from '../plan/index.ts';
import { simulate, type Simulated } from '../runner/simulate.ts';
import type { Failing, Pass } from './failing.ts';
import { fewerLanes, lessLoad, listedOneByOne, sooner } from './passes/drawn.ts';
import { fewerFaults, shorterFaults, simplerFaults } from './passes/faults.ts';
import { fewerNodes } from './passes/nodes.ts';
import {
  counterexample,
  fewerClients,
  fewerKeys,
  fewerOperations,
  mergedClients,
  noGaps,
  thinned,
  untilViolation,
} from './passes/operations.ts';
import { defaultOptions, fewerBugs, lowCounts, onlyCheck, plainNetwork } from './passes/settings.ts';
import { closedGaps, endsWithViolation, roundTimes, shorterRun } from './passes/times.ts';
import { search, type Found, type Progress } from './search.ts';
import { violationsOf, type Violation } from './violation.ts';

export interface ShrinkOptions {
  readonly catalogue: Catalogue;
  /** How long it may take, ms. */
  readonly budget: number;
  /** Ends it early, with the smallest so far. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /** What runs a plan; the simulation unless told. */
  readonly simulate?: (plan: Plan, options: { signal: AbortSignal }) => Promise<Simulated>;
}

export interface Shrunk extends Found {
  readonly start: Failing;
  readonly violation: Violation;
  /** ms */
  readonly elapsed: number;
}

/**
 * Undefined where the plan shows no violation in simulation, or the run is ended before it does. What comes
 * out is a plan like any other: it lists its operations and faults, expects `invalid`, and fails by itself.
 */
export async function shrinkRun(plan: Plan, options: ShrinkOptions): Promise<Shrunk | undefined> {
  const { budget, onProgress = () => undefined, simulate: run = simulate } = options;
  const signal = options.signal ?? new AbortController().signal;
  const begin = performance.now();
  const elapsed = (): number => performance.now() - begin;
  const failing = toBeShrunk(plan);
  const first = await run(failing, { signal });
  const violation = violationsOf(first)[0];
  if (violation === undefined || signal.aborted) return undefined;
  const start: Failing = { plan: failing, run: first };
  const found = await search(start, violation, {
    simulate: run,
    passes: passesFor(plan, violation, options.catalogue),
    goOn: () => elapsed() < budget,
    signal,
    onProgress,
  });
  // Thousands of operations are no plan that anybody can read, not even Faultline.
  const isTooLong = stringifyPlan(found.smallest.plan).length > MAX_CHARS;
  const smallest = isTooLong ? found.drawn : found.smallest;
  return { ...found, smallest, start, violation, elapsed: elapsed() };
}

/** A gap of so much of the run is closed before anything else is tried one by one. */
const LARGE = 0.1;

/** The large pieces first, so that the many small attempts after them are cheap. */
function passesFor(plan: Plan, { checker }: Violation, { systems }: Catalogue): readonly Pass[] {
  const { nodes, options } = systems[plan.system.name]!;
  return [
    onlyCheck(checker),
    endsWithViolation,
    sooner,
    endsWithViolation,
    fewerLanes,
    fewerNodes(nodes.min),
    lowCounts(options),
    lessLoad,
    endsWithViolation,
    listedOneByOne,
    untilViolation,
    thinned,
    fewerFaults,
    fewerNodes(nodes.min),
    lowCounts(options),
    counterexample,
    endsWithViolation,
    thinned,
    fewerClients,
    fewerKeys,
    closedGaps(LARGE),
    fewerOperations,
    fewerFaults,
    shorterRun,
    noGaps,
    mergedClients,
    plainNetwork,
    fewerBugs,
    defaultOptions(options),
    simplerFaults,
    shorterFaults,
    closedGaps(),
    shorterRun,
    roundTimes,
  ];
}

/** The name of a folder has its limits. */
const LONGEST_NAME = 93;

function toBeShrunk(plan: Plan): Plan {
  const name = /-shrunk$/.test(plan.name) ? plan.name : `${plan.name.slice(0, LONGEST_NAME)}-shrunk`;
  // What an exploration may vary is fixed in what it found.
  const { explore: _, ...fixed } = plan;
  return { ...fixed, name, host: 'sim', expect: 'invalid', onViolation: 'stop', require: { okOps: 1 } };
}
