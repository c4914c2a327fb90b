/**
 * Is the output of every job what one sequential run of it gives, byte for byte, each partition there once
 * and each task counted once? Whatever is said of a job at any time has to be that: an output never changes.
 * And a job that was run to its end is there from then on.
 *
 * Functions: `run` and `run-module` with the job, whose answer is its result; `output`, whose answer is the
 * result or null for no such job; `sequential` with the job, whose answer is what the result has to be. Keys
 * are jobs. `details`: `MapReduceDetails`.
 */
import type { Json, Op } from '../harness/history/op.ts';
import { counted } from './listed.ts';
import { difference, parseResult, type Result } from './mapreduce-result.ts';
import { NotUnderstood, Objects, type Judgement, type ObjectJudge } from './objects.ts';

export const MAPREDUCE_FUNCTIONS = ['run', 'run-module', 'output', 'sequential'] as const;

export type MapReduceDetails = {
  /** Of this job: runs that were answered, outputs that were read. */
  readonly runs: number;
  readonly outputs: number;
  /** The job; null where none was asked for. */
  readonly job: Json;
  /** What is wrong, and the indices of the completions that show it. */
  readonly violations: readonly { readonly what: string; readonly ops: readonly number[] }[];
};

export function mapreduceOutput(): Objects {
  return new Objects({
    name: 'mapreduce-output',
    functions: MAPREDUCE_FUNCTIONS,
    judge: () => new JobJudge(),
  });
}

/** An answer about the job. */
interface Said {
  readonly by: 'run' | 'output';
  /** Null: there is no such job. */
  readonly result: Result | null;
  readonly invoked: number;
  readonly completed: number;
}

class JobJudge implements ObjectJudge<MapReduceDetails> {
  readonly #said: Said[] = [];
  /** As JSON: every job that was asked for under this key, and what it has to give. */
  readonly #asked = new Map<string, Json>();
  readonly #expected = new Map<string, Result>();
  /** Index of the first invocation of a run, and how many may have been heard of. */
  #firstRun = Infinity;
  #refused = 0;
  #runs = 0;

  invoked({ f, index, value }: Op): void {
    if (f === 'output' || f === 'sequential') return;
    this.#runs++;
    this.#firstRun = Math.min(this.#firstRun, index);
    this.#asked.set(JSON.stringify(value), value ?? null);
  }

  completed(invocation: Op, completion: Op): void {
    const { f } = invocation;
    if (completion.type === 'fail' && f !== 'output' && f !== 'sequential') this.#refused++;
    if (completion.type !== 'ok') return;
    const { value } = completion;
    const result = f === 'output' && value === null ? null : parseResult(value);
    if (result === undefined) throw new NotUnderstood(completion, 'expected the result of a job');
    if (f === 'sequential') {
      if (result !== null) this.#expected.set(JSON.stringify(invocation.value), result);
      return;
    }
    const by = f === 'output' ? 'output' : 'run';
    this.#said.push({ by, result, invoked: invocation.index, completed: completion.index });
  }

  finish(finalReads: number | undefined): Judgement<MapReduceDetails> {
    const violations = [...this.#fromNowhere(), ...this.#lost(), ...this.#wrong()];
    const results = this.#said.filter(({ result }) => result !== null);
    const [job] = this.#asked.values();
    const details: MapReduceDetails = {
      runs: results.filter(({ by }) => by === 'run').length,
      outputs: this.#said.filter(({ by }) => by === 'output').length,
      job: job ?? null,
      violations,
    };
    if (violations.length > 0) {
      const { what, ops } = violations[0]!;
      return { verdict: 'invalid', summary: `${what} (op ${ops.join(', ')})`, details };
    }
    const unknown = (summary: string): Judgement<MapReduceDetails> => ({
      verdict: 'unknown',
      summary,
      details,
    });
    if (this.#asked.size > 1) return unknown('several jobs were asked for under one id');
    const unproven = [...this.#asked.keys()].some((asked) => !this.#expected.has(asked));
    if (unproven && results.length > 0) return unknown('what the sequential run gives is not known');
    const wasRead = this.#said.some(({ by, invoked }) => by === 'output' && invoked > (finalReads ?? 0));
    if (details.runs > 0 && !wasRead) return unknown('the output was not read after the last run');
    if (results.length === 0) return { verdict: 'valid', summary: 'never run to its end', details };
    const summary = `${counted(details.runs, 'run')} and ${counted(details.outputs, 'look')}, all as the sequential run`;
    return { verdict: 'valid', summary, details };
  }

  /** A job that nobody had asked for, or only such as were certainly refused. */
  #fromNowhere(): MapReduceDetails['violations'] {
    const isRefused = this.#refused === this.#runs;
    return this.#said.flatMap(({ by, result, completed }) => {
      if (by === 'run' || result === null || (completed > this.#firstRun && !isRefused)) return [];
      const what =
        completed > this.#firstRun ? 'was run, though every run was refused' : 'was there before it was run';
      return [{ what, ops: [completed] }];
    });
  }

  /** A job that was over once, and is not there later. */
  #lost(): MapReduceDetails['violations'] {
    const over = this.#said.find(({ result }) => result !== null);
    if (over === undefined) return [];
    return this.#said.flatMap(({ result, invoked, completed }) => {
      if (result !== null || invoked < over.completed) return [];
      return [{ what: 'is gone after it was run to its end', ops: [over.completed, completed] }];
    });
  }

  #wrong(): MapReduceDetails['violations'] {
    const [expected] = [...this.#asked.keys()].map((asked) => this.#expected.get(asked));
    if (expected === undefined || this.#asked.size > 1) return [];
    // An output has the text and shows more.
    const said = [...this.#said].sort((a, b) => Number(a.by === 'run') - Number(b.by === 'run'));
    return said.flatMap(({ by, result, completed }) => {
      const what = result === null ? undefined : difference(result, expected);
      return what === undefined ? [] : [{ what: `${by}: ${what}`, ops: [completed] }];
    });
  }
}
