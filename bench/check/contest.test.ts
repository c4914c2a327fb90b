import { describe, expect, test } from 'vitest';
import { perform } from './contest.ts';

const LIMITS = { seconds: 0.2, bytes: 1e9 };
const LOADED = { event: 'loaded', operations: 3, ms: 1 };
const CHECKED = {
  event: 'checked',
  phase: 'cold',
  verdict: 'valid',
  ms: 1,
  cpuMs: 1,
  baseBytes: 1,
  peakBytes: 2,
};

/** A program that says these lines and then does what `code` says. */
function program(lines: readonly object[], code = ''): readonly [string, ...string[]] {
  const said = lines.map((line) => `console.log(${JSON.stringify(JSON.stringify(line))});`).join('');
  return [process.execPath, '-e', said + code];
}

describe('a program that is measured', () => {
  test('is believed what it says', async () => {
    const performed = await perform(program([LOADED, CHECKED]), LIMITS);
    expect(performed).toMatchObject({ loaded: LOADED, rounds: [CHECKED], end: { kind: 'finished' } });
  });

  test('is stopped when a check takes too long, and what it said before counts', async () => {
    const performed = await perform(program([LOADED, CHECKED], 'setInterval(() => {}, 1000)'), LIMITS);
    expect(performed).toMatchObject({ rounds: [CHECKED], end: { kind: 'timeout', seconds: 0.2 } });
  });

  test('is stopped when it grows too large', async () => {
    const grow = 'const all = []; setInterval(() => all.push(Buffer.alloc(2e7, 1)), 5)';
    const performed = await perform(program([LOADED], grow), { seconds: 60, bytes: 3e8 });
    expect(performed.end).toEqual({ kind: 'memory', bytes: 3e8 });
    expect(performed.peakBytes).toBeGreaterThan(3e8);
  });

  test('that has no verdict came to no end, and gives its reason', async () => {
    const unknown = { ...CHECKED, verdict: 'unknown' };
    const ends = [unknown, { ...unknown, reason: 'no memory' }].map(async (round) => {
      return (await perform(program([LOADED, round]), LIMITS)).end;
    });
    expect(await Promise.all(ends)).toEqual([
      { kind: 'timeout', seconds: 0.2 },
      { kind: 'undecided', reason: 'no memory' },
    ]);
  });

  test('that fails, failed, with the line that says why', async () => {
    const { end } = await perform(program([LOADED], 'throw new TypeError("no such thing")'), LIMITS);
    expect(end).toEqual({ kind: 'failed', message: 'ended with 1: TypeError: no such thing' });
  });

  test('that is not there, failed', async () => {
    expect((await perform(['/no/such/program'], LIMITS)).end.kind).toBe('failed');
  });
});
