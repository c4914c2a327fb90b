/**
 * The plan of one seed. A variation is what was drawn, part by part; every part has a random stream of its
 * own, so a variation can be changed in one part and left as it is in all others.
 */
import type { NemesisEntry, Span } from '../../nemesis/entry.ts';
import { stream } from '../../nemesis/random.ts';
import type { OptionValues } from '../../systems/contract.ts';
import type { SimSettings } from '../hosts/sim/settings.ts';
import type { Choice, Plan } from '../plan/index.ts';
import { chance, choose, clamp, isRange, magnitude, pick, threeDigits } from './draw.ts';
import { drawFaults, drawLane, fits, type Scene } from './draw-faults.ts';
import type { Space } from './space.ts';

export interface Variation {
  readonly nodes: number;
  readonly clients: number;
  readonly rate: number;
  readonly keys: number;
  readonly opTimeout: number;
  readonly time: number;
  readonly options: OptionValues;
  readonly ops: { readonly [f: string]: number };
  readonly sim: SimSettings;
  readonly nemesis: readonly NemesisEntry[];
}
type Part = keyof Variation;

/** Mutations of mutations have no more faults than this side by side. */
const MAX_LANES = 10;

/** What `seed` draws from `space`, and nothing else decides. */
export function drawVariation(space: Space, seed: number): Variation {
  const nodes = whole(space.nodes, seed, 'nodes');
  const time = whole(space.time, seed, 'time');
  return {
    nodes,
    clients: whole(space.clients, seed, 'clients'),
    rate: number(space.rate, seed, 'rate'),
    keys: whole(space.keys, seed, 'keys'),
    opTimeout: number(space.opTimeout, seed, 'opTimeout'),
    time,
    options: drawOptions(space, seed),
    ops: drawOps(space, seed),
    sim: drawSim(space, seed),
    nemesis: drawNemesis(space, seed, { nodes, time }),
  };
}

/**
 * `parent` with one to three parts drawn anew by `seed`, and what no longer fits to them. Half of the time
 * also with a fault that waits for `mark`, which the parent reached: what breaks at a rare moment finds more
 * than what breaks at any.
 */
export function mutate(space: Space, parent: Variation, seed: number, mark?: string): Variation {
  const random = stream(seed, 'explore', 'mutate');
  const fresh = drawVariation(space, seed);
  let child = parent;
  for (let changes = 1 + random.int(3); changes > 0; changes--) {
    const part = pick(Object.keys(parent) as Part[], random); // a variation's own keys, in the order above
    // Of options and faults only some, or little of the parent is left.
    if (part === 'options') child = { ...child, options: mixed(child.options, fresh.options, random.int) };
    else if (part === 'nemesis')
      child = { ...child, nemesis: mixedLanes(child.nemesis, fresh.nemesis, random.int) };
    else child = { ...child, [part]: fresh[part] };
  }
  const nemesis = refitted(space, child, seed);
  const { faults } = space;
  if (mark === undefined || faults === undefined || !chance(50, random)) return { ...child, nemesis };
  const lane = drawLane(faults.families, faults, child, random, mark);
  const others = nemesis.filter(({ timing }) => timing.kind !== 'mark' || timing.mark !== mark);
  return { ...child, nemesis: [...others.slice(0, MAX_LANES - 1), ...lane] };
}

/** As a plan to run on the simulated host; it runs the same without an exploration. */
export function planOf({ base, faults }: Space, variation: Variation, seed: number): Plan {
  const { nodes, options, ops, sim, nemesis, time, ...workload } = variation;
  const asked = base.workload.rate * base.time;
  const share = (variation.rate * time) / asked;
  // In proportion to what is invoked, and never more than the plan asks for.
  const okOps =
    Number.isFinite(share) && share < 1
      ? Math.max(1, Math.floor(base.require.okOps * share))
      : base.require.okOps;
  // Nobody promised that a mark is reached for which a drawn fault waits.
  const waits = faults !== undefined && nemesis.some(({ timing }) => timing.kind === 'mark');
  return {
    ...base,
    system: { ...base.system, nodes, options: { ...base.system.options, ...options } },
    sim,
    workload: { ...base.workload, ...workload, ops },
    nemesis,
    time,
    seed,
    require: { ...base.require, okOps, ...(waits && { faults: 'some' as const }) },
  };
}

function drawOptions({ options, counts }: Space, seed: number): OptionValues {
  return Object.fromEntries(
    Object.entries(options).map(([name, choice]) => {
      const random = stream(seed, 'explore', 'option', name);
      return [name, choose(choice, random, counts.includes(name) ? Math.round : threeDigits)];
    }),
  );
}

function drawOps({ ops }: Space, seed: number): Variation['ops'] {
  const drawn = Object.entries(ops).map(
    ([f, choice]) => [f, choose(choice, stream(seed, 'explore', 'ops', f), Math.round)] as const,
  );
  const only = drawn.filter(([, weight]) => weight > 0);
  // What changes nothing shows nothing: with one function left, or none, another comes in.
  const missing = drawn.filter(([f, weight]) => weight === 0 && most(ops[f]!) > 0);
  if (only.length > 1 || missing.length === 0) return Object.fromEntries(only);
  const [f] = pick(missing, stream(seed, 'explore', 'ops'));
  return Object.fromEntries([...only, [f, most(ops[f]!)]]);
}

function drawSim({ sim }: Space, seed: number): SimSettings {
  const span = ({ min, max }: Span, part: string): Span => {
    const random = stream(seed, 'explore', 'sim', part);
    const draw = (): number => clamp(threeDigits(magnitude(min, max, random)), min, max);
    const [a, b] = [draw(), draw()];
    return { min: Math.min(a, b), max: Math.max(a, b) };
  };
  const share = (choice: Choice<number>, part: string): number =>
    choose(choice, stream(seed, 'explore', 'sim', part), threeDigits);
  return {
    latency: span(sim.latency, 'latency'),
    loss: share(sim.loss, 'loss'),
    duplicate: share(sim.duplicate, 'duplicate'),
    reorder: share(sim.reorder, 'reorder'),
    fsync: span(sim.fsync, 'fsync'),
  };
}

function drawNemesis(space: Space, seed: number, scene: Scene): readonly NemesisEntry[] {
  const { base, faults, lanes } = space;
  return faults ? drawFaults(seed, whole(lanes, seed, 'lanes'), faults, scene) : base.nemesis;
}

/** Lanes that can no longer happen are drawn again. */
function refitted(space: Space, { nemesis, nodes, time }: Variation, seed: number): readonly NemesisEntry[] {
  const { faults } = space;
  if (faults === undefined) return nemesis;
  return nemesis.flatMap((entry, lane) =>
    fits(entry, { nodes, time })
      ? entry
      : drawLane(faults.families, faults, { nodes, time }, stream(seed, 'explore', 'refit', lane)),
  );
}

function mixed(parent: OptionValues, fresh: OptionValues, int: (bound: number) => number): OptionValues {
  return Object.fromEntries(
    Object.entries(parent).map(([name, value]) => [name, int(3) === 0 ? fresh[name]! : value]),
  );
}

/** One lane of the fresh ones in the place of one of the parent's, or beside them, or one less. */
function mixedLanes(
  parent: readonly NemesisEntry[],
  fresh: readonly NemesisEntry[],
  int: (bound: number) => number,
): readonly NemesisEntry[] {
  const place = int(parent.length + 1);
  const added = fresh.length > 0 ? [fresh[int(fresh.length)]!] : [];
  const without = parent.filter((_, lane) => lane !== place);
  return int(4) === 0 && without.length > 0 ? without : [...without, ...added];
}

function whole(choice: Choice<number>, seed: number, part: string): number {
  return choose(choice, stream(seed, 'explore', part), Math.round);
}

function number(choice: Choice<number>, seed: number, part: string): number {
  return choose(choice, stream(seed, 'explore', part), threeDigits);
}

function most(choice: Choice<number>): number {
  return isRange(choice) ? choice.max : Math.max(...choice);
}
