/**
 * What several faults do to the same things (links, clocks, disks), composed. A fault takes a hold of
 * things and lets it go; what is done to a thing is what all its holders together want, and it is left
 * alone when the last one lets go.
 */

export interface SharedEffect<Thing, Value> {
  /** Tells things apart. */
  key(thing: Thing): string;
  /** What holds of one thing come to, in the order they were taken; never none. */
  combine(held: readonly Value[]): Value;
  put(things: readonly Thing[], value: Value): Promise<void>;
  clear(things: readonly Thing[]): Promise<void>;
}

/** Lets a hold go. Safe to call again after it failed. */
export type Release = () => Promise<void>;

interface Held<Thing, Value> {
  readonly things: ReadonlyMap<string, Thing>;
  readonly value: Value;
}

interface Done<Thing, Value> {
  readonly thing: Thing;
  /** What the thing was last put to; undefined while that is not certain. */
  readonly put: { readonly value: Value; readonly text: string } | undefined;
}

export class SharedHolds<Thing, Value> {
  readonly #effect: SharedEffect<Thing, Value>;
  readonly #holds = new Set<Held<Thing, Value>>();
  /**
   * Every thing that may not be as it was. A thing is noted before the host is asked to change it and
   * struck only after the host undid it, so one that failed half-way is still undone later.
   */
  readonly #done = new Map<string, Done<Thing, Value>>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(effect: SharedEffect<Thing, Value>) {
    this.#effect = effect;
  }

  /** Resolves when it has taken effect. When it fails nothing is held, and what was done is undone. */
  async hold(things: readonly Thing[], value: Value): Promise<Release> {
    const { key } = this.#effect;
    const held: Held<Thing, Value> = { things: new Map(things.map((thing) => [key(thing), thing])), value };
    this.#holds.add(held);
    const release: Release = () => {
      this.#holds.delete(held);
      return this.#settle(held.things);
    };
    try {
      await this.#settle(held.things);
    } catch (error) {
      await undo(release, error);
      throw error;
    }
    return release;
  }

  /** Looks at things while none of them is being changed. */
  whileStill<T>(look: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(look);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /** What a thing was last put to; undefined when it was left alone, or that is not certain. */
  putTo(thing: Thing): Value | undefined {
    return this.#done.get(this.#effect.key(thing))?.put?.value;
  }

  /** Drops every hold and undoes whatever may have been done. */
  async releaseAll(): Promise<void> {
    this.#holds.clear();
    await this.#settle(new Map([...this.#done].map(([key, { thing }]) => [key, thing])));
  }

  /** Brings these things to what their holders want. One at a time, so that two faults never cross. */
  #settle(things: ReadonlyMap<string, Thing>): Promise<void> {
    const turn = this.#last.then(() => this.#apply(things));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #apply(things: ReadonlyMap<string, Thing>): Promise<void> {
    const puts = new Map<string, { value: Value; things: Map<string, Thing> }>();
    const clears = new Map<string, Thing>();
    for (const [key, thing] of things) {
      const values = [...this.#holds].filter((held) => held.things.has(key)).map((held) => held.value);
      if (values.length === 0) {
        if (this.#done.has(key)) clears.set(key, thing);
        continue;
      }
      const value = this.#effect.combine(values);
      const text = JSON.stringify(value);
      if (this.#done.get(key)?.put?.text === text) continue;
      const group = puts.get(text) ?? { value, things: new Map<string, Thing>() };
      group.things.set(key, thing);
      puts.set(text, group);
    }
    // What begins before what ends: where one fault takes over from another there is no moment without any.
    for (const [text, { value, things: group }] of puts) {
      for (const [key, thing] of group) this.#done.set(key, { thing, put: undefined });
      await this.#effect.put([...group.values()], value);
      for (const [key, thing] of group) this.#done.set(key, { thing, put: { value, text } });
    }
    if (clears.size > 0) {
      for (const [key, thing] of clears) this.#done.set(key, { thing, put: undefined });
      await this.#effect.clear([...clears.values()]);
      for (const key of clears.keys()) this.#done.delete(key);
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
