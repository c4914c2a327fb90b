/** The marks that nodes reached: how often each, and who waits for one. */
import type { NodeId } from '../../../systems/contract.ts';

type Waiter = (node: NodeId | undefined) => void;

export class Marks {
  readonly #counts = new Map<string, number>();
  readonly #waiters = new Map<string, Set<Waiter>>();

  get counts(): { readonly [mark: string]: number } {
    return Object.fromEntries([...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  reached(mark: string, node: NodeId): void {
    this.#counts.set(mark, (this.#counts.get(mark) ?? 0) + 1);
    const waiters = this.#waiters.get(mark);
    if (waiters === undefined) return;
    this.#waiters.delete(mark);
    for (const waiter of waiters) waiter(node);
  }

  /** The node that next reaches `mark`, told to `waiter`; undefined when `signal` fires first. */
  next(mark: string, signal: AbortSignal, waiter: Waiter): void {
    if (signal.aborted) {
      waiter(undefined);
      return;
    }
    const waiters = this.#waiters.get(mark) ?? new Set();
    this.#waiters.set(mark, waiters);
    const end: Waiter = (node) => {
      signal.removeEventListener('abort', abort);
      waiter(node);
    };
    const abort = (): void => {
      waiters.delete(end);
      end(undefined);
    };
    waiters.add(end);
    signal.addEventListener('abort', abort, { once: true });
  }
}
