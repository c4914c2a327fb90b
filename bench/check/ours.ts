/**
 * How long porcupine-ts takes for one history, and how much memory. Run as a process of its own by
 * `contest.ts`; prints the lines of `round.ts`.
 *
 * `node --expose-gc ours.js HISTORY OPTIONS`, options as JSON (`Options`).
 */
import * as porcupine from 'porcupine-ts';
import {
  checkOperations,
  checkRecording,
  register,
  type CheckedHistory,
  type CheckOptions,
  type Model,
} from 'porcupine-ts';
import { z } from 'zod';
import { OperationPairing } from '../../checkers/operations.ts';
import { readHistory } from '../../harness/history/reader.ts';
import { eventsOf, onlineIn, pushAll } from './online.ts';
import { forgetPeak, memoryOf } from './proc.ts';
import type { Line, Round } from './round.ts';

const Options = z.object({
  /** What the model may be called by the package; the first that is there. */
  models: z.array(z.string()),
  /** Event by event instead of as a whole. */
  online: z.boolean().optional(),
  /** As an array of operations, instead of written down before as the harness does. */
  plain: z.boolean().optional(),
  algorithm: z.enum(['general', 'jit', 'zones', 'distinct']).optional(),
  /** Warm rounds, after warming up. */
  rounds: z.number(),
  /** Also look for the counterexample. */
  explain: z.boolean(),
  seconds: z.number(),
});

/** Warming up ends after so many rounds or milliseconds. */
const WARM_UP = { rounds: 40, ms: 2000 };
/** A check that takes longer is not repeated: it is as warm as it gets. */
const REPEAT_BELOW_MS = 5000;

const [file, json] = process.argv.slice(2);
const options = Options.parse(JSON.parse(json!));
const print = (line: Line): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

function main(): void {
  const model = options.models.map(modelNamed).find((found) => found !== undefined);
  if (!model) return print({ event: 'unavailable', needs: `a model ${options.models.join(' or ')}` });
  if (options.algorithm !== undefined && !choosesAlgorithms()) {
    return print({ event: 'unavailable', needs: `checkOperations with algorithm: '${options.algorithm}'` });
  }
  const start = performance.now();
  const loaded = options.online ? pushing(model, file!) : checking(model, file!);
  if (loaded === undefined) return print({ event: 'unavailable', needs: 'online in porcupine-ts' });
  const { subject, operations } = loaded;
  print({ event: 'loaded', operations, ms: performance.now() - start });
  const cold = round('cold', subject);
  if (cold.verdict === 'unknown') return;
  if (options.rounds > 0 && Math.min(cold.ms, cold.cpuMs) < REPEAT_BELOW_MS) {
    const begin = performance.now();
    for (let i = 0; i < WARM_UP.rounds && performance.now() - begin < WARM_UP.ms; i++) {
      round('warm-up', subject);
    }
    for (let i = 0; i < options.rounds; i++) round('warm', subject);
  }
  if (options.explain) round('explained', subject);
}

/** What is timed. */
type Subject = (phase: Round['phase']) => Outcome;

type Outcome = Pick<Round, 'verdict' | 'algorithms' | 'counterexample' | 'reason'> & {
  /** What is still held when the verdict is there. */
  readonly held?: unknown;
};

interface Loaded {
  readonly subject: Subject;
  readonly operations: number;
}

/** Operations as the harness pairs and records them; as an array they are in order of their calls. */
function checking(model: Model, file: string): Loaded {
  const pairing = new OperationPairing(model);
  for (const op of readHistory(file)) pairing.push(op);
  const recorded = pairing.finish();
  const { recording, length } = recorded;
  if (!options.plain) {
    const check = (phase: Round['phase']): CheckedHistory => checkRecording(recording, wanted(phase));
    return { subject: (phase) => outcomeOf(check(phase)), operations: length };
  }
  const operations = Array.from({ length }, (_, i) => recorded.at(i));
  operations.sort((a, b) => a.call - b.call);
  return {
    subject: (phase) => outcomeOf(checkOperations(model, operations, wanted(phase))),
    operations: length,
  };
}

function pushing(model: Model, file: string): Loaded | undefined {
  const make = onlineIn(porcupine);
  if (!make) return undefined;
  const events = eventsOf([...readHistory(file)]);
  return {
    subject: () => {
      const { checker, verdict } = pushAll(make, model, events);
      return { verdict, held: checker };
    },
    operations: events.filter(({ kind }) => kind === 'call').length,
  };
}

function round(phase: Round['phase'], subject: Subject): Round {
  // Only once: collecting everything also throws away what is compiled, and no round would be warm.
  if (phase === 'cold') collectGarbage();
  forgetPeak();
  const { rss, heapTotal, heapUsed } = process.memoryUsage();
  // Reading the file left free pages in the heap: a check that fills them needs that memory all the same.
  const baseBytes = rss - (heapTotal - heapUsed);
  const before = process.cpuUsage();
  const start = performance.now();
  const { held, ...outcome } = subject(phase);
  const ms = performance.now() - start;
  const { user, system } = process.cpuUsage(before);
  const peakBytes = memoryOf('self', 'VmHWM') ?? process.resourceUsage().maxRSS * 1024;
  let heldBytes: number | undefined;
  if (held !== undefined && phase === 'cold') {
    collectGarbage();
    heldBytes = process.memoryUsage().heapUsed - heapUsed;
  }
  const cpuMs = (user + system) / 1000;
  const round: Round = { event: 'checked', phase, ...outcome, ms, cpuMs, baseBytes, peakBytes, heldBytes };
  print(round);
  return round;
}

function outcomeOf(checked: CheckedHistory): Outcome {
  const decisive = checked.partitions.find(({ verdict }) => verdict === checked.verdict);
  return {
    verdict: checked.verdict,
    algorithms: algorithmsOf(checked),
    counterexample: decisive?.counterexample?.operations.length,
    reason: decisive?.reason?.message.split('\n')[0],
  };
}

function wanted(phase: Round['phase']): CheckOptions {
  const { algorithm, seconds } = options;
  const counterexample = phase === 'explained';
  // As Porcupine does: the verdict alone.
  return {
    timeout: seconds * 1000,
    counterexample,
    longest: false,
    ...(algorithm !== undefined && { algorithm }),
  };
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
