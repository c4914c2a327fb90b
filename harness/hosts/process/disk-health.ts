/**
 * What is wrong with a node's disk, as the nemesis asks: every batch of a file's steps passes here before
 * it is done, and is counted, kept waiting, or refused.
 *
 * A batch that is refused is refused in the same turn. So once a change of the trouble was heard of in a
 * turn of its own, every failure by the one before has been told.
 */
import type { DiskCounters, DiskTrouble } from '../../../nemesis/host.ts';

export interface Batch {
  /** Syncs and replaces in it. */
  readonly syncs: number;
  /** It adds bytes: appends, or a replace. */
  readonly grows: boolean;
}

/** The nemesis's failure, not the real disk's: nothing was done, and it can be done later. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

export class DiskHealth {
  readonly #onHit: (counters: DiskCounters) => void;
  #trouble: DiskTrouble | null = null;
  #counters: DiskCounters = { syncs: 0, slowed: 0, failed: 0 };
  /** Who waits because the disk is slow. */
  readonly #waiting = new Set<() => void>();

  /** `onHit` is called whenever something was slowed or refused. */
  constructor(onHit: (counters: DiskCounters) => void) {
    this.#onHit = onHit;
  }

  /** Since this process started. */
  get counters(): DiskCounters {
    return this.#counters;
  }

  /** Whoever waits for a disk that is slow no longer goes on. */
  set(trouble: DiskTrouble | null): void {
    this.#trouble = trouble;
    if (trouble?.kind === 'slow') return;
    for (const wake of this.#waiting) wake();
  }

  /** Resolves when a batch may be done; throws `Refused` when it fails. */
  async pass(batch: Batch): Promise<void> {
    const trouble = this.#trouble;
    const refusal = refusalOf(trouble, batch);
    const slowed = refusal === undefined && trouble?.kind === 'slow' ? batch.syncs : 0;
    this.#count(batch.syncs, slowed, refusal === undefined ? 0 : batch.syncs);
    if (refusal !== undefined) throw new Refused(refusal);
    if (trouble?.kind === 'slow' && slowed > 0) await this.#wait(trouble.delay);
  }

  /** So many syncs and replaces failed with a batch that was refused: they were to come after it. */
  refused(syncs: number): void {
    this.#count(syncs, 0, syncs);
  }

  #count(syncs: number, slowed: number, failed: number): void {
    const { counters } = this;
    this.#counters = {
      syncs: counters.syncs + syncs,
      slowed: counters.slowed + slowed,
      failed: counters.failed + failed,
    };
    if (slowed + failed > 0) this.#onHit(this.#counters);
  }

  #wait(delay: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, delay);
      this.#waiting.add(wake);
    });
  }
}

/** In the words of the operating system. */
function refusalOf(trouble: DiskTrouble | null, { syncs, grows }: Batch): string | undefined {
  if (trouble?.kind === 'fail' && (syncs > 0 || grows)) return 'EIO: i/o error, fsync';
  if (trouble?.kind === 'full' && grows) return 'ENOSPC: no space left on device, write';
  return undefined;
}
