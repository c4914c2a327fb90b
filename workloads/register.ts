/**
 * Registers of integers, one a key: read, write and compare-and-set. Run on a key-value store, whose
 * values are the integers' decimal digits.
 */
import { register as registerModel } from 'porcupine-ts';
import type { Completion, Invocation, Json } from '../systems/contract.ts';
import { KeyedGenerator, type Vocabulary } from './keyed.ts';
import type { Workload } from './types.ts';

const vocabulary: Vocabulary = {
  kinds: { read: 'read', write: 'write', cas: 'cas' },
  read: 'read',
  value: (n) => n,
};

const CLIENT_WORDS: { readonly [f: string]: string } = { read: 'get', write: 'put', cas: 'cas' };

export const register: Workload = {
  name: 'register',
  about: 'read, write and cas integers; every key is a register',
  functions: { read: 5, write: 3, cas: 2 },
  defaultKeys: 5,
  needs: ['get', 'put', 'cas'],
  checks: ['linearizable'],
  generator: (options, random) => new KeyedGenerator(vocabulary, options, random),
  toClient,
  fromClient,
  model: registerModel(),
};

function toClient({ f, key, value }: Invocation): Invocation {
  const word = CLIENT_WORDS[f];
  if (word === undefined) throw new RangeError(`this workload has no function ${f}`);
  const words = { f: word, ...(key !== undefined && { key }) };
  if (value === undefined) return words;
  return { ...words, value: Array.isArray(value) ? value.map(digits) : digits(value) };
}

function fromClient({ f }: Invocation, { value, ...completion }: Completion): Completion {
  if (f !== 'read' || completion.type !== 'ok') return completion;
  return { ...completion, value: value === undefined ? null : integer(value) };
}

function digits(value: Json): Json {
  return typeof value === 'number' ? String(value) : value;
}

/** What is not exactly an integer's digits stays as it is: no register can hold it, and the checker says so. */
function integer(value: Json): Json {
  if (typeof value !== 'string') return value;
  const number = Number(value);
  return Number.isSafeInteger(number) && String(number) === value ? number : value;
}
