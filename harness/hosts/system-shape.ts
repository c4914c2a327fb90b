/** What a user's module exports as `system`, held against the contract: in JavaScript nothing else does that. */
import { z } from 'zod';

const words = z.array(z.string({ error: 'expected a text' }), { error: 'expected a list of texts' });
const explained = z.record(z.string(), z.string({ error: 'expected a text' }), {
  error: 'expected a mapping of names to one line on each',
});
const count = z.int({ error: 'expected a whole number' }).min(1, { error: 'expected 1 or more' });
const made = z.custom<unknown>((value) => typeof value === 'function', { error: 'expected a function' });
const about = { about: z.string({ error: 'expected a text' }) };
const number = z.number({ error: 'expected a number' });

const optionShape = z.discriminatedUnion(
  'kind',
  [
    z.object({ ...about, kind: z.literal('duration'), default: number, min: number, max: number }),
    z.object({ ...about, kind: z.literal('count'), default: number, min: number, max: number }),
    z.object({ ...about, kind: z.literal('flag'), default: z.boolean({ error: 'expected true or false' }) }),
    z.object({ ...about, kind: z.literal('choice'), default: z.string(), values: words }),
    z.object({ ...about, kind: z.literal('text'), default: z.string() }),
  ],
  { error: "expected an option of kind 'duration', 'count', 'flag', 'choice' or 'text'" },
);

/** What of `System` can be seen before anything is made. */
const systemShape = z.object(
  {
    name: z.string({ error: 'expected a text' }),
    ...about,
    roles: words,
    leaderRole: z.string({ error: 'expected one of the roles' }),
    nodes: z
      .object({ default: count, min: count, max: count }, { error: 'expected { default, min, max }' })
      .refine(({ default: usual, min, max }) => min <= usual && usual <= max, {
        error: 'expected min ≤ default ≤ max',
      }),
    operations: words,
    bugs: explained,
    options: z.record(z.string(), optionShape, { error: 'expected a mapping of options' }),
    marks: explained.optional(),
    createNode: made,
    createClient: made,
  },
  { error: 'expected an object' },
);

/** What is wrong with it, in one line; undefined where nothing is. */
export function wrongSystem(value: unknown): string | undefined {
  const read = systemShape.safeParse(value);
  if (read.success) return undefined;
  const wrong = read.error.issues.map(({ path, message }) => `${['system', ...path].join('.')}: ${message}`);
  const more = wrong.length > MOST ? `, and ${wrong.length - MOST} more` : '';
  return `${wrong.slice(0, MOST).join('; ')}${more}`;
}

const MOST = 5;
