/** Of a system that declares its marks: every mark that its code reaches is declared, and no other. */
import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { systems } from './index.ts';

describe.each(Object.keys(systems))('%s', (name) => {
  test('marks are declared, and reached somewhere', async () => {
    const { marks } = (await systems[name]!()).system;
    if (marks === undefined) return;
    const folder = new URL(`./${name}/`, import.meta.url);
    const reached = new Set<string>();
    for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.ts') || file.endsWith('.test.ts') || file.includes('testing/')) continue;
      for (const [, call] of readFileSync(new URL(file, folder), 'utf8').matchAll(/\.reached\((.*)/g)) {
        // Texts that are compared with are no marks: `reached(kind === 'pre' ? 'pre-vote' : 'candidate')`.
        for (const [, compared, text] of call!.matchAll(/(=== )?'([^']+)'/g)) {
          if (compared === undefined) reached.add(text!);
        }
      }
    }
    expect([...reached].sort()).toEqual(Object.keys(marks).sort());
  });
});
