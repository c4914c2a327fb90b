import fc from 'fast-check';
import { expect, test } from 'vitest';
import { beside, cell, fit, line, numberCell, span, widthOf, wrapped, type Line } from './spans.ts';

const text = (one: Line): string => one.map(({ text }) => text).join('');

test('what a terminal would obey is shown, whoever wrote it', () => {
  expect(span('a\x1b[31mb\r\nc\u202ed\x9b').text).toBe('a\\x1b[31mb\\r\\nc\\u202ed\\x9b');
});

test.each([
  ['short', 8, 'short   '],
  ['exactly', 7, 'exactly'],
  ['too long', 5, 'too …'],
  ['日本語', 5, '日本…'],
  ['日本語', 4, '日… '],
  ['anything', 0, ''],
])('%s in %i cells', (given, width, shown) => {
  expect(text(fit(line(given), width))).toBe(shown);
});

test('any text takes exactly the cells it is given, and none of it is a control character', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' }), { maxLength: 4 }), fc.nat(40), (texts, width) => {
      const shown = fit(
        texts.map((one) => span(one)),
        width,
      );
      expect(widthOf(shown)).toBe(width);
      expect(text(shown)).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    }),
  );
});

test('columns: text to the left, numbers to the right, each in its own width', () => {
  expect(text([cell('n1', 4), numberCell('42', 5), cell('candidate', 5)])).toBe('n1     42cand…');
  const lines = beside([
    { lines: [line('a'), line('bb')], width: 3 },
    { lines: [line('right')], width: 5 },
  ]);
  expect(lines.map(text)).toEqual(['a  right', 'bb      ']);
});

test('sentences are broken at blanks, and words that are longer than a line anywhere', () => {
  expect(wrapped('the key could only have been "abcdefghijkl"', 10).map(text)).toEqual([
    'the key',
    'could only',
    'have been',
    '"abcdefghi',
    'jkl"',
  ]);
  expect(wrapped('a\nb', 10).map(text)).toEqual(['a\\nb']);
});
