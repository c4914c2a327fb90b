/**
 * Everything that faults do to the system goes through here, so that faults of several lanes compose:
 *
 *     lane 0   pause n1   ├──────────────┤
 *     lane 1   crash n1          ├───────────────┤
 *     n1       up         paused │ down          │ up       never resumed or restarted in between
 *
 *  - a link is cut while any lane cuts it, in the mode of the lane that has cut it longest;
 *  - shapes, skews and troubles of several lanes come to what `composition.ts` says;
 *  - a node is down while any lane holds it down, else paused while any lane holds it paused, else up.
 *
 * A node that ended by itself is a finding about the system, and left as it is; but for one that halted
 * because of a fault that gives it every reason to. One that halts while its disk fails is started again
 * when the disk is well. One that halts on damaged data has lost its disk, and stays down.
 *
 * What was done is remembered until it was undone, so `releaseAll` leaves nothing behind.
 */
import type { NodeId } from '../systems/contract.ts';
import type { Clock } from './clock.ts';
import { combineShapes, combineSkews, combineTroubles, errorAt, type SkewSince } from './composition.ts';
import type { CutMode, DiskTrouble, Link, NemesisHost, Shape, Skew } from './host.ts';
import { errorText, SharedHolds, undo, type Release } from './shared-holds.ts';

export type { Release };
export { errorText };

/** What all holds of a node come to. */
export type Wanted = 'up' | 'paused' | 'down';

interface NodeHold {
  readonly nodes: readonly NodeId[];
  readonly wanted: 'paused' | 'down';
}

/** How often everything is undone before what still fails is reported. */
const ATTEMPTS = 3;

export class Holds {
  readonly #host: NemesisHost;
  readonly #clock: Clock;
  readonly #cuts: SharedHolds<Link, CutMode>;
  readonly #shapes: SharedHolds<Link, Shape>;
  readonly #skews: SharedHolds<NodeId, SkewSince>;
  readonly #troubles: SharedHolds<NodeId, DiskTrouble>;
  readonly #nodes = new Set<NodeHold>();
  /** Nodes that we paused or crashed and did not bring back yet. A node that ended by itself is not ours. */
  readonly #touched = new Set<NodeId>();
  /** Disks that fail, by how many holds of them are not undone yet. */
  readonly #failing = new Map<NodeId, number>();
  /** Nodes that were not halted when their disk began to fail: that they have halted since is ours to undo. */
  readonly #excused = new Set<NodeId>();
  readonly #doomed = new Set<NodeId>();
  readonly #damaged = new Set<NodeId>();
  /** The last step on each node; the next waits for it. */
  readonly #last = new Map<NodeId, Promise<unknown>>();

  constructor(host: NemesisHost, clock: Clock) {
    this.#host = host;
    this.#clock = clock;
    const linkKey = ({ from, to }: Link): string => JSON.stringify([from, to]);
    this.#cuts = new SharedHolds<Link, CutMode>({
      key: linkKey,
      combine: (modes) => modes[0]!,
      put: (links, mode) => host.cut(links, mode),
      clear: (links) => host.heal(links),
    });
    this.#shapes = new SharedHolds<Link, Shape>({
      key: linkKey,
      combine: combineShapes,
      put: (links, shape) => host.shape(links, shape),
      clear: (links) => host.shape(links, null),
    });
    this.#skews = new SharedHolds<NodeId, SkewSince>({
      key: (node) => node,
      combine: (skews) => combineSkews(skews, clock.now()),
      put: (nodes, { offset, rate }) => each(nodes, (node) => this.#setSkew(node, { offset, rate })),
      clear: (nodes) => each(nodes, (node) => this.#setSkew(node, null)),
    });
    this.#troubles = new SharedHolds<NodeId, DiskTrouble>({
      key: (node) => node,
      combine: combineTroubles,
      put: (nodes, trouble) => each(nodes, (node) => this.#setTrouble(node, trouble)),
      clear: (nodes) => each(nodes, (node) => this.#setTrouble(node, null)),
    });
  }

  /** These and the next four resolve when the fault is on; when they reject, it was undone. */
  cut(links: readonly Link[], mode: CutMode): Promise<Release> {
    return this.#cuts.hold(links, mode);
  }

  shape(links: readonly Link[], shape: Shape): Promise<Release> {
    return this.#shapes.hold(links, shape);
  }

  async skew(skewed: readonly { readonly node: NodeId; readonly skew: Skew }[]): Promise<Release> {
    const since = this.#clock.now();
    const taken: Release[] = [];
    // What could not be let go is let go when it is asked for again.
    const release: Release = async () => {
      for (let last = taken.at(-1); last !== undefined; last = taken.at(-1)) {
        await last();
        taken.pop();
      }
    };
    try {
      for (const { node, skew } of skewed) taken.push(await this.#skews.hold([node], { ...skew, since }));
    } catch (error) {
      await undo(release, error);
      throw error;
    }
    return release;
  }

  async trouble(nodes: readonly NodeId[], trouble: DiskTrouble): Promise<Release> {
    if (trouble.kind === 'slow') return this.#troubles.hold(nodes, trouble);
    for (const node of nodes) {
      this.#failing.set(node, (this.#failing.get(node) ?? 0) + 1);
      if (!isEnded(this.#host, node)) this.#excused.add(node);
    }
    let well = false;
    const recover: Release = () => {
      for (const node of well ? [] : nodes) this.#failing.set(node, (this.#failing.get(node) ?? 1) - 1);
      well = true;
      return this.#settle(nodes);
    };
    let release: Release;
    try {
      release = await this.#troubles.hold(nodes, trouble);
    } catch (error) {
      await undo(recover, error);
      throw error;
    }
    return async () => {
      await release();
      await recover();
    };
  }

  async keep(nodes: readonly NodeId[], wanted: 'paused' | 'down'): Promise<Release> {
    const hold: NodeHold = { nodes, wanted };
    this.#nodes.add(hold);
    const release: Release = () => {
      this.#nodes.delete(hold);
      return this.#settle(nodes);
    };
    try {
      await this.#settle(nodes);
    } catch (error) {
      await undo(release, error);
      throw error;
    }
    return release;
  }

  /** What the faults of all lanes want of a node now. */
  wanted(node: NodeId): Wanted {
    let wanted: Wanted = 'up';
    for (const hold of this.#nodes) {
      if (!hold.nodes.includes(node)) continue;
      if (hold.wanted === 'down') return 'down';
      wanted = 'paused';
    }
    return wanted;
  }

  /** Looks at clocks while no lane changes any of them. */
  whileClocksStay<T>(look: () => Promise<T>): Promise<T> {
    return this.#skews.whileStill(look);
  }

  /** How far ahead of the true time a node's clock should be now, by what it was put to, ms. */
  clockError(node: NodeId): number {
    const skew = this.#skews.putTo(node);
    return skew === undefined ? 0 : errorAt(skew, this.#clock.now());
  }

  /** Says that a node's data may be damaged; false, and nothing was said, when it were more than `most` nodes. */
  doom(node: NodeId, most: number): boolean {
    if (!this.#doomed.has(node) && this.#doomed.size >= most) return false;
    this.#doomed.add(node);
    return true;
  }

  /** Nodes whose data may be damaged, in this run. */
  get doomed(): ReadonlySet<NodeId> {
    return this.#doomed;
  }

  /** A node's data is damaged for good: that it halts is what it should do. */
  damaged(node: NodeId): void {
    this.#damaged.add(node);
  }

  /** Whether a fault gives a node every reason to halt, now. */
  mayHalt(node: NodeId): boolean {
    return this.#damaged.has(node) || (this.#failing.get(node) ?? 0) > 0;
  }

  /** Undoes everything that any lane did; gives what could not be undone. Never rejects. */
  async releaseAll(): Promise<readonly string[]> {
    this.#nodes.clear();
    const steps = [
      () => this.#cuts.releaseAll(),
      () => this.#shapes.releaseAll(),
      () => this.#skews.releaseAll(),
      async () => {
        await this.#troubles.releaseAll();
        this.#failing.clear();
      },
      () => this.#settle([...new Set([...this.#touched, ...this.#excused])]),
    ];
    let errors: string[] = [];
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      errors = [];
      for (const step of steps) {
        try {
          await step();
        } catch (error) {
          errors.push(errorText(error));
        }
      }
      if (errors.length === 0) break;
    }
    return errors;
  }

  /** Brings these nodes to what is wanted of them, all at the same time; rejects after all were tried. */
  #settle(nodes: readonly NodeId[]): Promise<void> {
    return each(nodes, (node) => {
      const turn = (this.#last.get(node) ?? Promise.resolve()).then(() => this.#bring(node));
      this.#last.set(
        node,
        turn.catch(() => undefined),
      );
      return turn;
    });
  }

  async #bring(node: NodeId): Promise<void> {
    try {
      await this.#change(node);
    } catch (error) {
      // It can halt at any moment, also while it is started or stopped; then it is as down as can be.
      if (this.#host.state(node) !== 'halted' || !this.mayHalt(node)) throw error;
    }
  }

  async #change(node: NodeId): Promise<void> {
    const host = this.#host;
    const wanted = this.wanted(node);
    const state = host.state(node);
    if (state === 'halted' && this.mayHalt(node)) return;
    const isOurs = state === 'halted' && this.#excused.has(node);
    if ((state === 'halted' && !isOurs) || state === 'exited') {
      this.#touched.delete(node);
      this.#excused.delete(node);
      if (wanted !== 'up') throw new Error(`${node} has ended by itself (${state})`);
      return;
    }
    if (!isOurs && !this.mayHalt(node)) this.#excused.delete(node);
    if (wanted === 'down') {
      this.#touched.add(node);
      if (state !== 'down' && state !== 'halted') await host.crash(node);
      return;
    }
    if (isOurs || (state === 'down' && this.#touched.has(node))) await host.restart(node);
    if (isOurs) this.#excused.delete(node);
    if (wanted === 'paused') {
      this.#touched.add(node);
      if (state !== 'paused') await host.pause(node);
      return;
    }
    if (state === 'paused' && this.#touched.has(node)) await host.resume(node);
    this.#touched.delete(node);
  }

  async #setSkew(node: NodeId, skew: Skew | null): Promise<void> {
    if (this.#host.skew === undefined) throw new Error('this host cannot set clocks');
    await this.#host.skew(node, skew);
  }

  async #setTrouble(node: NodeId, trouble: DiskTrouble | null): Promise<void> {
    if (this.#host.trouble === undefined) throw new Error('this host cannot put disks in trouble');
    await this.#host.trouble(node, trouble);
  }
}

function isEnded(host: NemesisHost, node: NodeId): boolean {
  const state = host.state(node);
  return state === 'halted' || state === 'exited';
}

/** Does the same to all of them at the same time; rejects, with every reason, after all were tried. */
async function each(nodes: readonly NodeId[], make: (node: NodeId) => Promise<void>): Promise<void> {
  const failures = (await Promise.allSettled(nodes.map(make))).filter((each) => each.status === 'rejected');
  if (failures.length === 0) return;
  throw new Error(failures.map(({ reason }) => errorText(reason)).join('; '), { cause: failures[0]!.reason });
}
