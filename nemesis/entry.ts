/**
 * One entry of a plan's `nemesis` list, as resolved: names checked, defaults filled in, every time in
 * milliseconds. A plan's parser makes these; the nemesis makes one lane of each.
 */
import type { NodeId } from '../systems/contract.ts';
import type { CutMode, DiskTrouble } from './host.ts';

/** A length of time, ms: drawn uniformly from [min, max] each time it is needed; fixed when they are equal. */
export interface Span {
  readonly min: number;
  readonly max: number;
}

/** When a fault is on. */
export type Timing =
  /** Every `every` from start to start, for `for` each. First at `after`, or one interval into the run. */
  | {
      readonly kind: 'clock';
      readonly every: Span;
      readonly for: Span;
      readonly after: number | undefined;
    }
  /** During the whole run. */
  | { readonly kind: 'always' }
  /** When a node reaches `mark` (`env.reached`), for `for`; then deaf for `every` before it listens again. */
  | { readonly kind: 'mark'; readonly mark: string; readonly every: Span; readonly for: Span };

/** Which links a partition cuts; `grudge.ts` draws each of them. */
export const SHAPES = [
  'one',
  'random-halves',
  'majority-minority',
  'majorities-ring',
  'bridge',
  'minority-third',
  'isolate-leader',
  'clients',
  'link',
] as const;
export type PartitionShape = (typeof SHAPES)[number];

/** Which way traffic is cut, seen from the isolated side: `in` is what would reach it. */
export const DIRECTIONS = ['both', 'in', 'out'] as const;
export type Direction = (typeof DIRECTIONS)[number];

/** `CutMode`, as a list for a parser to choose from. */
export const MODES = ['stall', 'reset', 'discard'] as const satisfies readonly CutMode[];

/** The targets that have a name; `trigger` is the node that reached the mark of a `mark` timing. */
export const NAMED_TARGETS = [
  'one',
  'minority',
  'majority',
  'all',
  'leader',
  'followers',
  'random',
  'trigger',
] as const;
export type NamedTarget = (typeof NAMED_TARGETS)[number];
/** Which nodes a fault hits, drawn anew at each start; `role`: one node that says it has this role. */
export type Target = NamedTarget | { readonly node: NodeId } | { readonly role: string };

/** Which links a delay or a packet fault shapes: all, only those between nodes, or only those between clients and nodes. */
export const LINK_SETS = ['all', 'nodes', 'clients'] as const;
export type LinkSet = (typeof LINK_SETS)[number];

/** How clocks are wrong: ahead or behind, too fast or too slow, or jumping back and forth. */
export const CLOCK_MODES = ['bump', 'drift', 'strobe'] as const;
export type ClockMode = (typeof CLOCK_MODES)[number];

/** `DiskTrouble`'s kinds, as a list for a parser to choose from. */
export const TROUBLES = ['slow', 'fail', 'full'] as const satisfies readonly DiskTrouble['kind'][];

interface PartitionEntry {
  readonly fault: 'partition';
  readonly shape: PartitionShape;
  readonly direction: Direction;
  readonly mode: CutMode;
  /**
   * The node or nodes on the isolated side, where a shape has a say in it (`one` and `clients`);
   * undefined: drawn at random.
   */
  readonly target?: Target;
  readonly timing: Timing;
}

interface PauseEntry {
  readonly fault: 'pause';
  readonly target: Target;
  readonly timing: Timing;
}

/** SIGKILL, and a restart when `for` is over; `for: 0` restarts at once. */
interface CrashEntry {
  readonly fault: 'crash';
  readonly target: Target;
  readonly timing: Timing;
}

interface DelayEntry {
  readonly fault: 'delay';
  readonly links: LinkSet;
  /** Added to every message, ms. */
  readonly delay: number;
  /** Uniform in [0, jitter) on top, ms. */
  readonly jitter: number;
  readonly timing: Timing;
}

/** Probabilities, of each message by itself. */
interface PacketEntry {
  readonly fault: 'packet';
  readonly links: LinkSet;
  readonly loss: number;
  readonly duplicate: number;
  readonly reorder: number;
  readonly timing: Timing;
}

interface ClocksEntry {
  readonly fault: 'clock';
  readonly target: Target;
  readonly timing: Timing;
}

/** Clocks are `offset` ms ahead (negative: behind), drawn for each node. */
interface BumpEntry extends ClocksEntry {
  readonly mode: 'bump';
  readonly offset: Span;
}

/** Clocks gain `drift` of the time that passes (negative: lose), drawn for each node; 0.01 is 10 ms a second. */
interface DriftEntry extends ClocksEntry {
  readonly mode: 'drift';
  readonly drift: Span;
}

/** Clocks jump by `offset` ms and back again, every `period` ms. */
interface StrobeEntry extends ClocksEntry {
  readonly mode: 'strobe';
  readonly offset: Span;
  readonly period: number;
}

interface SlowDiskEntry {
  readonly fault: 'disk';
  readonly target: Target;
  readonly trouble: 'slow';
  /** Added to every sync and replace, ms. */
  readonly delay: number;
  readonly timing: Timing;
}

interface FailingDiskEntry {
  readonly fault: 'disk';
  readonly target: Target;
  readonly trouble: 'fail' | 'full';
  readonly timing: Timing;
}

/** SIGKILL, a bit of what is on the disk flipped, and a restart when `for` is over. */
interface FlipEntry {
  readonly fault: 'flip';
  readonly target: Target;
  readonly timing: Timing;
}

export type NemesisEntry =
  | PartitionEntry
  | PauseEntry
  | CrashEntry
  | DelayEntry
  | PacketEntry
  | BumpEntry
  | DriftEntry
  | StrobeEntry
  | SlowDiskEntry
  | FailingDiskEntry
  | FlipEntry;
export type FaultName = NemesisEntry['fault'];
