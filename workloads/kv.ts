/**
 * A key-value store of strings: get, put, cas, and where weights switch them on append and delete.
 *
 * A value is tokens between blanks, each written to its key once: puts and cas write one (`17`), an
 * append adds a blank and one (`17 18`), so that a value shows the writes that made it.
 */
import { kv as kvModel } from 'porcupine-ts';
import { KeyedGenerator, type Vocabulary } from './keyed.ts';
import type { Workload } from './types.ts';

const vocabulary: Vocabulary = {
  kinds: { get: 'read', put: 'write', cas: 'cas', append: 'append', delete: 'delete' },
  read: 'get',
  value: (n) => String(n),
};

export const kv: Workload = {
  name: 'kv',
  about: 'get, put and cas strings by key; append and delete where weights switch them on',
  functions: { get: 5, put: 3, cas: 2, append: 0, delete: 0 },
  defaultKeys: 10,
  needs: ['get', 'put', 'cas'],
  checks: ['linearizable'],
  generator: (options, random) => new KeyedGenerator(vocabulary, options, random),
  toClient: (invocation) => invocation,
  fromClient({ f }, completion) {
    const value = f === 'get' && completion.type === 'ok' ? (completion.value ?? null) : undefined;
    return value === completion.value ? completion : { ...completion, value };
  },
  model: kvModel(),
};
