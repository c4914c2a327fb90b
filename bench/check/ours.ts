/**
 * How long porcupine-ts takes for one history, and how much memory. Run as a process of its own by
 * `contest.ts`; prints the lines of `round.ts`.
 *
 * `node --expose-gc ours.js HISTORY OPTIONS`, options as JSON (`Options`).
 */
import * as porcupine from 'porcupine-ts';
import { checkOperations, register, type CheckedHistory, type Model, type Operation } from 'porcupine-ts';
import { z } from 'zod';
import { OperationPairing, type Input, type Output } from '../../checkers/operations.ts';
import { readHistory } from '../../harness/history/reader.ts';
import { forgetPeak, memoryOf } from './process-memory.ts';
import type { Line, Round } from './round.ts';

const Options = z.object({
  model: z.string(),
  algorithm: z.enum(['general', 'jit', 'zones', 'distinct']).optional(),
  /** Warm rounds, after warming up. */
  rounds: z.number(),
  /** Also look for the counterexample. */
  explain: z.boolean(),
  seconds: z.number(),
});

/** Warming up ends after so many rounds or milliseconds. */
const WARM_UP = { rounds: 10, ms: 3000 };
/** A check that takes longer is not repeated: it is as warm as it gets. */
const REPEAT_BELOW_MS = 5000;

const [file, json] = process.argv.slice(2);
const options = Options.parse(JSON.parse(json!));
const print = (line: Line): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

function main(): void {
  const model = modelNamed(options.model);
  if (!model) return print({ event: 'unavailable', needs: `a model ${options.model} in porcupine-ts` });
  if (options.algorithm !== undefined && !choosesAlgorithms()) {
    return print({ event: 'unavailable', needs: `checkOperations with algorithm: '${options.algorithm}'` });
  }
  const start = performance.now();
  const operations = load(file!);
  print({ event: 'loaded', operations: operations.length, ms: performance.now() - start });
  const cold = round('cold', model, operations);
  if (cold.verdict === 'unknown') return;
  if (options.rounds > 0 && cold.ms < REPEAT_BELOW_MS) {
    const begin = performance.now();
    for (let i = 0; i < WARM_UP.rounds && performance.now() - begin < WARM_UP.ms; i++) {
      round('warm-up', model, operations);
    }
    for (let i = 0; i < options.rounds; i++) round('warm', model, operations);
  }
  if (options.explain) round('explained', model, operations);
}

/** As the harness pairs them, in order of their calls; splitting them by key is part of the check. */
function load(file: string): Operation<Input, Output>[] {
  const pairing = new OperationPairing({ isPure: ({ f }) => f === 'read' || f === 'get' });
  for (const op of readHistory(file)) pairing.push(op);
  const operations = [...pairing.finish().values()].flatMap((key) => key.operations);
  return operations.sort((a, b) => a.call - b.call);
}

function round(phase: Round['phase'], model: Model, operations: readonly Operation[]): Round {
  collectGarbage();
  forgetPeak();
  const baseBytes = memoryOf('self', 'VmRSS') ?? process.memoryUsage.rss();
  const before = process.cpuUsage();
  const start = performance.now();
  const checked = check(model, operations, phase === 'explained');
  const ms = performance.now() - start;
  const { user, system } = process.cpuUsage(before);
  const wrong = checked.partitions.find(({ verdict }) => verdict === checked.verdict);
  const round: Round = {
    event: 'checked',
    phase,
    verdict: checked.verdict,
    ms,
    cpuMs: (user + system) / 1000,
    baseBytes,
    peakBytes: memoryOf('self', 'VmHWM') ?? process.resourceUsage().maxRSS * 1024,
    algorithms: algorithmsOf(checked),
    ...(wrong?.counterexample && { counterexample: wrong.counterexample.operations.length }),
    ...(wrong?.reason && { reason: wrong.reason.message.split('\n')[0] }),
  };
  print(round);
  return round;
}

function check(model: Model, operations: readonly Operation[], counterexample: boolean): CheckedHistory {
  const { algorithm, seconds } = options;
  const wanted = { timeout: seconds * 1000, counterexample, ...(algorithm !== undefined && { algorithm }) };
  return checkOperations(model, operations, wanted);
}

function modelNamed(name: string): Model | undefined {
  const exported: Readonly<Record<string, unknown>> = porcupine;
  const make = exported[name];
  return isModelMaker(make) ? make() : undefined;
}

function isModelMaker(value: unknown): value is () => Model {
  return typeof value === 'function';
}

/** One that lets the algorithm be chosen says which it chose. */
function choosesAlgorithms(): boolean {
  const write = {
    id: 0,
    process: 0,
    input: { f: 'write', value: 1 } as const,
    output: {},
    call: 0,
    return: 1,
  };
  return checkOperations(register(), [write]).partitions.some((partition) => 'algorithm' in partition);
}

const Chosen = z.object({ algorithm: z.object({ name: z.string() }) });

/** Names of what decided the partitions; none from a checker that does not say. */
function algorithmsOf({ partitions }: CheckedHistory): string[] {
  const names = partitions.map((partition) => Chosen.safeParse(partition).data?.algorithm.name);
  return [...new Set(names.filter((name) => name !== undefined))];
}

/** Twice, and with a pause for the pages to go back, so that the next peak is that of the next check. */
function collectGarbage(): void {
  globalThis.gc?.();
  globalThis.gc?.();
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 30);
}

main();
