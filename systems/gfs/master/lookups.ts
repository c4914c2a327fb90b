/**
 * Where chunks are (paper §2.4): a client says path and index, and learns the handle, its version, who leads
 * it and who holds it. A file that is to be written gets its chunks here, a chunk that a snapshot shares is
 * copied here before one of its files is written (paper §3.4), and a chunk without a primary gets one.
 *
 * What must happen first is begun, and the client waits; whatever changes, all who wait are looked at again.
 */
import type { RequestId } from '../../contract.ts';
import type { MarkingEnv } from '../marks.ts';
import type { Handle } from '../messages.ts';
import type { Location, MasterRequest, Refusal, Response } from '../requests.ts';
import type { Settings } from '../settings.ts';
import type { Leases } from './leases.ts';
import type { Ledger } from './ledger.ts';

export type Lookup = MasterRequest & { readonly f: 'locate' };

interface Asked {
  readonly request: RequestId;
  readonly lookup: Lookup;
  readonly until: number;
}

/** Lookups that wait for something to happen; more are refused. */
const MAX_WAITING = 10_000;

export class Lookups {
  private readonly env: MarkingEnv;
  private readonly settings: Settings;
  private readonly ledger: Ledger;
  private readonly leases: Leases;
  private waiting: Asked[] = [];
  /** Chunks that are being copied for a file, with the copy. */
  private copies: {
    readonly path: string;
    readonly index: number;
    readonly shared: Handle;
    readonly copy: Handle;
  }[] = [];
  /** Copies that all replicas have: the chunk that they are of must be without a lease when the file gets its own. */
  private readonly settled = new Set<Handle>();

  constructor(env: MarkingEnv, settings: Settings, ledger: Ledger, leases: Leases) {
    this.env = env;
    this.settings = settings;
    this.ledger = ledger;
    this.leases = leases;
  }

  onRequest(request: RequestId, lookup: Lookup): void {
    if (this.tryToAnswer(request, lookup)) return;
    if (this.waiting.length >= MAX_WAITING) {
      this.answer(request, { refused: 'overloaded' });
      return;
    }
    this.waiting.push({ request, lookup, until: this.env.now() + this.settings.attemptTimeout });
  }

  advance(): void {
    const now = this.env.now();
    // Whoever waited for so long has asked again.
    const { waiting } = this;
    this.waiting = [];
    const still = waiting.filter(
      ({ request, lookup, until }) => !this.tryToAnswer(request, lookup) && now < until,
    );
    this.waiting.push(...still);
  }

  /** Chunks whose leases are to be taken back, since a copy of them is about to take their place in a file. */
  get beingReplaced(): readonly Handle[] {
    return this.copies.flatMap(({ shared, copy }) => (this.settled.has(copy) ? [shared] : []));
  }

  /** False when something has to happen first. */
  private tryToAnswer(request: RequestId, lookup: Lookup): boolean {
    const { tables } = this.ledger;
    const { path, create } = lookup;
    if (!tables.files.has(path)) {
      if (!create) {
        this.answer(request, { refused: 'no-such-file' });
        return true;
      }
      this.ledger.record(['create', path]);
    }
    const chunks = tables.files.get(path) ?? [];
    const isMutation = lookup.for === 'mutate';
    const index = lookup.index >= 0 ? lookup.index : Math.max(0, chunks.length - 1);
    let handle = chunks[index] ?? null;
    if (handle === null) {
      if (!isMutation) {
        this.answer(request, { ok: nowhere(chunks.length, index) });
        return true;
      }
      if (index > MAX_INDEX) {
        this.answer(request, { refused: 'bad-request' });
        return true;
      }
      handle = tables.nextHandle;
      this.ledger.record(['allocate', path, index, handle]);
    }
    if (isMutation && (tables.chunks.get(handle)?.shares ?? 0) > 1) {
      this.copy(path, index, handle);
      return false;
    }
    const location = isMutation || this.settings.strong ? this.ledBy(handle) : this.heldBy(handle);
    if (location === undefined) {
      this.leases.want(handle, {});
      return false;
    }
    const count = tables.files.get(path)?.length ?? 0;
    this.answer(request, { ok: { ...location, count, index, handle } });
    return true;
  }

  private ledBy(handle: Handle): Pick<Location, 'version' | 'primary' | 'replicas'> | undefined {
    const lease = this.leases.usable(handle);
    if (lease === undefined) return undefined;
    const { version, primary, members, learners } = lease;
    return { version, primary, replicas: [...members, ...learners] };
  }

  private heldBy(handle: Handle): Pick<Location, 'version' | 'primary' | 'replicas'> | undefined {
    const whole = this.leases.whole(handle).map(([id]) => id);
    const version = this.ledger.tables.chunks.get(handle)?.inForce ?? 0;
    if (whole.length === 0 || version === 0) return undefined;
    return { version, primary: this.leases.usable(handle)?.primary ?? null, replicas: whole };
  }

  /** Begins to make the file a copy of its own. */
  private copy(path: string, index: number, shared: Handle): void {
    const isUnderWay = this.copies.some((copy) => copy.path === path && copy.index === index);
    if (isUnderWay && this.leases.isRaising(this.copyFor(path, index))) return;
    this.copies = this.copies.filter((copy) => copy.path !== path || copy.index !== index);
    if (this.leases.usable(shared) === undefined) {
      this.leases.want(shared, {});
      return;
    }
    const copy = this.ledger.tables.nextHandle;
    this.leases.want(copy, {
      copy: {
        of: shared,
        settled: () => {
          const answer = this.mayOwn(path, index, shared);
          if (answer === 'wait') this.settled.add(copy);
          else this.settled.delete(copy);
          if (answer === 'yes') this.env.reached('copy-on-write');
          return answer;
        },
        change: ['own', path, index, shared, copy],
      },
    });
    if (this.leases.isRaising(copy)) this.copies.push({ path, index, shared, copy });
  }

  /** Whoever read the shared chunk for this file must learn of the other one: so no lease may be out on it. */
  private mayOwn(path: string, index: number, shared: Handle): 'yes' | 'wait' | 'no' {
    const { files, chunks } = this.ledger.tables;
    if (files.get(path)?.[index] !== shared || (chunks.get(shared)?.shares ?? 0) < 2) return 'no';
    return this.leases.isLeased(shared) ? 'wait' : 'yes';
  }

  private copyFor(path: string, index: number): Handle {
    return this.copies.find((copy) => copy.path === path && copy.index === index)?.copy ?? 0;
  }

  private answer(request: RequestId, response: Response | { readonly refused: Refusal }): void {
    this.ledger.log.beforeAnswer(() => this.env.reply(request, response));
  }
}

/** No file has so many chunks: a list of them is kept in memory. */
const MAX_INDEX = 1_000_000;

function nowhere(count: number, index: number): Location {
  return { count, index, handle: null, version: 0, primary: null, replicas: [] };
}
