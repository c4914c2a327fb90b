/**
 * The names of files: a few paths that clients create, delete, rename and snapshot, and look at one by one
 * or all together. All of them are one object, so operations have no key; refusals are answers, since a
 * file system that refuses to create a file says that it is there.
 */
import { DONE, EXISTS, namespace, NO_SUCH_FILE } from '../checkers/namespace-model.ts';
import type { Completion, Invocation, Json } from '../systems/contract.ts';
import type { Generator, Random, Workload, WorkloadOptions } from './types.ts';
import { Weights } from './weights.ts';

const FUNCTIONS = { create: 4, delete: 3, rename: 2, snapshot: 2, stat: 4, list: 2 };

export const gfsNamespace: Workload = {
  name: 'gfs-namespace',
  about: 'create, delete, rename, snapshot, stat and list a few paths, which are one object together',
  functions: FUNCTIONS,
  defaultKeys: 5,
  needs: Object.keys(FUNCTIONS),
  generator: (options, random) => new NamesGenerator(options, random),
  toClient,
  fromClient,
  model: namespace(),
  checks: ['linearizable'],
};

/** What `keys` counts is the paths. */
class NamesGenerator implements Generator {
  readonly #paths: readonly string[];
  readonly #weights: Weights;
  readonly #random: Random;

  constructor({ keys, ops }: WorkloadOptions, random: Random) {
    this.#paths = Array.from({ length: keys }, (_, index) => `/names/${index + 1}`);
    this.#weights = new Weights(ops, Object.keys(FUNCTIONS));
    this.#random = random;
  }

  next(): Invocation {
    const f = this.#weights.draw(this.#random);
    const count = this.#paths.length;
    const [from, further] = [this.#random.int(count), this.#random.int(Math.max(1, count - 1))];
    const path = this.#paths[from]!;
    if (f === 'list') return { f };
    if (f !== 'rename' && f !== 'snapshot') return { f, value: path };
    // Never onto itself, but where there is only one path.
    return { f, value: [path, this.#paths[(from + 1 + further) % count]!] };
  }

  final(): readonly Invocation[] {
    return [{ f: 'list' }, ...this.#paths.map((path) => ({ f: 'stat', value: path }))];
  }
}

function toClient({ f, value }: Invocation): Invocation {
  if (!Object.hasOwn(FUNCTIONS, f)) throw new RangeError(`this workload has no function ${f}`);
  if (f === 'list') return { f };
  if (!isList(value)) return { f, key: String(value) };
  return { f, key: String(value[0]), value: value[1] ?? null };
}

function fromClient({ f }: Invocation, completion: Completion): Completion {
  const { value: answer, error, ...rest } = completion;
  if (completion.type === 'fail' && (error === EXISTS || error === NO_SUCH_FILE)) {
    return { ...rest, type: 'ok', value: error };
  }
  if (completion.type !== 'ok') return { ...rest, ...(error !== undefined && { error }) };
  return { ...rest, value: f === 'stat' ? isFound(answer) : f === 'list' ? (answer ?? null) : DONE };
}

function isFound(answer: Json | undefined): boolean {
  return answer !== undefined && answer !== null;
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
