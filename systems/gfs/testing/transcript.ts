/**
 * Protocol transcripts: commands to a simulated cluster, and what it did, as text that a person can read
 * and review. Clocks go on, and everything takes 1 ms. Heartbeats and their answers are left out where they
 * say nothing new, and so is what is said again in the course of one command.
 *
 *     start 5 [option=value …]    a cluster: n1 is the master
 *     wait 100                    so many ms pass
 *     create /a                   a new client's operation, to its end: also delete, stat, list, records,
 *     rename /a /b                  snapshot, write /a 3 text, append /a text, read /a 0 10
 *     begin write /a 3 text       the same, without waiting for its end; `await` waits for all of them
 *     cut n1 [n2]                 n1 from n2, or from every node; `heal` undoes all
 *     crash n1 [keep|torn N]      losing what is not synced; or nothing; or all but N bytes of it
 *     restart n1
 *     corrupt n2 chunk-1 40       one byte of a file goes bad
 *     status                      who leads which chunk, and what everyone holds
 *     quiet, loud                 whether messages are shown
 */
import type { Completion, Invocation, Json, NodeId } from '../../contract.ts';
import { Cluster, type Arriving } from '../../testing/cluster.ts';
import { isObject } from '../../json.ts';
import { textOf } from '../bytes.ts';
import { Chunkserver } from '../chunkserver/chunkserver.ts';
import { system } from '../index.ts';
import { Master } from '../master/master.ts';
import { parseMessage, type Message } from '../messages.ts';

const OPERATION_TIMEOUT = 5000;

export class Transcript {
  private cluster: Cluster | undefined;
  private loud = true;
  private lines: string[] = [];
  private open = 0;

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
        return this.crash(id, rest);
      case 'restart':
        return this.the.at(id).start();
      case 'corrupt':
        return this.the.at(id).disk.flipBit(rest[0] ?? '', Number(rest[1]), 0);
      case 'status':
        for (const node of this.the.nodes) this.print(this.statusOf(node));
        return;
      case 'begin':
        return this.invoke(invocationOf(id, rest));
      case 'await':
        return this.settle();
      default:
        this.invoke(invocationOf(command, words));
        this.settle();
    }
  }

  private start(nodes: number, settings: readonly string[]): void {
    const pairs = settings.map((setting): [string, number | string] => {
      const [name = '', value = ''] = setting.split('=');
      return [name, name === 'mode' ? value : Number(value)];
    });
    this.cluster = new Cluster({
      system,
      nodes,
      seed: 1,
      options: Object.fromEntries(pairs),
      onLog: (node, event, data) => this.print(`${node} ${event}${describe(data)}`),
      onMark: (node, mark) => this.printOnce(`${node} [${mark}]`),
    });
    this.cluster.onArriving = ({ link, parcel }) => {
      const line = this.loud ? describeArriving({ link, parcel }) : undefined;
      if (line === undefined) return;
      const shown = line + (link.cut === undefined ? '' : '  (lost)');
      this.printOnce(shown);
    };
    this.cluster.start();
    this.cluster.queue.run(20);
  }

  private invoke(invocation: Invocation): void {
    this.open++;
    this.the.client().invoke(invocation, OPERATION_TIMEOUT, (completion) => {
      this.open--;
      this.print(`client: ${describeOperation(invocation)}: ${describeCompletion(completion)}`);
    });
  }

  private settle(): void {
    while (this.open > 0) if (!this.the.queue.step()) throw new Error('nothing is left to happen');
  }

  private crash(id: NodeId, [how, bytes]: readonly string[]): void {
    this.the.crashNow(id, (pending, nextAppend) => {
      if (how === 'keep') return { operations: pending, torn: 0 };
      return { operations: 0, torn: how === 'torn' ? nextAppend - Number(bytes) : 0 };
    });
  }

  private statusOf(id: NodeId): string {
    const { node } = this.the.at(id);
    if (node instanceof Master) {
      const { epoch, files, chunks } = node.ledger.tables;
      const leases = node.leases.facts.map(
        ([handle, { version, primary }]) => ` ${handle}@${version}=${primary}`,
      );
      return `${id} master epoch ${epoch}, ${files.size} files, ${chunks.size} chunks, leases${leases.join('')}`;
    }
    if (!(node instanceof Chunkserver)) return `${id} is down`;
    const { chunks, leads } = node.holdings;
    const held = [...chunks.values()].map((chunk) => {
      const { handle, version, commit, last, length } = chunk;
      const state = chunk.damaged ? ' damaged' : chunk.learning ? ' learning' : '';
      const leading = leads.get(handle)?.holds === true ? ' leads' : '';
      return ` ${handle}@${version}${state}${leading} commit ${commit}/${last} length ${length}`;
    });
    return `${id} chunkserver${held.join(',')}`;
  }

  private get the(): Cluster {
    if (this.cluster === undefined) throw new Error('start a cluster first');
    return this.cluster;
  }

  private printOnce(line: string): void {
    if (!this.lines.includes(line)) this.print(line);
  }

  private print(line: string): void {
    this.lines.push(line);
  }
}

function invocationOf(f: string, [key = '', ...words]: readonly string[]): Invocation {
  switch (f) {
    case 'rename':
    case 'snapshot':
      return { f, key, value: words[0] ?? '' };
    case 'read':
      return { f, key, value: { offset: Number(words[0]), length: Number(words[1]) } };
    case 'write':
      return { f, key, value: { offset: Number(words[0]), data: words[1] ?? '', create: true } };
    case 'append':
      return { f, key, value: { data: words[0] ?? '', create: true } };
    case 'list':
      return { f };
    case 'create':
    case 'delete':
    case 'stat':
    case 'records':
      return { f, key };
    default:
      throw new Error(`no command '${f}'`);
  }
}

function describeOperation({ f, key = '', value = null }: Invocation): string {
  const shown = isObject(value) ? Object.entries(value).filter(([name]) => name !== 'create') : [];
  const parts = typeof value === 'string' ? [value] : shown.map(([, part]) => String(part));
  return [f, key, ...parts].filter((part) => part !== '').join(' ');
}

function describeCompletion({ type, value, error }: Completion): string {
  return [
    type,
    ...(value === undefined ? [] : [JSON.stringify(value)]),
    ...(error === undefined ? [] : [error]),
  ].join(' ');
}

function describeArriving({ link: { from, to }, parcel }: Arriving): string | undefined {
  const message = parseMessage(parcel.message.json);
  const words = message === undefined ? 'nonsense' : describeMessage(message);
  return words === undefined ? undefined : `${from}>${to} ${words}`;
}

/** Undefined where it says nothing new. */
function describeMessage(message: Message): string | undefined {
  switch (message.type) {
    case 'heartbeat':
      return undefined;
    case 'lease': {
      if (message.grants.length + message.garbage.length === 0) return undefined;
      const grants = message.grants.map(([handle, version, members, learners]) => {
        return ` ${handle}@${version} with ${members.join(' ')}${learners.map((id) => ` and learner ${id}`).join('')}`;
      });
      const garbage = message.garbage.map(([handle, version]) => ` garbage ${handle}@${version}`);
      return `lease${grants.join()}${garbage.join()}`;
    }
    case 'raise':
      return `raise ${chunk(message)} from ${message.from}, ${message.how}`;
    case 'raised':
      return `raised ${chunk(message)}${message.ok ? '' : ' no'}${message.whole ? '' : ' not whole'}`;
    case 'drop':
      return `drop ${message.failed.join(' ')} from ${chunk(message)}`;
    case 'begin':
      return `begin ${chunk(message)} commit ${message.commit} [${message.tail.map(mutation).join(', ')}]`;
    case 'prepare':
      return `prepare ${chunk(message)} commit ${message.commit} [${message.mutations.map(mutation).join(', ')}]`;
    case 'install':
      return `install ${chunk(message)} commit ${message.commit} ${message.data.length} bytes of ${message.size}`;
    case 'prepared':
    case 'lacks':
      return `${message.type} ${chunk(message)} ${message.serial}`;
    case 'installed':
      return `installed ${chunk(message)} to ${message.offset}`;
    case 'revoke':
    case 'given-up':
      return `${message.type} ${chunk(message)}`;
    case 'push':
      return `push ${JSON.stringify(textOf(message.data))} then ${message.chain.join(' ') || 'nobody'}`;
    case 'pushed':
      return 'pushed';
  }
}

function chunk({ handle, version }: { readonly handle: number; readonly version: number }): string {
  return `${handle}@${version}`;
}

function mutation([serial, kind, offset, , , data]: Extract<
  Message,
  { type: 'begin' }
>['tail'][number]): string {
  return `${serial} ${kind} at ${offset}${data === null ? '' : ` ${JSON.stringify(textOf(data))}`}`;
}

/** `{"a":1}` as ` a=1`. */
function describe(json: Json): string {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return ` ${JSON.stringify(json)}`;
  return Object.entries(json)
    .map(([name, value]) => ` ${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join('');
}
