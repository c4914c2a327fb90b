/** Each way in which node code could escape a simulation ends the run. */
import { expect, test } from 'vitest';
import type { Env, Node, System } from '../../../systems/contract.ts';
import { asNode, NondeterminismError } from './guard.ts';
import { SimHost } from './index.ts';
import { QUIET } from './settings.ts';

const escapes: readonly [what: string, code: () => unknown][] = [
  ['Date.now', () => Date.now()],
  ['new Date', () => new Date()],
  ['performance.now', () => performance.now()],
  ['process.hrtime', () => process.hrtime()],
  ['process.hrtime.bigint', () => process.hrtime.bigint()],
  ['Math.random', () => Math.random()],
  ['crypto.getRandomValues', () => crypto.getRandomValues(new Uint8Array(1))],
  ['crypto.randomUUID', () => crypto.randomUUID()],
  ['setTimeout', () => setTimeout(() => undefined, 0)],
  ['setInterval', () => setInterval(() => undefined, 1000)],
  ['setImmediate', () => setImmediate(() => undefined)],
  ['queueMicrotask', () => queueMicrotask(() => undefined)],
  ['process.nextTick', () => process.nextTick(() => undefined)],
  ['fetch', () => fetch('http://127.0.0.1:9')],
  ['a promise of its own', () => void Promise.resolve().then(() => undefined)],
  ['an async handler', async () => undefined],
];

test.each(escapes)('%s', (_, code) => {
  expect(() => asNode('n1', code, undefined)).toThrow(NondeterminismError);
});

test.each(escapes.slice(0, -1))('%s, when the node catches what is thrown', (_, code) => {
  const deaf = (): void => {
    try {
      void code();
    } catch {
      // as if nothing had been
    }
  };
  expect(() => asNode('n1', deaf, undefined)).toThrow(NondeterminismError);
});

test('whoever replaces what is guarded and puts it back does not take the guard away', () => {
  asNode('n1', () => undefined, undefined);
  const found = process.nextTick;
  const other = ((): void => undefined) as typeof process.nextTick;
  process.nextTick = other;
  expect(process.nextTick).toBe(other);
  expect(() => asNode('n1', () => process.nextTick(() => undefined), undefined)).toThrow(NondeterminismError);
  process.nextTick = found;
  expect(process.nextTick).toBe(found);
  expect(() => asNode('n1', () => process.nextTick(() => undefined), undefined)).toThrow(NondeterminismError);
});

test('outside of nodes everything is as it was', () => {
  asNode('n1', () => undefined, undefined);
  expect(Date.now()).toBeGreaterThan(1e12);
  expect(new Date(5).getTime()).toBe(5);
  expect(new Date()).toBeInstanceOf(Date);
  expect(Math.random()).toBeLessThan(1);
  let within: number | undefined;
  asNode('n1', (ms: number) => (within = new Date(ms).getTime()), 5);
  expect(within).toBe(5);
});

/** A system of one node that does `escape` in its first handler. */
function systemThat(escape: (env: Env) => void): System {
  const node = (env: Env): Node => ({
    onStart: () => escape(env),
    onMessage: () => undefined,
    onTimer: () => undefined,
    onRequest: () => undefined,
    onDisk: () => undefined,
    status: () => ({ role: 'x', term: 0, leader: null, logEnd: 0, commit: 0, applied: 0 }),
  });
  return { createNode: node } as unknown as System;
}

function start(escape: (env: Env) => void): SimHost {
  const host = new SimHost({
    system: systemThat(escape),
    config: { bugs: [], options: {} },
    nodes: ['n1'],
    settings: QUIET,
    seeds: { network: 1, disks: 1, nodes: 1 },
    onEvent: () => undefined,
  });
  host.start();
  return host;
}

test('a node that reads the clock ends the run and is not taken for one that crashed', () => {
  expect(() => start(() => void Date.now())).toThrow(/n1 used Date\.now\(\).*env\.now\(\)/);
});

test('an env that is used from outside of a handler ends the run', () => {
  let kept: Env | undefined;
  start((env) => (kept = env));
  expect(() => kept!.setTimer(5)).toThrow(/outside of a handler/);
  expect(() => kept!.random('x')).toThrow(/outside of a handler/);
});

test('a node whose code throws ends as its process would, without places of this machine in its reason', () => {
  const ends: string[] = [];
  const host = new SimHost({
    system: systemThat(() => {
      throw new TypeError('its own fault');
    }),
    config: { bugs: [], options: {} },
    nodes: ['n1'],
    settings: QUIET,
    seeds: { network: 1, disks: 1, nodes: 1 },
    onEvent: ({ state, reason }) => ends.push(`${state}: ${reason}`),
  });
  host.start();
  expect(ends).toEqual(['exited: TypeError: its own fault']);
  expect(host.state('n1')).toBe('exited');
});

test('what the host does when a node ends itself is not the node’s: whoever records it may use timers', () => {
  const system: System = {
    name: 'ends-itself',
    about: '',
    roles: ['only'],
    leaderRole: 'only',
    nodes: { default: 1, min: 1, max: 1 },
    operations: [],
    bugs: {},
    options: {},
    createNode: (env: Env): Node => ({
      onStart: () => env.halt('it may'),
      onMessage: () => undefined,
      onTimer: () => undefined,
      onRequest: () => undefined,
      onDisk: () => undefined,
      status: () => ({ role: 'only', term: 0, leader: null, logEnd: 0, commit: 0, applied: 0 }),
    }),
    createClient: () => {
      throw new Error('nobody asks for one');
    },
  };
  const told: string[] = [];
  const host = new SimHost({
    system,
    config: { bugs: [], options: {} },
    nodes: ['n1'],
    settings: QUIET,
    seeds: { network: 1, disks: 1, nodes: 1 },
    onEvent: ({ reason }) => {
      clearTimeout(setTimeout(() => undefined, 0));
      told.push(reason);
    },
  });
  host.start();
  host.queue.run(1);
  expect(told).toEqual(['it may']);
});
