/** The whole host, from the build, with a small system of its own: real processes, files and sockets. */
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CLIENTS } from '../../../nemesis/host.ts';
import type { Link } from '../../../nemesis/host.ts';
import type { Answer, ClientEnv, Message } from '../../../systems/contract.ts';
import type { Host, HostEvent, HostOptions } from '../host.ts';
import { listeningAt, withArgument } from './fixtures/proc.ts';
import { FrameWriter, MAX_FRAME, type Payload } from './frames.ts';
import { startProcessHost } from './index.ts';
import * as wire from './wire.ts';

const COUNTER = fileURLToPath(
  new URL('../../../dist/harness/hosts/process/fixtures/counter-system.js', import.meta.url),
);

let directory: string;
let host: Host;
let clients: ClientEnv;
let events: HostEvent[];

async function start(overrides: Partial<HostOptions> = {}): Promise<void> {
  host = await startProcessHost({
    system: COUNTER,
    bugs: [],
    options: {},
    nodes: ['n1', 'n2', 'n3'],
    directory,
    seed: 7,
    onEvent: (event) => events.push(event),
    ...overrides,
  });
  clients = host.clientEnv(1);
}

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'faultline-host-'));
  events = [];
});
afterEach(async () => {
  await host.stop();
  rmSync(directory, { recursive: true });
});

const ask = (node: string, body: Message, timeout = 10_000) =>
  new Promise<Answer>((resolve) => clients.request(node, body, timeout, resolve));
const reply = (body: Message): Answer => ({ kind: 'reply', body });
const log = (node: string) =>
  readFileSync(join(directory, node, 'node.log'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line): { event: string; data?: { [key: string]: Message } } => JSON.parse(line));
/** The process of a node: the one whose arguments name its directory. */
const pidOf = (node: string): number =>
  withArgument(`"directory":${JSON.stringify(join(directory, node))}`)[0] ?? NaN;

describe('a healthy system', () => {
  test('answers clients, passes messages, keeps time and draws', async () => {
    await start();
    expect(clients.nodes).toEqual(['n1', 'n2', 'n3']);
    expect(await ask('n1', ['echo', { text: 'ü\u0000\u001b[31m', list: [1.5, null, true] }])).toEqual(
      reply({ text: 'ü\u0000\u001b[31m', list: [1.5, null, true] }),
    );
    expect(await ask('n1', ['relay', 'n2', 'there and back'])).toEqual(reply('there and back'));
    expect(await ask('n3', ['increment'])).toEqual(reply(1));
    const waited = await ask('n1', ['timer', 20.5]);
    expect(waited.kind === 'reply' && Number(waited.body)).toBeGreaterThanOrEqual(20.5);
    const bytes = Uint8Array.from({ length: 300_000 }, (_, at) => (at * at) >> 3);
    expect(await ask('n1', { to: 'n2', bytes })).toEqual(reply({ by: 'n2', bytes: bytes.slice().reverse() }));
    expect(await host.status('n3')).toMatchObject({ role: 'counter', logEnd: 1 });
    expect(host.nodes.map((node) => host.state(node))).toEqual(['up', 'up', 'up']);
  });

  test('many requests at once are each answered with their own', async () => {
    await start();
    const bodies = Array.from({ length: 3000 }, (_, i) => `${i}-${'x'.repeat(i % 50)}`);
    const answers = await Promise.all(bodies.map((body, i) => ask(`n${1 + (i % 3)}`, ['echo', body])));
    expect(answers).toEqual(bodies.map(reply));
  });

  test('a large message passes; one beyond the limit is not sent', async () => {
    await start();
    const large = 'x'.repeat(5_000_000);
    expect(await ask('n1', ['relay', 'n2', large])).toEqual(reply(large));
    expect(await ask('n1', ['echo', 'x'.repeat(MAX_FRAME)])).toEqual({ kind: 'not-sent' });
  });

  test('draws follow the seed, the node and the incarnation', async () => {
    await start();
    const draws = await Promise.all(['n1', 'n2'].map((node) => ask(node, ['random'])));
    await host.crash('n1');
    await host.restart('n1');
    draws.push(await ask('n1', ['random']));
    expect(new Set(draws.map((draw) => JSON.stringify(draw))).size).toBe(3);
    await host.stop();
    await start();
    expect(await ask('n1', ['random'])).toEqual(draws[0]);
    expect(host.clientEnv(5).random('x')).toBe(host.clientEnv(5).random('y'));
  });

  test('a done is never called before its request returns', async () => {
    await start();
    let returned = false;
    const answer = new Promise<boolean>((resolve) => {
      clients.request('n1', 'x'.repeat(MAX_FRAME + 1), 1000, () => resolve(returned));
    });
    returned = true;
    expect(await answer).toBe(true);
  });

  test('what goes to the log stays data', async () => {
    await start();
    await ask('n1', ['log', 'a\u001b[2J\u009b31m\n\u007f\u2028b']);
    const text = readFileSync(join(directory, 'n1', 'node.log'), 'utf8');
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028]/);
    expect(log('n1').at(-1)?.data).toEqual({ text: 'a\u001b[2J\u009b31m\n\u007f\u2028b' });
  });
});

describe('crash and restart', () => {
  test('synced increments survive, unsynced ones are lost', async () => {
    await start();
    for (let i = 1; i <= 5; i++) expect(await ask('n1', ['increment'])).toEqual(reply(i));
    expect(await ask('n1', ['increment-unsynced'])).toEqual(reply(6));
    // Another file is synced meanwhile: time enough for a write that is not to happen.
    expect(await ask('n1', ['replicate', 'x'])).toEqual(reply(1));
    await host.crash('n1');
    expect(host.state('n1')).toBe('down');
    // The first may go out on the old connection, before its end is seen; then it is in doubt.
    await expect.poll(() => ask('n1', ['counts'])).toEqual({ kind: 'not-sent' });
    expect(await host.status('n1')).toBeUndefined();
    await host.restart('n1');
    expect(host.state('n1')).toBe('up');
    expect(await ask('n1', ['counts'])).toEqual(reply({ now: 5, recovered: 5 }));
    expect(await ask('n1', ['increment'])).toEqual(reply(6));
    expect(events).toEqual([]); // all of it was asked for
  });

  test('a torn tail is what the node finds', async () => {
    await start();
    await ask('n1', ['increment']);
    await ask('n1', ['increment']);
    await host.crash('n1');
    truncateSync(join(directory, 'n1', 'data', 'counter.log'), 'increment;incr'.length);
    await host.restart('n1');
    expect(await ask('n1', ['counts'])).toEqual(reply({ now: 1, recovered: 1 }));
    expect(log('n1').at(-1)).toMatchObject({ event: 'recovered', data: { bytes: 14 } });
  });

  test('what was under way when a node died has no answer', async () => {
    await start();
    expect(await ask('n1', ['echo', 1])).toEqual(reply(1));
    const pending = ask('n1', ['never answered']);
    await ask('n1', ['echo', 2]);
    await host.crash('n1');
    expect(await pending).toEqual({ kind: 'no-answer', why: 'closed' });
  });

  test('the others reach a restarted node again', async () => {
    await start();
    expect(await ask('n2', ['relay', 'n1', 1])).toEqual(reply(1));
    await host.crash('n1');
    await ask('n2', ['tell', 'n1', 'lost']);
    await host.restart('n1');
    await expect.poll(() => ask('n2', ['relay', 'n1', 2], 200)).toEqual(reply(2));
  });

  test('crashes of all at once, and what can’t be done', async () => {
    await start();
    await expect(host.restart('n1')).rejects.toThrow('n1 is up');
    await Promise.all(host.nodes.map((node) => host.crash(node)));
    await host.crash('n1'); // gone is gone
    await expect(host.pause('n1')).rejects.toThrow('n1 is down');
    await expect(host.resume('n1')).rejects.toThrow('n1 is down');
    await Promise.all(host.nodes.map((node) => host.restart(node)));
    expect(await ask('n1', ['relay', 'n3', 'again'])).toEqual(reply('again'));
    await expect(host.crash('n9')).rejects.toThrow('no node is named "n9"');
  });

  test('a crash in the middle of increments never loses an acknowledged one', async () => {
    await start({ nodes: ['n1'] });
    let acknowledged = 0;
    for (let round = 0; round < 5; round++) {
      const running = Array.from({ length: 20 }, async () => {
        for (;;) {
          const answer = await ask('n1', ['increment']);
          if (answer.kind !== 'reply') return;
          acknowledged = Math.max(acknowledged, Number(answer.body));
        }
      });
      const goal = acknowledged + 100;
      await expect.poll(() => acknowledged, { interval: 1 }).toBeGreaterThan(goal);
      await host.crash('n1');
      await Promise.all(running);
      await host.restart('n1');
      const counts = await ask('n1', ['counts']);
      expect(counts).toMatchObject({ kind: 'reply' });
      const { recovered } = (counts.kind === 'reply' ? counts.body : {}) as { recovered: number };
      expect(recovered).toBeGreaterThanOrEqual(acknowledged);
      acknowledged = recovered;
    }
  });
});

describe('pause and resume', () => {
  test('a paused node answers nothing, then everything', async () => {
    await start();
    await ask('n1', ['echo', 1]);
    await host.pause('n1');
    expect(host.state('n1')).toBe('paused');
    expect(await host.status('n1')).toBeUndefined();
    const late = ask('n1', ['echo', 'late']);
    expect(await ask('n1', ['echo', 2], 50)).toEqual({ kind: 'no-answer', why: 'timeout' });
    expect(await ask('n2', ['echo', 3])).toEqual(reply(3));
    await host.resume('n1');
    expect(host.state('n1')).toBe('up');
    expect(await late).toEqual(reply('late'));
    expect(await host.status('n1')).toMatchObject({ role: 'counter' });
  });

  test('a request that could not be sent to a paused node was not sent', async () => {
    await start();
    await host.pause('n1');
    expect(await ask('n1', ['echo', 1], 50)).toEqual({ kind: 'not-sent' });
    await host.resume('n1');
    expect(await ask('n1', ['echo', 2])).toEqual(reply(2));
  });

  test('twice is once; a paused node can be crashed and restarted', async () => {
    await start();
    await host.pause('n1');
    await host.pause('n1');
    await host.crash('n1');
    expect(host.state('n1')).toBe('down');
    await host.restart('n1');
    await host.resume('n1');
    expect(await ask('n1', ['echo', 1])).toEqual(reply(1));
  });

  test.runIf(process.platform === 'linux')('what somebody else stopped is paused, too', async () => {
    await start();
    process.kill(pidOf('n1'), 'SIGSTOP');
    await expect.poll(() => host.state('n1')).toBe('paused');
    expect(await host.status('n1', 50)).toBeUndefined();
    await host.resume('n1');
    expect(await host.status('n1')).toMatchObject({ role: 'counter' });
  });
});

describe('links', () => {
  const link: Link = { from: 'n1', to: 'n2' };

  test('a stalled link carries nothing, its answers come after the heal', async () => {
    await start();
    await ask('n1', ['relay', 'n2', 1]);
    await host.cut([link], 'stall');
    const before = await host.counters([link]);
    const late = ask('n1', ['relay', 'n2', 'late']);
    expect(await ask('n2', ['relay', 'n1', 'answers, but the answer goes n1 → n2'], 100)).toMatchObject({
      kind: 'no-answer',
    });
    expect(await ask('n1', ['relay', 'n3', 'elsewhere'])).toEqual(reply('elsewhere'));
    const during = await host.counters([link]);
    expect(during[0]!.delivered).toBe(before[0]!.delivered);
    expect(during[0]!.offered).toBeGreaterThan(before[0]!.offered);
    await host.heal([link]);
    expect(await late).toEqual(reply('late'));
  });

  test('clients cut from a node: nothing is known of what they asked, until the heal', async () => {
    await start();
    await ask('n1', ['echo', 1]);
    await host.cut([{ from: CLIENTS, to: 'n1' }], 'stall');
    expect(await ask('n1', ['increment'], 50)).toEqual({ kind: 'no-answer', why: 'timeout' });
    await host.heal([{ from: CLIENTS, to: 'n1' }]);
    // It took effect, later: it goes before this one on the same connection.
    expect(await ask('n1', ['increment'])).toEqual(reply(2));
  });

  test('answers cut off: it took effect, and nobody was told', async () => {
    await start();
    await ask('n1', ['echo', 1]);
    const back = { from: 'n1', to: CLIENTS };
    await host.cut([back], 'discard');
    expect(await ask('n1', ['increment'], 100)).toEqual({ kind: 'no-answer', why: 'timeout' });
    await host.heal([back]);
    expect(await ask('n1', ['increment'])).toEqual(reply(2));
  });

  test('a link that resets: closed, then not sent, then well again', async () => {
    await start();
    await ask('n1', ['echo', 1]);
    const pending = ask('n1', ['never answered']);
    await ask('n1', ['echo', 2]);
    await host.cut([{ from: CLIENTS, to: 'n1' }], 'reset');
    expect(await pending).toEqual({ kind: 'no-answer', why: 'closed' });
    expect(await ask('n1', ['echo', 3])).toEqual({ kind: 'not-sent' });
    await host.heal([{ from: CLIENTS, to: 'n1' }]);
    expect(await ask('n1', ['echo', 4])).toEqual(reply(4));
  });

  test('a delay is felt, and ends', async () => {
    await start();
    await ask('n1', ['relay', 'n2', 1]);
    await host.shape([link, { from: 'n2', to: 'n1' }], { delay: 40, jitter: 0 });
    const slow = performance.now();
    await ask('n1', ['relay', 'n2', 2]);
    expect(performance.now() - slow).toBeGreaterThanOrEqual(80);
    await host.shape([link, { from: 'n2', to: 'n1' }], null);
    const fast = performance.now();
    await ask('n1', ['relay', 'n2', 3]);
    expect(performance.now() - fast).toBeLessThan(80);
  });

  test('what a stall holds is bounded: beyond it a node drops messages, and says so', async () => {
    await start();
    await ask('n1', ['relay', 'n2', 1]);
    await host.cut([link], 'stall');
    const size = 4_000_000;
    for (let i = 0; i < 16; i++) await ask('n1', ['tell', 'n2', 'x'.repeat(size)]);
    expect(log('n1').at(-1)?.event).toBe('peer-queue-full');
    await host.heal([link]);
    // In order, so once this answers all that was held has arrived.
    await expect.poll(() => ask('n1', ['relay', 'n2', 2], 500), { timeout: 20_000 }).toEqual(reply(2));
    expect(await ask('n1', ['relay', 'n2', 3])).toEqual(reply(3)); // the queue is empty again
    const dropped = Number(log('n1').find(({ event }) => event === 'peer-messages-dropped')?.data?.['count']);
    const received = await ask('n2', ['received']);
    const sizes = received.kind === 'reply' && Array.isArray(received.body) ? received.body.map(Number) : [];
    expect(dropped).toBeGreaterThan(0);
    expect(sizes.length).toBeGreaterThan(0);
    expect(new Set(sizes)).toEqual(new Set([size]));
    // Requests to relay that came too early are dropped, too.
    expect(sizes.length + dropped).toBeGreaterThanOrEqual(16);
  });

  test('messages discarded are gone; the node next door gets the later ones', async () => {
    await start();
    await ask('n1', ['relay', 'n2', 1]);
    await host.cut([link], 'discard');
    const before = (await host.counters([link]))[0]!;
    await ask('n1', ['tell', 'n2', 'lost']);
    await expect.poll(async () => (await host.counters([link]))[0]!.offered).toBeGreaterThan(before.offered);
    await host.heal([link]);
    await ask('n1', ['tell', 'n2', 'kept']);
    await expect.poll(() => ask('n2', ['received'])).toEqual(reply(['kept']));
  });
});

describe('nodes that end themselves', () => {
  test('a halt: the reason is told, nothing it said in that turn left', async () => {
    await start();
    expect(await ask('n1', ['halt'])).toEqual({ kind: 'no-answer', why: 'closed' });
    await expect.poll(() => events).toEqual([{ node: 'n1', state: 'halted', reason: 'asked to halt' }]);
    expect(host.state('n1')).toBe('halted');
    expect(log('n1').at(-1)).toMatchObject({ event: 'halted', data: { reason: 'asked to halt' } });
    await host.crash('n1');
    await host.restart('n1');
    expect(await ask('n1', ['echo', 'back'])).toEqual(reply('back'));
  });

  test('an exception: exited, with its stack in the log', async () => {
    await start();
    expect(await ask('n1', ['throw'])).toEqual({ kind: 'no-answer', why: 'closed' });
    await expect.poll(() => events).toMatchObject([{ node: 'n1', state: 'exited' }]);
    expect(events[0]?.reason).toMatch(/^Error: asked to throw\n {4}at CounterNode/);
    expect(log('n1').at(-1)).toMatchObject({ event: 'failed', data: { reason: events[0]?.reason } });
    expect(await ask('n2', ['echo', 'unharmed'])).toEqual(reply('unharmed'));
  });

  test('a disk that fails: what the node makes of it', async () => {
    await start();
    await host.crash('n1');
    rmSync(join(directory, 'n1', 'data'), { recursive: true });
    await host.restart('n1');
    rmSync(join(directory, 'n1', 'data'), { recursive: true });
    expect(await ask('n1', ['increment'])).toEqual({ kind: 'no-answer', why: 'closed' });
    await expect.poll(() => events).toMatchObject([{ node: 'n1', state: 'halted' }]);
    expect(events[0]?.reason).toMatch(/^disk: ENOENT/);
  });

  test.runIf(process.platform === 'linux')('killed by somebody else', async () => {
    await start();
    process.kill(pidOf('n1'), 'SIGKILL');
    await expect
      .poll(() => events)
      .toEqual([{ node: 'n1', state: 'exited', reason: 'it was killed by SIGKILL' }]);
    expect(host.state('n1')).toBe('exited');
  });
});

describe('marks', () => {
  test('the node that next reaches a mark, and only after the question', async () => {
    await start();
    const signal = new AbortController().signal;
    await ask('n1', ['mark', 'elected']);
    const next = host.reached('elected', signal);
    const also = host.reached('elected', signal);
    const other = new AbortController();
    const never = host.reached('something else', other.signal);
    await host.status('n2'); // by now it watches, and so it is not a race with the request
    await ask('n2', ['mark', 'elected']);
    expect(await next).toBe('n2');
    expect(await also).toBe('n2');
    other.abort();
    expect(await never).toBeUndefined();
    expect(await host.reached('elected', other.signal)).toBeUndefined();
  });

  test('are watched for in a node that is started meanwhile', async () => {
    await start();
    await host.crash('n1');
    const next = host.reached('elected', new AbortController().signal);
    await host.restart('n1');
    await ask('n1', ['mark', 'elected']);
    expect(await next).toBe('n1');
  });

  test('of a host that stops are never reached', async () => {
    await start();
    const next = host.reached('elected', new AbortController().signal);
    await host.stop();
    expect(await next).toBeUndefined();
  });
});

describe.runIf(process.platform === 'linux')('garbage at a node’s port', () => {
  const frames = (...payloads: readonly Payload[]) => {
    const writer = new FrameWriter();
    for (const payload of payloads) writer.push(payload);
    return Buffer.concat(writer.take());
  };

  const garbage: readonly [string, Buffer][] = [
    ['a web browser', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
    ['an oversize frame', Buffer.from([0x7f, 0xff, 0xff, 0xff])],
    ['not JSON', frames('}{')],
    ['an unknown type', frames('["shutdown"]')],
    ['a request before the hello', frames(wire.request(1, ['halt']))],
    ['a hello of a stranger', frames(wire.hello('n9'))],
    ['a hello of the node itself', frames(wire.hello('n1'))],
    ['a request of a peer', frames(wire.hello('n2'), wire.request(1, ['halt']))],
    ['a message of a client', frames(wire.hello(CLIENTS), wire.message('x'))],
    ['two hellos', frames(wire.hello(CLIENTS), wire.hello(CLIENTS))],
    ['a deep nesting', frames(`["request",1,${'['.repeat(100_000)}]`)],
  ];

  test('closes its own connection and no other', async () => {
    await start({ nodes: ['n1', 'n2'] });
    await ask('n1', ['echo', 1]);
    const pending = ask('n1', ['timer', 300]);
    const address = listeningAt(pidOf('n1'))[0]!;
    expect(address.host).not.toBe('127.0.0.1'); // one of its own
    const refused = () => log('n1').filter(({ event }) => event === 'connection-refused').length;
    for (const [index, [name, bytes]] of garbage.entries()) {
      const socket = connect(address);
      socket.on('error', () => undefined);
      socket.resume();
      socket.write(bytes);
      await new Promise((resolve) => socket.once('close', resolve));
      await expect.poll(refused, { message: name }).toBe(index + 1);
      expect(await ask('n1', ['relay', 'n2', name]), name).toEqual(reply(name));
    }
    expect((await pending).kind).toBe('reply'); // on the connection that was there before
    expect(events).toEqual([]);
  });

  test('half a frame, and then nothing, harms nobody', async () => {
    await start({ nodes: ['n1', 'n2'] });
    const socket = connect(listeningAt(pidOf('n1'))[0]!);
    socket.on('error', () => undefined);
    socket.end(Buffer.from([0, 0, 1, 0, 91]));
    socket.resume();
    await new Promise((resolve) => socket.once('close', resolve));
    expect(await ask('n1', ['echo', 1])).toEqual(reply(1));
  });
});

describe('start and stop', () => {
  test('a start that fails says why and leaves nothing', async () => {
    await start({ nodes: ['n1'] }); // for the stop after the test
    await host.stop();
    await expect(start({ system: 'no-such-system' })).rejects.toThrow('no system named "no-such-system"');
    await expect(start({ system: join(directory, 'missing.js') })).rejects.toThrow('missing.js');
    const broken = join(directory, 'broken.mjs');
    writeFileSync(broken, 'export const nothing = 1;');
    await expect(start({ system: broken })).rejects.toThrow('does not export `system`');
    writeFileSync(
      broken,
      'export const system = { options: {}, createNode() { throw new Error("no node") } };',
    );
    await expect(start({ system: broken })).rejects.toThrow('no node');
    expect(process.listeners('exit').filter((listener) => listener.name === '#onExit')).toEqual([]);
    expect([1, 2, 3].map((n) => pidOf(`n${n}`))).toEqual([NaN, NaN, NaN]);
  });

  test('a stop ends paused nodes, ends requests, and can be asked for twice', async () => {
    await start();
    await ask('n1', ['echo', 1]);
    const pids = host.nodes.map(pidOf);
    expect(pids.every((pid) => pid > 1)).toBe(true);
    await host.pause('n1');
    const pending = ask('n1', ['echo', 2]);
    await ask('n2', ['echo', 3]); // by now it was sent
    await Promise.allSettled([host.crash('n2'), host.restart('n3'), host.stop(), host.stop()]);
    expect(await pending).toEqual({ kind: 'no-answer', why: 'closed' });
    for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    expect(await ask('n1', ['echo', 3])).toEqual({ kind: 'not-sent' });
    await expect(host.restart('n1')).rejects.toThrow('stopped');
    expect(events).toEqual([]);
  });
});
