/**
 * What a plan wants checked, against what there is to look at: the workload's functions and its model, and
 * the system's invariants. A checker with nothing to say of a run would make it `unknown` each time.
 */
import { checkersByName, misfits } from '../../checkers/catalogue.ts';
import type { SystemEntry, WorkloadEntry } from './catalogue.ts';
import { oneOf, own, quoted, type Mistake } from './mistake.ts';
import { CHECKS, type CheckName } from './plan.ts';

export function checkChecks(
  checks: unknown,
  workload: unknown,
  { functions, hasModel }: WorkloadEntry,
  system: SystemEntry | undefined,
): Mistake[] {
  if (!Array.isArray(checks)) return [];
  const invoked = invokedBy(workload, functions);
  const unfit = (check: CheckName): Pick<Mistake, 'message' | 'hint'> | undefined => {
    const words = checkersByName[check].functions;
    if (check === 'invariants' && system?.hasInvariants === false) {
      const message = `check ${quoted(check)} has nothing to look at: this system has no invariants`;
      return { message, hint: '`faultline list invariants` says which systems have some' };
    }
    if (words === undefined && !hasModel)
      return { message: `check ${quoted(check)} needs a model, and this workload has none` };
    const unknown = misfits(check, invoked);
    if (unknown.length === 0 || !Array.isArray(words)) return undefined;
    const message = `check ${quoted(check)} does not fit this workload, which has ${unknown.map(quoted).join(', ')}`;
    return { message, hint: `it judges workloads of ${words.map(quoted).join(', ')}` };
  };
  const fitting = CHECKS.filter((check) => unfit(check) === undefined);
  return checks.flatMap((name: unknown, index) => {
    const check = CHECKS.find((known) => known === name);
    const problem = check && unfit(check);
    return problem ? [{ path: ['checks', index], at: 'value', expected: oneOf(fitting), ...problem }] : [];
  });
}

/** The functions that clients invoke, by weight or one by one. */
function invokedBy(workload: unknown, functions: WorkloadEntry['functions']): readonly string[] {
  const [ops, operations] = [own(workload, 'ops'), own(workload, 'operations')];
  if (Array.isArray(operations))
    return Object.keys(functions).filter((f) => operations.some((operation) => own(operation, 'f') === f));
  const weights = typeof ops === 'object' && ops !== null && !Array.isArray(ops) ? ops : functions;
  return Object.entries(weights).flatMap(([f, weight]: [string, unknown]) => (weight === 0 ? [] : [f]));
}
