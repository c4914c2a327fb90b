/** The first pass: what the schema alone says of a plan, in sentences. */
import type { z } from 'zod';
import {
  didYouMean,
  missingField,
  oneOf,
  own,
  quoted,
  unknownWord,
  wrongValue,
  type Mistake,
  type Path,
} from './mistake.ts';
import { nearest } from './nearest.ts';
import { scheduledSchema } from './schedule-fields.ts';
import { entrySchema, planSchema, type WellFormed } from './schema.ts';

type Issue = z.core.$ZodIssue;

const FAULTS: readonly string[] = entrySchema.options.map(({ shape }) => shape.fault.value);

/** What one thing of these fields is called. */
const KINDS: { readonly [field: string]: string } = {
  bugs: 'bug',
  checks: 'check',
  links: 'set of links',
  trouble: 'trouble of a disk',
  expect: 'verdict',
};

export function checkShape(data: unknown): {
  readonly plan: WellFormed | undefined;
  readonly mistakes: Mistake[];
} {
  const parsed = planSchema.safeParse(data);
  if (parsed.success) return { plan: parsed.data, mistakes: [] };
  const issues = [...parsed.error.issues, ...behindUnknownFaults(data)];
  return { plan: undefined, mistakes: issues.flatMap((issue) => mistakesOf(issue, data)) };
}

/** The fault that an entry names, or the one it was probably meant to. */
export function meantFault(entry: unknown): string | undefined {
  const fault = own(entry, 'fault');
  if (typeof fault !== 'string') return undefined;
  return FAULTS.includes(fault) ? fault : nearest(fault, FAULTS);
}

/** Under a fault that it doesn't know the schema looks at nothing; so the rest is held against the nearest. */
function behindUnknownFaults(data: unknown): Issue[] {
  const behind = (field: string, schema: z.ZodType): Issue[] => {
    const entries = own(data, field);
    if (!Array.isArray(entries)) return [];
    return entries.flatMap((entry: unknown, index) => {
      const fault = meantFault(entry);
      if (fault === undefined || fault === own(entry, 'fault')) return [];
      const parsed = schema.safeParse({ ...(entry as object), fault });
      return parsed.success ? [] : parsed.error.issues.map((issue) => under([field, index], issue));
    });
  };
  return [...behind('nemesis', entrySchema), ...behind('schedule', scheduledSchema)];
}

function mistakesOf(issue: Issue, data: unknown): Mistake[] {
  const path = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step));
  const value = path.reduce<unknown>((at, step) => own(at, step), data);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownField([...path, key], key, issue.message.split(', ')));
    case 'invalid_value':
      return [notAmong(path, value, issue.values.map(String))];
    case 'invalid_union': {
      if (issue.discriminator !== undefined) return [notAmong(path, value, FAULTS)];
      const branch = issue.errors.find(isMeant) ?? issue.errors[0]!;
      // Of a union with a text of its own no branch says more.
      if (issue.message !== 'Invalid input') break;
      return branch.flatMap((inner) => mistakesOf(under(issue.path, inner), data));
    }
    case 'custom': {
      const { hint, words } = { ...issue.params } as { hint?: string; words?: string[] };
      if (words !== undefined) return [notAmong(path, value, words)];
      if (value !== undefined && hint !== undefined) return [wrongValue(path, value, issue.message, hint)];
    }
  }
  return [
    value === undefined
      ? missingField(path, issue.message)
      : wrongValue(path, value, issue.message, hintFor(path, value)),
  ];
}

/** A branch of a union is the meant one when it had more to say than that the value is of another kind. */
function isMeant(issues: readonly Issue[]): boolean {
  return issues.some(({ code, path }) => path.length > 0 || code === 'unrecognized_keys');
}

function under(path: readonly PropertyKey[], issue: Issue): Issue {
  return { ...issue, path: [...path, ...issue.path] };
}

function unknownField(path: Path, field: string, known: readonly string[]): Mistake {
  return {
    path,
    at: 'name',
    message: `unknown field ${quoted(field)}`,
    expected: oneOf(known),
    ...didYouMean(field, known),
  };
}

function notAmong(path: Path, value: unknown, words: readonly string[]): Mistake {
  if (value === undefined) return missingField(path, oneOf(words));
  if (typeof value !== 'string') return wrongValue(path, value, oneOf(words));
  const field = String(path.findLast((step) => typeof step === 'string'));
  return unknownWord(path, KINDS[field] ?? field, value, words);
}

function hintFor(path: Path, value: unknown): string | undefined {
  const field = path.at(-1);
  if (typeof value === 'string' && /^\d[\d_, ]*$/.test(value))
    return `write ${value.replace(/\D/g, '')}, without quotes`;
  if (typeof value === 'number' && field === 'name') return `write "${value}", in quotes`;
  if (typeof value === 'string' && (field === 'system' || field === 'workload'))
    return `write ${field}: { name: … }`;
  if (typeof value === 'string' && (field === 'bugs' || field === 'checks'))
    return `write ${field}: [${value}]`;
  if (Array.isArray(value) && (field === 'every' || field === 'for'))
    return 'a random length is written { min: 1s, max: 3s }';
  if (typeof value === 'string' && (field === 'nodes' || field === 'links'))
    return `write ${field}: [${value}]`;
  return undefined;
}
