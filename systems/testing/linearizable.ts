/**
 * A small check of linearizability for tests of systems: short histories of one key of a key-value
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

/** States looked at before the search gives up. */
const MAX_STATES = 300_000;

/**
 * False when the operations on one key, from no value, can't be put in a legal order that respects
 * time. True when they can; also, rarely, when finding out would take too long.
 */
export function isLinearizable(operations: readonly Observed[]): boolean {
  const all = operations.flatMap(stepOf);
  // Ended ones first: of what nobody knows whether it happened, only what is needed is tried.
  const steps = withoutUnseen(all).sort((a, b) => a.to - b.to);
  const taken = new Uint8Array(steps.length);
  const tried = new Set<string>();

  const search = (value: string | null, mustTake: number): boolean => {
    if (mustTake === 0 || tried.size > MAX_STATES) return true;
    const memory = `${String.fromCharCode(...taken)}:${String(value)}`;
    if (tried.has(memory)) return false;
    tried.add(memory);
    // Nothing may go before an operation that ended before it began.
    const horizon = steps[taken.indexOf(0)]!.to;
    for (let at = 0; at < steps.length; at++) {
      const { observed, from, to } = steps[at]!;
      if (taken[at] || from > horizon) continue;
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

/**
 * Without those writes in doubt whose text, which no other write has, nobody ever saw: if any order is
 * legal it stays so without them, unless a cas found that the value was another.
 */
function withoutUnseen(steps: readonly Step[]): Step[] {
  if (steps.some(({ observed }) => observed.completion?.type === 'fail')) return [...steps];
  // A cas that may have happened says that its expected value may have been there.
  const seen: string[] = [];
  for (const { observed } of steps) {
    const { f, value } = observed.invocation;
    if (f === 'get') seen.push(String(observed.completion?.value));
    else if (f === 'cas' && Array.isArray(value)) seen.push(String(value[0]));
  }
  return steps.filter(({ observed: { invocation }, to }) => {
    if (to !== Infinity || invocation.f === 'delete') return true;
    const written = String(Array.isArray(invocation.value) ? invocation.value[1] : invocation.value);
    return seen.some((text) => text.includes(written));
  });
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
