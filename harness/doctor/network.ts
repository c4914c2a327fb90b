/** The loopback network that nodes talk over, and what a host of network namespaces would find here. */
import { execa } from 'execa';
import { accessSync, constants, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import type { Finding } from './finding.ts';

/** What kernel faults are made with. */
const TOOLS = ['ip', 'nft', 'tc'];
const FEW_PORTS = 5000;

export async function network(): Promise<readonly Finding[]> {
  return [await loopback(), ports(), await namespaces()];
}

/** As the process host wants them: an address of its own for each node, of each harness on the machine. */
async function loopback(): Promise<Finding> {
  const name = 'loopback addresses';
  const refused = await listen('127.0.0.1');
  if (refused !== undefined) {
    const hint =
      'something forbids to listen at 127.0.0.1: a sandbox, or a firewall; host sim needs no network';
    return { name, state: 'missing', found: `none: ${refused}`, hint, needed: true };
  }
  const other = await listen('127.77.0.2');
  if (other === undefined)
    return { name, state: 'ok', found: 'all of 127.0.0.0/8, so each node has its own' };
  const hint = 'nodes share 127.0.0.1 and differ in their ports, which is enough';
  return { name, state: 'poor', found: `127.0.0.1 only (${other})`, hint };
}

/** Why not; undefined where it went well. */
function listen(host: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve(error.message));
    server.listen({ host, port: 0 }, () => server.close(() => resolve(undefined)));
  });
}

function ports(): Finding {
  const name = 'ports';
  try {
    const [low = 0, high = 0] = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8')
      .split(/\s+/)
      .map(Number);
    const few = high - low < FEW_PORTS;
    const hint = 'widen net.ipv4.ip_local_port_range';
    return {
      name,
      state: few ? 'poor' : 'ok',
      found: `${low} to ${high} for connections`,
      ...(few && { hint }),
    };
  } catch {
    return { name, state: 'note', found: 'which ones connections get is up to this system' };
  }
}

/** The host `netns` is not in this version; what it would need is told all the same. */
async function namespaces(): Promise<Finding> {
  const name = 'network namespaces';
  if (process.platform !== 'linux')
    return { name, state: 'note', found: 'only on Linux; host netns is not in this version' };
  const isRoot = process.getuid?.() === 0;
  const made = await execa('unshare', isRoot ? ['-n', 'true'] : ['-rn', 'true'], { reject: false });
  const can = made.exitCode === 0;
  const by = isRoot ? 'as root' : 'as a user';
  const tools = TOOLS.map((tool) => `${tool} ${isInPath(tool) ? 'is here' : 'is not'}`).join(', ');
  const found = `${can ? `can be made ${by}` : `can't be made ${by}`}; ${tools}; host netns is not in this version`;
  return { name, state: 'note', found };
}

function isInPath(command: string): boolean {
  return [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'].some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
