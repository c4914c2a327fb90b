/**
 * Quantities with their unit, from text and back. A bare number is refused (seconds? milliseconds?), but
 * for 0 and for shares, which have no unit. What is parsed is finite, negative only where that was asked
 * for, and formats to a text that parses to the same.
 */
import { shown } from './mistake.ts';

export type Parsed =
  | { readonly value: number }
  /** `problem` is a whole sentence; `expected` the part of it that says what would be right. */
  | { readonly problem: string; readonly expected: string; readonly hint?: string };

/** In ms. A week: far below 2³¹ ms, beyond which Node's timers fire at once. */
export const MAX_DURATION = 7 * 24 * 3_600_000;
const MIN_RATE = 0.001;
const MAX_RATE = 1_000_000_000;

const MS = { h: 3_600_000, m: 60_000, s: 1000, ms: 1, us: 0.001 } as const;
type Unit = keyof typeof MS;

/** What people write instead, for hints. */
const UNIT_WORDS: readonly (readonly [RegExp, Unit])[] = [
  [/^(h|hrs?|hours?)$/i, 'h'],
  [/^(m|mins?|minutes?)$/i, 'm'],
  [/^(s|secs?|seconds?)$/i, 's'],
  [/^(ms|msecs?|millis?|milliseconds?)$/i, 'ms'],
  [/^(us|µs|μs|usecs?|micros?|microseconds?)$/i, 'us'],
];

/** The same in JSON Schema, for editors. */
export const DURATION_SCHEMA = {
  anyOf: [{ type: 'string', pattern: '^\\s*(0|\\d+(\\.\\d+)?\\s*(h|m|s|ms|us))\\s*$' }, { const: 0 }],
};
export const OFFSET_SCHEMA = {
  anyOf: [{ type: 'string', pattern: '^\\s*(0|-?\\d+(\\.\\d+)?\\s*(h|m|s|ms|us))\\s*$' }, { const: 0 }],
};
export const RATE_SCHEMA = { type: 'string', pattern: '^\\s*(max|\\d+(\\.\\d+)?\\s*/\\s*(s|m))\\s*$' };

export interface DurationLimits {
  /** ms; 0 unless told. */
  readonly min?: number;
  /** ms; a week unless told. */
  readonly max?: number;
  /** Whether `min` itself is too short. */
  readonly positive?: boolean;
  /** Whether it may be below 0, as far as `min`. */
  readonly negative?: boolean;
}

export interface ShareLimits {
  readonly min: number;
  readonly max: number;
  /** What it is, `a probability such as 5% or 0.05`. */
  readonly such: string;
}

/** A duration as a plan writes it (`1s`, `1.5s`, `150ms`, `2m`, `0`), in ms to the nanosecond. */
export function parseDuration(input: unknown, limits: DurationLimits = {}): Parsed {
  const { min = 0, max = MAX_DURATION, positive = false, negative = false } = limits;
  const wrong = (expected: string, hint?: string): Parsed => refusal(input, expected, hint);
  const such = negative ? 'a duration such as 500ms or -2s' : 'a duration such as 1s or 150ms';
  if (typeof input === 'number') {
    if (input !== 0) return wrong(such, unitHint(input, negative));
  } else if (typeof input !== 'string') return wrong(such);

  const [, sign, digits, unit] = /^\s*([+-]?)(\d+(?:\.\d+)?)\s*([a-zµμ]*)\s*$/i.exec(String(input)) ?? [];
  if (digits === undefined || sign === undefined || unit === undefined) return wrong(such);
  if (sign === '-' && !negative) return wrong(such, 'a duration cannot be negative');
  if (sign === '+') return wrong(such, 'leave out the +');
  const bare = unit === '' && Number(digits) === 0;
  if (!bare && !isUnit(unit)) {
    if (unit === '') return wrong(such, unitHint(Number(sign + digits), negative));
    const meant = UNIT_WORDS.find(([words]) => words.test(unit))?.[1];
    return wrong(
      such,
      meant ? `did you mean \`${digits}${meant}\`?` : `units are ${Object.keys(MS).join(', ')}`,
    );
  }
  const size = nanoseconds(Number(digits) * (isUnit(unit) ? MS[unit] : 0));
  const value = sign === '-' && size > 0 ? -size : size;
  if (value > max || value < min) {
    const from = min !== 0 ? `from ${formatDuration(min)} to` : 'of at most';
    return wrong(`a duration ${from} ${formatDuration(max)}`);
  }
  return positive && value <= min ? wrong(`a duration longer than ${formatDuration(min)}`) : { value };
}

/** `ms` to the nanosecond: as exact as a plan is. */
export function nanoseconds(ms: number): number {
  return Math.round(ms * 1e6) / 1e6;
}

/** `ms` as the shortest text in the largest unit that it is a whole number of. */
export function formatDuration(ms: number): string {
  if (ms === 0) return '0s';
  for (const unit of ['h', 'm', 's'] as const) {
    if (ms % MS[unit] === 0) return `${ms / MS[unit]}${unit}`;
  }
  // Never in exponents: a parsed duration has at most six decimals.
  return `${ms}ms`;
}

/** A rate as a plan writes it (`500/s`, `10/m`, `max`), in operations a second; `max` is Infinity. */
export function parseRate(input: unknown): Parsed {
  const such = 'a rate such as 500/s, or max';
  const wrong = (expected: string, hint?: string): Parsed => refusal(input, expected, hint);
  if (typeof input === 'number') {
    if (input === Infinity) return wrong(such, 'did you mean `max`?');
    return wrong(such, input > 0 ? `did you mean \`${input}/s\`?` : undefined);
  }
  if (typeof input !== 'string') return wrong(such);
  const text = input.trim();
  if (text === 'max') return { value: Infinity };
  if (/^(max|maximum|unlimited|inf|infinity|infinite)$/i.test(text))
    return wrong(such, 'did you mean `max`?');
  const [, sign, digits, per] = /^([+-]?)(\d+(?:\.\d+)?)\s*(?:[a-z]*\s*\/\s*([a-z]+))?$/i.exec(text) ?? [];
  if (digits === undefined) return wrong(such);
  if (sign === '-') return wrong(such, 'a rate cannot be negative');
  const exact = /^\d[\d.]*\s*\/\s*([sm])$/.test(text);
  if (!exact) {
    const meant = per === undefined ? 's' : UNIT_WORDS.find(([words]) => words.test(per))?.[1];
    if (meant === 's' || meant === 'm') return wrong(such, `did you mean \`${digits}/${meant}\`?`);
    return wrong(such, 'rates are per second (/s) or per minute (/m)');
  }
  const value = per === 'm' ? Number(digits) / 60 : Number(digits);
  if (value < MIN_RATE || value > MAX_RATE)
    return wrong(`a rate from ${MIN_RATE}/s to ${MAX_RATE}/s, or max`);
  return { value };
}

export function formatRate(perSecond: number): string {
  if (perSecond === Infinity) return 'max';
  const perMinute = Math.round(perSecond * 60);
  const asMinutes = !Number.isInteger(perSecond) && perMinute / 60 === perSecond;
  return asMinutes ? `${perMinute}/m` : `${perSecond}/s`;
}

/** A share as a plan writes it (`5%`, `0.05`, `-0.5%`): 0.05 is five in a hundred. */
export function parseShare(input: unknown, { min, max, such }: ShareLimits): Parsed {
  const wrong = (expected: string, hint?: string): Parsed => refusal(input, expected, hint);
  let value: number;
  if (typeof input === 'number') value = input;
  else {
    const [, digits, sign] =
      /^\s*([+-]?\d+(?:\.\d+)?)\s*(%?)\s*$/.exec(typeof input === 'string' ? input : '') ?? [];
    if (digits === undefined) return wrong(such);
    if (sign !== '%') return wrong(such, `did you mean \`${digits}%\`?`);
    value = Number(digits) / 100;
  }
  if (value >= min && value <= max) return { value: value === 0 ? 0 : value };
  const percent =
    typeof input === 'number' && Math.abs(input) > 1 && input / 100 >= min && input / 100 <= max;
  return wrong(
    `${such}, from ${formatShare(min)} to ${formatShare(max)}`,
    percent ? `did you mean \`${input}%\`?` : undefined,
  );
}

/** In percent; as the bare number where that says it more exactly. */
export function formatShare(share: number): string | number {
  const percent = Number((share * 100).toPrecision(12));
  return percent / 100 === share && !String(percent).includes('e') ? `${percent}%` : share;
}

function refusal(input: unknown, expected: string, hint: string | undefined): Parsed {
  const problem = `expected ${expected}, found ${shown(input)}`;
  return { problem, expected, ...(hint !== undefined && { hint }) };
}

function isUnit(text: string): text is Unit {
  return Object.hasOwn(MS, text);
}

/** Small numbers were meant as seconds, more likely than not; round thousands as milliseconds. */
function unitHint(bare: number, negative: boolean): string {
  if (!Number.isFinite(bare)) return 'a duration must be finite';
  if (bare < 0 && !negative) return 'a duration cannot be negative';
  return `did you mean \`${bare}${Math.abs(bare) >= 500 ? 'ms' : 's'}\`?`;
}
