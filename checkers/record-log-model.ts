/**
 * A file that is only appended to, record by record, as an object: porcupine-ts's `log`, in the words of a
 * file. `append` adds a record, and what it answers is where the record lies in the file, which depends on
 * padding and framing and so says nothing of the order; `records` answers all of them, `[offset, record]`
 * each, in order. That records lie where appends said, and ever further on, is for `record-append`.
 */
import { log, type Answer, type LogInput, type LogState, type Model, type Value } from 'porcupine-ts';

export type RecordInput = { readonly key?: string } & (
  { readonly f: 'append'; readonly value: Value } | { readonly f: 'records' }
);

export function recordLog(): Model<LogState, RecordInput, Answer> {
  const model = log();
  return {
    name: 'record-log',
    init: () => model.init(),
    step: (state, input, output) => model.step(state, inLog(input), answer(input, output)),
    equal: (a, b) => model.equal!(a, b),
    hash: (state) => model.hash!(state),
    keyOf: ({ key = '' }) => key,
    pure: ({ f }) => f === 'records',
    effect: (input, output) => model.effect!(inLog(input), answer(input, output)),
    lineage: (state) => model.lineage!(state),
    describeOperation: ({ f, key, ...rest }, output) => describeStep(f, key, rest, output),
    describeState: (state) => model.describeState!(state),
  };
}

function inLog(input: RecordInput): LogInput {
  const key = input.key === undefined ? {} : { key: input.key };
  switch (input.f) {
    case 'append':
      return { f: 'append', ...key, value: input.value };
    case 'records':
      return { f: 'read', ...key };
    default:
      throw new TypeError(`a file of records has no ${JSON.stringify(input)}`);
  }
}

/** The same without where records lie. */
function answer({ f }: RecordInput, output: Answer | undefined): Answer | undefined {
  if (output === undefined) return undefined;
  if (f === 'append') return {};
  return { value: isList(output.value) ? output.value.map(recordOf) : [] };
}

function recordOf(entry: Value): Value {
  return isList(entry) ? (entry[1] ?? null) : entry;
}

/** Of many records, the last: those before it are as they were. */
const SHOWN = 4;

function describeStep(
  f: string,
  key: string | undefined,
  { value }: { readonly value?: Value },
  output: Answer | undefined,
): string {
  const asked = [f, ...(key === undefined ? [] : [key])];
  if (f === 'append') {
    const told =
      output === undefined ? '?' : output.value === undefined ? 'ok' : JSON.stringify(output.value);
    return `${[...asked, JSON.stringify(value)].join(' ')} → ${told}`;
  }
  if (output === undefined) return `${asked.join(' ')} → ?`;
  const records = isList(output.value) ? output.value.map(recordOf) : [];
  const last = records.slice(-SHOWN).map((record) => JSON.stringify(record));
  const text = [...(records.length > SHOWN ? ['…'] : []), ...last].join(', ');
  return `${asked.join(' ')} → [${text}] (${records.length})`;
}

function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}
