import { readFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { expect, test } from 'vitest';
import { planReference } from './reference.ts';

const file = new URL('../../docs/plan-fields.md', import.meta.url).pathname;

/** Where this fails the schema has changed: `npx vitest run harness/plan/reference.test.ts -u` writes it anew. */
test('docs/plan-fields.md says what the schema says', async () => {
  const written = await format(planReference(), { ...(await resolveConfig(file)), parser: 'markdown' });
  await expect(written).toMatchFileSnapshot(file);
});

test('docs/plan.md tells of every section and of every field of the plan itself', () => {
  const prose = readFileSync(new URL('../../docs/plan.md', import.meta.url), 'utf8');
  const top = /## The plan\n\n[^]*?\n\n/.exec(planReference())?.[0] ?? '';
  const fields = [...top.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name!);
  expect(fields.length).toBeGreaterThan(10);
  for (const field of fields) expect(prose).toMatch(new RegExp(`\\b${field}:|\`${field}\``));
});
