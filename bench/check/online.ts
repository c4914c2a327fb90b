/**
 * A history as the online check sees it: events one by one, in order, outcomes when the clients learned
 * them or gave up.
 *
 * The online check may be missing from the package that is measured: `onlineIn` looks.
 */
import { kv, type Model, type Verdict } from 'porcupine-ts';
import { OperationPairing, type Input, type Output } from '../../checkers/operations.ts';
import { isClientOp, type Op, type ProcessId } from '../../harness/history/op.ts';

export type OnlineEvent =
  | { readonly kind: 'call'; readonly id: number; readonly process: ProcessId; readonly input: Input }
  | { readonly kind: 'return'; readonly id: number; readonly output: Output }
  | { readonly kind: 'unknown' | 'fail'; readonly id: number };

interface OnlineChecker {
  push(event: OnlineEvent): unknown;
  verdict(): { readonly verdict: Verdict };
}

type MakeOnline = (model: Model) => OnlineChecker;

export function onlineIn(exported: Readonly<Record<string, unknown>>): MakeOnline | undefined {
  const make = exported['online'];
  return isMaker(make) ? make : undefined;
}

function isMaker(value: unknown): value is MakeOnline {
  return typeof value === 'function';
}

/** Ids are indices of invocations, as in the operations of `OperationPairing`, which says what came back. */
export function eventsOf(history: readonly Op[]): OnlineEvent[] {
  const pairing = new OperationPairing(kv() as Model);
  for (const op of history) pairing.push(op);
  const operations = pairing.finish().recording.partitions.flatMap(({ operations }) => operations);
  const byId = new Map(operations.map((operation) => [operation.id, operation]));
  const open = new Map<ProcessId, number>();
  return history.filter(isClientOp).map((op): OnlineEvent => {
    if (op.type === 'invoke') {
      open.set(op.process, op.index);
      const { f, key, value } = op;
      const known = byId.get(op.index)?.input;
      const input = known ?? { f, ...(key !== undefined && { key }), ...(value !== undefined && { value }) };
      return { kind: 'call', id: op.index, process: op.process, input };
    }
    const id = open.get(op.process)!;
    if (op.type === 'info') return { kind: 'unknown', id };
    const output = byId.get(id)?.output;
    return output === undefined ? { kind: 'fail', id } : { kind: 'return', id, output };
  });
}

/** The events are all pushed before the verdict is asked for; the checker is given back to be weighed. */
export function pushAll(
  make: MakeOnline,
  model: Model,
  events: readonly OnlineEvent[],
): { readonly checker: OnlineChecker; readonly verdict: Verdict } {
  const checker = make(model);
  for (const event of events) checker.push(event);
  return { checker, verdict: checker.verdict().verdict };
}
