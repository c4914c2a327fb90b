/** Operations one by one against the workload and the run. */
import type { WorkloadEntry } from './catalogue.ts';
import { checkInTime } from './meaning-timing.ts';
import { own, unknownWord, wrongValue, type Mistake } from './mistake.ts';

export function checkOperations(data: unknown, known: WorkloadEntry | undefined): Mistake[] {
  const workload = own(data, 'workload');
  const operations = own(workload, 'operations');
  if (operations === undefined) return [];
  const mistakes = ['rate', 'ops'].flatMap((field): Mistake[] => {
    if (own(workload, field) === undefined) return [];
    const message = `\`${field}\` and \`operations\` exclude each other: nothing is drawn where all is listed`;
    return [{ path: ['workload', field], at: 'name', message, hint: 'keep one of them' }];
  });
  if (!Array.isArray(operations)) return mistakes;
  const clients = own(workload, 'clients');
  const keys = own(workload, 'keys');
  for (const [index, operation] of operations.entries()) {
    const path = ['workload', 'operations', index];
    const [f, client, key] = ['f', 'client', 'key'].map((field) => own(operation, field));
    if (known !== undefined && typeof f === 'string' && !Object.hasOwn(known.functions, f)) {
      mistakes.push(unknownWord([...path, 'f'], 'function', f, Object.keys(known.functions)));
    }
    if (typeof clients === 'number' && typeof client === 'number' && client >= clients) {
      const expected = clients === 1 ? '0, the only client' : `a client from 0 to ${clients - 1}`;
      mistakes.push(wrongValue([...path, 'client'], client, expected));
    }
    if (typeof keys === 'number' && typeof key === 'string' && Number(key.slice(1)) > keys) {
      mistakes.push(
        wrongValue([...path, 'key'], key, keys === 1 ? 'k1, the only key' : `a key from k1 to k${keys}`),
      );
    }
    mistakes.push(...checkInTime(path, operation, own(data, 'time')));
  }
  return mistakes;
}
