/**
 * A linearizability check that goes along with a run: events in, and a violation out as soon as there is
 * one. It gives the same verdicts as the checks of whole histories, and keeps no history: see
 * `KeyChecker`.
 */
import { MalformedHistory, type Event } from '../events.ts';
import { Keys } from '../key.ts';
import type { Model, Verdict } from '../model.ts';
import { KeyChecker } from './key-checker.ts';
import type { OnlineOperation } from './operation.ts';
import type { OnlineOptions, OnlineVerdict, OnlineViolation } from './result.ts';

export type OnlineEvent<I = unknown, O = unknown> =
  | Event<I, O>
  /** Nobody will ever know how it ended, or whether: it may take effect at any time from its call on. */
  | { readonly kind: 'unknown'; readonly id: number }
  /** It was refused: it never took effect, and never will. */
  | { readonly kind: 'fail'; readonly id: number };

export interface OnlineChecker<I = unknown, O = unknown> {
  /**
   * The next event, in order of real time. Gives the violation that it completes, if it does; the other
   * keys go on. Throws `MalformedHistory` for what can't come next.
   */
  push(event: OnlineEvent<I, O>): OnlineViolation | undefined;
  /** Of what was pushed so far; what is open counts as of unknown outcome. */
  verdict(): OnlineVerdict;
  /** What is held, for measurements: it depends on what is open or unknown, not on what was pushed. */
  held(): { readonly configurations: number; readonly states: number; readonly events: number };
}

interface Pending<S, I, O> {
  readonly checker: KeyChecker<S, I, O>;
  readonly operation: OnlineOperation<S, I>;
}

/** Throws `TypeError` for a model that has partitions and does not say of an input which it belongs to. */
export function online<S, I, O>(model: Model<S, I, O>, options: OnlineOptions = {}): OnlineChecker<I, O> {
  if (model.partition && !model.keyOf)
    throw new TypeError(`an online check of ${model.name} needs keyOf, as it has partition`);
  const checkers = new Map<string, KeyChecker<S, I, O>>();
  const pending = new Map<number, Pending<S, I, O>>();
  const keys = new Keys();

  const checkerOf = (key: string): KeyChecker<S, I, O> => {
    const known = checkers.get(key);
    if (known) return known;
    const made = new KeyChecker(key, model, keys, options);
    checkers.set(key, made);
    return made;
  };

  const call = (id: number, input: I): void => {
    if (pending.has(id)) throw new MalformedHistory(id, `operation ${id} is called twice`);
    const checker = checkerOf(model.keyOf?.(input) ?? '');
    pending.set(id, { checker, operation: checker.call(id, input) });
  };

  const resolve = (event: Exclude<OnlineEvent<I, O>, { kind: 'call' }>): OnlineViolation | undefined => {
    const { id, kind } = event;
    const open = pending.get(id);
    if (!open) throw new MalformedHistory(id, `operation ${id} ends and is not open`);
    pending.delete(id);
    const { checker, operation } = open;
    if (checker.isOver) return undefined;
    if (kind === 'return') checker.return(operation, event.output);
    else if (kind === 'unknown') checker.giveUp(operation);
    else checker.fail(operation);
    const { key, blocked } = checker.verdict();
    return blocked === undefined ? undefined : { key, operation: blocked };
  };

  return {
    push(event) {
      if (event.kind !== 'call') return resolve(event);
      call(event.id, event.input);
      return undefined;
    },
    verdict() {
      const verdicts = [...checkers.values()].map((checker) => checker.verdict());
      return { verdict: worst(verdicts.map(({ verdict }) => verdict)), keys: verdicts };
    },
    held() {
      const sum = { configurations: 0, states: 0, events: 0 };
      for (const { held } of checkers.values()) {
        sum.configurations += held.configurations;
        sum.states += held.states;
        sum.events += held.events;
      }
      return sum;
    },
  };
}

function worst(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('invalid')) return 'invalid';
  return verdicts.includes('unknown') ? 'unknown' : 'valid';
}
