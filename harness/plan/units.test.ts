import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  MAX_DURATION,
  formatDuration,
  formatRate,
  formatShare,
  parseDuration,
  parseRate,
  parseShare,
} from './units.ts';

/** A value, or the sentence and the hint. */
function told(parsed: ReturnType<typeof parseDuration>): number | string {
  if ('value' in parsed) return parsed.value;
  return parsed.hint === undefined ? parsed.problem : `${parsed.problem} (${parsed.hint})`;
}

describe('durations', () => {
  test.each<[unknown, number]>([
    ['1s', 1000],
    ['150ms', 150],
    ['2m', 120_000],
    ['1.5s', 1500],
    ['1h', 3_600_000],
    ['500us', 0.5],
    ['0.1s', 100],
    ['1.1s', 1100],
    [' 3 s ', 3000],
    ['0', 0],
    [0, 0],
    ['0ms', 0],
    ['168h', MAX_DURATION],
  ])('%j is %d ms', (text, ms) => expect(parseDuration(text)).toEqual({ value: ms }));

  test.each<[unknown, string]>([
    [30, 'expected a duration such as 1s or 150ms, found the number 30 (did you mean `30s`?)'],
    [1500, 'expected a duration such as 1s or 150ms, found the number 1500 (did you mean `1500ms`?)'],
    ['30', 'expected a duration such as 1s or 150ms, found `30` (did you mean `30s`?)'],
    [-5, 'expected a duration such as 1s or 150ms, found the number -5 (a duration cannot be negative)'],
    ['-5s', 'expected a duration such as 1s or 150ms, found `-5s` (a duration cannot be negative)'],
    ['+5s', 'expected a duration such as 1s or 150ms, found `+5s` (leave out the +)'],
    [NaN, 'expected a duration such as 1s or 150ms, found the number NaN (a duration must be finite)'],
    [
      Infinity,
      'expected a duration such as 1s or 150ms, found the number Infinity (a duration must be finite)',
    ],
    ['1e400', 'expected a duration such as 1s or 150ms, found `1e400`'],
    ['1e3s', 'expected a duration such as 1s or 150ms, found `1e3s`'],
    ['5 minutes', 'expected a duration such as 1s or 150ms, found `5 minutes` (did you mean `5m`?)'],
    ['5MS', 'expected a duration such as 1s or 150ms, found `5MS` (did you mean `5ms`?)'],
    ['5 parsecs', 'expected a duration such as 1s or 150ms, found `5 parsecs` (units are h, m, s, ms, us)'],
    ['soon', 'expected a duration such as 1s or 150ms, found `soon`'],
    ['', 'expected a duration such as 1s or 150ms, found an empty text'],
    [null, 'expected a duration such as 1s or 150ms, found nothing'],
    [true, 'expected a duration such as 1s or 150ms, found true'],
    [[], 'expected a duration such as 1s or 150ms, found an empty list'],
    [{}, 'expected a duration such as 1s or 150ms, found a mapping'],
    ['169h', 'expected a duration of at most 168h, found `169h`'],
    [`${'9'.repeat(400)}s`, `expected a duration of at most 168h, found \`${'9'.repeat(60)}…\``],
  ])('%j: %s', (text, problem) => expect(told(parseDuration(text))).toBe(problem));

  test('limits', () => {
    expect(told(parseDuration('5s', { min: 10, max: 2000 }))).toBe(
      'expected a duration from 10ms to 2s, found `5s`',
    );
    expect(told(parseDuration('0', { positive: true }))).toBe(
      'expected a duration longer than 0s, found `0`',
    );
    expect(told(parseDuration('10ms', { min: 10 }))).toBe(10);
  });

  test('what was parsed formats to a text that parses to the same', () => {
    const text = fc
      .tuple(fc.double({ min: 0, max: 1e5, noNaN: true }), fc.constantFrom('h', 'm', 's', 'ms', 'us'))
      .map(([number, unit]) => `${number.toFixed(9)}${unit}`);
    fc.assert(
      fc.property(text, (text) => {
        const parsed = parseDuration(text);
        if ('value' in parsed) expect(parseDuration(formatDuration(parsed.value))).toEqual(parsed);
      }),
    );
  });

  test.each([
    [0, '0s'],
    [1500, '1500ms'],
    [90_000, '90s'],
    [120_000, '2m'],
    [0.5, '0.5ms'],
    [86_400_000, '24h'],
  ])('%d ms is %s', (ms, text) => expect(formatDuration(ms)).toBe(text));
});

describe('rates', () => {
  test.each<[unknown, number]>([
    ['500/s', 500],
    ['0.5/s', 0.5],
    ['30/m', 0.5],
    [' 500 / s ', 500],
    ['max', Infinity],
  ])('%j is %d a second', (text, rate) => expect(parseRate(text)).toEqual({ value: rate }));

  test.each<[unknown, string]>([
    [500, 'expected a rate such as 500/s, or max, found the number 500 (did you mean `500/s`?)'],
    ['500', 'expected a rate such as 500/s, or max, found `500` (did you mean `500/s`?)'],
    ['500 ops/sec', 'expected a rate such as 500/s, or max, found `500 ops/sec` (did you mean `500/s`?)'],
    ['5/min', 'expected a rate such as 500/s, or max, found `5/min` (did you mean `5/m`?)'],
    [
      '5/h',
      'expected a rate such as 500/s, or max, found `5/h` (rates are per second (/s) or per minute (/m))',
    ],
    ['-5/s', 'expected a rate such as 500/s, or max, found `-5/s` (a rate cannot be negative)'],
    [-5, 'expected a rate such as 500/s, or max, found the number -5'],
    ['unlimited', 'expected a rate such as 500/s, or max, found `unlimited` (did you mean `max`?)'],
    [Infinity, 'expected a rate such as 500/s, or max, found the number Infinity (did you mean `max`?)'],
    [NaN, 'expected a rate such as 500/s, or max, found the number NaN'],
    ['0/s', 'expected a rate from 0.001/s to 1000000000/s, or max, found `0/s`'],
    ['1e400/s', 'expected a rate such as 500/s, or max, found `1e400/s`'],
    ['fast', 'expected a rate such as 500/s, or max, found `fast`'],
    [null, 'expected a rate such as 500/s, or max, found nothing'],
  ])('%j: %s', (text, problem) => expect(told(parseRate(text))).toBe(problem));

  test('what was parsed formats to a text that parses to the same', () => {
    const text = fc
      .tuple(fc.double({ min: 0.001, max: 1e6, noNaN: true }), fc.constantFrom('s', 'm'))
      .map(([number, unit]) => `${number.toFixed(6)}/${unit}`);
    fc.assert(
      fc.property(text, (text) => {
        const parsed = parseRate(text);
        if ('value' in parsed) expect(parseRate(formatRate(parsed.value))).toEqual(parsed);
      }),
    );
  });
});

describe('durations that may be negative', () => {
  const limits = { min: -5000, max: 5000, negative: true };
  test.each<[unknown, number | string]>([
    ['-2s', -2000],
    ['- 2s', 'expected a duration such as 500ms or -2s, found `- 2s`'],
    ['500ms', 500],
    ['-0s', 0],
    [0, 0],
    [-2, 'expected a duration such as 500ms or -2s, found the number -2 (did you mean `-2s`?)'],
    ['-6s', 'expected a duration from -5s to 5s, found `-6s`'],
    ['6s', 'expected a duration from -5s to 5s, found `6s`'],
  ])('%j: %s', (text, expected) => expect(told(parseDuration(text, limits))).toBe(expected));

  test('format to what they were', () => {
    expect([-2000, -1500, -0.5].map(formatDuration)).toEqual(['-2s', '-1500ms', '-0.5ms']);
  });
});

describe('shares', () => {
  const limits = { min: 0, max: 1, such: 'a probability such as 5% or 0.05' };
  test.each<[unknown, number | string]>([
    ['5%', 0.05],
    [' 0.5 % ', 0.005],
    [0.05, 0.05],
    ['100%', 1],
    [0, 0],
    ['0%', 0],
    ['-0%', 0],
    [
      5,
      'expected a probability such as 5% or 0.05, from 0% to 100%, found the number 5 (did you mean `5%`?)',
    ],
    ['5', 'expected a probability such as 5% or 0.05, found `5` (did you mean `5%`?)'],
    ['-5%', 'expected a probability such as 5% or 0.05, from 0% to 100%, found `-5%`'],
    [NaN, 'expected a probability such as 5% or 0.05, from 0% to 100%, found the number NaN'],
    ['often', 'expected a probability such as 5% or 0.05, found `often`'],
    [null, 'expected a probability such as 5% or 0.05, found nothing'],
  ])('%j: %s', (input, expected) => expect(told(parseShare(input, limits))).toBe(expected));

  test('below 0 where that is allowed', () => {
    expect(parseShare('-0.5%', { ...limits, min: -1 })).toEqual({ value: -0.005 });
  });

  test('every one formats to what parses to it', () => {
    fc.assert(
      fc.property(fc.double({ min: -1, max: 1, noNaN: true }), (share) => {
        const value = share === 0 ? 0 : share;
        expect(parseShare(formatShare(value), { ...limits, min: -1 })).toEqual({ value });
      }),
    );
  });
});
