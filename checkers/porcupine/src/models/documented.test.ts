import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checkOperations } from '../check.ts';
import { thermostat } from '../testing/own-model.ts';
import { models } from './models.ts';

const text = readFileSync(new URL('../../MODELS.md', import.meta.url), 'utf8');

test.each(Object.values(models))('$name: MODELS.md has its legal steps', ({ name, functions }) => {
  const section = text.split(/^### /m).find((part) => part.split('\n')[0]!.includes(`\`${name}\``));
  expect(section).toBeDefined();
  for (const f of Object.keys(functions)) expect(section).toMatch(new RegExp(`\\b${f}\\b`));
});

test('a model of one’s own, as MODELS.md has it, is all that a check needs', () => {
  const source = readFileSync(new URL('../testing/own-model.ts', import.meta.url), 'utf8');
  expect(text).toContain(source.trim().replace("'../index.ts'", "'porcupine-ts'"));
  const look = (output: number): string =>
    checkOperations(thermostat, [
      { id: 0, process: 0, input: 'warmer', output: undefined, call: 0, return: Infinity },
      { id: 1, process: 1, input: 'look', output, call: 1, return: 2 },
    ]).verdict;
  expect([look(20), look(21), look(22)]).toEqual(['valid', 'valid', 'invalid']);
});
