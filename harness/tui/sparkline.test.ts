import { expect, test } from 'vitest';
import { sparkline, type Column } from './sparkline.ts';

const columns = (values: readonly (number | undefined)[]): Column[] =>
  values.map((value) => ({ value, style: 'chart' }));
const text = (lines: ReturnType<typeof sparkline>): string[] =>
  lines.map((line) => line.map((span) => span.text).join(''));

test('from nothing to the most; what is not known is a dot, and little is more than nothing', () => {
  expect(text(sparkline(columns([0, 1, 25, 50, 100, undefined, 0.001]), 100))).toEqual([' ▁▂▄█·▁']);
});

test('in two lines twice as fine', () => {
  expect(text(sparkline(columns([0, 25, 50, 75, 100, undefined]), 100, 2))).toEqual(['   ▄█ ', ' ▄███·']);
});

test('neighbours of one style are one span', () => {
  const mixed: Column[] = [
    { value: 1, style: 'chart' },
    { value: 1, style: 'shaded' },
    { value: 1, style: 'shaded' },
  ];
  expect(sparkline(mixed, 1)[0]!.map(({ text, style }) => [text, style])).toEqual([
    ['█', 'chart'],
    ['██', 'shaded'],
  ]);
});
