/**
 * A job of the user's own: a module that exports `map(line, split, number, emit)` and
 * `reduce(key, values, emit)`, and maybe `combine(one, other)`. It is loaded before anything starts, in
 * every process that needs it, and kept here by its path.
 */
import type { Job } from './job.ts';

const loaded = new Map<string, Job>();

/** Makes the job of a module known; throws when it is none. */
export function addModule(path: string, module: unknown): void {
  const exported = (name: string): unknown =>
    typeof module === 'object' && module !== null ? (module as Record<string, unknown>)[name] : undefined;
  const [map, reduce, combine] = [exported('map'), exported('reduce'), exported('combine')];
  if (!isMap(map)) throw new Error(`${path} exports no function \`map(line, split, number, emit)\``);
  if (!isReduce(reduce)) throw new Error(`${path} exports no function \`reduce(key, values, emit)\``);
  if (combine !== undefined && !isCombine(combine))
    throw new Error(`${path} exports \`combine\`, which is no function \`combine(one, other)\``);
  loaded.set(path, { name: 'module', map, reduce, combine });
}

export function moduleAt(path: string): Job | undefined {
  return loaded.get(path);
}

function isMap(value: unknown): value is Job['map'] {
  return typeof value === 'function';
}

function isReduce(value: unknown): value is Job['reduce'] {
  return typeof value === 'function';
}

function isCombine(value: unknown): value is NonNullable<Job['combine']> {
  return typeof value === 'function';
}
