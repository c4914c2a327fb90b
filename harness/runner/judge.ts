/**
 * The judging half: sees a recorded history once, shows each op to every checker, and composes their
 * verdicts. It knows nothing of the run but what was recorded and what is asked of it here.
 */
import { Availability } from '../../checkers/availability.ts';
import { checkersByName, type CheckerName } from '../../checkers/catalogue.ts';
import { CheckerSet } from '../../checkers/compose.ts';
import type { LinearizableOptions } from '../../checkers/linearizable.ts';
import { Nodes } from '../../checkers/nodes.ts';
import { NonVacuity, type Requirements } from '../../checkers/non-vacuity.ts';
import { Recovery } from '../../checkers/recovery.ts';
import { Stats } from '../../checkers/stats.ts';
import { composeVerdicts, type Checker } from '../../checkers/types.ts';
import { builtModule } from '../built.ts';
import { threadPool } from '../thread-pool.ts';
import type { Workload } from '../../workloads/types.ts';
import { isClientOp, type Op } from '../history/op.ts';
import { readOps, type FormatName, type ReadOptions, type TornLine } from '../history/reader.ts';
import type { RunVerdict } from '../store/verdict.ts';

const PARTITION_WORKER = builtModule(import.meta.url, '../../checkers/partition-worker');

export interface Question {
  /** Whose model the history is held against. */
  readonly workload: Pick<Workload, 'model'>;
  /** Whose invariants it is held against; undefined where nobody knows. */
  readonly system?: string | undefined;
  readonly checks: readonly CheckerName[];
  /**
   * What the run must have shown to prove anything, its end included: a run that was ended early is not
   * valid, whatever it recorded. Undefined where nobody said: a foreign history is taken as it is.
   */
  readonly require: Requirements | undefined;
  /** How long checking may take, ms. */
  readonly timeout: number;
  /** More for the checker of linearizability. */
  readonly linearizable?: Omit<LinearizableOptions, 'timeout' | 'startThreads'>;
  /** How the history is read, and what its ops mean. */
  readonly reading?: Omit<ReadOptions, 'onTorn'> & { meaning?(op: Op): Op };
}

export interface Judged extends Pick<RunVerdict, 'verdict' | 'ops' | 'checks'> {
  /**
   * A last line that a killed harness left unfinished. It takes nothing from the verdict: what is judged
   * is the prefix, and a prefix of a linearizable history is linearizable.
   */
  readonly torn: TornLine | undefined;
  readonly format: FormatName;
}

/** Throws `HistoryFormatError` where the file is no history. */
export async function judge(file: string, question: Question): Promise<Judged> {
  const judgement = new Judgement(question);
  const { meaning = (op: Op): Op => op, ...reading } = question.reading ?? {};
  let torn: TornLine | undefined;
  const format = await readOps(file, (op) => judgement.push(meaning(op)), {
    ...reading,
    onTorn: (line) => (torn = line),
  });
  return { ...(await judgement.finish()), torn, format };
}

/** A history that is shown op by op, in order. */
export class Judgement {
  readonly #checkers: CheckerSet;
  #ops = 0;

  constructor(question: Omit<Question, 'reading'>) {
    this.#checkers = new CheckerSet(checkersFor(question));
  }

  push(op: Op): void {
    if (isClientOp(op) && op.type === 'invoke') this.#ops++;
    this.#checkers.push(op);
  }

  async finish(): Promise<Pick<RunVerdict, 'verdict' | 'ops' | 'checks'>> {
    const checks = await this.#checkers.finish();
    return {
      verdict: composeVerdicts(checks.map((check) => check.verdict)),
      ops: this.#ops,
      checks: checks as RunVerdict['checks'], // their details are JSON, which zod's type says in another way
    };
  }
}

/** In the order in which results are shown. */
function checkersFor({
  workload,
  system,
  checks,
  require,
  timeout,
  linearizable,
}: Omit<Question, 'reading'>): Record<string, Checker> {
  return {
    ...Object.fromEntries(
      checks.map((check) => [
        check,
        checkersByName[check].make({
          ...linearizable,
          model: workload.model,
          system,
          timeout,
          startThreads: (threads, memory) => threadPool(PARTITION_WORKER, threads, memory),
        }),
      ]),
    ),
    'non-vacuity': new NonVacuity(require ?? { okOps: 1, faults: 0 }),
    ...(require && { recovery: new Recovery() }),
    nodes: new Nodes(),
    availability: new Availability(),
    stats: new Stats(),
  };
}
