/**
 * Jobs for MapReduce: runs of jobs that nobody ran before, now and then of one that was asked for already,
 * and looks at their outputs. Every key is a job; its input is made from a seed wherever it is needed.
 *
 * In the end the output of every job is read, and the job is run sequentially by the client itself: so the
 * history holds what the outputs have to be, and can be judged without running anything.
 */
import type { Invocation, Json } from '../systems/contract.ts';
import type { Generator, Random, Workload, WorkloadOptions } from './types.ts';

/** Of a run: a job that was asked for before, in percent. */
const AGAIN = 20;
const GRID = 2 ** 30;
const SYLLABLES = ['ka', 'ro', 'mi', 'ten', 'sul', 'vel'];

interface AskedFor {
  readonly f: string;
  readonly key: string;
  readonly spec: Json;
}

class JobGenerator implements Generator {
  readonly #options: WorkloadOptions;
  readonly #random: Random;
  readonly #jobs: AskedFor[] = [];

  constructor(options: WorkloadOptions, random: Random) {
    this.#options = options;
    this.#random = random;
    const weights = Object.entries(options.ops);
    for (const [f] of weights) {
      if (!Object.hasOwn(mapreduceJob.functions, f))
        throw new RangeError(`this workload has no function ${f}`);
    }
    if (weights.every(([, weight]) => weight <= 0)) throw new RangeError('no function has a weight above 0');
  }

  next(): Invocation {
    const f = this.#drawFunction();
    if (f === 'run' || f === 'run-module') return this.#run(f);
    const known = this.#jobs.length === 0 ? undefined : this.#jobs[this.#random.int(this.#jobs.length)]!;
    // Before anything was run, there is nothing to look at but that nothing is there.
    if (known === undefined) return f === 'output' ? { f, key: 'k1' } : this.#run('run');
    return f === 'output' ? { f, key: known.key } : sequential(known);
  }

  listed({ f, key, value }: Invocation): void {
    const isRun = f === 'run' || f === 'run-module';
    if (!isRun || key === undefined || value === undefined) return;
    if (!this.#jobs.some((job) => job.key === key)) this.#jobs.push({ f, key, spec: value });
  }

  final(): readonly Invocation[] {
    return this.#jobs.flatMap((job) => [sequential(job), { f: 'output', key: job.key }]);
  }

  /** As many draws whatever there was before, so that one more job changes no later one. */
  #run(f: 'run' | 'run-module'): Invocation {
    const [again, which] = [this.#random.int(100), this.#random.int(GRID)];
    const spec = this.#drawSpec(f);
    const known = this.#jobs.filter((job) => job.f === f);
    const isFull = this.#jobs.length >= this.#options.keys;
    if (known.length > 0 && (isFull || again < AGAIN)) {
      const { key, spec } = known[which % known.length]!;
      return { f, key, value: spec };
    }
    const key = `k${this.#jobs.length + 1}`;
    this.#jobs.push({ f, key, spec });
    return { f, key, value: spec };
  }

  #drawSpec(f: 'run' | 'run-module'): Json {
    const random = this.#random;
    const kinds = ['word-count', 'inverted-index', 'grep'];
    const [kind, pattern] = [kinds[random.int(kinds.length)]!, SYLLABLES[random.int(SYLLABLES.length)]!];
    const input = {
      reducers: 1 + random.int(4),
      splits: 1 + random.int(6),
      seed: random.int(GRID),
      size: 100 + random.int(900),
    };
    if (f === 'run-module') return { kind: 'module', ...input };
    return kind === 'grep' ? { kind, pattern, ...input } : { kind, ...input };
  }

  #drawFunction(): string {
    const weights = Object.entries(this.#options.ops).filter(([, weight]) => weight > 0);
    const total = weights.reduce((sum, [, weight]) => sum + weight, 0);
    let left = (this.#random.int(GRID) / GRID) * total;
    for (const [f, weight] of weights) {
      left -= weight;
      if (left < 0) return f;
    }
    return weights.at(-1)![0];
  }
}

function sequential({ key, spec }: AskedFor): Invocation {
  return { f: 'sequential', key, value: spec };
}

export const mapreduceJob: Workload = {
  name: 'mapreduce-job',
  about: 'run jobs of MapReduce and read their outputs; `run-module` runs the module of the user’s',
  functions: { run: 3, 'run-module': 0, output: 1, sequential: 0 },
  defaultKeys: 50,
  needs: ['run', 'output', 'sequential'],
  checks: ['mapreduce-output'],
  generator: (options, random) => new JobGenerator(options, random),
  toClient: (invocation) => (invocation.f === 'run-module' ? { ...invocation, f: 'run' } : invocation),
  fromClient: (_invocation, completion) => completion,
};
