/** The fabric's own thread, from the build, between plain sockets that stand for nodes. */
import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CLIENTS } from '../../../nemesis/host.ts';
import type { CutMode, Link, Shape } from '../../../nemesis/host.ts';
import type { Address } from './control.ts';
import { DirectedLink } from './directed-link.ts';
import { Fabric } from './fabric.ts';
import { FrameAssembler, FrameWriter, HEADER, frameEnd } from './frames.ts';

const ab: Link = { from: 'a', to: 'b' };
const ba: Link = { from: 'b', to: 'a' };

/** One end of a connection: what arrived, and how it ended. */
class End {
  readonly frames: string[] = [];
  bytes = 0;
  ended: 'no' | 'fin' | 'reset' = 'no';
  readonly socket: Socket;
  readonly #assembler = new FrameAssembler();

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk) => {
      this.bytes += chunk.length;
      const run = this.#assembler.push(chunk);
      for (let start = 0; start < run.length; start = frameEnd(run, start)) {
        this.frames.push(run.toString('utf8', start + HEADER, frameEnd(run, start)));
      }
    });
    socket.on('end', () => (this.ended = 'fin'));
    socket.on('error', () => (this.ended = 'reset'));
  }

  /** True when the bytes so far were nothing but whole frames. */
  get aligned(): boolean {
    return !this.#assembler.malformed && this.#assembler.held === 0;
  }

  send(...texts: string[]): void {
    this.socket.write(frames(...texts));
  }
}

const frames = (...texts: string[]): Buffer => {
  const writer = new FrameWriter();
  for (const text of texts) writer.push(text);
  return Buffer.concat(writer.take());
};
const sizeOf = (...texts: string[]) => frames(...texts).length;

let fabric: Fabric;
let servers: Server[];
let ends: End[];
/** What was accepted at each node, in order. */
let accepted: { [node: string]: End[] };

async function listen(node: string): Promise<void> {
  accepted[node] = [];
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    const end = new End(socket);
    ends.push(end);
    accepted[node]?.push(end);
  });
  servers.push(server);
  const address = await new Promise<Address>((resolve) => {
    server.listen({ host: '127.0.0.1', port: 0 }, () => {
      const bound = server.address();
      if (bound !== null && typeof bound === 'object') resolve({ host: '127.0.0.1', port: bound.port });
    });
  });
  await fabric.ask({ kind: 'address', node, address });
}

async function dial(from: string, to: string): Promise<End> {
  const address = fabric.entrances(from)[to];
  const socket = connect({ ...address!, noDelay: true, allowHalfOpen: true });
  const end = new End(socket);
  ends.push(end);
  await new Promise((resolve) => socket.once('connect', resolve).once('close', resolve));
  return end;
}

/** A connection from a to b over which one frame has gone each way. */
async function connected(from = 'a', to = 'b'): Promise<{ near: End; far: End }> {
  const before = accepted[to]!.length;
  const near = await dial(from, to);
  near.send('hello');
  await expect.poll(() => accepted[to]![before]?.frames).toEqual(['hello']);
  const far = accepted[to]![before]!;
  far.send('welcome');
  await expect.poll(() => near.frames).toEqual(['welcome']);
  return { near, far };
}

const cut = (links: readonly Link[], mode: CutMode) => fabric.ask({ kind: 'cut', links, mode });
const heal = (links: readonly Link[]) => fabric.ask({ kind: 'heal', links });
const counters = async (link: Link) => (await fabric.ask({ kind: 'counters', links: [link] }))[0]!;
/** Until the fabric has read this much more than `before` on a link: from then on it has dealt with it. */
const offered = (link: Link, bytes: number) =>
  expect.poll(async () => (await counters(link)).offered).toBeGreaterThanOrEqual(bytes);

beforeEach(async () => {
  servers = [];
  ends = [];
  accepted = {};
  fabric = new Fabric({ nodes: ['a', 'b', 'c'], seed: 1 });
  await fabric.ready();
  await Promise.all(['a', 'b', 'c'].map(listen));
});
afterEach(async () => {
  for (const { socket } of ends) socket.destroy();
  for (const server of servers) server.close();
  await fabric.stop();
});

test('an open link carries both ways, and counts', async () => {
  const { near, far } = await connected();
  near.send('one', 'two');
  far.send('back');
  await expect.poll(() => far.frames).toEqual(['hello', 'one', 'two']);
  await expect.poll(() => near.frames).toEqual(['welcome', 'back']);
  const forth = sizeOf('hello', 'one', 'two');
  const back = sizeOf('welcome', 'back');
  expect(await counters(ab)).toEqual({ offered: forth, delivered: forth, mangled: 0 });
  expect(await counters(ba)).toEqual({ offered: back, delivered: back, mangled: 0 });
  expect(await counters({ from: 'a', to: 'c' })).toEqual({ offered: 0, delivered: 0, mangled: 0 });
});

test('a frame in pieces arrives whole', async () => {
  const { near, far } = await connected();
  const bytes = frames('x'.repeat(300_000));
  for (let at = 0; at < bytes.length; at += 70_001) {
    near.socket.write(bytes.subarray(at, at + 70_001));
    await new Promise(setImmediate);
  }
  await expect.poll(() => far.frames.length).toBe(2);
  expect(far.frames[1]).toHaveLength(300_000);
});

test('a stream that is not framed passes as it comes', async () => {
  const near = await dial('a', 'b');
  near.socket.write('GET / HTTP/1.1\r\n');
  await expect.poll(() => accepted['b']![0]?.bytes).toBe(16);
  near.socket.write('\r\n');
  await expect.poll(() => accepted['b']![0]?.bytes).toBe(18);
});

test('FIN passes, and the other direction goes on', async () => {
  const { near, far } = await connected();
  near.socket.end(frames('last'));
  await expect.poll(() => far.ended).toBe('fin');
  expect(far.frames).toEqual(['hello', 'last']);
  far.socket.end(frames('really'));
  await expect.poll(() => near.ended).toBe('fin');
  expect(near.frames).toEqual(['welcome', 'really']);
});

describe('a node that is down', () => {
  test('refuses by reset', async () => {
    await fabric.ask({ kind: 'address', node: 'b', address: null });
    const near = await dial('a', 'b');
    await expect.poll(() => near.ended).toBe('reset');
    expect(accepted['b']).toEqual([]);
  });

  test('nobody listens at its address: refuses by reset', async () => {
    await new Promise((resolve) => servers[1]!.close(resolve));
    const near = await dial('a', 'b');
    await expect.poll(() => near.ended).toBe('reset');
  });

  test('is reached at its new address after a restart', async () => {
    await fabric.ask({ kind: 'address', node: 'b', address: null });
    await listen('b');
    const { far } = await connected();
    expect(far.frames).toEqual(['hello']);
  });

  test('its refusal does not pass a cut link back', async () => {
    await fabric.ask({ kind: 'address', node: 'b', address: null });
    await cut([ba], 'stall');
    const near = await dial('a', 'b');
    near.send('hello');
    await connected('a', 'c'); // a later exchange of the same thread is over, and still:
    expect(near.ended).toBe('no');
    await heal([ba]);
    await expect.poll(() => near.ended).toBe('reset');
  });
});

describe('stall', () => {
  test('holds one direction and not the other; the heal delivers all, in order', async () => {
    const { near, far } = await connected();
    await cut([ab], 'stall');
    const before = await counters(ab);
    const numbers = Array.from({ length: 100 }, (_, i) => `${i}`);
    for (const number of numbers) near.send(number);
    await offered(ab, before.offered + sizeOf(...numbers));
    far.send('against the cut');
    await expect.poll(() => near.frames).toEqual(['welcome', 'against the cut']);
    expect((await counters(ab)).delivered).toBe(before.delivered);
    expect(far.frames).toEqual(['hello']);
    await heal([ab]);
    await expect.poll(() => far.frames).toEqual(['hello', ...numbers]);
  });

  test('holds what flows against the dial', async () => {
    const { near, far } = await connected();
    await cut([ba], 'stall');
    const before = await counters(ba);
    far.send('answer');
    await offered(ba, before.offered + sizeOf('answer'));
    near.send('question');
    await expect.poll(() => far.frames).toEqual(['hello', 'question']);
    expect((await counters(ba)).delivered).toBe(before.delivered);
    expect(near.frames).toEqual(['welcome']);
    await heal([ba]);
    await expect.poll(() => near.frames).toEqual(['welcome', 'answer']);
  });

  test('of one pair leaves the other pairs alone', async () => {
    await cut([ab, ba], 'stall');
    const { far } = await connected('a', 'c');
    expect(far.frames).toEqual(['hello']);
    expect((await connected(CLIENTS, 'b')).far.frames).toEqual(['hello']);
  });

  test('holds new dials, with what they say, until the heal', async () => {
    await cut([ab], 'stall');
    const near = await dial('a', 'b');
    near.send('hello', 'one');
    await offered(ab, sizeOf('hello', 'one'));
    expect(accepted['b']).toEqual([]);
    await heal([ab]);
    await expect.poll(() => accepted['b']![0]?.frames).toEqual(['hello', 'one']);
  });

  test('a dialler that gave up is still heard after the heal', async () => {
    await cut([ab], 'stall');
    const near = await dial('a', 'b');
    near.socket.end(frames('hello', 'last words'));
    await offered(ab, sizeOf('hello', 'last words'));
    await heal([ab]);
    await expect.poll(() => accepted['b']![0]?.ended).toBe('fin');
    expect(accepted['b']![0]?.frames).toEqual(['hello', 'last words']);
  });

  test('holds the end of a connection until the heal', async () => {
    const { near, far } = await connected();
    await cut([ab], 'stall');
    near.socket.end(frames('last'));
    await offered(ab, sizeOf('hello', 'last'));
    far.send('ping');
    await expect.poll(() => near.frames).toEqual(['welcome', 'ping']);
    expect([far.ended, far.frames]).toEqual(['no', ['hello']]);
    await heal([ab]);
    await expect.poll(() => far.ended).toBe('fin');
    expect(far.frames).toEqual(['hello', 'last']);
  });

  test('holds half a frame, too', async () => {
    const { near, far } = await connected();
    const bytes = frames('in two halves');
    near.socket.write(bytes.subarray(0, 7));
    await offered(ab, sizeOf('hello') + 7);
    await cut([ab], 'stall');
    near.socket.write(bytes.subarray(7));
    await offered(ab, sizeOf('hello', 'in two halves'));
    expect(far.frames).toEqual(['hello']);
    await heal([ab]);
    await expect.poll(() => far.frames).toEqual(['hello', 'in two halves']);
  });

  test('is bounded: it stops reading, the sender feels it, and nothing is lost', async () => {
    const { near, far } = await connected();
    await cut([ab], 'stall');
    const count = 400;
    const chunk = 'x'.repeat(100_000);
    for (let i = 0; i < count; i++) near.send(`${i} ${chunk}`);
    await offered(ab, 256 * 1024);
    await expect.poll(() => near.socket.writableLength).toBeGreaterThan(count * 50_000);
    expect((await counters(ab)).offered).toBeLessThan(1024 * 1024);
    await heal([ab]);
    await expect.poll(() => far.frames.length, { timeout: 20_000 }).toBe(count + 1);
    expect(far.frames.slice(1).map((frame) => parseInt(frame))).toEqual([...Array(count).keys()]);
  });

  test('survives the death of both ends while it holds', async () => {
    const { near, far } = await connected();
    await cut([ab, ba], 'stall');
    near.send('x');
    await offered(ab, sizeOf('hello', 'x'));
    near.socket.resetAndDestroy();
    far.socket.resetAndDestroy();
    await heal([ab, ba]);
    const again = await connected();
    expect(again.far.frames).toEqual(['hello']);
  });
});

describe('reset', () => {
  test('ends connections over the link, and refuses new ones', async () => {
    const { near, far } = await connected();
    await cut([ab], 'reset');
    await expect.poll(() => [near.ended, far.ended]).toEqual(['reset', 'reset']);
    const late = await dial('a', 'b');
    await expect.poll(() => late.ended).toBe('reset');
    expect(accepted['b']).toHaveLength(1);
    await heal([ab]);
    expect((await connected()).far.frames).toEqual(['hello']);
  });

  test('one way: a connection dialled the other way lives as long as nothing flows back on it', async () => {
    const near = await dial('b', 'a');
    near.send('hello');
    await expect.poll(() => accepted['a']![0]?.frames).toEqual(['hello']);
    await cut([ab], 'reset');
    near.send('still here');
    await expect.poll(() => accepted['a']![0]?.frames).toEqual(['hello', 'still here']);
    accepted['a']![0]!.send('back');
    await expect.poll(() => near.ended).toBe('reset');
    expect((await counters(ab)).delivered).toBe(0);
  });

  test('that meets a connection in the middle of its FIN leaves a thread that can be stopped', async () => {
    for (let i = 0; i < 40; i++) {
      const { near, far } = await connected();
      near.socket.end();
      far.socket.end();
      if (i % 2 === 0) await new Promise(setImmediate);
      await cut([ab], 'reset');
      await heal([ab]);
    }
    await fabric.stop(); // it would never end
  });

  test('turns a stall into an end', async () => {
    const { near, far } = await connected();
    await cut([ab], 'stall');
    const held = await dial('a', 'b');
    await cut([ab], 'reset');
    await expect.poll(() => [near.ended, far.ended, held.ended]).toEqual(['reset', 'reset', 'reset']);
  });
});

describe('discard', () => {
  test('loses whole messages one way, for good', async () => {
    const { near, far } = await connected();
    await cut([ab], 'discard');
    const before = await counters(ab);
    near.send('lost', 'lost too');
    await offered(ab, before.offered + sizeOf('lost', 'lost too'));
    expect((await counters(ab)).delivered).toBe(before.delivered);
    far.send('back');
    await expect.poll(() => near.frames).toEqual(['welcome', 'back']);
    await heal([ab]);
    near.send('kept');
    await expect.poll(() => far.frames).toEqual(['hello', 'kept']);
  });

  test('keeps the handshake of a connection that is made meanwhile, so that it works after the heal', async () => {
    await cut([ab, ba], 'discard');
    const near = await dial('a', 'b');
    near.send('hello', 'lost');
    await offered(ab, sizeOf('hello', 'lost'));
    expect((await counters(ab)).delivered).toBe(0);
    await heal([ab, ba]);
    near.send('kept');
    await expect.poll(() => accepted['b']![0]?.frames).toEqual(['hello', 'kept']);
  });

  test('holds the end of a connection until the heal', async () => {
    const { near, far } = await connected();
    await cut([ab], 'discard');
    near.socket.end(frames('lost'));
    await offered(ab, sizeOf('hello', 'lost'));
    far.send('ping');
    await expect.poll(() => near.frames).toEqual(['welcome', 'ping']);
    expect(far.ended).toBe('no');
    await heal([ab]);
    await expect.poll(() => far.ended).toBe('fin');
    expect(far.frames).toEqual(['hello']);
  });

  test('loses what a stall or a delay held', async () => {
    const { near, far } = await connected();
    await cut([ab], 'stall');
    near.send('held');
    await offered(ab, sizeOf('hello', 'held'));
    await cut([ab], 'discard');
    await heal([ab]);
    near.send('kept');
    await expect.poll(() => far.frames).toEqual(['hello', 'kept']);
  });

  test('stays frame aligned, wherever in the stream cuts and heals fall', async () => {
    const { near, far } = await connected();
    const sent = Array.from({ length: 200 }, (_, i) => `${i}:${'y'.repeat((i * 37) % 90)}`);
    const bytes = frames(...sent);
    let before = (await counters(ab)).offered;
    let lossy = false;
    for (let at = 0; at < bytes.length;) {
      const piece = bytes.subarray(at, at + 1 + ((at * 31) % 400));
      near.socket.write(piece);
      at += piece.length;
      before += piece.length;
      await offered(ab, before);
      lossy = !lossy;
      await (lossy ? cut([ab], 'discard') : heal([ab]));
    }
    await heal([ab]);
    near.send('end');
    await expect.poll(() => far.frames.at(-1)).toBe('end');
    const arrived = far.frames.slice(1, -1);
    expect(far.aligned).toBe(true);
    expect(arrived.length).toBeGreaterThan(20);
    expect(arrived.length).toBeLessThan(180);
    expect(sent.filter((frame) => arrived.includes(frame))).toEqual(arrived);
  });

  test('a stream without framing is reset, for to drop of it would be to corrupt it', async () => {
    const near = await dial('a', 'b');
    near.socket.write('GET / HTTP/1.1\r\n');
    await expect.poll(() => accepted['b']![0]?.bytes).toBe(16);
    await cut([ab], 'discard');
    near.socket.write('\r\n');
    await expect.poll(() => near.ended).toBe('reset');
    expect(accepted['b']![0]?.bytes).toBe(16);
  });
});

describe('shape', () => {
  const shape = (link: Link, delay: number, jitter: number) =>
    fabric.ask({ kind: 'shape', links: [link], shape: { delay, jitter } });

  test('delays each message by at least the delay, one way only, and keeps the order', async () => {
    const { near, far } = await connected();
    await shape(ab, 60, 40);
    const arrivals: number[] = [];
    far.socket.on('data', () => arrivals.push(performance.now()));
    const start = performance.now();
    const sent = Array.from({ length: 50 }, (_, i) => `${i}`);
    for (const frame of sent) near.send(frame);
    await expect.poll(() => far.frames).toEqual(['hello', ...sent]);
    expect(arrivals[0]! - start).toBeGreaterThanOrEqual(60);
    far.send('fast');
    const back = performance.now();
    await new Promise((resolve) => near.socket.once('data', resolve));
    expect(performance.now() - back).toBeLessThan(60);
  });

  test('its end hurries on what is still under way', async () => {
    const { near, far } = await connected();
    await shape(ab, 3_600_000, 0);
    near.send('slow');
    await offered(ab, sizeOf('hello', 'slow'));
    await fabric.ask({ kind: 'shape', links: [ab], shape: null });
    near.send('fast');
    await expect.poll(() => far.frames).toEqual(['hello', 'slow', 'fast']);
  });

  test('jitter reorders nothing, not even over several connections', () => {
    const draws = [0.9, 0.1, 0.5, 0];
    const link = new DirectedLink('a', 'b', () => draws.shift() ?? 0);
    link.setShape({ delay: 10, jitter: 100 });
    expect([link.due(0), link.due(1), link.due(2), link.due(200)]).toEqual([100, 100, 100, 210]);
  });

  test('a delayed link that is cut delivers nothing until the heal, also when the time is over', async () => {
    const { near, far } = await connected();
    await shape(ab, 300, 0);
    near.send('x');
    await offered(ab, sizeOf('hello', 'x'));
    await cut([ab], 'stall');
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect((await counters(ab)).delivered).toBe(sizeOf('hello'));
    await heal([ab]);
    await expect.poll(() => far.frames).toEqual(['hello', 'x']);
  });
});

describe('single messages', () => {
  const mangle = (link: Link, chances: Pick<Shape, 'loss' | 'duplicate' | 'reorder'>) =>
    fabric.ask({ kind: 'shape', links: [link], shape: { delay: 0, jitter: 0, ...chances } });
  const sent = Array.from({ length: 200 }, (_, i) => `${i}`);

  test('what chance makes of each message', () => {
    // For loss, duplicate and reorder, then the jitter, then how long it is held back.
    const draws = [
      ...[0.05, 0.9, 0.9], // lost
      ...[0.9, 0.05, 0.9, 0], // twice
      ...[0.9, 0.9, 0.05, 0, 0.5], // held back
      ...[0.9, 0.9, 0.9, 0], // nothing
    ];
    const link = new DirectedLink('a', 'b', () => draws.shift()!);
    link.setShape({ delay: 5, jitter: 0, loss: 0.1, duplicate: 0.1, reorder: 0.1 });
    const inTime = { due: 5, heldBack: false };
    expect(link.copies(0)).toEqual([]);
    expect(link.copies(0)).toEqual([inTime, inTime]);
    expect(link.copies(0)).toEqual([{ due: 60, heldBack: true }]);
    expect(link.copies(0)).toEqual([inTime]);
    expect(link.mangled).toBe(3);
    expect(draws).toEqual([]);
  });

  test('lost ones are gone, and the connection is well', async () => {
    const { near, far } = await connected();
    await mangle(ab, { loss: 1 });
    near.send(...sent);
    await offered(ab, sizeOf('hello', ...sent));
    expect((await counters(ab)).mangled).toBe(200);
    await fabric.ask({ kind: 'shape', links: [ab], shape: null });
    near.send('kept');
    await expect.poll(() => far.frames).toEqual(['hello', 'kept']);
  });

  test('a handshake is never lost', async () => {
    await mangle(ab, { loss: 1 });
    const near = await dial('a', 'b');
    near.send('hello', 'lost');
    await expect.poll(() => accepted['b']![0]?.frames).toEqual(['hello']);
  });

  test('some of them: about as many as was asked for', async () => {
    const { near, far } = await connected();
    await mangle(ab, { loss: 0.3 });
    near.send(...sent);
    await offered(ab, sizeOf('hello', ...sent));
    const { mangled = 0 } = await counters(ab);
    // 200 draws at 0.3, five standard deviations to either side; the seed is fixed.
    expect(mangled).toBeGreaterThan(28);
    expect(mangled).toBeLessThan(92);
    await fabric.ask({ kind: 'shape', links: [ab], shape: null });
    near.send('last');
    await expect.poll(() => far.frames.at(-1)).toBe('last');
    expect(far.frames.length).toBe(202 - mangled);
    expect(far.aligned).toBe(true);
  });

  test('duplicates arrive twice, but for requests of clients', async () => {
    const { near, far } = await connected();
    await mangle(ab, { duplicate: 1 });
    near.send('one', 'two');
    await expect.poll(() => far.frames).toEqual(['hello', 'one', 'one', 'two', 'two']);
    expect(await counters(ab)).toMatchObject({ mangled: 2, delivered: sizeOf(...far.frames) });

    const client = await connected(CLIENTS, 'a');
    await mangle({ from: CLIENTS, to: 'a' }, { duplicate: 1 });
    await mangle({ from: 'a', to: CLIENTS }, { duplicate: 1 });
    client.near.send('request');
    await expect.poll(() => client.far.frames.at(-1)).toBe('request');
    client.far.send('reply');
    await expect.poll(() => client.near.frames).toEqual(['welcome', 'reply', 'reply']);
    expect(client.far.frames).toEqual(['hello', 'request']);
  });

  test('some are overtaken, none is lost, and the end comes last', async () => {
    const { near, far } = await connected();
    await mangle(ab, { reorder: 0.2 });
    near.send(...sent);
    near.socket.end();
    await expect.poll(() => far.ended).toBe('fin');
    const arrived = far.frames.slice(1);
    expect(arrived).not.toEqual(sent);
    expect([...arrived].sort((a, b) => Number(a) - Number(b))).toEqual(sent);
    // Those that were not held back are in order among themselves.
    const { mangled = 0 } = await counters(ab);
    const first = arrived.slice(0, 200 - mangled);
    expect(first).toEqual([...first].sort((a, b) => Number(a) - Number(b)));
  });

  test('a stream without framing is passed on as it is', async () => {
    await mangle(ab, { loss: 1, duplicate: 1, reorder: 1 });
    const near = await dial('a', 'b');
    near.socket.write('GET / HTTP/1.1\r\n');
    near.socket.write('Host: x\r\n');
    await expect.poll(() => accepted['b']![0]?.bytes).toBe(25);
  });
});

describe('control', () => {
  test('a command that names what there isn’t is refused and changes nothing', async () => {
    const { near, far } = await connected();
    await expect(cut([ab, { from: 'a', to: 'z' }], 'stall')).rejects.toThrow('no link from a to z');
    await expect(cut([{ from: 'a', to: 'a' }], 'stall')).rejects.toThrow('no link from a to a');
    near.send('through');
    await expect.poll(() => far.frames).toEqual(['hello', 'through']);
  });

  test('is acknowledged in milliseconds while traffic flows', async () => {
    const { near, far } = await connected();
    let flowing = true;
    const flood = () => {
      if (!flowing) return;
      near.send('z'.repeat(2000));
      setImmediate(flood);
    };
    flood();
    await expect.poll(() => far.frames.length).toBeGreaterThan(100);
    const times: number[] = [];
    for (let i = 0; i < 50; i++) {
      const start = performance.now();
      await cut([ab], 'stall');
      times.push(performance.now() - start);
      await heal([ab]);
    }
    flowing = false;
    times.sort((a, b) => a - b);
    expect(times[25]!).toBeLessThan(20);
  });

  test('after the stop every command is refused, and its ports are closed', async () => {
    const entrance = fabric.entrances('a')['b']!;
    await fabric.stop();
    await expect(heal([ab])).rejects.toThrow('stopped');
    const refused = await new Promise((resolve) => {
      connect(entrance).on('error', (error) => resolve('code' in error ? error.code : error));
    });
    expect(refused).toBe('ECONNREFUSED');
  });
});
