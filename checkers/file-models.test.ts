/** The models of a file system's objects, against definitions of their own on small histories. */
import fc from 'fast-check';
import { ILLEGAL, type Model } from 'porcupine-ts';
import { describe, expect, test } from 'vitest';
import type { Json, Op } from '../harness/history/op.ts';
import { Linearizable } from './linearizable.ts';
import { namespace } from './namespace-model.ts';
import { recordLog } from './record-log-model.ts';
import { snapshots } from './snapshot-model.ts';
import { judge } from './testing/judge.ts';
import { ops } from './testing/ops.ts';
import { drawnCalls, simulate, transcript } from './testing/simulate.ts';
import { hasOrder, inRealTime, operationsOf, type Step } from './testing/some-order.ts';

/** What an object may do next: each answer, with the state after it. The first is what one that works does. */
type Options<S> = (state: S, f: string, value: Json) => readonly (readonly [answer: Json, after: S])[];

type Names = readonly string[];

const names: Options<Names> = (state, f, value) => {
  const [from, to] = Array.isArray(value) ? (value as [string, string]) : [String(value), ''];
  const there = (path: string): boolean => state.includes(path);
  const others = state.filter((path) => path !== from);
  switch (f) {
    case 'create':
      return there(from) ? [['exists', state]] : [['done', [...state, from].sort()]];
    case 'delete':
      return there(from) ? [['done', others]] : [['no-such-file', state]];
    case 'rename':
    case 'snapshot': {
      const wrong: [Json, Names][] = [];
      if (!there(from)) wrong.push(['no-such-file', state]);
      if (there(to)) wrong.push(['exists', state]);
      const kept = f === 'rename' ? others : state;
      return wrong.length > 0 ? wrong : [['done', [...kept, to].sort()]];
    }
    case 'stat':
      return [[there(from), state]];
    default:
      return [[state, state]];
  }
};

interface Snapped {
  readonly content: Json;
  readonly taken: { readonly [n: string]: Json };
}

const snapped: Options<Snapped> = (state, f, value) => {
  const { content, taken } = state;
  const n = String(value);
  const isThere = Object.hasOwn(taken, n);
  switch (f) {
    case 'write':
      return [[value, { content: value, taken }]];
    case 'read':
      return [[content, state]];
    case 'snapshot': {
      if (isThere) return [['exists', state]];
      const done: [Json, Snapped] = ['done', { content, taken: { ...taken, [n]: content } }];
      return content === null ? [done, ['no-such-file', state]] : [done];
    }
    default:
      return [[isThere ? taken[n]! : 'no-such-file', state]];
  }
};

type Records = readonly Json[];

/** Without offsets but those that records have by their number, as the log does not look at them. */
const records: Options<Records> = (state, f, value) =>
  f === 'append'
    ? [[state.length, [...state, value]]]
    : [[state.map((record, n) => [10 * n, record]), state]];

interface Object<S> {
  readonly model: () => Model;
  readonly init: S;
  readonly options: Options<S>;
  readonly functions: { readonly [f: string]: fc.Arbitrary<Json | undefined> };
  readonly reads: readonly string[];
  /** Answers that are only the argument again, or depend on what the object does not say. */
  readonly silent: readonly string[];
  readonly wrong: fc.Arbitrary<Json>;
}

const path = fc.constantFrom('/a', '/b');
const twoPaths = fc.constantFrom<Json>(['/a', '/b'], ['/b', '/a']);
const nothing = fc.constant(undefined);

/** Of a read of records only the records. */
function withoutOffsets(answer: Json): Json {
  return Array.isArray(answer)
    ? answer.map((entry: Json) => (Array.isArray(entry) ? entry[1] : entry))
    : answer;
}

async function verdictOf(model: Model, history: readonly Op[]): Promise<string> {
  const { verdict } = await judge(new Linearizable(model, { explain: false }), history);
  return verdict;
}

function suite<S>(name: string, { model, init, options, functions, reads, silent, wrong }: Object<S>): void {
  describe(name, () => {
    const histories = drawnCalls(functions, 7).map(({ calls, schedule }) =>
      simulate<S>(
        init,
        (state, f, value) => {
          const [answer, after] = options(state, f, value ?? null)[0]!;
          return [after, answer];
        },
        calls,
        schedule,
      ),
    );
    const step: Step<S> = (state, { f, value = null }, output) => {
      const all = options(state, f, value);
      if (output === undefined || silent.includes(f)) return all[0]![1];
      const told = JSON.stringify(withoutOffsets(output.value ?? null));
      const fitting = all.find(([answer]) => JSON.stringify(withoutOffsets(answer)) === told);
      return fitting ? fitting[1] : ILLEGAL;
    };

    test('what works is linearizable', async () => {
      await fc.assert(
        fc.asyncProperty(histories, async (history) => {
          expect(await verdictOf(model(), history), transcript(history)).not.toBe('invalid');
        }),
        { numRuns: 300 },
      );
    });

    test('whatever is answered, linearizable exactly where some order is allowed', async () => {
      const counts = { valid: 0, invalid: 0 };
      await fc.assert(
        fc.asyncProperty(histories, wrong, fc.nat(13), async (history, answer, at) => {
          const mutated = history.map((op): Op => {
            const isMutable = op.type === 'ok' && !silent.includes(op.f);
            return op.index === at && isMutable ? { ...op, value: answer } : op;
          });
          const expected = hasOrder(init, step, operationsOf(mutated, reads), inRealTime)
            ? 'valid'
            : 'invalid';
          const verdict = await verdictOf(model(), mutated);
          if (verdict === 'unknown') return; // nothing completed
          counts[expected]++;
          expect(verdict, transcript(mutated)).toBe(expected);
        }),
        { numRuns: 1000 },
      );
      expect(counts.valid).toBeGreaterThan(100);
      expect(counts.invalid).toBeGreaterThan(30);
    });

    test('has no word for what it does not know', () => {
      expect(() => model().step(model().init(), { f: 'fly' }, undefined)).toThrow('no');
    });
  });
}

suite<Names>('namespace', {
  model: namespace,
  init: [],
  options: names,
  functions: { create: path, delete: path, rename: twoPaths, snapshot: twoPaths, stat: path, list: nothing },
  reads: ['stat', 'list'],
  silent: [],
  wrong: fc.constantFrom<Json>('done', 'exists', 'no-such-file', true, false, [], ['/a'], ['/a', '/b']),
});

suite<Snapped>('snapshots', {
  model: snapshots,
  init: { content: null, taken: {} },
  options: snapped,
  functions: {
    write: fc.constantFrom('x', 'y'),
    read: nothing,
    snapshot: fc.constantFrom(1, 2),
    'read-snapshot': fc.constantFrom(1, 2),
  },
  reads: ['read', 'read-snapshot'],
  silent: ['write'],
  wrong: fc.constantFrom<Json>('done', 'exists', 'no-such-file', 'x', 'y', null),
});

suite<Records>('record-log', {
  model: recordLog,
  init: [],
  options: records,
  functions: { append: fc.constantFrom('x', 'y', 'z'), records: nothing },
  reads: ['records'],
  silent: ['append'],
  wrong: fc.constantFrom<Json>(
    [],
    [[0, 'x']],
    [[7, 'y']],
    [
      [0, 'x'],
      [10, 'x'],
    ],
  ),
});

const cases: readonly [name: string, model: Model, history: string, verdict: string][] = [
  [
    'a file is at both of its places during a rename',
    namespace(),
    `0 0 invoke create "/a"
     1 0 ok     create "done"
     2 0 invoke rename ["/a","/b"]
     3 1 invoke list
     4 1 ok     list ["/a","/b"]
     5 0 ok     rename "done"`,
    'invalid',
  ],
  [
    'where both are wrong, either is said',
    namespace(),
    `0 0 invoke create "/b"
     1 0 ok     create "done"
     2 0 invoke rename ["/a","/b"]
     3 0 ok     rename "exists"
     4 0 invoke rename ["/a","/b"]
     5 0 ok     rename "no-such-file"`,
    'valid',
  ],
  [
    'a snapshot shows what was written after it',
    snapshots(),
    `0 0 invoke write "1"
     1 0 ok     write "1"
     2 0 invoke snapshot 1
     3 0 ok     snapshot "done"
     4 0 invoke write "2"
     5 0 ok     write "2"
     6 0 invoke read-snapshot 1
     7 0 ok     read-snapshot "2"`,
    'invalid',
  ],
  [
    'a snapshot beside a write shows one or the other, and the same for ever',
    snapshots(),
    `0 0 invoke write "1"
     1 0 ok     write "1"
     2 0 invoke write "2"
     3 1 invoke snapshot 1
     4 1 ok     snapshot "done"
     5 0 ok     write "2"
     6 0 invoke read-snapshot 1
     7 0 ok     read-snapshot "1"
     8 0 invoke read-snapshot 1
     9 0 ok     read-snapshot "2"`,
    'invalid',
  ],
  [
    'what was written is gone for a snapshot',
    snapshots(),
    `0 0 invoke write "1"
     1 0 ok     write "1"
     2 0 invoke snapshot 1
     3 0 ok     snapshot "no-such-file"`,
    'invalid',
  ],
  [
    'a record that is there twice',
    recordLog(),
    `0 0 invoke append "1"
     1 0 ok     append 20
     2 0 invoke records
     3 0 ok     records [[0,"1"],[20,"1"]]`,
    'invalid',
  ],
  [
    'records wherever they lie',
    recordLog(),
    `0 0 invoke append "1"
     1 1 invoke append "2"
     2 1 ok     append 0
     3 0 ok     append 77
     4 0 invoke records
     5 0 ok     records [[0,"2"],[77,"1"]]`,
    'valid',
  ],
];

test.each(cases)('%s', async (_, model, text, verdict) => {
  expect(await verdictOf(model, ops(text)), text).toBe(verdict);
});

test('in words', () => {
  const input = { f: 'records', key: 'k1' };
  const read = {
    value: ['1', '2', '3', '4', '5', '6'].map((record, n): [number, string] => [20 * n, record]),
  };
  expect(recordLog().describeOperation!({ f: 'records', key: 'k1' }, read)).toBe(
    'records k1 → […, "3", "4", "5", "6"] (6)',
  );
  expect(recordLog().describeOperation!({ ...input, f: 'append', value: '7' }, { value: 120 })).toBe(
    'append k1 "7" → 120',
  );
  expect(namespace().describeOperation!({ f: 'rename', value: ['/a', '/b'] }, undefined)).toBe(
    'rename /a /b → ?',
  );
  expect(namespace().describeState!(namespace().init())).toBe('no files');
  expect(snapshots().describeOperation!({ f: 'read-snapshot', key: 'k1', value: 3 }, { value: '17' })).toBe(
    'read-snapshot k1 3 → 17',
  );
});
