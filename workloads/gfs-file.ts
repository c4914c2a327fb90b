/**
 * Files whose regions are registers: `k1` … `k8` are the first eight regions of one file, `k9` begins the
 * next. A region is as long as what is written to it and begins at a multiple of that, so it lies within a
 * chunk wherever chunks hold whole regions, and each write is of one chunk.
 *
 * Reads are often wide: they begin before the region and end behind it, at odd places, across the borders
 * of chunks, and the region is cut out of what came back. So a client that joins the parts of a split read
 * in the wrong way answers bytes from elsewhere.
 */
import { register } from 'porcupine-ts';
import type { Completion, Invocation, Json } from '../systems/contract.ts';
import { filled, isEmpty, tokenOf } from './gfs-bytes.ts';
import { KeyedGenerator, type Vocabulary } from './keyed.ts';
import type { Generator, Random, Workload, WorkloadOptions } from './types.ts';

/** Bytes. */
const REGION = 64;
/** Of one file. */
const REGIONS = 8;
/** Every so many reads is narrow. */
const NARROW = 3;

const vocabulary: Vocabulary = {
  kinds: { read: 'read', write: 'write' },
  read: 'read',
  value: String,
};

/** How many bytes more a wide read asks for on both sides: the argument of a `read`, if it has any. */
type Margins = { readonly before: number; readonly after: number };

export const gfsFile: Workload = {
  name: 'gfs-file',
  about: 'read and write regions of files, each a register; reads across borders of chunks',
  functions: { read: 3, write: 2 },
  defaultKeys: 16,
  needs: ['read', 'write'],
  generator: (options, random) => new RegionGenerator(options, random),
  toClient,
  fromClient,
  model: register(),
  checks: ['linearizable'],
};

class RegionGenerator implements Generator {
  readonly #regions: KeyedGenerator;
  readonly #random: Random;

  constructor(options: WorkloadOptions, random: Random) {
    this.#regions = new KeyedGenerator(vocabulary, options, random);
    this.#random = random;
  }

  next(): Invocation {
    const invocation = this.#regions.next();
    // As many draws for a write, so that what it is does not change all that follows.
    const [chance, before, after] = [NARROW, 3 * REGION, 3 * REGION].map((bound) => this.#random.int(bound));
    if (invocation.f !== 'read' || chance === 0) return invocation;
    return { ...invocation, value: { before: before!, after: after! } };
  }

  completed(invocation: Invocation, completion: Completion): void {
    this.#regions.completed(invocation, completion);
  }

  final(): readonly Invocation[] {
    return this.#regions.final();
  }
}

function toClient({ f, key = '', value }: Invocation): Invocation {
  const { path, offset } = placeOf(key);
  if (f === 'write') {
    return { f, key: path, value: { offset, data: filled(key, String(value), REGION), create: true } };
  }
  if (f !== 'read') throw new RangeError(`this workload has no function ${f}`);
  const { from, before, after } = span(offset, value);
  return { f, key: path, value: { offset: from, length: before + REGION + after, create: true } };
}

function fromClient({ f, key = '', value }: Invocation, completion: Completion): Completion {
  if (f !== 'read' || completion.type !== 'ok') return without(completion);
  const { before } = span(placeOf(key).offset, value);
  const bytes = completion.value;
  if (typeof bytes !== 'string') return { ...completion, value: { torn: bytes ?? null } };
  const region = bytes.slice(before, before + REGION);
  // A hole, or beyond the end of the file: nothing was written here yet. A file ends with a region.
  const isUnwritten = isEmpty(region) && (region.length === REGION || region.length === 0);
  return { ...completion, value: isUnwritten ? null : tokenOf(key, region, () => REGION) };
}

/** Of anything but a read nothing comes back that matters. */
function without({ value: _, ...completion }: Completion): Completion {
  return completion;
}

function placeOf(key: string): { readonly path: string; readonly offset: number } {
  const number = Number(key.slice(1)) - 1;
  return { path: `/f${Math.floor(number / REGIONS)}`, offset: REGION * (number % REGIONS) };
}

/** Files have no bytes before the first. */
function span(offset: number, value: Json | undefined): Margins & { readonly from: number } {
  const margin = (name: keyof Margins): number => {
    const given =
      typeof value === 'object' && value !== null && name in value ? Number(Object(value)[name]) : 0;
    return Number.isSafeInteger(given) && given > 0 ? given : 0;
  };
  const before = Math.min(offset, margin('before'));
  return { from: offset - before, before, after: margin('after') };
}
