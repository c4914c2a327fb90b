/**
 * A run, from plan to verdict: an experiment on the plan's host is recorded to a folder, and the recorded
 * history is judged.
 *
 * The running half only records; the judging half only reads what was recorded.
 */
import { composeVerdicts, type CheckResult } from '../../checkers/types.ts';
import { explainFile } from '../explain/index.ts';
import { systemNamed } from '../hosts/system.ts';
import { stringifyPlan, type Plan } from '../plan/index.ts';
import { createRunFolder } from '../store/run-folder.ts';
import type { RunVerdict } from '../store/verdict.ts';
import { environment } from './environment.ts';
import { judge, type Judged } from './judge.ts';
import { onProcesses } from './on-processes.ts';
import { onSimulation } from './on-simulation.ts';
import { questionOf } from './question.ts';
import type { Running, RunOptions } from './running.ts';
import type { SeenViolation } from './watch-protocol.ts';

export interface RunOutcome {
  readonly folder: string;
  readonly verdict: RunVerdict;
}

/**
 * Runs a checked plan. Rejects only where the harness itself fails (no disk, a node that does not
 * start); by then everything it started is gone, and what was recorded stays in the folder.
 */
export async function runPlan(plan: Plan, options: RunOptions): Promise<RunOutcome> {
  const started = new Date();
  const folder = createRunFolder(options.out, plan.name, plan.seed, started);
  folder.write(folder.plan, stringifyPlan(plan, folder.path));
  const nodes = Array.from({ length: plan.system.nodes }, (_, i) => `n${i + 1}`);
  options.onEvent({ kind: 'started', plan, nodes, folder: folder.path });
  const running: Running = plan.host === 'sim' ? onSimulation : onProcesses;
  const { interrupted, seen } = await running(plan, folder, options);
  options.onEvent({ kind: 'judging', ops: 0 });
  const { torn: _, format: __, ...judged } = confirming(seen, await judge(folder.history, questionOf(plan)));
  const explanation = await explainFile(
    folder.history,
    judged.checks as readonly CheckResult[],
    {},
    {
      leaderRole: (await systemNamed(plan.system.name)).leaderRole,
    },
  );
  const verdict: RunVerdict = {
    format: 1,
    plan: plan.name,
    seed: plan.seed,
    host: plan.host,
    started: started.toISOString(),
    ...judged,
    expect: plan.expect,
    met: judged.verdict === plan.expect || isAllowed(judged.verdict, interrupted, plan),
    interrupted,
    seen: seen ?? null,
    explanation: explanation === undefined ? null : { ...explanation, sentences: [...explanation.sentences] },
    environment: environment(),
    reproduce: [...options.reproduce(folder.path)],
  };
  folder.write(folder.verdict, `${JSON.stringify(verdict, null, 2)}\n`);
  options.onEvent({ kind: 'judged', verdict, folder: folder.path });
  return { folder: folder.path, verdict };
}

/** An unknown that the plan lets pass; what the user cut short proves nothing and is nobody's pass. */
function isAllowed(verdict: RunVerdict['verdict'], interrupted: boolean, { onUnknown }: Plan): boolean {
  return verdict === 'unknown' && onUnknown === 'pass' && !interrupted;
}

/**
 * A run that was ended for a violation which the checker of the whole history does not find: one of the
 * two is wrong, so nothing is proven.
 */
function confirming(seen: SeenViolation | undefined, judged: Judged): Judged {
  const whole = judged.checks.find(({ checker }) => checker === seen?.checker);
  if (seen === undefined || whole?.verdict !== 'valid') return judged;
  const doubt = {
    checker: 'online',
    verdict: 'unknown' as const,
    summary: `op ${seen.index}, ${seen.description}, was taken for a violation while the run went on, and the whole history does not confirm it: a fault of Faultline's, please report it`,
    details: null,
  };
  const checks = [...judged.checks, doubt];
  return { ...judged, verdict: composeVerdicts(checks.map(({ verdict }) => verdict)), checks };
}
