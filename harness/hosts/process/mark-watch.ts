/** The host's side of marks: who waits for one, and the watches that the nodes are to be told. */
import type { NodeId } from '../../../systems/contract.ts';
import type { Watch } from './control.ts';

interface Waiter {
  readonly watch: Watch;
  readonly resolve: (node: NodeId | undefined) => void;
}

export class MarkWatch {
  readonly #waiters = new Map<number, Waiter>();
  readonly #announce: (kind: 'watch' | 'unwatch', watch: Watch) => void;
  #lastId = 0;

  /** `announce` tells every node that is up. */
  constructor(announce: (kind: 'watch' | 'unwatch', watch: Watch) => void) {
    this.#announce = announce;
  }

  /** What a node that starts now has to watch. */
  get watches(): readonly Watch[] {
    return [...this.#waiters.values()].map(({ watch }) => watch);
  }

  /** The node that next reaches `mark`; undefined when `signal` fires first. */
  next(mark: string, signal: AbortSignal): Promise<NodeId | undefined> {
    return new Promise((resolve) => {
      if (signal.aborted) {
        resolve(undefined);
        return;
      }
      const watch = { id: ++this.#lastId, mark };
      const abort = () => this.reached(watch.id, undefined);
      signal.addEventListener('abort', abort, { once: true });
      this.#waiters.set(watch.id, {
        watch,
        resolve: (node) => {
          signal.removeEventListener('abort', abort);
          resolve(node);
        },
      });
      this.#announce('watch', watch);
    });
  }

  /** A node reports, or (undefined) nobody is to wait any more. Later reports of a watch are ignored. */
  reached(id: number, node: NodeId | undefined): void {
    const waiter = this.#waiters.get(id);
    if (waiter === undefined) return;
    this.#waiters.delete(id);
    this.#announce('unwatch', waiter.watch);
    waiter.resolve(node);
  }

  close(): void {
    for (const id of [...this.#waiters.keys()]) this.reached(id, undefined);
  }
}
