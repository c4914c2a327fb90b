/** What an op of a history says of a node, if anything: the host records it as `node.status`. */
import type { Json, Op } from '../../harness/history/op.ts';
import type { Sample, SampledStatus } from './types.ts';

/** Undefined where the op is no look at a node. */
export function sampleOf({ process, f, node, value, time, index }: Op): Sample | undefined {
  if (process !== 'host' || f !== 'node.status' || node === undefined) return undefined;
  const state = memberOf(value, 'state');
  return {
    node,
    time,
    index,
    state: typeof state === 'string' ? state : 'unknown',
    status: statusOf(value),
  };
}

/** Undefined where the node did not answer, or what is there is no answer. */
function statusOf(value: Json | undefined): SampledStatus | undefined {
  const [role, term, leader] = [memberOf(value, 'role'), memberOf(value, 'term'), memberOf(value, 'leader')];
  const [logEnd, commit, applied] = [
    memberOf(value, 'logEnd'),
    memberOf(value, 'commit'),
    memberOf(value, 'applied'),
  ];
  if (typeof role !== 'string' || typeof term !== 'number') return undefined;
  if (typeof logEnd !== 'number' || typeof commit !== 'number' || typeof applied !== 'number')
    return undefined;
  const facts = memberOf(value, 'facts');
  return {
    role,
    term,
    leader: typeof leader === 'string' ? leader : null,
    logEnd,
    commit,
    applied,
    ...(facts !== undefined && { facts }),
  };
}

function memberOf(value: Json | undefined, name: string): Json | undefined {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as { readonly [name: string]: Json })[name];
}
