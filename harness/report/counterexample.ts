/**
 * The counterexample of a run as people look at it: its operations as intervals of time, and the orders that
 * explain all of them but one, step by step. The report's page and the inspector both draw this.
 */
import type { Model } from 'porcupine-ts';
import type { KeyDetails, LinearizableDetails } from '../../checkers/linearizable.ts';
import { workloads } from '../../workloads/index.ts';
import { catalogueToRead, loadPlan } from '../plan/index.ts';
import type { RunFolder } from '../store/run-folder.ts';
import type { RunVerdict } from '../store/verdict.ts';
import type { Counterexample } from './page/data.ts';
import { ordersOf } from './steps.ts';

/** Of a large counterexample the last operations are shown, and of long texts the beginning. */
const MAX_OPERATIONS = 60;
const MAX_TEXT = 500;

/** Of the key that broke first, or the nth (from 0); undefined where none could be built. Without a model no orders. */
export function counterexampleOf(
  checks: RunVerdict['checks'],
  model: Model | undefined,
  nth = 0,
): Counterexample | undefined {
  const key = invalidKeys(checks)[nth];
  if (key?.counterexample == null) return undefined;
  const { operations, blocked, minimal } = key.counterexample;
  const sorted = [...operations].sort((a, b) => a.invoke - b.invoke);
  const kept = sorted.slice(-MAX_OPERATIONS);
  return {
    key: key.key,
    of: key.operations,
    minimal,
    blocked,
    operations: kept.map(({ invoke, complete, process, description, node, invoked, completed, outcome }) => ({
      id: invoke,
      end: outcome === 'unknown' ? null : complete,
      process: String(process),
      text: cut(description),
      node,
      from: invoked / 1e6,
      until: completed === null || outcome === 'unknown' ? null : completed / 1e6,
    })),
    // Of a part of the operations there is no order.
    orders: model === undefined || kept.length < sorted.length ? [] : ordersOf(key.counterexample, model),
  };
}

/** In the order in which they broke. */
export function invalidKeys(checks: RunVerdict['checks']): readonly KeyDetails[] {
  const found = checks.find(({ checker, verdict }) => checker === 'linearizable' && verdict === 'invalid');
  // The checker documents its details so.
  const keys = (found?.details as unknown as LinearizableDetails | undefined)?.keys ?? [];
  return keys.filter(({ verdict }) => verdict === 'invalid');
}

/** What the run's operations were held against, by its plan. */
export async function modelOf(folder: RunFolder): Promise<Model | undefined> {
  const loaded = loadPlan(folder.plan, { set: [] }, await catalogueToRead());
  return 'plan' in loaded ? workloads[loaded.plan.workload.name]?.model : undefined;
}

export function cut(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
}
