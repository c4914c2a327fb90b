/** What faults do to simulated nodes, seen from the nodes' and the clients' side. */
import { expect, test } from 'vitest';
import { CLIENTS } from '../../../nemesis/host.ts';
import type {
  Answer,
  DiskCompletion,
  Env,
  Json,
  Node,
  RequestId,
  System,
} from '../../../systems/contract.ts';
import type { HostEvent } from '../host.ts';
import { SimHost } from './index.ts';
import { QUIET } from './settings.ts';

/** Says what happens to it; echoes requests; its timer repeats each 10 ms; `save` appends and syncs. */
class Witness implements Node {
  readonly seen: string[] = [];
  readonly #env: Env;

  constructor(env: Env) {
    this.#env = env;
  }

  onStart(): void {
    const there = this.#env.disk.read('log');
    this.seen.push(`start ${there === undefined ? '' : new TextDecoder().decode(there)}`.trim());
    this.#env.setTimer(10);
  }

  onMessage(from: string, message: Json): void {
    this.seen.push(`${from}: ${JSON.stringify(message)}`);
  }

  onTimer(): void {
    this.seen.push(`tick ${this.#env.now().toFixed(0)}`);
    this.#env.setTimer(10);
  }

  onRequest(request: RequestId, body: Json): void {
    this.seen.push(`asked ${JSON.stringify(body)}`);
    if (body === 'save') {
      this.#env.disk.append('log', new TextEncoder().encode('saved'));
      this.#env.disk.sync('log');
    }
    if (body === 'mark') this.#env.reached('marked');
    if (body === 'halt') this.#env.halt('asked to');
    if (body === 'throw') throw new Error('its own fault');
    if (body === 'tell') for (const peer of this.#env.peers) this.#env.send(peer, { hello: this.#env.id });
    if (body !== 'no answer') this.#env.reply(request, { echo: body });
  }

  onDisk({ error }: DiskCompletion): void {
    this.seen.push(error === undefined ? 'synced' : `failed ${error}`);
  }

  status() {
    return { role: 'witness', term: 1, leader: null, logEnd: 0, commit: 0, applied: 0 };
  }
}

function rig(nodes = ['n1', 'n2']) {
  const witnesses = new Map<string, Witness[]>();
  const events: HostEvent[] = [];
  const system = {
    createNode: (env: Env) => {
      const witness = new Witness(env);
      witnesses.set(env.id, [...(witnesses.get(env.id) ?? []), witness]);
      return witness;
    },
  } as unknown as System;
  const host = new SimHost({
    system,
    config: { bugs: [], options: {} },
    nodes,
    settings: { ...QUIET, latency: { min: 1, max: 1 }, fsync: { min: 20, max: 20 } },
    seeds: { network: 1, disks: 2, nodes: 3 },
    onEvent: (event) => events.push(event),
  });
  host.start();
  const env = host.clientEnv(1);
  const ask = (body: Json, timeout = 50, node = 'n1'): Answer[] => {
    const answers: Answer[] = [];
    env.request(node, body, timeout, (answer) => answers.push(answer));
    return answers;
  };
  const run = (ms: number): void => host.queue.run(ms);
  /** What the newest life of a node saw. */
  const seen = (node = 'n1'): readonly string[] => witnesses.get(node)!.at(-1)!.seen;
  return { host, events, ask, run, seen };
}

const toAndFrom = (node: string) => [
  { from: CLIENTS, to: node },
  { from: node, to: CLIENTS },
];

test('requests are answered, messages arrive, timers fire', () => {
  const { ask, run, seen } = rig();
  const answers = ask('tell');
  expect(answers).toEqual([]); // never before `request` has returned
  run(25);
  expect(answers).toEqual([{ kind: 'reply', body: { echo: 'tell' } }]);
  expect(seen('n2')).toContain('n1: {"hello":"n1"}');
  expect(seen()).toEqual(expect.arrayContaining(['tick 10', 'tick 20']));
});

test('a paused node stands still, and takes everything up where it was', async () => {
  const { host, ask, run, seen } = rig();
  ask('save');
  run(4);
  await host.pause('n1');
  const before = seen().length;
  const answers = ask('later', 500);
  run(100);
  expect(seen()).toHaveLength(before);
  expect(host.state('n1')).toBe('paused');
  expect(await host.status('n1')).toBeUndefined();
  await host.resume('n1');
  expect(seen().slice(before)).toEqual(expect.arrayContaining(['synced', 'asked "later"', 'tick 104']));
  run(10);
  expect(answers).toEqual([{ kind: 'reply', body: { echo: 'later' } }]);
});

test('what a paused node had asked of its disk becomes durable meanwhile', async () => {
  const { host, ask, run, seen } = rig();
  ask('save');
  run(3.5);
  await host.pause('n1');
  run(100);
  await host.crash('n1');
  await host.restart('n1');
  expect(seen()[0]).toBe('start saved');
});

test('a crash loses state, timers and what was under way; the disk stays', async () => {
  const { host, ask, run, seen } = rig();
  ask('save');
  run(30);
  const cut = ask('no answer', 1000);
  run(5);
  await host.crash('n1');
  expect(host.state('n1')).toBe('down');
  run(5);
  expect(cut).toEqual([{ kind: 'no-answer', why: 'closed' }]);
  const refused = ask('x');
  run(5);
  expect(refused).toEqual([{ kind: 'not-sent' }]);
  await host.restart('n1');
  run(9);
  expect(seen()).toEqual(['start saved']);
});

test('a request on its way to a node that crashes never reaches its next life', async () => {
  const { host, ask, run, seen } = rig();
  const answers = ask('x', 50);
  await host.crash('n1');
  await host.restart('n1');
  run(100);
  expect(seen().some((line) => line.startsWith('asked'))).toBe(false);
  expect(answers).toEqual([{ kind: 'no-answer', why: 'closed' }]);
});

test('a request to a node that is cut off times out, and may still arrive when it is healed', async () => {
  const { host, ask, run, seen } = rig();
  await host.cut(toAndFrom('n1'), 'stall');
  const answers = ask('late', 50);
  run(100);
  expect(answers).toEqual([{ kind: 'no-answer', why: 'timeout' }]);
  await host.heal(toAndFrom('n1'));
  run(10);
  expect(seen()).toContain('asked "late"');
  expect(answers).toHaveLength(1);
});

test('connections that are reset leave doubt, and those not made do not', async () => {
  const { host, ask, run } = rig();
  const before = ask('x', 500);
  await host.cut(toAndFrom('n1'), 'reset');
  const after = ask('y', 500);
  run(10);
  expect(before).toEqual([{ kind: 'no-answer', why: 'closed' }]);
  expect(after).toEqual([{ kind: 'not-sent' }]);
});

test('a node that halts or throws is told of, and serves nobody', async () => {
  const { host, events, ask, run } = rig();
  const [halted, thrown] = [ask('halt', 50, 'n1'), ask('throw', 50, 'n2')];
  run(100);
  expect(events).toEqual(
    expect.arrayContaining([
      { node: 'n1', state: 'halted', reason: 'asked to' },
      { node: 'n2', state: 'exited', reason: 'Error: its own fault' },
    ]),
  );
  expect([halted, thrown].flat()).toEqual([
    { kind: 'no-answer', why: 'closed' },
    { kind: 'no-answer', why: 'closed' },
  ]);
  expect(await host.status('n1')).toBeUndefined();
});

test('a disk that fails says so before anything else happens to the node, a pause at that moment included', async () => {
  const { host, ask, run, seen } = rig();
  await host.trouble('n1', { kind: 'fail' });
  ask('save');
  run(0.999);
  host.queue.at(1, 'a pause at that very moment', () => void host.pause('n1'));
  run(1);
  expect(host.state('n1')).toBe('paused');
  expect(seen()).toEqual(['start', 'asked "save"', 'failed EIO: i/o error']);
  await host.trouble('n1', null);
  await host.resume('n1');
  ask('save');
  run(30);
  expect(seen()).toContain('synced');
});

test('a skewed clock shows in env.now, and only there', async () => {
  const { host, run, seen } = rig();
  await host.skew('n1', { offset: 1000, rate: 2 });
  run(20);
  expect(seen()).toEqual(['start', 'tick 1020', 'tick 1040']);
  expect(await host.clockError('n1')).toBe(1020);
  await host.skew('n1', null);
  run(10);
  expect(seen().at(-1)).toBe('tick 30');
  expect(await host.clockError('n1')).toBe(0);
});

test('a mark is told to whoever waits for it, once', async () => {
  const { host, ask, run } = rig();
  const never = new AbortController().signal;
  const waiting = host.reached('marked', never);
  ask('mark');
  ask('mark');
  run(10);
  expect(await waiting).toBe('n1');
  expect(host.marks).toEqual({ marked: 2 });
  const stopped = new AbortController();
  const inVain = host.reached('marked', stopped.signal);
  stopped.abort();
  expect(await inVain).toBeUndefined();
});
