/**
 * A small check of linearizability for the rig's own tests: short histories of one key of a key-value
 * store. Wing & Gong's search with Lowe's memory of (operations taken, value) already tried. The
 * harness's checker proper is porcupine-ts; this one shares nothing with it, and so can disagree.
 */
import type { Completion, Invocation } from '../contract.ts';

/** One operation as a client saw it. Times are places in the one order of all events. */
export interface Observed {
  readonly invocation: Invocation;
  readonly invoked: number;
  /** Undefined: it never ended, which says as little as `info`. */
  readonly completion: Completion | undefined;
  readonly completed: number;
}

interface Step {
  readonly observed: Observed;
  readonly from: number;
  /** Infinity when it may take effect at any later time, or never. */
  readonly to: number;
}

/** True when the operations on one key, from no value, can be put in a legal order that respects time. */
export function isLinearizable(operations: readonly Observed[]): boolean {
  const steps = operations.flatMap(stepOf).sort((a, b) => a.from - b.from);
  const taken = new Uint8Array(steps.length);
  const tried = new Set<string>();

  const search = (value: string | null, mustTake: number): boolean => {
    if (mustTake === 0) return true;
    const memory = `${taken.join('')}:${String(value)}`;
    if (tried.has(memory)) return false;
    tried.add(memory);
    // Nothing may go before an operation that ended before it began.
    let horizon = Infinity;
    for (let at = 0; at < steps.length; at++) if (!taken[at]) horizon = Math.min(horizon, steps[at]!.to);
    for (let at = 0; at < steps.length; at++) {
      const { observed, from, to } = steps[at]!;
      if (taken[at]) continue;
      if (from > horizon) break;
      const next = after(observed, value);
      if (next === undefined) continue;
      taken[at] = 1;
      if (search(next, mustTake - (to === Infinity ? 0 : 1))) return true;
      taken[at] = 0;
    }
    return false;
  };
  return search(null, steps.filter(({ to }) => to !== Infinity).length);
}

function stepOf(observed: Observed): Step[] {
  const { invocation, invoked, completion, completed } = observed;
  if (completion === undefined || completion.type === 'info') {
    return invocation.f === 'get' ? [] : [{ observed, from: invoked, to: Infinity }];
  }
  if (completion.type === 'fail' && completion.error !== 'mismatch') return [];
  return [{ observed, from: invoked, to: completed }];
}

/** The value after the operation; undefined when it can't have happened on `value` as observed. */
function after({ invocation, completion }: Observed, value: string | null): string | null | undefined {
  const known = completion?.type === 'ok' || completion?.type === 'fail' ? completion : undefined;
  switch (invocation.f) {
    case 'get':
      return known?.value === value ? value : undefined;
    case 'put':
      return String(invocation.value);
    case 'append':
      return (value ?? '') + String(invocation.value);
    case 'delete':
      return null;
    case 'cas': {
      const [expected, next] = invocation.value as readonly [string, string];
      if (known?.type === 'fail') return value === expected ? undefined : value;
      if (value === expected) return next;
      return known?.type === 'ok' ? undefined : value;
    }
    default:
      return undefined;
  }
}
