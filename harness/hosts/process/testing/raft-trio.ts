/** Three real nodes of raft-kv and a client, anew for each test of a file. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect } from 'vitest';
import type { Client, Completion, Invocation } from '../../../../systems/contract.ts';
import { system } from '../../../../systems/raft-kv/index.ts';
import { defaultOptions } from '../../../plan/index.ts';
import type { Host, HostEvent } from '../../host.ts';
import { startProcessHost } from '../index.ts';

export interface RaftTrio {
  readonly host: Host;
  /** With a folder for each node's data. */
  readonly directory: string;
  /** What nobody asked for, so far. */
  readonly events: readonly HostEvent[];
  invoke(invocation: Invocation): Promise<Completion>;
  /** So many values, each under a key of its own. */
  write(count: number): Promise<void>;
}

/** To be called once in a file; the members of what it gives are those of the test that runs. */
export function raftTrio(): RaftTrio {
  const config = { bugs: [], options: defaultOptions(system) };
  let directory: string;
  let events: HostEvent[];
  let host: Host;
  let client: Client;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'faultline-trio-'));
    events = [];
    host = await startProcessHost({
      system: 'raft-kv',
      ...config,
      nodes: ['n1', 'n2', 'n3'],
      directory,
      seed: 1,
      onEvent: (event) => events.push(event),
    });
    client = system.createClient(host.clientEnv(1), config);
  });
  afterEach(async () => {
    client.close();
    await host.stop();
    rmSync(directory, { recursive: true });
  });

  const invoke = (invocation: Invocation): Promise<Completion> =>
    new Promise((resolve) => client.invoke(invocation, 10_000, resolve));
  return {
    get host() {
      return host;
    },
    get directory() {
      return directory;
    },
    get events() {
      return events;
    },
    invoke,
    async write(count) {
      for (let n = 0; n < count; n++) {
        const put = { f: 'put', key: `k${n}`, value: 'x'.repeat(50) };
        expect(await invoke(put)).toMatchObject({ type: 'ok' });
      }
    },
  };
}
