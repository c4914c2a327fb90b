/**
 * Histories of a correct collection, as clients of a faulty network see them: each operation takes effect
 * at one moment; of those whose outcome the client never learns, half take effect, some of them long after
 * the client gave up. Elements are distinct. Deterministic in its options.
 */
import type { Operation } from '../model.ts';
import type { CollectionInput, CollectionOutput, Kind } from './collection.ts';
import { Random } from './random.ts';

export interface CollectionSimulation {
  readonly seed: number;
  readonly kind: Kind;
  readonly operations: number;
  readonly clients: number;
  readonly weights: Readonly<Record<Exclude<CollectionInput['f'], 'contains'>, number>> & {
    readonly contains?: number;
  };
  /** The share of operations of unknown outcome. */
  readonly unknown: number;
}

export type CollectionOperation = Operation<CollectionInput, CollectionOutput>;

const GIVE_UP = 100;

export function simulateCollection(options: CollectionSimulation): CollectionOperation[] {
  const random = new Random(options.seed);
  const drafts = schedule(options, random);
  const inside = new Inside(options.kind, random);
  const outputs = new Map<number, CollectionOutput>();
  const effects = drafts.filter(({ effect }) => effect < Infinity).sort((a, b) => a.effect - b.effect);
  for (const { id, input } of effects) outputs.set(id, inside.apply(input));
  return drafts.map(({ id, process, input, call, return: returned }) => {
    const output = returned === Infinity ? undefined : outputs.get(id);
    return { id, process, input, output, call, return: returned };
  });
}

interface Draft extends CollectionOperation {
  readonly effect: number;
}

/** Unknown outcomes end their process. */
function schedule({ operations, clients, weights, unknown }: CollectionSimulation, random: Random): Draft[] {
  const free = Array.from({ length: clients }, (_, process) => ({ process, at: random.real() * 10 }));
  let processes = clients;
  return Array.from({ length: operations }, (_, id) => {
    const client = free.reduce((first, other) => (other.at < first.at ? other : first));
    const { process, at: call } = client;
    const lost = random.real() < unknown;
    const late = lost && random.real() < 0.1 ? 20 * GIVE_UP : GIVE_UP;
    const effect = call + random.real() * (lost ? late : 10);
    const returned = lost ? Infinity : effect + random.real() * 10;
    client.at = lost ? call + GIVE_UP : returned + random.real() * 2;
    if (lost) client.process = processes++;
    const never = lost && random.real() < 0.5;
    const f = random.weighted({ contains: 0, ...weights });
    const value = f === 'contains' ? random.int(id + 1) : id;
    const input = f === 'insert' || f === 'contains' ? { f, value } : { f };
    return {
      id,
      process,
      input,
      output: undefined,
      call,
      return: returned,
      effect: never ? Infinity : effect,
    };
  });
}

class Inside {
  readonly #kind: Kind;
  readonly #random: Random;
  readonly #elements: number[] = [];
  /** Of a queue: how many are out already. */
  #out = 0;

  constructor(kind: Kind, random: Random) {
    this.#kind = kind;
    this.#random = random;
  }

  apply({ f, value }: CollectionInput): CollectionOutput {
    if (f === 'whole') return { values: [...this.#elements] };
    if (f === 'contains') return { found: this.#elements.includes(value!) };
    if (f === 'remove') return { value: this.#remove() ?? null };
    this.#elements.push(value!);
    return {};
  }

  #remove(): number | undefined {
    if (this.#kind === 'fifo')
      return this.#out < this.#elements.length ? this.#elements[this.#out++] : undefined;
    if (this.#kind === 'lifo' || this.#elements.length === 0) return this.#elements.pop();
    const at = this.#random.int(this.#elements.length);
    const removed = this.#elements[at];
    this.#elements[at] = this.#elements.at(-1)!;
    this.#elements.pop();
    return removed;
  }
}
