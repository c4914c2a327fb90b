import { expect, test } from 'vitest';
import { printable, printableLine } from '../cli/printable.ts';
import { formatProblems } from './format.ts';
import { resolvePlan } from './resolve.ts';
import { catalogue } from './test-catalogue.ts';

function formatted(text: string, set: readonly string[] = []): string {
  const resolved = resolvePlan(text, 'plans/p.yaml', { set }, catalogue);
  return 'plan' in resolved ? 'a plan' : formatProblems(resolved.problems);
}

test('a problem with its place, and one of an option', () => {
  const text = `system: { name: raft-kv }
workload: { name: kv }
nemesis:
  - { fault: partition, shape: majority-ring, every: 5s, for: 2s }
`;
  expect(formatted(text, ['workload.raet=100/s']))
    .toBe(`error: nemesis.0.shape: unknown shape \`majority-ring\`
 --> plans/p.yaml:4:32
  |
4 |   - { fault: partition, shape: majority-ring, every: 5s, for: 2s }
  |                                ^^^^^^^^^^^^^
  = expected: one of one, random-halves, majority-minority, majorities-ring, bridge, minority-third, isolate-leader, clients, link
  = hint: did you mean \`majorities-ring\`?

error: --set workload.raet=100/s: unknown field \`raet\`
  = expected: one of name, clients, rate, keys, ops, opTimeout, operations
  = hint: did you mean \`rate\`?

2 mistakes in plans/p.yaml; nothing was started
`);
});

test('the gutter is as wide as the line number', () => {
  const text = `${'#\n'.repeat(9)}system: { name: log }\nworkload: { name: queue }\nseed: -1\n`;
  expect(formatted(text)).toBe(`error: seed: expected a whole number from 0 to 4294967295, found the number -1
  --> plans/p.yaml:12:7
   |
12 | seed: -1
   |       ^^

1 mistake in plans/p.yaml; nothing was started
`);
});

test('of a long line a window is shown', () => {
  const faults = '{ fault: pause }, '.repeat(20);
  const text = `system: { name: raft-kv }\nworkload: { name: kv }\nnemesis: [${faults}{ fault: puase }, ${faults}]\n`;
  expect(formatted(text)).toBe(`error: nemesis.20.fault: unknown fault \`puase\`
 --> plans/p.yaml:3:380
  |
3 | …ault: pause }, { fault: pause }, { fault: pause }, { fault: puase }, { fault: pause }, { fault: pause }, { fault: pause …
  |                                                              ^^^^^
  = expected: one of partition, pause, crash, delay, packet, clock, disk, flip
  = hint: did you mean \`pause\`?

1 mistake in plans/p.yaml; nothing was started
`);
});

test('escape sequences of a plan, a file name or an option never reach the terminal', () => {
  const escape = '\u001b]0;owned\u0007\u001b[2J\u009b31m\u202e';
  const text = `system: { name: "${escape}" }\nworkload: { name: kv, "\\e[31m": 1 }\n"${escape}": 2\n`;
  const resolved = resolvePlan(text, `${escape}.yaml`, { set: [`seed=${escape}`, `${escape}=1`] }, catalogue);
  const shown = 'problems' in resolved ? formatProblems(resolved.problems) : '';
  expect(shown).toContain('unknown system `\\x1b]0;owned\\x07\\x1b[2J\\x9b31m\\u202e`');
  expect(shown.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
});

test('the mark stands under its place after a tab and after what is shown longer than it is', () => {
  const text = 'system: { name: raft-kv }\nworkload: { name: kv }\nchecks: [\t"\u0007", x]\n';
  expect(
    formatted(text)
      .split('\n')
      .filter((line) => /^. \|/.test(line)),
  ).toEqual([
    '  |',
    '3 | checks: [ "\\x07", x]',
    '  |           ^^^^^^',
    '  |',
    '3 | checks: [ "\\x07", x]',
    '  |                   ^',
  ]);
});

test('problems of several files, and too many of them', () => {
  const problem = { line: undefined, column: undefined, path: '', message: 'there is no such file' };
  const many = Array.from({ length: 60 }, (_, i) => ({ ...problem, file: `${i % 2}.yaml` }));
  const text = formatProblems(many);
  expect(text.match(/^error/gm)?.length).toBe(50);
  expect(text.split('\n').at(-2)).toBe('60 mistakes in 2 files, the first 50 shown; nothing was started');
  expect(formatProblems([])).toBe('');
});

test('colours are the caller’s', () => {
  const paint = (name: string) => (text: string) => `<${name}>${text}</${name}>`;
  const problems = [
    { file: 'p', line: 1, column: 1, path: 'seed', message: 'no', excerpt: { text: 'x', length: 1 } },
  ];
  expect(formatProblems(problems, { red: paint('r'), blue: paint('b'), bold: paint('B') })).toContain(
    '<r>error</r>: <B>seed: no</B>\n <b>--></b> p:1:1\n  <b>|</b>\n<b>1</b> <b>|</b> x\n  <b>|</b> <r>^</r>',
  );
});

test('printable keeps line ends and tabs, printableLine shows them', () => {
  expect(printable('a\tb\nc\r\u001b')).toBe('a\tb\nc\\r\\x1b');
  expect(printableLine('a\tb\nc\r\u001b\u2028\ud800\u{e0001}é漢👍')).toBe(
    'a\\tb\\nc\\r\\x1b\\u2028\\ud800\\u{e0001}é漢👍',
  );
});
