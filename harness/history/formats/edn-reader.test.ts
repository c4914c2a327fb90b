import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EdnError, EdnReader, exactJson, Incomplete, type Edn } from './edn-reader.ts';

const read = (text: string): Edn => new EdnReader(text, 0, true).form();

describe('what EDN keeps apart stays apart', () => {
  test.each<readonly [string, unknown]>([
    ['nil', null],
    ['true', true],
    ['-0', 0],
    ['+7', 7],
    ['42N', 42],
    ['0x1F', 31],
    ['9007199254740993', { '#int': '9007199254740993' }],
    ['9007199254740992N', { '#int': '9007199254740992' }],
    ['1.5', 1.5],
    ['1.0', { '#float': '1' }],
    ['-0.0', { '#float': '-0' }],
    ['##NaN', { '#float': 'NaN' }],
    ['1.0M', { '#decimal': '1.0' }],
    ['2/4', { '#ratio': '1/2' }],
    ['4/2', 2],
    ['-3/9', { '#ratio': '-1/3' }],
    ['"a\\n\\u00e9\\"\\\\"', 'a\né"\\'],
    ['"\\ud800"', '\ud800'],
    ['\\a', { '#char': 'a' }],
    ['\\newline', { '#char': '\n' }],
    ['\\u0041', { '#char': 'A' }],
    ['\\(', { '#char': '(' }],
    [':a', { '#keyword': 'a' }],
    [':ns/a', { '#keyword': 'ns/a' }],
    ['timed-out', { '#symbol': 'timed-out' }],
    ['[1 (2) [3]]', [1, [2], [3]]],
    ['#{2 1}', { '#set': [1, 2] }],
    [
      '{:b 1, "a" 2}',
      {
        '#map': [
          ['a', 2],
          [{ '#keyword': 'b' }, 1],
        ],
      },
    ],
    ['#:x{:a 1}', { '#map': [[{ '#keyword': 'x/a' }, 1]] }],
    ['#inst "2020-01-01"', { '#tagged': ['inst', '2020-01-01'] }],
    ['^{:type :a} [1 #_2 #_ #_ 3 4 5] ; end', [1, 5]],
  ])('%s', (text, value) => {
    expect(exactJson(read(text))).toEqual(value);
  });
});

describe('what is no EDN is refused', () => {
  test.each([
    ['', 'a value'],
    ['[1 2', ']'],
    ['(1]', 'found ]'],
    ['{:a}', 'a value for each key'],
    ['{:a 1 :a 2}', ':a is twice'],
    ['{1 1 1N 2}', '1 is twice'],
    ['#{1 1}', 'once'],
    ['007', 'a number'],
    ['1x', 'a number'],
    ['1/0', 'a number'],
    ['1e999', 'range'],
    [':', 'a keyword'],
    ['"\\q"', 'found \\q'],
    ['"abc', '"'],
    ['\\notachar', 'a character'],
    ['#<Object>', 'a tag'],
    ['##Foo', '##NaN'],
    ['@x', 'a value'],
    ['['.repeat(5000), 'inside each other'],
  ])('%s', (text, message) => {
    expect(() => read(text)).toThrow(EdnError);
    expect(() => read(text)).toThrow(message);
  });
});

test('cut anywhere, more text is asked for: nothing is read from half a form', () => {
  const text = '[{:a "x\\u00e9", :b #{1 2/3}} #inst "t" \\newline :key 12 ^{:m 1} sym ##Inf] ';
  for (let size = 0; size < text.length - 1; size++) {
    expect(() => new EdnReader(text.slice(0, size), 0, false).form()).toThrow(Incomplete);
  }
  expect(exactJson(new EdnReader(text, 0, false).form())).toHaveLength(7);
});

test('any text is read or refused, in time', () => {
  const piece = fc.constantFrom(...'[](){}"\\#_^:;,/.-+0123456789aeNMnil \n', '#{', '#_', '##', '#:a{');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), fc.boolean(), (pieces, final) => {
      const reader = new EdnReader(pieces.join(''), 0, final);
      try {
        while (reader.next() !== undefined) reader.form();
      } catch (error) {
        if (!(error instanceof EdnError || error instanceof Incomplete)) throw error;
      }
    }),
    { numRuns: 20_000 },
  );
});
