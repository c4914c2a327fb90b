/**
 * The kinds of fields that a plan is made of. Every `error` text is the noun phrase of what was expected;
 * `shape.ts` makes sentences of them. For a field that nobody knows it lists the fields there are.
 */
import { z } from 'zod';
import {
  DURATION_SCHEMA,
  OFFSET_SCHEMA,
  RATE_SCHEMA,
  formatDuration,
  formatRate,
  formatShare,
  parseDuration,
  parseRate,
  parseShare,
  type DurationLimits,
  type Parsed,
  type ShareLimits,
} from './units.ts';

export const MAX_CLIENTS = 10_000;
export const MAX_KEYS = 1_000_000;
export const MAX_LANES = 100;
export const MAX_NODES = 1000;
export const MAX_WEIGHT = 1_000_000;
/** ms a clock may be off. */
export const MAX_OFFSET = 24 * 3_600_000;

/** The ids that a system's nodes have. */
export const NODE_ID = /^n[1-9]\d{0,3}$/;

/** A role that nodes of a system may have. */
export const ROLE = /^[a-z][a-z-]{0,99}$/;

/** A mapping with these fields and no others. */
export function fields<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  const known = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: ({ code }) => (code === 'unrecognized_keys' ? known : `a mapping of ${known}`),
  });
}

/** A quantity that is text in a plan, or a number without a unit, and a number once parsed. */
function quantity(
  jsonSchema: object,
  parse: (input: unknown) => Parsed,
  format: (value: number) => string | number,
) {
  return z.codec(
    z.unknown().meta({ ...jsonSchema }),
    z.custom<number>((value) => typeof value === 'number'),
    {
      decode: (input, { issues }) => {
        const parsed = parse(input);
        if ('value' in parsed) return parsed.value;
        issues.push({ code: 'custom', input, message: parsed.expected, params: { hint: parsed.hint } });
        return z.NEVER;
      },
      encode: format,
    },
  );
}

export const duration = (limits: DurationLimits = {}) =>
  quantity(DURATION_SCHEMA, (input) => parseDuration(input, limits), formatDuration);
/** A duration that may be below 0. */
export const offset = (limit: number) => {
  const limits = { min: -limit, max: limit, negative: true };
  return quantity(OFFSET_SCHEMA, (input) => parseDuration(input, limits), formatDuration);
};
/** A part of a whole: text in percent, or a number. */
export const share = (limits: ShareLimits) => {
  const percent = { type: 'string', pattern: `^\\s*${limits.min < 0 ? '-?' : ''}\\d+(\\.\\d+)?\\s*%\\s*$` };
  const number = { type: 'number', minimum: limits.min, maximum: limits.max };
  return quantity({ anyOf: [percent, number] }, (input) => parseShare(input, limits), formatShare);
};
export const rate = quantity(RATE_SCHEMA, parseRate, formatRate);

export function count(min: number, max: number) {
  const error = `a whole number from ${min} to ${max}`;
  return z.int({ error }).min(min, { error }).max(max, { error });
}

export const text = (error: string) => z.string({ error }).min(1, { error });

/** Of an option of a system; which kind it is, the system says. */
export const optionValue = z.union([z.string(), z.number(), z.boolean()], {
  error: 'a duration, a number, a word, or true or false',
});
