/**
 * Plays commands on a small cluster and tells what happened, a line each: messages as they arrive, log
 * lines, marks, and what clients are told. Time passes only as a command says.
 *
 *     start 4 [setting=value…]    nodes n1…; n1 is the arbiter
 *     wait 100                    ms
 *     put n2 5/1 x a              session 5, its request 1; also get, append, cas, delete, draw, tick, register
 *     cut n2 n3, heal             nothing passes between the two; `cut n2` is from all nodes
 *     crash n2, restart n2        what was not synced is gone
 *     pause n2, resume n2
 *     status, state n2            what the nodes say of themselves, what a replica holds
 *     quiet, loud                 whether messages are shown; heartbeats with nothing in them never are
 */
import type { Json, Message as Carried, NodeId } from '../../contract.ts';
import { Cluster, type Arriving } from '../../testing/cluster.ts';
import { system } from '../index.ts';
import { parseMessage, type Message } from '../messages.ts';
import { Replica } from '../replica.ts';

export class Transcript {
  private cluster: Cluster | undefined;
  private loud = true;
  private lines: string[] = [];

  /** Carries out one command line; what happened, a line each. */
  run(line: string): readonly string[] {
    this.lines = [];
    const [command = '', ...words] = line.split(' ');
    this.execute(command, words);
    return this.lines;
  }

  private execute(command: string, words: readonly string[]): void {
    const [id = '', ...rest] = words;
    switch (command) {
      case 'start':
        return this.start(Number(id), rest);
      case 'wait':
        return this.the.queue.run(Number(id));
      case 'quiet':
      case 'loud':
        this.loud = command === 'loud';
        return;
      case 'cut':
        return this.the.part([id], rest.length > 0 ? rest : this.the.nodes);
      case 'heal':
        return this.the.healAll();
      case 'crash':
        return this.the.crashNow(id, () => ({ operations: 0, torn: 0 }));
      case 'restart':
        return this.the.at(id).start();
      case 'pause':
        return this.the.at(id).pause();
      case 'resume':
        return this.the.at(id).resume();
      case 'status':
        for (const node of this.the.nodes) this.print(this.statusOf(node));
        return;
      case 'state':
        for (const [key, value] of this.replica(id).store.machine.dump().values)
          this.print(`${key} = ${value}`);
        return;
      default:
        return this.request(command, id, rest);
    }
  }

  private start(nodes: number, settings: readonly string[]): void {
    const pairs = settings
      .map((setting) => setting.split('='))
      .map(([name, value]) => [name!, Number(value)] as const);
    this.cluster = new Cluster({
      system,
      nodes,
      seed: 1,
      options: Object.fromEntries(pairs),
      onLog: (node, event, data) => this.print(`${node} ${event}${describe(data)}`),
      onMark: (node, mark) => this.print(`${node} [${mark}]`),
    });
    this.cluster.onArriving = (arriving) => {
      const text = this.loud ? describeArriving(arriving) : undefined;
      if (text !== undefined) this.print(text);
    };
    this.cluster.start();
  }

  private request(f: string, node: NodeId, words: readonly string[]): void {
    const asked = [f, node, ...words].join(' ');
    this.the.request(node, bodyOf(f, words), Infinity, (reply) => {
      if (reply !== undefined) this.print(`client: ${asked}:${describe(reply)}`);
    });
  }

  private statusOf(id: NodeId): string {
    const status = this.the.at(id).node?.status();
    if (status === undefined) return `${id} is down`;
    const { role, term, leader, logEnd, commit } = status;
    return `${id} ${role} epoch ${term} primary ${leader ?? '-'} log ${logEnd} cleared ${commit}`;
  }

  private replica(id: NodeId): Replica {
    const { node } = this.the.at(id);
    if (!(node instanceof Replica)) throw new Error(`${id} is no replica that is up`);
    return node;
  }

  private get the(): Cluster {
    if (this.cluster === undefined) throw new Error('start a cluster first');
    return this.cluster;
  }

  private print(line: string): void {
    this.lines.push(line);
  }
}

function bodyOf(f: string, words: readonly string[]): Json {
  if (f === 'register' || f === 'tick') return { f };
  if (f === 'get') return { f, key: words[0] ?? '' };
  const [session = NaN, seq = NaN] = (words[0] ?? '').split('/').map(Number);
  const [key = '', ...values] = words.slice(1);
  const value: Json = f === 'cas' ? values : (values[0] ?? null);
  return { f, session, seq, key, value };
}

/** Undefined for what only says that somebody is there. */
function describeArriving({ link: { from, to, cut }, parcel }: Arriving): string | undefined {
  const message = parseMessage(parcel.message.json);
  const text = message === undefined ? 'nonsense' : describeMessage(message);
  return text && `${from}>${to} ${text}${cut === undefined ? '' : '  (lost)'}`;
}

function describeMessage(message: Message): string | undefined {
  switch (message.type) {
    case 'go-live':
      return `may I go live, after epoch ${message.epoch}?`;
    case 'arm':
      return `arm for ${message.backup} in epoch ${message.epoch}`;
    case 'verdict': {
      const { epoch, primary, backup } = message.record;
      return `${message.granted ? 'granted' : 'refused'}: epoch ${epoch} primary ${primary ?? '-'} backup ${backup ?? '-'}`;
    }
    case 'log': {
      if (message.entries.length === 0) return undefined;
      const entries = message.entries.map(
        ([epoch, input], at) => `${message.from + at}@${epoch} ${input[0]}`,
      );
      return `log [${entries.join(', ')}]`;
    }
    case 'state':
      return `state up to ${message.at}: ${message.data.length} of ${message.size} characters`;
    case 'state-ack':
      return message.installed ? 'state installed' : undefined;
    case 'willing':
      return `willing in epoch ${message.epoch}`;
    case 'presence':
    case 'ack':
      return undefined;
  }
}

/** `{"a":1}` as ` a=1`; other values as JSON. */
function describe(json: Carried): string {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return ` ${JSON.stringify(json)}`;
  return Object.entries(json)
    .map(([name, value]) => ` ${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join('');
}
