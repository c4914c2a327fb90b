/**
 * How a client ends an operation, by what it was told: `fail` only when it certainly had no effect, every
 * doubt is `info`, and `done` is called once. The nodes are a script.
 */
import { describe, expect, test } from 'vitest';
import { EventQueue } from '../../harness/hosts/sim/event-queue.ts';
import { VirtualTimeline } from '../../harness/hosts/sim/timeline.ts';
import type { ClientEnv, Completion, Invocation, Message } from '../contract.ts';
import { bytesOf } from './bytes.ts';
import { GfsClient } from './client.ts';
import { settingsFrom } from './settings.ts';

const SILENCE = 'silence';
const NOT_SENT = 'not sent';
/** What the nodes say to one request after another; the last goes on for ever. */
type Script = readonly Message[];

const HERE: Message = {
  ok: { count: 1, index: 0, handle: 4, version: 2, primary: 'n2', replicas: ['n2', 'n3'] },
};
const PUSHED: Message = { ok: null };
const DONE: Message = { ok: 0 };

function play(script: Script, invocation: Invocation) {
  const queue = new EventQueue();
  const timeline = new VirtualTimeline(queue);
  const asked: { readonly node: string; readonly body: Message }[] = [];
  const env: ClientEnv = {
    nodes: ['n1', 'n2', 'n3'],
    now: () => timeline.now(),
    after: (delay, fire) => timeline.after(delay, fire),
    random: () => 0,
    request: (node, body, timeout, done) => {
      const answer = script[Math.min(asked.length, script.length - 1)]!;
      asked.push({ node, body });
      if (answer === SILENCE) timeline.after(timeout, () => done({ kind: 'no-answer', why: 'timeout' }));
      else if (answer === NOT_SENT) timeline.after(1, () => done({ kind: 'not-sent' }));
      else timeline.after(1, () => done({ kind: 'reply', body: answer }));
    },
  };
  const completions: Completion[] = [];
  const client = new GfsClient(env, settingsFrom({ attemptTimeout: 100 }), new Set());
  client.invoke(invocation, 450, (completion) => completions.push(completion));
  queue.run(2000);
  expect(completions).toHaveLength(1);
  return { completion: completions[0]!, asked };
}

const WRITE: Invocation = { f: 'write', key: '/a', value: { offset: 3, data: 'text' } };
const CREATE: Invocation = { f: 'create', key: '/a' };
const READ: Invocation = { f: 'read', key: '/a', value: { offset: 0, length: 4 } };

describe.each<[string, Script, Invocation, Completion]>([
  ['a write that is answered', [HERE, PUSHED, DONE], WRITE, { type: 'ok' }],
  [
    'a write to no file',
    [{ refused: 'no-such-file' }],
    WRITE,
    { type: 'fail', error: 'no-such-file', node: 'n1' },
  ],
  ['a write when the master is away', [SILENCE], WRITE, { type: 'fail', error: 'timeout' }],
  [
    'a write without an answer from the primary',
    [HERE, PUSHED, SILENCE],
    WRITE,
    { type: 'info', error: 'timeout' },
  ],
  [
    'a write that the primary refuses, time after time',
    [HERE, PUSHED, { refused: 'not-primary' }, { refused: 'unavailable' }],
    WRITE,
    { type: 'fail', error: 'unavailable' },
  ],
  [
    'a write in doubt, whose file is gone then',
    [HERE, PUSHED, { unknown: 'the lease ended' }, { refused: 'no-such-file' }],
    WRITE,
    { type: 'info', error: 'no-such-file', node: 'n1' },
  ],
  [
    'a write in doubt that is answered in the end',
    [HERE, PUSHED, SILENCE, HERE, PUSHED, DONE],
    WRITE,
    { type: 'ok' },
  ],
  ['data that could not be pushed', [HERE, SILENCE, DONE], WRITE, { type: 'ok' }],
  ['a creation', [PUSHED], CREATE, { type: 'ok', node: 'n1' }],
  [
    'a creation of what is there',
    [{ refused: 'exists' }],
    CREATE,
    { type: 'fail', error: 'exists', node: 'n1' },
  ],
  [
    'a creation asked for twice and refused: the master remembers which',
    [SILENCE, { refused: 'exists' }],
    CREATE,
    { type: 'fail', error: 'exists', node: 'n1' },
  ],
  ['a creation without an answer', [SILENCE], CREATE, { type: 'info', error: 'timeout' }],
  ['a creation that never left', [NOT_SENT], CREATE, { type: 'fail', error: 'unreachable' }],
  ['an answer that makes no sense', ['what?'], CREATE, { type: 'info', error: 'timeout' }],
  [
    'a read',
    [HERE, { ok: { length: 9 }, bytes: bytesOf('text') }],
    READ,
    { type: 'ok', value: 'text', node: 'n2' },
  ],
  ['a read without an answer', [HERE, SILENCE], READ, { type: 'info', error: 'timeout' }],
  [
    'a record that is too large',
    [HERE],
    { f: 'append', key: '/a', value: { data: 'x'.repeat(300) } },
    { type: 'fail', error: 'record-too-large' },
  ],
  ['an operation that there is not', [HERE], { f: 'fly', key: '/a' }, { type: 'fail', error: 'bad-request' }],
])('%s', (_, script, invocation, completion) => {
  test(`is ${completion.type}`, () => {
    expect(play(script, invocation).completion).toEqual(completion);
  });
});

test('what is asked for again is the same request, later', () => {
  const { asked } = play([HERE, PUSHED, SILENCE, HERE, PUSHED, DONE], WRITE);
  const writes = asked.filter(
    ({ body }) => typeof body === 'object' && body !== null && 'f' in body && body.f === 'write',
  );
  expect(writes.map(({ body }) => body)).toMatchObject([
    { seq: 1, attempt: 1, offset: 3, sizes: [4] },
    { seq: 1, attempt: 2, offset: 3, sizes: [4] },
  ]);
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
  const client = new GfsClient(env, settingsFrom({}), new Set());
  client.invoke({ f: 'list' }, 1000, (completion) => completions.push(completion));
  client.close();
  queue.run(5000);
  expect(completions).toEqual([{ type: 'info', error: 'closed' }]);
});
