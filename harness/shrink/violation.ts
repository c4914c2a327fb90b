/**
 * What kind of violation a run shows. A failure may only be made smaller as the failure it is: a plan that
 * loses acknowledged writes must not end up as one that answers from nowhere, which another defect would
 * explain. So each candidate is held against the kind of the first: the checker that objects, and what it
 * objects to, as far as its findings tell.
 *
 * `unknown` is none: a check that ran out of time, or a run without traffic, shows nothing.
 */
import type { InvariantsDetails } from '../../checkers/invariants/invariants.ts';
import type { LinearizableDetails, OperationDetails } from '../../checkers/linearizable.ts';
import { isClientOp, type Json, type Op } from '../history/op.ts';
import type { Simulated } from '../runner/simulate.ts';

export interface Violation {
  readonly checker: string;
  /** In words of the checker's findings; sorted. Empty where they say no more than that it is one. */
  readonly kinds: readonly string[];
}

/** What checkers of whole collections list as wrong, by the names of their findings. */
const WRONG = ['lost', 'unexpected', 'phantom', 'duplicated', 'refused', 'stale', 'early', 'order', 'errors'];

/** One for each check that found the history invalid, in the order of the checks. */
export function violationsOf(run: Pick<Simulated, 'checks' | 'history'>): readonly Violation[] {
  return run.checks.flatMap(({ checker, verdict, details }) => {
    if (verdict !== 'invalid') return [];
    return [{ checker, kinds: [...new Set(kindsOf(checker, details, run.history))].sort() }];
  });
}

/** `linearizable` and `invariants` document their details so. */
function kindsOf(checker: string, details: Json, history: readonly Op[]): readonly string[] {
  switch (checker) {
    case 'linearizable':
      return orderKinds(details as unknown as LinearizableDetails | null, history);
    case 'invariants': {
      const { invariants } = details as unknown as InvariantsDetails;
      return invariants.flatMap(({ name, broken }) => (broken === null ? [] : [name]));
    }
    default:
      return WRONG.filter((name) => lists(details, name));
  }
}

/** Whether a run shows this violation, whatever else it shows. */
export function shows(run: Pick<Simulated, 'checks' | 'history'>, { checker, kinds }: Violation): boolean {
  return violationsOf(run).some(
    (other) =>
      other.checker === checker &&
      (kinds.length === 0 ? other.kinds.length === 0 : kinds.some((kind) => other.kinds.includes(kind))),
  );
}

export function violationText({ checker, kinds }: Violation): string {
  return kinds.length === 0 ? checker : `${checker} (${kinds.join(', ')})`;
}

/**
 * Of keys without a linearization:
 *
 *  - `phantom`: an answer has what nobody ever asked to be written to that key;
 *  - `twice`: an answer has one append more than once;
 *  - `order`: all of it was written, but no order of the operations explains the answers: a lost write,
 *    a stale read, a cas that should have failed.
 */
function orderKinds(details: LinearizableDetails | null, history: readonly Op[]): string[] {
  const kinds = (details?.keys ?? []).flatMap(({ key, verdict, counterexample }) => {
    if (verdict !== 'invalid' || counterexample === undefined) return [];
    const blocked = counterexample.operations.find(({ invoke }) => invoke === counterexample.blocked);
    return blocked === undefined ? [] : [kindOf(blocked, key, history)];
  });
  // A checker that gives no counterexample says no more than that there is none.
  return kinds.length > 0 ? kinds : ['order'];
}

function kindOf({ result }: OperationDetails, key: string, history: readonly Op[]): string {
  const asked = new Map<string, number>();
  for (const op of history) {
    if (!isClientOp(op) || op.type !== 'invoke' || (op.key ?? '') !== key) continue;
    for (const token of tokens(op.value)) asked.set(token, (asked.get(token) ?? 0) + 1);
  }
  const seen = new Map<string, number>();
  for (const token of tokens(result)) seen.set(token, (seen.get(token) ?? 0) + 1);
  if ([...seen.keys()].some((token) => !asked.has(token))) return 'phantom';
  return [...seen].some(([token, times]) => times > asked.get(token)!) ? 'twice' : 'order';
}

/** The scalars in a value; of a text the words, as an append adds one to those that were there. */
function tokens(value: Json | undefined): string[] {
  if (value === null || value === undefined) return [];
  if (typeof value === 'string') return value.split(' ').filter((word) => word !== '');
  if (typeof value !== 'object') return [String(value)];
  return Object.values(value).flatMap(tokens);
}

/** Whether something is listed under this name, in the findings or of one of the objects that they tell of. */
function lists(details: Json, name: string): boolean {
  if (typeof details !== 'object' || details === null) return false;
  return Object.entries(details).some(
    ([field, value]) => (field === name && isSome(value)) || lists(value, name),
  );
}

/** Findings are listed with their count, or null where there are none. */
function isSome(value: Json): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return !('count' in value) || value.count !== 0;
}
