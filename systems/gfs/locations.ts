/** Where chunks are, as far as a client remembers (paper §2.3): what it was told, for some time, till it proves wrong. */
import type { Location } from './requests.ts';

/** Chunks remembered; the one that was learned of first makes room. */
const MAX_LOCATIONS = 10_000;

/** A chunk that there is. */
export type Place = Location & { readonly handle: number };

export class Locations {
  private readonly cacheFor: number;
  private readonly now: () => number;
  private readonly known = new Map<string, { readonly place: Place; readonly until: number }>();

  constructor(cacheFor: number, now: () => number) {
    this.cacheFor = cacheFor;
    this.now = now;
  }

  /** Only with a primary for one who wants to write. */
  get(path: string, index: number, isForWriting: boolean): Place | undefined {
    const key = `${index} ${path}`;
    const found = this.known.get(key);
    if (found === undefined) return undefined;
    if (this.now() >= found.until) {
      this.known.delete(key);
      return undefined;
    }
    // A shared chunk is read where it is, and copied before it is written: only the master knows.
    return isForWriting && !this.writable.has(key) ? undefined : found.place;
  }

  put(path: string, place: Place, isForWriting: boolean): void {
    const key = `${place.index} ${path}`;
    this.forget(path, place.index);
    this.known.set(key, { place, until: this.now() + this.cacheFor });
    if (isForWriting) this.writable.add(key);
    if (this.known.size > MAX_LOCATIONS) {
      const oldest = this.known.keys().next().value!;
      this.known.delete(oldest);
      this.writable.delete(oldest);
    }
  }

  forget(path: string, index: number): void {
    const key = `${index} ${path}`;
    this.known.delete(key);
    this.writable.delete(key);
  }

  private readonly writable = new Set<string>();
}
