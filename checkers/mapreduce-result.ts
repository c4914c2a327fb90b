/**
 * What became of a job of MapReduce, as `run`, `output` and `sequential` answer it, and in what two results
 * of one job differ.
 */
import type { Json } from '../harness/history/op.ts';

export interface Part {
  readonly partition: number;
  readonly length: number;
  readonly crc: number;
  /** Left out by `run`, and where it is long. */
  readonly text: string | undefined;
}

/** Lines read, pairs emitted, keys reduced, lines of output. */
const COUNTERS = ['lines', 'pairs', 'keys', 'out'] as const;
type Counters = Readonly<Record<(typeof COUNTERS)[number], number>>;

export type Result =
  | { readonly kind: 'output'; readonly parts: readonly Part[]; readonly counters: Counters }
  /** The job's own code threw. */
  | { readonly kind: 'failed'; readonly why: string };

/** Undefined when it is none. */
export function parseResult(json: Json | undefined): Result | undefined {
  if (!isObject(json)) return undefined;
  const { failed, parts: list, counters } = json;
  if (typeof failed === 'string') return { kind: 'failed', why: failed };
  if (!Array.isArray(list) || !isObject(counters)) return undefined;
  const parts = list.map((part: Json) => parsePart(part));
  const [lines, pairs, keys, out] = COUNTERS.map((name) => counters[name]);
  if (!parts.every((part) => part !== undefined)) return undefined;
  if (!isNumber(lines) || !isNumber(pairs) || !isNumber(keys) || !isNumber(out)) return undefined;
  return { kind: 'output', parts, counters: { lines, pairs, keys, out } };
}

/** In what `found` is not what the sequential run gave; undefined when in nothing. */
export function difference(found: Result, sequential: Result): string | undefined {
  if (sequential.kind === 'failed') {
    return found.kind === 'failed' ? undefined : `has an output, though the job fails: ${sequential.why}`;
  }
  if (found.kind === 'failed') return `failed, though the sequential run does not: ${found.why}`;
  return (
    partitionTrouble(found, sequential) ?? textTrouble(found, sequential) ?? counterTrouble(found, sequential)
  );
}

type Output = Extract<Result, { kind: 'output' }>;

/** Every partition once, and no other. */
function partitionTrouble({ parts }: Output, { parts: expected }: Output): string | undefined {
  for (const { partition } of expected) {
    const times = parts.filter((part) => part.partition === partition).length;
    if (times === 0) return `lacks partition ${partition}`;
    if (times > 1) return `has partition ${partition} ${times} times`;
  }
  const foreign = parts.find(({ partition }) => !expected.some((part) => part.partition === partition));
  return foreign && `has a partition ${foreign.partition}, of ${expected.length} there are`;
}

function textTrouble({ parts }: Output, { parts: expected }: Output): string | undefined {
  for (const part of parts) {
    const right = expected.find(({ partition }) => partition === part.partition)!;
    if (part.text !== undefined && right.text !== undefined && part.text !== right.text)
      return `partition ${part.partition}, ${firstLine(part.text, right.text)}`;
    if (part.length !== right.length || part.crc !== right.crc)
      return `partition ${part.partition} has ${sumOf(part)}, the sequential run’s ${sumOf(right)}`;
  }
  return undefined;
}

function counterTrouble({ counters }: Output, { counters: expected }: Output): string | undefined {
  const wrong = COUNTERS.find((name) => counters[name] !== expected[name]);
  return wrong && `counted ${counters[wrong]} ${wrong}, the sequential run ${expected[wrong]}`;
}

/** Where two texts differ first. */
function firstLine(found: string, expected: string): string {
  const [one, other] = [found.split('\n'), expected.split('\n')];
  const at = one.findIndex((line, index) => line !== other[index]);
  // Of two that differ, one may be the beginning of the other.
  const line = at < 0 ? one.length : at;
  return `line ${line + 1}: ${shown(one[line])} instead of ${shown(other[line])}`;
}

function shown(line: string | undefined): string {
  if (line === undefined) return 'an unfinished line';
  if (line === '') return 'the end';
  return JSON.stringify(line.length > 80 ? `${line.slice(0, 80)}…` : line);
}

function sumOf({ length, crc }: Part): string {
  return `${length} bytes with checksum ${crc}`;
}

function parsePart(json: Json): Part | undefined {
  if (!isObject(json)) return undefined;
  const { partition, length, crc, text } = json;
  if (!isNumber(partition) || !isNumber(length) || !isNumber(crc)) return undefined;
  if (text !== undefined && typeof text !== 'string') return undefined;
  return { partition, length, crc, text };
}

function isNumber(json: Json | undefined): json is number {
  return typeof json === 'number';
}

function isObject(json: Json | undefined): json is { readonly [key: string]: Json } {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}
