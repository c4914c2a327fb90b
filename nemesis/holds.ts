/**
 * Everything that faults do to the system goes through here, so that faults of several lanes compose:
 *
 *     lane 0   pause n1   ├──────────────┤
 *     lane 1   crash n1          ├───────────────┤
 *     n1       up         paused │ down          │ up       never resumed or restarted in between
 *
 *  - a link is cut while any lane cuts it, in the mode of the lane that has cut it longest;
 *  - delays of several lanes add up;
 *  - a node is down while any lane holds it down, else paused while any lane holds it paused, else up.
 *
 * What was done is remembered until it was undone, so `releaseAll` leaves nothing behind.
 */
import type { NodeId } from '../systems/contract.ts';
import type { CutMode, Link, NemesisHost, Shape } from './host.ts';
import { errorText, LinkHolds, undo, type Release } from './link-holds.ts';

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
  readonly #cuts: LinkHolds<CutMode>;
  readonly #shapes: LinkHolds<Shape>;
  readonly #nodes = new Set<NodeHold>();
  /** Nodes that we paused or crashed and did not bring back yet. A node that ended by itself is not ours. */
  readonly #touched = new Set<NodeId>();
  /** The last step on each node; the next waits for it. */
  readonly #last = new Map<NodeId, Promise<unknown>>();

  constructor(host: NemesisHost) {
    this.#host = host;
    this.#cuts = new LinkHolds<CutMode>({
      combine: (modes) => modes[0]!,
      put: (links, mode) => host.cut(links, mode),
      clear: (links) => host.heal(links),
    });
    this.#shapes = new LinkHolds<Shape>({
      combine: (shapes) => ({
        delay: shapes.reduce((sum, { delay }) => sum + delay, 0),
        jitter: shapes.reduce((sum, { jitter }) => sum + jitter, 0),
      }),
      put: (links, shape) => host.shape(links, shape),
      clear: (links) => host.shape(links, null),
    });
  }

  /** These and the next two resolve when the fault is on; when they reject, it was undone. */
  cut(links: readonly Link[], mode: CutMode): Promise<Release> {
    return this.#cuts.hold(links, mode);
  }

  shape(links: readonly Link[], shape: Shape): Promise<Release> {
    return this.#shapes.hold(links, shape);
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

  /** Undoes everything that any lane did; gives what could not be undone. Never rejects. */
  async releaseAll(): Promise<readonly string[]> {
    this.#nodes.clear();
    const steps = [
      () => this.#cuts.releaseAll(),
      () => this.#shapes.releaseAll(),
      () => this.#settle([...this.#touched]),
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
  async #settle(nodes: readonly NodeId[]): Promise<void> {
    const turns = nodes.map((node) => {
      const turn = (this.#last.get(node) ?? Promise.resolve()).then(() => this.#bring(node));
      this.#last.set(
        node,
        turn.catch(() => undefined),
      );
      return turn;
    });
    const failures = (await Promise.allSettled(turns)).filter((turn) => turn.status === 'rejected');
    if (failures.length > 0) {
      throw new Error(failures.map(({ reason }) => errorText(reason)).join('; '), {
        cause: failures[0]!.reason,
      });
    }
  }

  async #bring(node: NodeId): Promise<void> {
    const host = this.#host;
    const wanted = this.wanted(node);
    const state = host.state(node);
    if (state === 'halted' || state === 'exited') {
      // It ended by itself: a finding about the system, not to be papered over by a restart.
      this.#touched.delete(node);
      if (wanted !== 'up') throw new Error(`${node} has ended by itself (${state})`);
      return;
    }
    if (wanted === 'down') {
      this.#touched.add(node);
      if (state !== 'down') await host.crash(node);
      return;
    }
    if (state === 'down' && this.#touched.has(node)) await host.restart(node);
    if (wanted === 'paused') {
      this.#touched.add(node);
      if (state !== 'paused') await host.pause(node);
      return;
    }
    if (state === 'paused' && this.#touched.has(node)) await host.resume(node);
    this.#touched.delete(node);
  }
}
