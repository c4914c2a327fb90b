/**
 * How a client ends an operation, by what it was told: `fail` only when it certainly had no effect,
 * every doubt is `info`, and `done` is called once. The nodes are a script.
 */
import { describe, expect, test } from 'vitest';
import type { Answer, ClientEnv, Completion, Invocation, Json, Message } from './contract.ts';
import { EventQueue } from '../harness/hosts/sim/event-queue.ts';
import { VirtualTimeline } from '../harness/hosts/sim/timeline.ts';
import { SessionClient } from './session-client.ts';

const service = { reads: ['get'], answering: ['get'], attemptTimeout: 100 };
const SILENCE = 'silence';
const NOT_SENT = 'not sent';
/** What the nodes say to one request after another; the last goes on for ever. */
type Script = readonly Json[];

const NOBODY = { refused: 'not-leader', leader: null };
const SESSION = { ok: 7 };
const DONE = { ok: null };

function play(script: Script, invocation: Invocation = { f: 'append', key: 'x', value: 'a' }) {
  const queue = new EventQueue();
  const timeline = new VirtualTimeline(queue);
  const asked: { node: string; body: Message }[] = [];
  const env: ClientEnv = {
    nodes: ['n1', 'n2', 'n3'],
    now: () => timeline.now(),
    after: (delay, fire) => timeline.after(delay, fire),
    random: () => 0,
    request: (node, body, timeout, done: (answer: Answer) => void) => {
      const answer = script[Math.min(asked.length, script.length - 1)]!;
      asked.push({ node, body });
      if (answer === SILENCE) timeline.after(timeout, () => done({ kind: 'no-answer', why: 'timeout' }));
      else if (answer === NOT_SENT) timeline.after(1, () => done({ kind: 'not-sent' }));
      else timeline.after(1, () => done({ kind: 'reply', body: answer }));
    },
  };
  const completions: Completion[] = [];
  const client = new SessionClient(env, { ...service, nodes: env.nodes });
  client.invoke(invocation, 450, (completion) => completions.push(completion));
  queue.run(2000);
  expect(completions).toHaveLength(1);
  return { completion: completions[0]!, asked, again: () => client };
}

describe.each<[string, Script, Completion]>([
  ['answered', [SESSION, DONE], { type: 'ok', node: 'n1' }],
  [
    'answered after a hint',
    [{ refused: 'not-leader', leader: 'n3' }, SESSION, DONE],
    { type: 'ok', node: 'n3' },
  ],
  ['no answer, then one to the repeated request', [SESSION, SILENCE, DONE], { type: 'ok', node: 'n2' }],
  ['nobody leads', [SESSION, NOBODY], { type: 'fail', error: 'no-leader' }],
  ['nobody can be reached', [NOT_SENT], { type: 'fail', error: 'unreachable' }],
  ['the registration is never answered', [SILENCE], { type: 'fail', error: 'timeout' }],
  [
    'a registration was in the log of a leader that lost its place',
    [{ unknown: 'lost-leadership' }, SESSION, DONE],
    { type: 'ok', node: 'n2' },
  ],
  ['never answered', [SESSION, SILENCE], { type: 'info', error: 'timeout' }],
  [
    'once not answered, then refused for good',
    [SESSION, SILENCE, NOBODY],
    { type: 'info', error: 'timeout' },
  ],
  [
    'the leader lost its place with it',
    [SESSION, { unknown: 'lost-leadership' }, NOBODY],
    { type: 'info', error: 'timeout' },
  ],
  ['overloaded all the time', [SESSION, { refused: 'overloaded' }], { type: 'fail', error: 'overloaded' }],
  ['overloaded once', [SESSION, { refused: 'overloaded' }, DONE], { type: 'ok', node: 'n1' }],
  [
    'its session is gone',
    [SESSION, { refused: 'session-expired' }, { ok: 9 }, DONE],
    { type: 'ok', node: 'n1' },
  ],
  [
    'its session went after an attempt in doubt',
    [SESSION, SILENCE, { refused: 'session-expired' }],
    { type: 'info', error: 'session-expired', node: 'n2' },
  ],
  ['an answer that makes no sense', [SESSION, 'what?'], { type: 'info', error: 'timeout' }],
  [
    'told that it grew too large',
    [SESSION, { refused: 'value-too-large' }],
    { type: 'fail', error: 'value-too-large', node: 'n1' },
  ],
  [
    'told that it is malformed',
    [SESSION, { refused: 'bad-request', why: 'it is' }],
    { type: 'fail', error: 'bad-request', node: 'n1' },
  ],
])('%s', (_, script, completion) => {
  test(`is ${completion.type}`, () => {
    expect(play(script).completion).toEqual(completion);
  });
});

test('a repeated request is the same request', () => {
  const { asked } = play([SESSION, SILENCE, SILENCE, DONE]);
  const body = { f: 'append', session: 7, seq: 1, key: 'x', value: 'a' };
  expect(asked).toEqual([
    { node: 'n1', body: { f: 'register' } },
    { node: 'n1', body },
    { node: 'n2', body },
    { node: 'n3', body },
  ]);
});

test('a read needs no session, and what it found is its value', () => {
  const { completion, asked } = play([{ ok: 'a' }], { f: 'get', key: 'x' });
  expect(asked).toEqual([{ node: 'n1', body: { f: 'get', key: 'x' } }]);
  expect(completion).toEqual({ type: 'ok', value: 'a', node: 'n1' });
});

test('a cas that found another value is a mismatch, even after an attempt in doubt', () => {
  const cas = { f: 'cas', key: 'x', value: ['a', 'b'] };
  expect(play([SESSION, SILENCE, { mismatch: true }], cas).completion).toEqual({
    type: 'fail',
    error: 'mismatch',
    node: 'n2',
  });
});

test('two nodes that name each other are not asked in a tight loop', () => {
  const { completion, asked } = play([
    ...Array.from({ length: 200 }, (_, at) => ({
      refused: 'not-leader',
      leader: at % 2 === 0 ? 'n2' : 'n1',
    })),
  ]);
  expect(completion).toEqual({ type: 'fail', error: 'no-leader' });
  // Three requests of 1 ms each, then a wait of 10 ms, over 450 ms.
  expect(asked.length).toBeLessThan(110);
});

test('closing ends what is under way, once', () => {
  const queue = new EventQueue();
  const timeline = new VirtualTimeline(queue);
  const env: ClientEnv = {
    nodes: ['n1'],
    now: () => timeline.now(),
    after: (delay, fire) => timeline.after(delay, fire),
    random: () => 0,
    request: (_node, _body, timeout, done) =>
      void timeline.after(timeout, () => done({ kind: 'no-answer', why: 'timeout' })),
  };
  const completions: Completion[] = [];
  const client = new SessionClient(env, { ...service, nodes: env.nodes });
  client.invoke({ f: 'put', key: 'x', value: 'a' }, 1000, (completion) => completions.push(completion));
  client.close();
  queue.run(5000);
  expect(completions).toEqual([{ type: 'info', error: 'closed' }]);
});
