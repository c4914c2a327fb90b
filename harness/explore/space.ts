/**
 * What an exploration of a plan varies: the plan's own section `explore`, and defaults for what it leaves
 * out. A default must never make a correct system look wrong, so of the system's options only those vary
 * that the plan names: a heartbeat longer than an election timeout, or leases where clocks go wrong, are no
 * bugs of a system.
 */
import { misfits } from '../../checkers/catalogue.ts';
import type { FaultName, Span } from '../../nemesis/entry.ts';
import { stream } from '../../nemesis/random.ts';
import type { OptionValue } from '../../systems/contract.ts';
import { workloads } from '../../workloads/index.ts';
import { formatDuration, type Catalogue, type Choice, type Exploration, type Plan } from '../plan/index.ts';
import { clamp, isRange, threeDigits } from './draw.ts';
import { fits, type FaultSpace } from './draw-faults.ts';

export interface Space {
  readonly base: Plan;
  readonly nodes: Choice<number>;
  readonly clients: Choice<number>;
  readonly rate: Choice<number>;
  readonly keys: Choice<number>;
  readonly opTimeout: Choice<number>;
  readonly time: Choice<number>;
  readonly options: { readonly [option: string]: Choice<OptionValue> };
  /** Options that are whole numbers of something; the others that are numbers are durations. */
  readonly counts: readonly string[];
  readonly ops: { readonly [f: string]: Choice<number> };
  readonly sim: Required<NonNullable<Exploration['sim']>>;
  readonly lanes: Choice<number>;
  /** Undefined: every seed has the plan's own faults. */
  readonly faults: FaultSpace | undefined;
}

/** Sizes that differ in what a majority is, an even one among them. */
const NODES = [3, 4, 5] as const;
const LANES: Choice<number> = [1, 2, 3, 4, 5];
/** Families that take away what a node was right to rely on: drawn only where a plan asks for them. */
const DESTROY: readonly FaultName[] = ['flip'];
/** Of messages lost, duplicated, reordered: mostly few, so that the system goes on. */
const SHARES = [0, 0, 0.001, 0.01, 0.05] as const;
/** Of a function that only reads, and of one that may be missing. */
const READ_WEIGHTS: Choice<number> = [1, 3, 10];
const WEIGHTS: Choice<number> = [0, 0, 1, 3, 10];

/** A plan whose own faults can't happen in all that it asks to explore. */
export class Unexplorable extends Error {
  override readonly name = 'Unexplorable';
}

/** Throws `Unexplorable`. */
export function spaceOf(plan: Plan, catalogue: Catalogue): Space {
  const explore = plan.explore ?? {};
  const { explore: _, ...rest } = plan;
  const base: Plan = { ...rest, host: 'sim' };
  const system = catalogue.systems[plan.system.name]!;
  const { workload } = plan;
  const time = explore.time ?? [plan.time];
  const faults = faultSpaceOf(plan, catalogue);
  const { min, max } = system.nodes;
  const sizes = [...new Set([...NODES.map((n) => clamp(n, min, max)), plan.system.nodes])].sort(
    (a, b) => a - b,
  );
  if (!faults) checkKept(plan);
  return {
    base,
    nodes: explore.nodes ?? (faults ? sizes : sizesFor(plan, sizes)),
    clients: explore.clients ?? { min: Math.min(2, workload.clients), max: 2 * workload.clients },
    rate:
      explore.rate ??
      (workload.rate === Infinity ? [Infinity] : { min: workload.rate / 5, max: workload.rate * 2 }),
    keys: explore.keys ?? { min: 1, max: 2 * workload.keys },
    opTimeout: explore.opTimeout ?? { min: workload.opTimeout / 4, max: workload.opTimeout * 2 },
    time,
    options: explore.options ?? {},
    counts: Object.entries(system.options).flatMap(([name, { kind }]) => (kind === 'count' ? [name] : [])),
    ops: explore.ops ?? opsOf(plan, system.operations),
    sim: {
      latency: around(plan.sim.latency),
      fsync: around(plan.sim.fsync),
      loss: [plan.sim.loss, ...SHARES],
      duplicate: [plan.sim.duplicate, ...SHARES],
      reorder: [plan.sim.reorder, ...SHARES],
      ...explore.sim,
    },
    lanes: explore.lanes ?? LANES,
    faults,
  };
}

/** From a quarter of the least to four times the greatest. */
function around({ min, max }: Span): Span {
  return { min: threeDigits(min / 4), max: threeDigits(max * 4) };
}

/** The plan's own faults stay where there are any and nobody says to draw. */
function faultSpaceOf(plan: Plan, { hosts: { sim } }: Catalogue): FaultSpace | undefined {
  const asked = plan.explore?.faults;
  if (asked === undefined && plan.nemesis.length > 0) return undefined;
  if (!sim.available) return undefined;
  const families: readonly FaultName[] =
    asked === undefined
      ? sim.faults.filter((name) => !DESTROY.includes(name))
      : asked === 'all'
        ? sim.faults
        : asked;
  return { families, modes: sim.modes, triggers: plan.explore?.triggers ?? [] };
}

/** With fewer nodes or less time than they need, the plan's own faults would be mistakes. */
function checkKept({ nemesis, explore, system, time }: Plan): void {
  const least = (choice: Choice<number> | undefined, own: number): number =>
    choice === undefined ? own : isRange(choice) ? choice.min : Math.min(...choice);
  const scene = { nodes: least(explore?.nodes, system.nodes), time: least(explore?.time, time) };
  const lane = nemesis.findIndex((entry) => !fits(entry, scene));
  if (lane < 0) return;
  throw new Unexplorable(
    `nemesis.${lane} can't happen with ${scene.nodes} nodes in ${formatDuration(scene.time)}, which explore may draw; set explore.faults to draw faults that fit, or narrow explore.nodes and explore.time`,
  );
}

/** Where the plan's own faults are kept, only sizes that all of them can happen with. */
function sizesFor(plan: Plan, sizes: readonly number[]): readonly number[] {
  const able = sizes.filter((nodes) =>
    plan.nemesis.every((entry) => fits(entry, { nodes, time: plan.time })),
  );
  return able.length > 0 ? able : [plan.system.nodes];
}

/**
 * Every function that the plan invokes, and those that the system offers by the same name and the plan's
 * checks have a word for. What the workload reads with in the end is always among them: what nobody reads
 * is never found wrong.
 */
function opsOf({ workload, checks }: Plan, operations: readonly string[]): Space['ops'] {
  const { functions, generator } = workloads[workload.name]!;
  const final = generator({ keys: 1, ops: workload.ops }, stream(0, 'final reads')).final();
  const reads = new Set(final.map(({ f }) => f));
  const fitting = Object.keys(functions).filter(
    (f) =>
      (workload.ops[f] ?? 0) > 0 ||
      (operations.includes(f) && checks.every((check) => misfits(check, [f]).length === 0)),
  );
  return Object.fromEntries(fitting.map((f) => [f, reads.has(f) ? READ_WEIGHTS : WEIGHTS]));
}
