/**
 * A three-node etcd 3.4 (Debian's `etcd-server`), as a system that the harness's own client loop can
 * drive through its JSON gateway. The yardstick for `raft-kv`.
 */
import { execa } from 'execa';
import { Agent, request } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Completion, System } from '../systems/contract.ts';

export interface Etcd {
  readonly system: System;
  stop(): Promise<void>;
}

/** Undefined where etcd is not installed. */
export async function startEtcd(folder: string, nodes: number): Promise<Etcd | undefined> {
  const version = await execa('etcd', ['--version'], { reject: false });
  if (version.failed) return undefined;
  const ports = await freePorts(nodes * 2);
  const members = Array.from({ length: nodes }, (_, i) => ({
    name: `e${i + 1}`,
    client: `http://127.0.0.1:${ports[2 * i]!}`,
    peer: `http://127.0.0.1:${ports[2 * i + 1]!}`,
  }));
  const cluster = members.map(({ name, peer }) => `${name}=${peer}`).join(',');
  const children = members.map(({ name, client, peer }) =>
    execa(
      'etcd',
      // prettier-ignore
      ['--name', name, '--data-dir', join(folder, name), '--listen-client-urls', client, '--advertise-client-urls', client,
       '--listen-peer-urls', peer, '--initial-advertise-peer-urls', peer, '--initial-cluster', cluster, '--logger', 'zap'],
      { stdio: 'ignore', reject: false },
    ),
  );
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  const leader = await leaderOf(
    agent,
    members.map(({ client }) => client),
  );
  return {
    system: etcdSystem(agent, leader),
    stop: async () => {
      for (const child of children) child.kill('SIGKILL');
      await Promise.all(children);
      agent.destroy();
    },
  };
}

function etcdSystem(agent: Agent, leader: string): System {
  return {
    name: 'etcd',
    about: 'etcd 3.4 through its JSON gateway',
    roles: [],
    leaderRole: '',
    nodes: { default: 3, min: 1, max: 9 },
    operations: ['put'],
    bugs: {},
    options: {},
    createNode: () => {
      throw new Error('etcd brings its own nodes');
    },
    createClient: () => ({
      // Every put goes straight to the leader, the best case for etcd.
      invoke: ({ key, value }, timeout, done) => {
        post(
          agent,
          leader,
          '/v3/kv/put',
          { key: base64(key!), value: base64(value as string) },
          timeout,
        ).then(
          () => done({ type: 'ok' }),
          (error: unknown) => done({ type: 'info', error: String(error) } satisfies Completion),
        );
      },
      close: () => {},
    }),
  };
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

function post(
  agent: Agent,
  base: string,
  path: string,
  body: object,
  timeout: number,
): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    const call = request(
      new URL(path, base),
      { method: 'POST', agent, timeout, headers: { 'content-type': 'application/json' } },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (piece: string) => (text += piece));
        answer.on('end', () =>
          answer.statusCode === 200
            ? resolve(JSON.parse(text) as Record<string, unknown>)
            : reject(new Error(text)),
        );
        answer.on('error', reject);
      },
    );
    call.on('timeout', () => call.destroy(new Error('timeout')));
    call.on('error', reject);
    call.end(JSON.stringify(body));
  });
}

/** The client address of the leader, once there is one. */
async function leaderOf(agent: Agent, clients: readonly string[]): Promise<string> {
  const deadline = performance.now() + 20_000;
  while (performance.now() < deadline) {
    for (const client of clients) {
      const status = await post(agent, client, '/v3/maintenance/status', {}, 1000).catch(() => undefined);
      const header = status?.['header'] as { member_id?: string } | undefined;
      if (status?.['leader'] !== undefined && status['leader'] === header?.member_id) return client;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('etcd elected no leader within 20 s');
}

async function freePorts(n: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from(
      { length: n },
      () =>
        new Promise<ReturnType<typeof createServer>>((resolve) => {
          const server = createServer().listen(0, '127.0.0.1', () => resolve(server));
        }),
    ),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
