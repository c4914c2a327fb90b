import { describe, expect, test } from 'vitest';
import { LogPattern, type LogLines } from './log-pattern.ts';

function log(node: string, ...lines: readonly string[]): LogLines {
  return { node, file: 'node.log', lines };
}

/** Breaks off in the middle. */
function* torn(...lines: readonly string[]): Generator<string> {
  yield* lines;
  throw new Error('EIO');
}

const cases: readonly [
  name: string,
  pattern: RegExp,
  logs: readonly LogLines[],
  verdict: string,
  summary: string,
][] = [
  [
    'valid: no line matches',
    /panic/,
    [log('n1', 'started', 'stopped'), log('n2')],
    'valid',
    'no line matches /panic/, of 2 in 2 logs',
  ],
  [
    'invalid: one does',
    /panic/i,
    [log('n1', 'started'), log('n2', 'started', 'PANIC: disk')],
    'invalid',
    'n2 logged, on line 2 of node.log: PANIC: disk',
  ],
  [
    'invalid: several do, one after the other',
    /panic/g,
    [log('n1', 'panic', 'panic', 'panic')],
    'invalid',
    'n1 logged, on line 1 of node.log: panic, and 2 more',
  ],
  [
    'invalid: what a terminal would obey is shown',
    /panic/,
    [log('n1', '\u001b[2Jpanic\u202e')],
    'invalid',
    'n1 logged, on line 1 of node.log: \\u{1b}[2Jpanic\\u{202e}',
  ],
  [
    'unknown: a log could not be read to its end',
    /panic/,
    [{ node: 'n1', file: 'output.log', lines: torn('started') }],
    'unknown',
    'output.log of n1 could not be read: EIO',
  ],
  [
    'invalid: but a line before that matches',
    /panic/,
    [{ node: 'n1', file: 'output.log', lines: torn('panic') }],
    'invalid',
    'n1 logged, on line 1 of output.log: panic',
  ],
  ['unknown: there are no logs', /panic/, [], 'unknown', 'there are no logs'],
];

describe('log-pattern', () => {
  test.each(cases)('%s', (_, pattern, logs, verdict, summary) => {
    const result = new LogPattern(pattern, () => logs).finish();
    expect(result).toMatchObject({ checker: 'log-pattern', verdict, summary });
  });

  test('all matches are counted, the first are kept', () => {
    const lines = Array.from({ length: 100 }, (_, n) => `panic ${n} ${'x'.repeat(1000)}`);
    const { details } = new LogPattern(/panic/, () => [log('n1', ...lines)]).finish();
    expect(details).toMatchObject({ logs: 1, lines: 100, matches: { count: 100 } });
    const { first } = (details as { matches: { first: { line: number; text: string }[] } }).matches;
    expect(first).toHaveLength(32);
    expect(first.at(-1)).toMatchObject({ line: 32, text: expect.stringMatching(/^panic 31 x{391}…$/) });
  });
});
