/** The workloads of a file system on a small correct one, held against their own models and checkers. */
import fc from 'fast-check';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { describe, expect, test } from 'vitest';
import { checkersByName } from '../checkers/catalogue.ts';
import type { Op } from '../harness/history/op.ts';
import type { Completion, Invocation, Json } from '../systems/contract.ts';
import { gfsAppend } from './gfs-append.ts';
import { gfsFile } from './gfs-file.ts';
import { gfsNamespace } from './gfs-namespace.ts';
import { gfsSnapshot } from './gfs-snapshot.ts';
import type { Generator, Random, Workload } from './types.ts';

function randomOf(seed: number): Random {
  const generator = xoroshiro128plus(seed);
  return { int: (bound) => uniformInt(generator, 0, bound - 1) };
}

interface Stored {
  bytes: string;
  records: (readonly [number, string])[];
}

/** What a file system is broken by; each stands for a class of failures. */
type Breakage = 'torn' | 'elsewhere' | 'shared-snapshot' | 'half-rename' | 'lost-record' | 'doubled-record';

/** In the words of a file system's client; correct, but for what is broken. */
class FileSystem {
  readonly #files = new Map<string, Stored>();
  readonly #broken: Breakage | undefined;

  constructor(broken?: Breakage) {
    this.#broken = broken;
  }

  invoke({ f, key = '', value }: Invocation): Completion {
    const argument = (value ?? null) as { offset: number; length: number; data: string; create?: boolean };
    if (f !== 'stat' && f !== 'list' && argument?.create === true && !this.#files.has(key)) {
      this.#files.set(key, { bytes: '', records: [] });
    }
    const file = this.#files.get(key);
    const missing: Completion = { type: 'fail', error: 'no-such-file', node: 'n1' };
    switch (f) {
      case 'create':
        if (file) return { type: 'fail', error: 'exists' };
        this.#files.set(key, { bytes: '', records: [] });
        return { type: 'ok' };
      case 'delete':
        return this.#files.delete(key) ? { type: 'ok' } : missing;
      case 'rename':
      case 'snapshot': {
        if (!file) return missing;
        if (this.#files.has(value as string)) return { type: 'fail', error: 'exists' };
        const shares = this.#broken === 'shared-snapshot' || f === 'rename';
        this.#files.set(value as string, shares ? file : { bytes: file.bytes, records: [...file.records] });
        if (f === 'rename' && this.#broken !== 'half-rename') this.#files.delete(key);
        return { type: 'ok' };
      }
      case 'stat':
        return { type: 'ok', value: file ? { length: file.bytes.length } : null };
      case 'list':
        return { type: 'ok', value: [...this.#files.keys()].sort() };
      case 'read': {
        if (!file) return missing;
        const offset = argument.offset + (this.#broken === 'elsewhere' ? 64 : 0);
        return { type: 'ok', value: file.bytes.slice(offset, offset + argument.length), node: 'n2' };
      }
      case 'write': {
        if (!file) return missing;
        const { offset, data } = argument;
        const written = this.#broken === 'torn' ? data.length / 2 : data.length;
        const padded = file.bytes.padEnd(offset + data.length, '\0');
        file.bytes = padded.slice(0, offset) + data.slice(0, written) + padded.slice(offset + written);
        return { type: 'ok' };
      }
      case 'append': {
        if (!file) return missing;
        const offset = file.bytes.length;
        file.bytes += `${argument.data}#`;
        const number = file.records.length;
        if (this.#broken !== 'lost-record' || number % 5 !== 4) file.records.push([offset, argument.data]);
        if (this.#broken === 'doubled-record' && number % 5 === 4) {
          file.records.push([file.bytes.length, argument.data]);
          file.bytes += `${argument.data}#`;
        }
        return { type: 'ok', value: offset };
      }
      case 'records':
        return file ? { type: 'ok', value: file.records } : missing;
      default:
        throw new Error(`no ${f}`);
    }
  }
}

/** One after the other, and then the final reads; each takes a second, so that no read may be behind. */
function historyOf(workload: Workload, generator: Generator, count: number, broken?: Breakage): Op[] {
  const files = new FileSystem(broken);
  const history: Op[] = [];
  const invocations = Array.from({ length: count }, () => () => generator.next(0));
  const perform = (invocation: Invocation): void => {
    const { f, key, value } = invocation;
    const completion = workload.fromClient(invocation, files.invoke(workload.toClient(invocation)));
    generator.completed?.(invocation, completion);
    const named = { process: 0, f, ...(key !== undefined && { key }) };
    const answer = completion.value === undefined ? value : completion.value;
    const index = history.length;
    history.push({
      ...named,
      index,
      time: index * 1e9,
      type: 'invoke',
      ...(value !== undefined && { value }),
    });
    history.push({
      ...{ ...named, index: index + 1, time: (index + 1) * 1e9, type: completion.type },
      ...(answer !== undefined && { value: answer }),
      ...(completion.error !== undefined && { error: completion.error }),
    });
  };
  for (const next of invocations) perform(next());
  for (const invocation of generator.final()) perform(invocation);
  return history;
}

type Check = 'linearizable' | 'record-append' | 'gfs-regions';

async function verdictOf(workload: Workload, check: Check, history: readonly Op[]): Promise<string> {
  const checker = checkersByName[check].make({ model: workload.model, timeout: 10_000 });
  for (const op of history) checker.push(op);
  return (await checker.finish()).verdict;
}

const all = [gfsFile, gfsAppend, gfsNamespace, gfsSnapshot];

describe.each(all)('$name', (workload) => {
  test('the same seed gives the same operations, another one others', () => {
    const run = (seed: number): Op[] =>
      historyOf(workload, workload.generator({ keys: 3, ops: workload.functions }, randomOf(seed)), 60);
    expect(run(1)).toEqual(run(1));
    expect(run(1)).not.toEqual(run(2));
  });

  test('a client that offers what it needs understands every word', () => {
    const generator = workload.generator({ keys: 3, ops: workload.functions }, randomOf(7));
    for (let i = 0; i < 500; i++) expect(workload.needs).toContain(workload.toClient(generator.next(0)).f);
  });

  test('weights are respected; what has none is never invoked', () => {
    const [first, second] = Object.keys(workload.functions) as [string, string];
    const generator = workload.generator({ keys: 2, ops: { [first]: 3, [second]: 1 } }, randomOf(5));
    const drawn = Array.from({ length: 4000 }, () => generator.next(0).f);
    expect(new Set(drawn)).toEqual(new Set([first, second]));
    expect(Math.abs(drawn.filter((f) => f === first).length / 4000 - 0.75)).toBeLessThan(0.04);
  });

  test('refuses functions that it does not have, and having nothing to do', () => {
    const make = (ops: { [f: string]: number }) => () => workload.generator({ keys: 1, ops }, randomOf(0));
    expect(make({ fly: 1 })).toThrow('no function fly');
    expect(make({ read: 0 })).toThrow('no function has a weight');
    expect(() => workload.toClient({ f: 'fly', key: 'k1' })).toThrow('no function fly');
  });

  test('refusals that say nothing, and doubts, stay what they are', () => {
    const [f] = Object.keys(workload.functions) as [string];
    for (const completion of [
      { type: 'fail', error: 'no-primary' },
      { type: 'info', error: 'timeout' },
    ] as const) {
      expect(workload.fromClient({ f, key: 'k1', value: '1' }, completion)).toEqual(completion);
    }
  });

  test('a correct file system is correct to every check that it fits', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.integer({ min: 1, max: 9 }), async (seed, keys) => {
        const generator = workload.generator({ keys, ops: workload.functions }, randomOf(seed));
        const history = historyOf(workload, generator, 80);
        for (const check of workload.checks as readonly Check[]) {
          expect(await verdictOf(workload, check, history), check).toBe('valid');
        }
      }),
      { numRuns: 30 },
    );
  });
});

test('gfs-file is correct to gfs-regions too', async () => {
  const generator = gfsFile.generator({ keys: 4, ops: gfsFile.functions }, randomOf(1));
  expect(await verdictOf(gfsFile, 'gfs-regions', historyOf(gfsFile, generator, 200))).toBe('valid');
});

test.each<[Breakage, Workload, Check]>([
  ['torn', gfsFile, 'linearizable'],
  ['torn', gfsFile, 'gfs-regions'],
  ['elsewhere', gfsFile, 'linearizable'],
  ['elsewhere', gfsFile, 'gfs-regions'],
  ['torn', gfsSnapshot, 'linearizable'],
  ['shared-snapshot', gfsSnapshot, 'linearizable'],
  ['half-rename', gfsNamespace, 'linearizable'],
  ['lost-record', gfsAppend, 'linearizable'],
  ['lost-record', gfsAppend, 'record-append'],
  ['doubled-record', gfsAppend, 'linearizable'],
])('%s: found by $name', async (broken, workload, check) => {
  const generator = workload.generator({ keys: 3, ops: workload.functions }, randomOf(11));
  expect(await verdictOf(workload, check, historyOf(workload, generator, 200, broken))).toBe('invalid');
});

test('a record that is there twice is at least once', async () => {
  const generator = gfsAppend.generator({ keys: 3, ops: gfsAppend.functions }, randomOf(11));
  const history = historyOf(gfsAppend, generator, 200, 'doubled-record');
  expect(await verdictOf(gfsAppend, 'record-append', history)).toBe('valid');
});

describe('regions', () => {
  test('reads are often wide, never before the beginning of the file, and find their region', () => {
    const generator = gfsFile.generator({ keys: 16, ops: { read: 1 } }, randomOf(3));
    const places = Array.from({ length: 300 }, () => gfsFile.toClient(generator.next(0)));
    const spans = places.map(({ value }) => value as { offset: number; length: number });
    expect(spans.every(({ offset, length }) => offset >= 0 && length >= 64)).toBe(true);
    expect(spans.filter(({ length }) => length > 64 + 32).length).toBeGreaterThan(100);
    expect(spans.filter(({ length }) => length === 64).length).toBeGreaterThan(50);
    expect(new Set(places.map(({ key }) => key))).toEqual(new Set(['/f0', '/f1']));
  });

  test.each<[string, Json, Json]>([
    ['nothing there', '', null],
    ['a hole', '\0'.repeat(64), null],
    ['part of a hole', '\0'.repeat(10), { torn: '\0'.repeat(10) }],
    ['no bytes at all', null, { torn: null }],
  ])('%s', (_, value, expected) => {
    expect(gfsFile.fromClient({ f: 'read', key: 'k2' }, { type: 'ok', value })).toEqual({
      type: 'ok',
      value: expected,
    });
  });
});
