/**
 * The judging half: reads a recorded history once, shows each op to every checker, and composes their
 * verdicts. It knows nothing of the run but what was recorded and what is asked of it here.
 */
import { Availability } from '../../checkers/availability.ts';
import { checkersByName, type CheckerName } from '../../checkers/catalogue.ts';
import { CheckerSet } from '../../checkers/compose.ts';
import type { LinearizableOptions } from '../../checkers/linearizable.ts';
import { Nodes } from '../../checkers/nodes.ts';
import { NonVacuity } from '../../checkers/non-vacuity.ts';
import { Recovery } from '../../checkers/recovery.ts';
import { Stats } from '../../checkers/stats.ts';
import { composeVerdicts, type Checker } from '../../checkers/types.ts';
import { builtModule } from '../built.ts';
import type { Workload } from '../../workloads/types.ts';
import { isClientOp, type Op } from '../history/op.ts';
import { readOps, type FormatName, type ReadOptions, type TornLine } from '../history/reader.ts';
import type { RunVerdict } from '../store/verdict.ts';

const PARTITION_WORKER = builtModule(import.meta.url, '../../checkers/partition-worker');

export interface Question {
  /** Whose model the history is held against. */
  readonly workload: Pick<Workload, 'model'>;
  readonly checks: readonly CheckerName[];
  /**
   * What the run must have shown to prove anything, its end included: a run that was ended early is not
   * valid, whatever it recorded. Undefined where nobody said: a foreign history is taken as it is.
   */
  readonly require: { readonly okOps: number; readonly faults: number } | undefined;
  /** How long checking may take, ms. */
  readonly timeout: number;
  /** More for the checker of linearizability. */
  readonly linearizable?: Omit<LinearizableOptions, 'timeout' | 'worker'>;
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
  const checkers = new CheckerSet(checkersFor(question));
  const { meaning = (op: Op): Op => op, ...reading } = question.reading ?? {};
  let ops = 0;
  let torn: TornLine | undefined;
  const push = (op: Op): void => {
    if (isClientOp(op) && op.type === 'invoke') ops++;
    checkers.push(meaning(op));
  };
  const format = await readOps(file, push, { ...reading, onTorn: (line) => (torn = line) });
  const checks = await checkers.finish();
  return {
    verdict: composeVerdicts(checks.map((check) => check.verdict)),
    ops,
    checks: checks as RunVerdict['checks'], // their details are JSON, which zod's type says in another way
    torn,
    format,
  };
}

/** In the order in which results are shown. */
function checkersFor({
  workload,
  checks,
  require,
  timeout,
  linearizable,
}: Question): Record<string, Checker> {
  return {
    ...Object.fromEntries(
      checks.map((check) => [
        check,
        checkersByName[check].make({
          ...linearizable,
          model: workload.model,
          timeout,
          worker: PARTITION_WORKER,
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
