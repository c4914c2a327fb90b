/**
 * Files that are only appended to, by record append: `append` answers the offset that the record was given,
 * `records` all whole records of a file in order, each with its offset.
 *
 * Held against a log whose entries are the records, in the order of the file; each once, which is what the
 * strong mode promises. Where they lie is for the checker `record-append`.
 */
import { recordLog } from '../checkers/record-log-model.ts';
import type { Completion, Invocation, Json } from '../systems/contract.ts';
import { filled, tokenOf } from './gfs-bytes.ts';
import { KeyedGenerator, type Vocabulary } from './keyed.ts';
import type { Workload } from './types.ts';

/** Bytes of a record: of many lengths, so that the ends of chunks are met in many ways. */
const SHORTEST = 12;
const LENGTHS = 37;
/** Has no factor in common with `LENGTHS`, so that neighbours differ and all lengths come up. */
const STRIDE = 11;

const vocabulary: Vocabulary = {
  kinds: { append: 'write', records: 'read' },
  read: 'records',
  value: String,
};

export const gfsAppend: Workload = {
  name: 'gfs-append',
  about: 'append records to files, and read all records of a file back',
  functions: { append: 4, records: 1 },
  defaultKeys: 3,
  needs: ['append', 'records'],
  generator: (options, random) => new KeyedGenerator(vocabulary, options, random),
  toClient,
  fromClient,
  model: recordLog(),
  checks: ['linearizable', 'record-append'],
};

function toClient({ f, key = '', value }: Invocation): Invocation {
  const path = `/${key}`;
  if (f === 'append') {
    const token = String(value);
    return { f, key: path, value: { data: filled(key, token, lengthOf(token)), create: true } };
  }
  if (f !== 'records') throw new RangeError(`this workload has no function ${f}`);
  return { f, key: path, value: { create: true } };
}

function fromClient({ f, key = '' }: Invocation, completion: Completion): Completion {
  const { value, ...rest } = completion;
  if (completion.type !== 'ok') return rest;
  if (f === 'append') return { ...rest, value: value ?? null };
  if (!isList(value)) return { ...rest, value: [[-1, { torn: value ?? null }]] };
  return { ...rest, value: value.map((record) => recordOf(key, record)) };
}

function recordOf(key: string, record: Json): Json {
  if (!isList(record) || record.length !== 2) return [-1, { torn: record }];
  const [offset, data] = record;
  return [offset!, tokenOf(key, data!, lengthOf)];
}

function lengthOf(token: string): number {
  return SHORTEST + ((Number(token) * STRIDE) % LENGTHS);
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
