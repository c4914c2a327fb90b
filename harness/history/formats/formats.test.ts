/** Every format as a file: what is read of it, and where it is refused. Fixtures are our own. */
import fc from 'fast-check';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Json, Op } from '../op.ts';
import { HistoryFormatError, readOps, type FormatName, type ReadOptions, type TornLine } from '../reader.ts';
import { FastLine } from './fast-line.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'faultline-formats-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function read(
  text: string | Buffer,
  options: ReadOptions = {},
): Promise<{ readonly format: FormatName; readonly ops: readonly Op[] }> {
  const file = join(folder, 'history');
  writeFileSync(file, text);
  const ops: Op[] = [];
  const format = await readOps(file, (op) => ops.push(op), options);
  return { format, ops };
}

const brief = ({ process, type, f, key, value, error }: Op): string =>
  [process, type, f, key ?? '-', JSON.stringify(value) ?? '-', ...(error === undefined ? [] : [error])].join(
    ' ',
  );

const EDN = `; a register
[{:process 0, :type :invoke, :f :write, :value 3 :time 10 :index 0}
 #_{:process 9}
 #jepsen.history.Op{:process :nemesis :type :info :f :start-partition :value [:isolated {"n1" #{"n2"}}] :time 12 :index 1}
 #jepsen.history.Op {:index 2, :time 15, :type :ok, :process 0, :f :write, :value 3}
 {:process 1 :type :invoke :f :read :value nil :time 16 :index 5}
 {:process 1 :type :info :f :read :value nil :error [:timeout "x"] :time 17 :index 6}]
`;
const LOG = [
  'INFO  jepsen.core - Run starts',
  'INFO  jepsen.util - 2\t:invoke\t:write\t3',
  '2023-01-10 12:00:01,123{GMT}\tINFO\t[jepsen worker 3] jepsen.util: 3\t:invoke\t:cas\t[3 4]',
  'INFO  jepsen.util - :nemesis\t:info\t:start\tnil',
  'INFO  jepsen.util - 2\t:ok\t:write\t3',
  'INFO  jepsen.util - 3\t:info\t:cas\t:timed-out',
  'INFO [2015-01-01] jepsen.util - 4\t:invoke\t:read\tnil',
  'INFO [2015-01-01] jepsen.util - 4\t:fail\t:read\tnil\t:timed-out',
  '',
].join('\n');
const PORCUPINE = `{:process 4, :type :invoke, :f :append, :key "0", :value "x 4 0 y"}
{:process 2, :type :invoke, :f :get, :key "0", :value nil}
{:process 4, :type :ok, :f :append, :key "0", :value "x 4 0 y"}
{:process 2, :type :ok, :f :get, :key "0", :value ""}
`;
const JSONL = `{"index":0,"time":1,"process":0,"type":"invoke","f":"put","key":"x","value":"1"}
{"index":1,"time":2,"process":0,"type":"fail","f":"put","key":"x","error":"no leader"}
`;

describe('each format, found by looking', () => {
  const table: readonly [string, string, FormatName, readonly string[]][] = [
    [
      'EDN',
      EDN,
      'edn',
      [
        '0 invoke write - 3',
        'nemesis info start-partition - [{"#keyword":"isolated"},{"#map":[["n1",{"#set":["n2"]}]]}]',
        '0 ok write - 3',
        '1 invoke read - -',
        '1 info read - null [{"#keyword":"timeout"},"x"]',
      ],
    ],
    [
      'a Jepsen log',
      LOG,
      'jepsen-log',
      [
        '2 invoke write - 3',
        '3 invoke cas - [3,4]',
        'nemesis info start - null',
        '2 ok write - 3',
        '3 info cas - - timed-out',
        '4 invoke read - -',
        '4 fail read - null timed-out',
      ],
    ],
    [
      "Porcupine's text",
      PORCUPINE,
      'porcupine-kv',
      ['4 invoke append 0 "x 4 0 y"', '2 invoke get 0 -', '4 ok append 0 "x 4 0 y"', '2 ok get 0 ""'],
    ],
    ['our own', JSONL, 'jsonl', ['0 invoke put x "1"', '0 fail put x - no leader']],
    ['nothing at all', '', 'jsonl', []],
  ];
  test.each(table)('%s', async (_, text, format, ops) => {
    for (const bytes of [Buffer.from(text), gzipSync(text)]) {
      const found = await read(bytes);
      expect(found.format).toBe(format);
      expect(found.ops.map(brief)).toEqual(ops);
    }
  });

  test('indices and times are those of the history where it has them', async () => {
    const { ops } = await read(EDN);
    expect(ops.map(({ index, time }) => [index, time])).toEqual([
      [0, 10],
      [1, 12],
      [2, 15],
      [5, 16],
      [6, 17],
    ]);
    expect((await read(PORCUPINE)).ops.map(({ index, time }) => [index, time])).toEqual([
      [0, 0],
      [1, 0],
      [2, 0],
      [3, 0],
    ]);
  });

  test('times that raced a little keep the order of the file', async () => {
    const { ops } = await read(EDN.replace(':time 15', ':time 11'));
    expect(ops.map(({ time }) => time)).toEqual([10, 12, 12, 16, 17]);
  });

  test('a torn last line of ours is reported, in gzip too', async () => {
    const torn: TornLine[] = [];
    const { ops } = await read(gzipSync(JSONL.slice(0, -20)), { onTorn: (line) => torn.push(line) });
    expect(ops).toHaveLength(1);
    expect(torn.map(({ line }) => line)).toEqual([2]);
  });

  test('gzip data that were cut off are as good as a torn line, wherever the cut is', async () => {
    const lines = Array.from({ length: 400 }, (_, index) =>
      JSON.stringify({ index, time: index, process: index, type: 'invoke', f: 'put', value: index * 7919 }),
    );
    const whole = gzipSync(lines.map((line) => `${line}\n`).join(''));
    const found: number[] = [];
    for (let bytes = whole.length - 1; bytes > 120; bytes -= 97) {
      const torn: TornLine[] = [];
      const { ops } = await read(whole.subarray(0, bytes), { onTorn: (line) => torn.push(line) });
      expect(ops.map(({ index }) => index)).toEqual(Array.from(ops.keys()));
      expect(torn.map(({ line }) => line)).toEqual([ops.length + 1]);
      found.push(ops.length);
    }
    expect(found).toEqual([...found].sort((a, b) => b - a));
    expect(found[0]).toBe(400);
    expect(found.at(-1)).toBeLessThan(40);
  });
});

describe('keys', () => {
  const tuples = `[{:process 0 :type :invoke :f :write :value #jepsen.independent.Tuple{:key 1, :value 5}}
    {:process 1 :type :invoke :f :write :value #clojure.lang.MapEntry ["1" 6]}]`;
  test('tagged tuples say so; a number and a text are two keys', async () => {
    expect((await read(tuples)).ops.map(brief)).toEqual(['0 invoke write 1 5', '1 invoke write "1" 6']);
  });

  const pairs = `{:process 0 :type :invoke :f :read :value [a nil]}\n{:process 0 :type :ok :f :read :value [a [1 2]]}`;
  test('pairs are keys where that is said', async () => {
    const { ops } = await read(pairs, { key: { from: 'value' } });
    expect(ops.map(({ key, value }) => [key, value])).toEqual([
      ['{"#symbol":"a"}', undefined],
      ['{"#symbol":"a"}', [1, 2]],
    ]);
    const wrong = read(pairs.replace('[a [1 2]]', '3'), { key: { from: 'value' } });
    await expect(wrong).rejects.toThrow(/history:2:1: expected :value \[key value\]/);
  });

  test('a member of another name, or none, in each format', async () => {
    const shard = { from: 'member', name: 'shard' } as const;
    const edn = await read('[{:process 0 :type :invoke :f :get :key 1 :shard "s"}]', { key: shard });
    expect(edn.ops.map(({ key }) => key)).toEqual(['s']);
    const text = '{"index":0,"time":1,"process":0,"type":"invoke","f":"get","key":"x","shard":"s"}\n';
    expect((await read(text, { key: shard })).ops.map(({ key }) => key)).toEqual(['s']);
    expect((await read(text, { key: { from: 'nowhere' } })).ops.map(({ key }) => key)).toEqual([undefined]);
  });
});

describe('what is no history is refused, with its place', () => {
  const invoke = '{:process 1 :type :invoke :f :read}';
  const table: readonly [string, string | Buffer, RegExp][] = [
    ['prose', 'Dear all,\nnothing here.\n', /:1:1: expected a history/],
    ['one JSON list', '[{"index": 0}]', /:1:1: expected a JSON object a line/],
    ['EDN that ends early', '[{:process 1 :type', /:1:2: expected } for this {/],
    ['a list that is not closed', `[${invoke}`, /:1:37: expected ] after the last op/],
    ['something after the list', `[${invoke}]\n 3`, /:2:2: expected nothing after the last op/],
    ['a form that is no op', `[${invoke}\n  3]`, /:2:3: expected an op: a map/],
    ['a mistake in the middle of an op', `[${invoke}\n {:process 1x}]`, /:2:12: expected a number/],
    ['an unknown type', '[{:process 1 :type :done :f :read}]', /:1:2: expected :type :invoke/],
    ['half a process', '[{:process 1.5 :type :ok :f :read}]', /expected :process, an integer/],
    ['no process', '[{:type :ok :f :read}]', /expected :process/],
    [
      'a completion that nobody invoked',
      '[{:process 1 :type :ok :f :read}]',
      /:1:1: expected process 1 to invoke read before/,
    ],
    [
      'two invocations by one process',
      `[${invoke}\n${invoke}]`,
      /:2:1: expected process 1 to complete read first/,
    ],
    [
      'an op after info',
      `[${invoke}\n{:process 1 :type :info :f :read}\n${invoke}]`,
      /:3:1: expected no more of process 1/,
    ],
    [
      'a completion of something else',
      `[${invoke}\n{:process 1 :type :ok :f :write}]`,
      /:2:1: expected process 1 to complete read, but found ok of write/,
    ],
    [
      'time that runs backwards',
      '[{:process 1 :type :invoke :f :r :time 5000000000}\n{:process 2 :type :invoke :f :r :time 1}]',
      /:2:1: time runs backwards/,
    ],
    [
      'an index that is there twice',
      '[{:process 1 :type :invoke :f :r :index 1}\n{:process 2 :type :invoke :f :r :index 1}]',
      /:2:1: expected :index above 1/,
    ],
    [
      'a log whose op lacks its function',
      'INFO  jepsen.util - 2\t:invoke\t:read\tnil\nINFO  jepsen.util - 2\t:ok\n',
      /:2:1: expected process, type, function/,
    ],
    [
      'a log that may have been cut',
      'INFO  jepsen.util - 2\t:invoke\t:write\t1',
      /:1:1: expected a newline after the last line/,
    ],
    [
      'bytes that are no text',
      Buffer.from('[{:process 1 :type :invoke :f :read :value "\xff"}]', 'latin1'),
      /expected UTF-8/,
    ],
    ['gzip that is cut off', gzipSync(EDN).subarray(0, 40), /gzip data/],
    [
      'a number that JSON would change',
      JSONL.replace('"1"', '9007199254740993'),
      /:1:77: expected a number that a double holds exactly/,
    ],
    ['a negative zero', JSONL.replace('"1"', '-0'), /:1:77: expected a number/],
    ['a name twice', JSONL.replace('"1"', '{"a":1,"a":2}'), /:1:84: expected each name of an object once/],
    ['JSON that is no text', Buffer.from(JSONL.replace('"1"', '"\xff"'), 'latin1'), /:1:78: expected UTF-8/],
  ];
  test.each(table)('%s', async (_, text, message) => {
    await expect(read(text)).rejects.toThrow(HistoryFormatError);
    await expect(read(text)).rejects.toThrow(message);
  });
});

/** A history of one process after the other, so that any is one. */
const value: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json[]>(null, true, false),
  fc.maxSafeInteger(),
  fc.string({ unit: 'binary' }),
  fc.array(fc.oneof(fc.maxSafeInteger(), fc.string()), { maxLength: 3 }),
);
const history: fc.Arbitrary<readonly Op[]> = fc
  .array(
    fc.record({
      f: fc.constantFrom('write', 'cas', 'put'),
      key: fc.option(fc.string(), { nil: undefined }),
      value,
    }),
    {
      maxLength: 20,
    },
  )
  .map((ops) =>
    ops.map(({ f, key, value }, n) => ({
      index: n,
      time: n * 10,
      process: n,
      type: 'invoke',
      f,
      ...(key !== undefined && { key }),
      value,
    })),
  );

const inEdn = (value: Json): string =>
  value === null
    ? 'nil'
    : typeof value === 'string'
      ? `"${value.replace(/["\\]/g, '\\$&')}"`
      : Array.isArray(value)
        ? `[${value.map(inEdn).join(' ')}]`
        : String(value);

describe('what is printed is read back', () => {
  test('as EDN, across the borders of chunks', async () => {
    await fc.assert(
      fc.asyncProperty(history, fc.boolean(), async (ops, asList) => {
        const maps = ops.map(
          ({ index, time, process, type, f, key, value }) =>
            `{:index ${index} :time ${time} :process ${process} :type :${type} :f :${f}` +
            `${key === undefined ? '' : ` :key ${inEdn(key)}`} :value ${inEdn(value!)}}`,
        );
        fc.pre(maps.length > 0);
        const { ops: found } = await read(asList ? `(${maps.join('\n')})` : maps.join('\n'));
        expect(found).toEqual(ops);
      }),
      { numRuns: 200 },
    );
    const long = Array.from(
      { length: 30_000 },
      (_, n) => `{:process ${n} :type :invoke :f :write :value "${'ä'.repeat(n % 97)}"}`,
    );
    const { ops } = await read(`[${long.join('\n')}]`);
    expect(ops.map(({ value }) => value)).toEqual(long.map((_, n) => 'ä'.repeat(n % 97)));
  });

  test('as JSON lines, the fast way and the other', async () => {
    await fc.assert(
      fc.asyncProperty(history, async (ops) => {
        const lines = ops.map((op) => JSON.stringify(op));
        const { ops: found } = await read(lines.map((line) => `${line}\n`).join(''));
        expect(found).toEqual(ops);
        const fast = new FastLine();
        lines.forEach((line, i) => {
          fast.open(Buffer.from(`${line}\n`));
          const op = fast.read(0);
          if (op !== undefined) expect(op).toEqual(ops[i]);
        });
      }),
      { numRuns: 200 },
    );
  });

  test.each(['x', '}', ' {}', ','])('what stands behind an op on its line is refused: %j', async (rest) => {
    const lines = [0, 1].map((index) =>
      JSON.stringify({ index, time: index, process: index, type: 'invoke', f: 'read' }),
    );
    await expect(read(`${lines[0]!}${rest}\n${lines[1]!}\n`)).rejects.toThrow(':1:');
  });

  test('the fast way takes no line that JSON would refuse', () => {
    const good = JSON.stringify({
      index: 10,
      time: 12345678901,
      process: -4,
      type: 'ok',
      f: 'cas',
      key: 'k',
      // Texts and digits are read by fours and eights.
      value: ['a', 1, null, 'abc', 'abcd', 'abcdefg', 'abcdefgh', 'abcdefghijkl', 1234, -56789, ''],
      node: 'n',
      error: 'e',
    });
    const fast = new FastLine();
    const readLine = (text: string): Op | undefined => {
      fast.open(Buffer.from(text, 'latin1'));
      const op = fast.read(0);
      return fast.end === text.length ? op : undefined;
    };
    expect(readLine(good)).toEqual(JSON.parse(good));
    fc.assert(
      fc.property(
        fc.nat(good.length - 1),
        fc.nat(1),
        fc.constantFrom(...'{}[]",:\\-0159aeE.+ntf\x00\x7f\xff\t '),
        (at, drop, char) => {
          const text = good.slice(0, at) + char + good.slice(at + drop);
          const op = readLine(text);
          if (op !== undefined) expect(op).toEqual(JSON.parse(text));
        },
      ),
      { numRuns: 20_000 },
    );
  });
});

test('any bytes are read or refused', async () => {
  const starts = [EDN, LOG, PORCUPINE, JSONL];
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...starts),
      fc.nat(),
      fc.nat(),
      fc.uint8Array({ maxLength: 4 }),
      async (text, from, cut, junk) => {
        const bytes = Buffer.from(text);
        const at = from % bytes.length;
        const damaged = Buffer.concat([bytes.subarray(0, at), junk, bytes.subarray(at + (cut % 20))]);
        await read(damaged).catch((error: unknown) => {
          expect(error).toBeInstanceOf(HistoryFormatError);
        });
      },
    ),
    { numRuns: 1000 },
  );
});
