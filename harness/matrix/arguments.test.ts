import { expect, test } from 'vitest';
import { catalogue } from '../plan/test-catalogue.ts';
import { argumentsFrom, BadArguments } from './arguments.ts';

const given = (text: string) =>
  argumentsFrom(
    text.split(' ').filter((word) => word !== ''),
    catalogue,
  );

test('everything but correct seeds, where nothing is said', () => {
  const { sections, seeds, tries, duration, isAsked, systems, json } = given('');
  expect({ sections, seeds, tries, duration, json }).toEqual({
    sections: ['plan', 'processes', 'swarm'],
    ...{ seeds: 20_000, tries: 5, duration: 20 * 60_000, json: false },
  });
  expect(systems).toEqual(['raft-kv', 'log']);
  expect(isAsked({ system: 'raft-kv', bug: 'stale-read' })).toBe(true);
});

test('what is asked for, and nothing else', () => {
  const { isAsked, systems, sections, seed, duration, correct } = given(
    '--system raft-kv --bug stale-read --only swarm --only plan --seed 0 --for 4m',
  );
  expect({ systems, sections, seed, duration, correct }).toEqual({
    ...{ systems: ['raft-kv'], sections: ['plan', 'swarm'], seed: 0, duration: 240_000, correct: 2000 },
  });
  expect(isAsked({ system: 'raft-kv', bug: 'stale-read' })).toBe(true);
  expect(isAsked({ system: 'raft-kv', bug: 'vote-not-persisted' })).toBe(false);
  expect(isAsked({ system: 'log', bug: 'stale-read' })).toBe(false);
  expect(given('--correct 50')).toMatchObject({
    ...{ correct: 50, sections: ['plan', 'processes', 'swarm', 'correct'] },
  });
  expect(given('--only correct')).toMatchObject({ correct: 2000, sections: ['correct'] });
});

test.each([
  ['--bug stale-raed', '--bug: unknown bug stale-raed; did you mean stale-read?'],
  ['--system zookeeper', '--system: unknown system zookeeper; expected one of raft-kv, log'],
  ['--only swarms', 'did you mean swarm?'],
  ['--seeds 0', '--seeds: expected a whole number from 1 on, found 0'],
  ['--jobs x', '--jobs: expected a whole number from 1 on, found x'],
  ['--for long', '--for: '],
  ['--frobnicate', '--frobnicate'],
  ['plan.yaml', 'plan.yaml'],
])('%s', (text, problem) => {
  expect(() => given(text)).toThrow(BadArguments);
  expect(() => given(text)).toThrow(problem);
});
