/**
 * What several faults do to links, composed. A fault takes a hold of links and lets it go; what is done
 * to a link is what all its holders together want, and it is left alone when the last one lets go.
 */
import type { Link } from './host.ts';

export interface LinkEffect<T> {
  /** What holds of one link come to, in the order they were taken; never none. */
  combine(held: readonly T[]): T;
  put(links: readonly Link[], value: T): Promise<void>;
  clear(links: readonly Link[]): Promise<void>;
}

/** Lets a hold go. Safe to call again after it failed. */
export type Release = () => Promise<void>;

interface Held<T> {
  readonly links: ReadonlyMap<string, Link>;
  readonly value: T;
}

interface Done {
  readonly link: Link;
  /** What the link was last put to, as text; undefined while that is not certain. */
  value: string | undefined;
}

export class LinkHolds<T> {
  readonly #effect: LinkEffect<T>;
  readonly #holds = new Set<Held<T>>();
  /**
   * Every link that may not be as it was. A link is noted before the host is asked to change it and
   * struck only after the host undid it, so one that failed half-way is still undone later.
   */
  readonly #done = new Map<string, Done>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(effect: LinkEffect<T>) {
    this.#effect = effect;
  }

  /** Resolves when it has taken effect. When it fails nothing is held, and what was done is undone. */
  async hold(links: readonly Link[], value: T): Promise<Release> {
    const held: Held<T> = { links: new Map(links.map((link) => [keyOf(link), link])), value };
    this.#holds.add(held);
    const release: Release = () => {
      this.#holds.delete(held);
      return this.#settle(held.links);
    };
    try {
      await this.#settle(held.links);
    } catch (error) {
      await undo(release, error);
      throw error;
    }
    return release;
  }

  /** Drops every hold and undoes whatever may have been done. */
  async releaseAll(): Promise<void> {
    this.#holds.clear();
    await this.#settle(new Map([...this.#done].map(([key, { link }]) => [key, link])));
  }

  /** Brings these links to what their holders want. One at a time, so that two faults never cross. */
  #settle(links: ReadonlyMap<string, Link>): Promise<void> {
    const turn = this.#last.then(() => this.#apply(links));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #apply(links: ReadonlyMap<string, Link>): Promise<void> {
    const puts = new Map<string, { value: T; links: Link[] }>();
    const clears: Link[] = [];
    for (const [key, link] of links) {
      const values = [...this.#holds].filter((held) => held.links.has(key)).map((held) => held.value);
      if (values.length === 0) {
        if (this.#done.has(key)) clears.push(link);
        continue;
      }
      const value = this.#effect.combine(values);
      const text = JSON.stringify(value);
      if (this.#done.get(key)?.value === text) continue;
      const group = puts.get(text) ?? { value, links: [] };
      group.links.push(link);
      puts.set(text, group);
    }
    // Cuts before heals: where one fault takes over from another there is no moment without any.
    for (const [text, { value, links: group }] of puts) {
      for (const link of group) this.#done.set(keyOf(link), { link, value: undefined });
      await this.#effect.put(group, value);
      for (const link of group) this.#done.set(keyOf(link), { link, value: text });
    }
    if (clears.length > 0) {
      for (const link of clears) this.#done.set(keyOf(link), { link, value: undefined });
      await this.#effect.clear(clears);
      for (const link of clears) this.#done.delete(keyOf(link));
    }
  }
}

/** Releases after `cause`; when that fails too, throws an error that tells of both. */
export async function undo(release: Release, cause: unknown): Promise<void> {
  try {
    await release();
  } catch (error) {
    throw new Error(`${errorText(cause)}; undoing it failed too: ${errorText(error)}`, { cause });
  }
}

export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function keyOf({ from, to }: Link): string {
  return JSON.stringify([from, to]);
}
