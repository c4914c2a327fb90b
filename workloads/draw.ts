/**
 * Tokens that the system draws itself: each draw puts a fresh one in the place of the key's last, and
 * answers with it. No client knows it before, so what reads show after a failover was decided by one
 * replica and must be known to the other.
 */
import { KeyedGenerator, type Vocabulary } from './keyed.ts';
import type { Workload } from './types.ts';

const vocabulary: Vocabulary = {
  kinds: { read: 'read', draw: 'draw' },
  read: 'read',
  value: (n) => n,
};

export const draw: Workload = {
  name: 'draw',
  about: 'make the system draw random tokens by key, and read them',
  functions: { read: 5, draw: 3 },
  defaultKeys: 5,
  needs: ['get', 'draw'],
  checks: ['draws'],
  generator: (options, random) => new KeyedGenerator(vocabulary, options, random),
  toClient: (invocation) => (invocation.f === 'read' ? { ...invocation, f: 'get' } : invocation),
  fromClient({ f }, { value, ...completion }) {
    if (completion.type !== 'ok') return completion;
    if (f === 'read') return { ...completion, value: value ?? null };
    return { ...completion, ...(value !== undefined && { value }) };
  },
};
