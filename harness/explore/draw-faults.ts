/**
 * Faults for one variation. First a subset of the families: what goes wrong together matters, and a run
 * with everything at once is mostly a run where nothing works. Then lanes, each of a family of that subset
 * with its own parameters, how often and how long.
 *
 * An entry is made as a plan's text would have it and goes through the plan's own parser, so it is what a
 * plan may hold. A family that has no parameters of its own here comes with its defaults.
 */
import type {
  FaultName,
  LinkSet,
  NamedTarget,
  NemesisEntry,
  PartitionShape,
  Timing,
} from '../../nemesis/entry.ts';
import { CLOCK_MODES, DIRECTIONS, LINK_SETS, NAMED_TARGETS, SHAPES, TROUBLES } from '../../nemesis/entry.ts';
import { minorityOf, shapes } from '../../nemesis/grudge.ts';
import type { CutMode } from '../../nemesis/host.ts';
import { stream, type Random } from '../../nemesis/random.ts';
import { formatDuration, nemesisEntry, NODES_FOR_TARGET } from '../plan/index.ts';
import { chance, magnitude, pick, threeDigits, wholeMagnitude } from './draw.ts';

/** What faults are drawn for. */
export interface Scene {
  readonly nodes: number;
  /** The run's length, ms. */
  readonly time: number;
}

export interface FaultSpace {
  readonly families: readonly FaultName[];
  readonly modes: readonly CutMode[];
  /** Marks that a fault may wait for. */
  readonly triggers: readonly string[];
}

/** Fields of an entry as a plan has them. */
type Fields = { readonly [field: string]: string | boolean | { readonly min: string; readonly max: string } };

/** `lanes` entries from the stream of `seed`. */
export function drawFaults(seed: number, lanes: number, space: FaultSpace, scene: Scene): NemesisEntry[] {
  const random = stream(seed, 'explore', 'families');
  const drawn = space.families.filter(() => chance(50, random));
  const families = drawn.length > 0 ? drawn : [pick(space.families, random)];
  return Array.from({ length: lanes }, (_, lane) =>
    drawLane(families, space, scene, stream(seed, 'explore', 'lane', lane)),
  ).flat();
}

/**
 * One entry, or none where no family can be had with so few nodes. `on`: the mark that it is to wait for;
 * where there is none, it may draw one of the space's triggers.
 */
export function drawLane(
  families: readonly FaultName[],
  space: FaultSpace,
  scene: Scene,
  random: Random,
  on?: string,
): readonly NemesisEntry[] {
  const able = families.filter((family) => isPossible(family, scene));
  if (able.length === 0) return [];
  const fault = pick(able, random);
  const trigger =
    on ?? (space.triggers.length > 0 && chance(40, random) ? pick(space.triggers, random) : undefined);
  const always = fault === 'delay' && trigger === undefined && chance(25, random);
  const triggered = trigger !== undefined;
  // What only shows in traffic must be on long enough to meet some.
  const least = AT_ONCE.includes(fault) ? 1 : longest(scene) * 4;
  const timing = always
    ? { always }
    : triggered
      ? onMark(trigger, least, scene, random)
      : byClock(least, scene, random);
  const parameters = parametersOf(fault, { space, scene, triggered, always, random });
  // Down and up again at once: what was not on the disk is gone before anyone noticed.
  const atOnce = fault === 'crash' && chance(25, random);
  return [nemesisEntry({ fault, ...parameters, ...timing, ...(atOnce && { for: '0s' }) })];
}

/** Shapes to draw twice as often: they split what must agree. */
const TELLING: readonly PartitionShape[] = ['isolate-leader', 'majority-minority', 'one'];

/** Families that have taken effect as soon as they are on. */
const AT_ONCE: readonly FaultName[] = ['partition', 'pause', 'crash'];

/** The longest delay to draw, ms. */
function longest({ time }: Scene): number {
  return Math.min(75, time / 32);
}

/** Whether an entry can happen in such a run: its shape and target want nodes, its first start comes in time. */
export function fits({ timing, ...entry }: NemesisEntry, scene: Scene): boolean {
  const { nodes, time } = scene;
  if (!isPossible(entry.fault, scene)) return false;
  if (entry.fault === 'partition' && shapes[entry.shape].minNodes > nodes) return false;
  const target = 'target' in entry ? entry.target : undefined;
  if (typeof target === 'string' && (NODES_FOR_TARGET[target] ?? 1) > nodes) return false;
  if (typeof target === 'object' && 'node' in target && Number(target.node.slice(1)) > nodes) return false;
  return timing.kind !== 'clock' || latestStart(timing) < time;
}

/** A node whose data is damaged may be lost for good: there must be one to spare. */
function isPossible(fault: FaultName, { nodes }: Scene): boolean {
  return fault !== 'flip' || minorityOf(nodes) > 0;
}

function latestStart({ after, every }: Extract<Timing, { kind: 'clock' }>): number {
  return after ?? every.max;
}

interface Drawing {
  readonly space: FaultSpace;
  readonly scene: Scene;
  readonly triggered: boolean;
  readonly always: boolean;
  readonly random: Random;
}

function parametersOf(fault: FaultName, { space, scene, triggered, always, random }: Drawing): Fields {
  switch (fault) {
    case 'partition': {
      // Who reached a mark alone, most of the time: that is what there is a moment for.
      const lone = triggered && shapes.one.minNodes <= scene.nodes && chance(60, random);
      const shape = lone
        ? 'one'
        : pick(
            [...SHAPES, ...TELLING].filter((name) => shapes[name].minNodes <= scene.nodes),
            random,
          );
      const { sided, targeted } = shapes[shape];
      return {
        shape,
        mode: pick(space.modes, random),
        ...(sided && { direction: chance(60, random) ? 'both' : pick(DIRECTIONS, random) }),
        ...(targeted && { target: lone || (triggered && chance(50, random)) ? 'trigger' : 'one' }),
      };
    }
    case 'pause':
    case 'crash':
      return { target: target(scene, triggered, random) };
    case 'delay': {
      // One that is always on must leave the system able to serve.
      const most = always ? Math.min(20, longest(scene)) : longest(scene);
      return {
        links: pick<LinkSet>(LINK_SETS, random),
        delay: duration(magnitude(0.5, most, random)),
        jitter: chance(30, random) ? '0s' : duration(magnitude(0.5, most, random)),
      };
    }
    case 'packet': {
      // One of the three at least; without any the default would stand in.
      const kinds = ['loss', 'duplicate', 'reorder'].filter(() => chance(50, random));
      const share = (): string => `${threeDigits(magnitude(1, 30, random))}%`;
      const drawn = kinds.length > 0 ? kinds : ['loss'];
      return {
        links: pick<LinkSet>(LINK_SETS, random),
        ...Object.fromEntries(drawn.map((kind) => [kind, share()])),
      };
    }
    case 'clock':
      return { target: target(scene, triggered, random), ...clock(random) };
    case 'disk': {
      const trouble = pick(TROUBLES, random);
      const delay = duration(magnitude(1, Math.min(300, scene.time / 20), random));
      return { target: target(scene, triggered, random), trouble, ...(trouble === 'slow' && { delay }) };
    }
    default:
      return {};
  }
}

/** Off by tens of ms or by seconds, to both sides; a node's clock shows no other way in which it can be wrong. */
function clock(random: Random): Fields {
  const mode = pick(CLOCK_MODES, random);
  const sign = chance(50, random) ? '-' : '';
  if (mode === 'drift') return { mode, drift: `${sign}${threeDigits(magnitude(0.5, 20, random))}%` };
  const offset = `${sign}${duration(magnitude(20, 5000, random))}`;
  return { mode, offset, ...(mode === 'strobe' && { period: duration(magnitude(20, 500, random)) }) };
}

function target(scene: Scene, triggered: boolean, random: Random): NamedTarget {
  if (triggered && chance(60, random)) return 'trigger';
  return pick(
    NAMED_TARGETS.filter((name) => name !== 'trigger' && (NODES_FOR_TARGET[name] ?? 1) <= scene.nodes),
    random,
  );
}

/** From many short ones to a few long ones, each for `least` ms or more; the first surely within the run. */
function byClock(least: number, { time }: Scene, random: Random): Fields {
  const rarest = time / 3;
  const every = wholeMagnitude(Math.min(rarest, Math.max(20, time / 40, 2 * least)), rarest, random);
  // A little to each side, so that lanes do not keep step.
  const [shortest, most] = [Math.max(2, Math.floor(every * 0.7)), Math.max(3, Math.ceil(every * 1.3))];
  return {
    every: { min: duration(shortest), max: duration(most) },
    for: duration(wholeMagnitude(Math.max(least, shortest / 50), shortest * 0.8, random)),
    ...(chance(50, random) && { after: duration(Math.floor(magnitude(0, time / 2, random))) }),
  };
}

function onMark(mark: string, least: number, { time }: Scene, random: Random): Fields {
  return {
    on: mark,
    for: duration(wholeMagnitude(Math.max(5, least), Math.max(10, time / 10, 2 * least), random)),
    every: duration(wholeMagnitude(50, Math.max(100, time / 5), random)),
  };
}

function duration(ms: number): string {
  return formatDuration(threeDigits(ms));
}
