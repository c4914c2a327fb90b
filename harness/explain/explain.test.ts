import { describe, expect, test } from 'vitest';
import { workloads } from '../../workloads/index.ts';
import type { Json, Op } from '../history/op.ts';
import { Judgement } from '../runner/judge.ts';
import { Explainer, type Explanation } from './index.ts';

/**
 * One op a line, 10 ms apart: `0 put k1 a` invokes, `0 ok` completes what process 0 does (a value after
 * `ok` is what came back; `@n2` who answered), `final` is the runner's mark, `cut n2` and `heal` are a
 * fault, `n2 leader 4` is what a node says of itself.
 */
function history(lines: readonly string[]): Op[] {
  const doing = new Map<number, { f: string; key?: string; value?: Json }>();
  return lines.map((line, index): Op => {
    const at = { index, time: index * 1e7 };
    const [who, word = '', ...rest] = line.split(' ');
    if (who === 'final') return { ...at, process: 'runner', type: 'info', f: 'final-reads' };
    if (who === 'cut') {
      const value = { targets: [word], about: `${word} | the others` };
      return {
        ...at,
        process: 'nemesis-0',
        type: rest[0] === 'on' ? 'ok' : 'invoke',
        f: 'partition.start',
        value,
      };
    }
    if (who === 'heal') {
      return { ...at, process: 'nemesis-0', type: word === 'done' ? 'ok' : 'invoke', f: 'partition.stop' };
    }
    if (/^n\d$/.test(who!)) {
      const value = { role: word, term: Number(rest[0]) };
      return { ...at, process: 'host', type: 'info', f: 'node.status', node: who!, value };
    }
    const process = Number(who);
    if (word === 'ok' || word === 'fail' || word === 'info') {
      const invocation = doing.get(process)!;
      const node = rest.find((part) => part.startsWith('@'))?.slice(1);
      const answer = rest.filter((part) => !part.startsWith('@')).join(' ');
      const isRead = invocation.f === 'get';
      return {
        ...at,
        process,
        type: word,
        f: invocation.f,
        ...(invocation.key !== undefined && { key: invocation.key }),
        ...(word === 'fail' && answer !== '' && { error: answer }),
        ...(isRead ? { value: answer === '' ? null : answer } : { value: invocation.value ?? null }),
        ...(node !== undefined && { node }),
      };
    }
    const [key, ...words] = rest;
    const value: Json | undefined =
      word === 'cas' ? [words[0]!, words[1]!] : word === 'append' ? ` ${words[0]!}` : words[0];
    const invocation = { f: word, key: key!, ...(value !== undefined && { value }) };
    doing.set(process, invocation);
    return { ...at, process, type: 'invoke', ...invocation };
  });
}

async function explained(...lines: string[]): Promise<Explanation | undefined> {
  const ops = history(lines);
  const judgement = new Judgement({
    workload: workloads['kv']!,
    checks: ['linearizable'],
    require: undefined,
    timeout: 10_000,
  });
  for (const op of ops) judgement.push(op);
  const { checks } = await judgement.finish();
  const explainer = Explainer.of(checks as never, { leaderRole: 'leader' });
  for (const op of ops) explainer?.push(op);
  return explainer?.finish();
}

test('a correct history has nothing to explain', async () => {
  expect(await explained('0 put k1 a', '0 ok', '1 get k1', '1 ok a')).toBeUndefined();
});

describe('each pattern, in words', () => {
  test.each<[string, string[]]>([
    ['a stale read', ['0 put k1 a', '0 ok', '0 put k1 b', '0 ok', '1 get k1', '1 ok a @n2']],
    ['a stale read of nothing', ['0 put k1 a', '0 ok', '1 get k1', '1 ok']],
    ['a stale read after a delete', ['0 put k1 a', '0 ok', '0 delete k1', '0 ok', '1 get k1', '1 ok a']],
    [
      'a stale read of an appended text',
      ['0 put k1 a', '0 ok', '0 append k1 b', '0 ok', '1 get k1', '1 ok a'],
    ],
    ['a stale compare-and-set', ['0 put k1 a', '0 ok', '0 put k1 b', '0 ok', '1 cas k1 a c', '1 ok']],
    [
      'a lost write',
      ['0 put k1 a', '0 ok', '0 put k1 b', '0 ok', 'final', '1 get k1', '1 ok a', '2 get k1', '2 ok a'],
    ],
    [
      'not lost where it is read later',
      ['0 put k1 a', '0 ok', '0 put k1 b', '0 ok', 'final', '1 get k1', '1 ok a', '2 get k1', '2 ok b'],
    ],
    ['a phantom value', ['0 put k1 a', '0 ok', '1 get k1', '1 ok c']],
    ['a value of another key', ['0 put k2 c', '0 ok', '1 get k1', '1 ok c']],
    ['a value too early', ['1 get k1', '1 ok c', '0 put k1 c', '0 ok']],
    ['a dirty read', ['0 put k1 c', '0 fail no-leader', '1 get k1', '1 ok c']],
    ['a duplicate append', ['0 append k1 a', '0 ok', '1 get k1', '1 ok  a a']],
    [
      'an order flip',
      ['0 put k1 a', '0 ok', '0 put k1 b', '1 get k1', '1 ok b @n1', '2 get k1', '2 ok a @n3', '0 ok'],
    ],
    [
      'a disagreement',
      [
        '0 put k1 a',
        '1 put k1 b',
        '2 get k1',
        '2 ok a',
        '2 get k1',
        '2 ok b',
        '3 get k1',
        '3 ok a',
        '0 ok',
        '1 ok',
      ],
    ],
    ['a lost update', ['0 put k1 a', '0 ok', '1 cas k1 a b', '2 cas k1 a c', '1 ok', '2 ok']],
  ])('%s', async (_, lines) => {
    expect(await explained(...lines)).toMatchSnapshot();
  });
});

describe('what was broken at the time', () => {
  test('a node that was cut off, and still believed itself leader', async () => {
    const found = await explained(
      ...['0 put k1 a', '0 ok @n3', 'cut n3', 'cut n3 on', 'n3 leader 4', 'n1 leader 5'],
      ...['0 put k1 b', '0 ok @n1', '1 get k1', '1 ok a @n3', 'heal', 'heal done'],
    );
    expect(found).toMatchSnapshot();
    expect(found!.pattern).toBe('split brain: stale read');
  });

  test('what was over before the first of its operations is not told', async () => {
    const found = await explained(
      ...['cut n3', 'cut n3 on', 'heal', 'heal done'],
      ...['0 put k1 a', '0 ok @n3', '0 put k1 b', '0 ok @n1', '1 get k1', '1 ok a @n3'],
    );
    expect(found!.sentences.join(' ')).not.toContain('cut off');
  });
});

describe('what does not follow is not claimed', () => {
  test('a value that may have been written again is not called stale', async () => {
    // The second put of "a" was never answered: it may take effect whenever it likes, and does.
    const lines = ['0 put k1 a', '0 ok', '2 put k1 a', '2 info', '0 put k1 b', '0 ok', '1 get k1', '1 ok a'];
    expect(await explained(...lines)).toBeUndefined();
    const more = await explained(...lines, '1 get k1', '1 ok b', '1 get k1', '1 ok a');
    expect(more).toMatchSnapshot();
    expect(more!.pattern).toBe('no order explains it');
  });
});
