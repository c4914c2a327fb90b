import { describe, expect, test } from 'vitest';
import { checkOperations } from './check.ts';
import { again, choose } from './choose.ts';
import { FirstToDecide } from './first-to-decide.ts';
import { Budget } from './budget.ts';
import { register } from './models/register.ts';
import type { RegisterInput, RegisterOutput } from './models/register.ts';
import { timeline } from './testing/timeline.ts';

const stale = timeline<RegisterInput, RegisterOutput>(`write 1   |--|
                                                       write 2        |--|
                                                       read → 2            |--|
                                                       read → 1                 |--|`);

describe('the algorithm', () => {
  test('is chosen, and named with the reason', () => {
    const { partitions } = checkOperations(register(), stale);
    expect(partitions[0]!.algorithm).toEqual({ name: 'zones', why: 'every written value is another one' });
  });

  test.each(['general', 'jit', 'zones'] as const)('is %s when that is asked for', (name) => {
    const { verdict, partitions } = checkOperations(register(), stale, { algorithm: name });
    expect(verdict).toBe('invalid');
    expect(partitions[0]).toMatchObject({ algorithm: { name, why: 'it was asked for' }, blocked: 3 });
  });

  test('that does not apply leaves the verdict unknown', () => {
    const { verdict, partitions } = checkOperations(register(), stale, { algorithm: 'distinct' });
    expect(verdict).toBe('unknown');
    expect(partitions[0]!.reason).toMatchObject({ kind: 'inapplicable', explained: 0, completions: 4 });
  });

  test('that can not decide says why', () => {
    const choices = [{ name: 'zones', make: never('values repeat'), why: 'it was asked for' } as const];
    const decision = new FirstToDecide(choices, register(), { operations: stale }, new Budget({}));
    expect(decision.run()).toEqual({ kind: 'undecided', why: 'zones: values repeat' });
  });

  test('that does not apply leaves it to the next one, which says so', () => {
    const choices = [
      { name: 'zones', make: never('values repeat'), why: 'values are distinct' } as const,
      ...choose('jit'),
    ];
    const decision = new FirstToDecide(choices, register(), { operations: stale }, new Budget({}));
    expect(decision.run().kind).toBe('invalid');
    expect(decision.chosen).toMatchObject({
      name: 'jit',
      why: 'zones: values repeat; it was asked for',
    });
  });

  test('decides prefixes as well, with another one to fall back on', () => {
    expect(again(choose('general')[0]!).map(({ name }) => name)).toEqual(['general', 'jit']);
    expect(again(choose('zones')[0]!).map(({ name }) => name)).toEqual(['zones', 'jit']);
    expect(again(choose('jit')[0]!).map(({ name }) => name)).toEqual(['jit']);
  });
});

function never(why: string): ReturnType<typeof choose>[number]['make'] {
  return () => ({
    run: () => ({ kind: 'undecided', why }),
    progress: () => ({ explained: 0, longest: [] }),
  });
}
