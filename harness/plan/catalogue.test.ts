/** What ships fits together: the catalogue, the plans, and the schema that editors check them by. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { loadCatalogue } from './load-catalogue.ts';
import { formatProblems } from './format.ts';
import { planJsonSchema } from './json-schema.ts';
import { loadPlan } from './load.ts';

const catalogue = await loadCatalogue();
const schema = z.fromJSONSchema(planJsonSchema(catalogue) as Parameters<typeof z.fromJSONSchema>[0]);
const good = { system: { name: Object.keys(catalogue.systems)[0] }, workload: { name: 'kv' } };
const files = readdirSync('plans', { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.yaml'),
);

describe.each(files)('%s', (file) => {
  test('is a plan', () => {
    const loaded = loadPlan(join('plans', file), {}, catalogue);
    expect('problems' in loaded ? formatProblems(loaded.problems) : '').toBe('');
  });

  test('is one by the JSON Schema too', () => {
    expect(schema.safeParse(parse(readFileSync(join('plans', file), 'utf8'))).error?.issues ?? []).toEqual(
      [],
    );
  });
});

test('a duration of 0 needs no unit by the JSON Schema', () => {
  expect(schema.safeParse({ ...good, nemesis: [{ fault: 'crash', for: 0 }] }).success).toBe(true);
});

test.each([
  { nemesis: [{ fault: 'packet', loss: 0.05, reorder: '10%' }] },
  { nemesis: [{ fault: 'clock', mode: 'drift', drift: { min: '-0.5%', max: 0.02 } }] },
  { nemesis: [{ fault: 'clock', offset: '-2s' }] },
  { nemesis: [{ fault: 'disk', trouble: 'slow', delay: '200ms' }] },
  { nemesis: [{ fault: 'flip', for: 0 }] },
])('%j is a plan by the JSON Schema', (more) => {
  expect(schema.safeParse({ ...good, ...more }).error?.issues ?? []).toEqual([]);
});

test.each([
  { time: 30 },
  { time: '30 parsecs' },
  { hots: 'process' },
  { name: 'a/b' },
  { system: { name: 'nobody' } },
  { workload: { name: 'kv', rate: 5 } },
  { nemesis: [{ fault: 'pause', shape: 'one' }] },
  { nemesis: [{ fault: 'pause', target: 'somebody' }] },
  { nemesis: [{ fault: 'partition', shape: 'bridges' }] },
  { nemesis: [{ fault: 'packet', loss: 5 }] },
  { nemesis: [{ fault: 'packet', loss: '-5%' }] },
  { nemesis: [{ fault: 'clock', offset: 5 }] },
  { nemesis: [{ fault: 'disk', trouble: 'sick' }] },
])('%j is no plan by the JSON Schema', (wrong) => {
  expect(schema.safeParse(good).success).toBe(true);
  expect(schema.safeParse({ ...good, ...wrong }).success).toBe(false);
});
