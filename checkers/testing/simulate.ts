/**
 * Histories of a correct object, for property tests: every operation takes effect at one moment between
 * its invocation and its completion. What happens next is chosen by a schedule of numbers, so that
 * fast-check draws and shrinks histories.
 */
import fc from 'fast-check';
import type { Json, Op, OpType } from '../../harness/history/op.ts';

export interface Call {
  readonly f: string;
  readonly key?: string;
  readonly value?: Json;
  /** One at a time for each. */
  readonly process: number;
  readonly end: 'ok' | 'fail' | 'info';
}

/** State, and the answer to the client. */
export type Apply<S> = (
  state: S,
  f: string,
  value: Json | undefined,
  key?: string,
) => readonly [S, Json | undefined];

interface Open extends Call {
  /** Undefined until it took effect. */
  answer: { readonly value: Json | undefined } | undefined;
}

export function simulate<S>(
  init: S,
  apply: Apply<S>,
  calls: readonly Call[],
  schedule: readonly number[],
): Op[] {
  const history: Op[] = [];
  const open = new Map<number, Open>();
  /** The process number that each goes by; a new one after an unknown outcome. */
  const names = new Map<number, number>();
  let state = init;
  let left = [...calls];
  const record = ({ process, f, key }: Call, type: OpType, value: Json | undefined): void => {
    const index = history.length;
    const name = names.get(process) ?? process;
    const words = { f, ...(key !== undefined && { key }), ...(value !== undefined && { value }) };
    history.push({ index, time: index * 1e6, process: name, type, ...words });
  };
  for (let step = 0; left.length > 0 || open.size > 0; step++) {
    const next = left[0];
    const moves: (() => void)[] = [];
    if (next && !open.has(next.process)) {
      moves.push(() => {
        left = left.slice(1);
        record(next, 'invoke', next.value);
        open.set(next.process, { ...next, answer: undefined });
      });
    }
    for (const [process, call] of open) {
      const { f, key, value, end, answer } = call;
      const takeEffect = (): void => {
        const [after, given] = apply(state, f, value, key);
        state = after;
        call.answer = { value: given };
      };
      const complete = (): void => {
        record(call, end, end === 'ok' ? answer?.value : undefined);
        open.delete(process);
        if (end === 'info') names.set(process, (names.get(process) ?? process) + 100);
      };
      if (!answer && end !== 'fail') moves.push(takeEffect);
      if (answer || end !== 'ok') moves.push(complete);
    }
    moves[(schedule[step] ?? 0) % moves.length]!();
  }
  return history;
}

/** Calls of these functions, with values drawn for each, and a schedule. */
export function drawnCalls(
  functions: { readonly [f: string]: fc.Arbitrary<Json | undefined> },
  most: number,
  keys: readonly (string | undefined)[] = [undefined],
): fc.Arbitrary<{ readonly calls: Call[]; readonly schedule: number[] }> {
  const call = fc.oneof(
    ...Object.entries(functions).map(([f, value]) =>
      fc.record({
        f: fc.constant(f),
        key: fc.constantFrom(...keys),
        value,
        process: fc.integer({ min: 0, max: 2 }),
        end: fc.constantFrom<Call['end'][]>('ok', 'ok', 'ok', 'fail', 'info'),
      }),
    ),
  );
  return fc.record({
    calls: fc.array(call, { maxLength: most }),
    schedule: fc.array(fc.nat(11), { minLength: 3 * most, maxLength: 3 * most }),
  });
}

/** For messages: one op a line. */
export function transcript(history: readonly Op[]): string {
  return history
    .map(
      ({ index, process, type, f, key, value }) =>
        `${index} ${process} ${type} ${f} ${key ?? ''} ${JSON.stringify(value)}`,
    )
    .join('\n');
}
