/** What clients ask and what they are told, on the wire: the one place that both ends share. */
import type { Json, Message } from '../contract.ts';
import { isObject } from '../json.ts';
import type { Counters } from './jobs/job.ts';
import { parseSpec, type JobSpec } from './jobs/spec.ts';

export type Request =
  | { readonly f: 'run'; readonly key: string; readonly spec: JobSpec }
  | { readonly f: 'output'; readonly key: string };

/** One partition of the output, as it was published. */
export type Part = {
  readonly partition: number;
  readonly length: number;
  readonly crc: number;
  /** Left out by `run`, and where the output is large. */
  readonly text?: string;
};

/**
 * What became of a job; what `run` and `output` answer. `output` answers null where there is no such job.
 * `parts` are in the order of their partitions.
 */
export type Result =
  { readonly parts: readonly Part[]; readonly counters: Counters } | { readonly failed: string };

export type Response =
  | { readonly ok: Json }
  /** It had no effect, and never will. */
  | { readonly refused: 'bad-request' | 'job-differs' | 'too-many-jobs'; readonly why: string }
  /** It had no effect; ask again. */
  | { readonly refused: 'starting' }
  | { readonly refused: 'not-coordinator' };

const MAX_KEY = 200;

/** The request in `body`, or what is wrong with it. */
export function parseRequest(body: Message, module: string): Request | string {
  if (!isObject(body)) return 'a request is an object';
  const { f, key, value } = body;
  if (typeof key !== 'string' || key.length === 0 || key.length > MAX_KEY)
    return `the id of a job has 1 to ${MAX_KEY} characters`;
  if (f === 'output') return { f, key };
  if (f !== 'run') return 'no such operation';
  const spec = parseSpec(value, module);
  return typeof spec === 'string' ? spec : { f, key, spec };
}

/** The coordinator's answer; `undefined` when it is none. */
export function parseResponse(body: Message): Response | undefined {
  if (!isObject(body)) return undefined;
  if (body.ok !== undefined) return { ok: body.ok };
  const { refused, why } = body;
  switch (refused) {
    case 'bad-request':
    case 'job-differs':
    case 'too-many-jobs':
      return { refused, why: String(why) };
    case 'starting':
    case 'not-coordinator':
      return { refused };
    default:
      return undefined;
  }
}
