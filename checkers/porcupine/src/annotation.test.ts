import { describe, expect, test } from 'vitest';
import { MalformedAnnotation, type Annotation } from './annotation.ts';
import { checkOperations } from './check.ts';
import { register } from './models/register.ts';

const check = (annotations: readonly Annotation[]): readonly Annotation[] =>
  checkOperations(register(), [], { annotations }).annotations;

describe('annotations', () => {
  test('come back as they were given', () => {
    const annotations = [
      { process: 'nemesis', start: 3, end: 8, description: 'n1 is cut off' },
      { process: 2, start: 4, description: 'n2 leads' },
    ];
    expect(check(annotations)).toEqual(annotations);
  });

  test('there are none by default', () => expect(checkOperations(register(), []).annotations).toEqual([]));

  test.each<[string, Annotation]>([
    ['ends before it starts', { process: 0, start: 2, end: 1, description: 'x' }],
    ['has no time', { process: 0, start: NaN, description: 'x' }],
    ['never ends', { process: 0, start: 0, end: Infinity, description: 'x' }],
    ['says nothing', { process: 0, start: 0, description: '' }],
  ])('one that %s is refused', (_, malformed) => {
    const good = { process: 0, start: 0, description: 'x' };
    expect(() => check([good, malformed])).toThrow(MalformedAnnotation);
    expect(() => check([good, malformed])).toThrow('annotation 1 ');
  });
});
