/**
 * Protocol transcripts: commands to a cluster on the rig, and what it did, as text that a person can
 * read and review (after etcd's raft, `rafttest` and its `testdata`). No time passes by itself: timers
 * fire when a command says so, and messages arrive at once unless they are held.
 *
 *     start 3 [option=value …]    a cluster of n1, n2, n3
 *     elect n1 [cut-off]          n1's election timers run out and it stands; if it wins, nothing more leaves it
 *     lapse n1                    only those after which it would vote for another
 *     heartbeat n1                n1's heartbeat timer runs out
 *     wait 100                    clocks go on so many ms; no timer runs out
 *     register n1                 a client's request to n1; the reply is the session
 *     put n1 2/1 x a              in session 2, with sequence number 1: also append, delete, and cas (x a b)
 *     get n1 x
 *     cut n1 [n2]                 n1 from n2, or from every node; `heal` undoes all
 *     hold, held, pass n1>n2      messages wait; which do; the first one of a link goes on; `release` lets all go on
 *     crash n1 [keep|torn N]      losing what is not synced; or nothing; or all but N bytes of it
 *     restart n1
 *     stall-disks                 no sync that begins from now on ends
 *     corrupt n1 log 40           one byte of a file goes bad
 *     status, log [n1], state n1  what the nodes hold
 *     quiet, loud                 whether messages are shown
 */
import type { Json, NodeId } from '../contract.ts';
import { Cluster } from '../rig/cluster.ts';
import { CLIENTS, type Parcel } from '../rig/network.ts';
import type { Entry } from './entry.ts';
import { system } from './index.ts';
import type { Member } from './member.ts';
import { parseMessage, type Message } from './messages.ts';
import { RaftNode } from './node.ts';

export class Transcript {
  private cluster: Cluster | undefined;
  private loud = true;
  private stalled = false;
  private lines: string[] = [];
  private onMark: (node: NodeId, mark: string) => void = () => undefined;

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
        this.start(Number(id), rest);
        return;
      case 'stall-disks':
        this.stalled = true;
        return;
      case 'quiet':
      case 'loud':
        this.loud = command === 'loud';
        return;
      case 'elect':
        return this.elect(id, rest[0] === 'cut-off');
      case 'lapse':
        this.lapse(id);
        return this.settle();
      case 'heartbeat':
        this.the.fireTimer(id);
        return this.settle();
      case 'wait':
        return this.the.events.run(Number(id));
      case 'register':
      case 'get':
      case 'put':
      case 'append':
      case 'cas':
      case 'delete':
        this.request(command, id, rest);
        return this.settle();
      case 'cut':
        for (const other of rest.length > 0 ? rest : this.the.ids) this.cut(id, other);
        return;
      case 'heal':
        return this.the.network.healAll();
      case 'crash':
        return this.crash(id, rest);
      case 'restart':
        this.the.start(id);
        return this.settle();
      case 'corrupt':
        return this.the.disk(id).corrupt(rest[0] ?? '', Number(rest[1]));
      case 'status':
        for (const node of this.the.ids) this.print(this.statusOf(node));
        return;
      case 'log':
        for (const node of id === '' ? this.the.ids : [id]) this.print(this.logOf(node));
        return;
      case 'state':
        for (const [key, value] of this.member(id)?.machine.dump().values ?? [])
          this.print(`${key} = ${value}`);
        return;
      default:
        this.network(command, id);
    }
  }

  private network(command: string, link: string): void {
    const { network } = this.the;
    switch (command) {
      case 'hold':
        network.holding = true;
        return;
      case 'held':
        for (const parcel of network.held) this.print(describeParcel(parcel));
        return;
      case 'pass': {
        const at = network.held.findIndex(({ from, to }) => `${from}>${to}` === link);
        const [parcel] = at < 0 ? [] : network.held.splice(at, 1);
        if (parcel === undefined) throw new Error(`nothing is held from ${link}`);
        network.deliver(parcel);
        return this.settle();
      }
      case 'release':
        network.holding = false;
        for (const parcel of network.held.splice(0)) network.deliver(parcel);
        return this.settle();
      default:
        throw new Error(`no command '${command}'`);
    }
  }

  private start(nodes: number, settings: readonly string[]): void {
    const pairs = settings.map((setting): [string, number | boolean] => {
      const [name = '', value = ''] = setting.split('=');
      return [name, value === 'true' || (value === 'false' ? false : Number(value))];
    });
    this.cluster = new Cluster({
      system,
      nodes,
      seed: 'transcript',
      handTimers: true,
      diskDelay: () => (this.stalled ? Infinity : 1),
      options: Object.fromEntries(pairs),
      onLog: (node, event, data) => this.print(`${node} ${event}${describe(data)}`),
      onMark: (node, mark) => {
        this.print(`${node} [${mark}]`);
        this.onMark(node, mark);
      },
    });
    this.cluster.network.onParcel = (parcel, arrives) => {
      if (!this.loud || parcel.from === CLIENTS || parcel.to === CLIENTS) return;
      this.print(describeParcel(parcel) + (arrives ? '' : '  (lost)'));
    };
    this.cluster.startAll();
  }

  private elect(id: NodeId, cutOff: boolean): void {
    this.onMark = (node, mark) => {
      if (node === id && mark === 'leader' && cutOff) for (const other of this.the.ids) this.cut(id, other);
    };
    this.lapse(id);
    this.the.fireTimer(id);
    this.settle();
    this.onMark = () => undefined;
  }

  /** A follower forgets its leader. */
  private lapse(id: NodeId): void {
    for (let fired = 0; fired < 10 && this.node(id)?.sticky === true; fired++) this.the.fireTimer(id);
  }

  private request(f: string, node: NodeId, words: readonly string[]): void {
    const asked = [f, node, ...words].join(' ');
    const [key = '', ...values] = f === 'get' ? words : words.slice(1);
    const [session, seq] = (words[0] ?? '').split('/').map(Number);
    const operation: Json = f === 'cas' ? values : (values[0] ?? null);
    const body: Json =
      f === 'register'
        ? { f }
        : f === 'get'
          ? { f, key }
          : { f, session: session!, seq: seq!, key, value: operation };
    this.the.request(node, body, Infinity, (reply) =>
      this.print(`client: ${asked}: ${describe(reply ?? null).trim()}`),
    );
  }

  /** All that was set going comes to its end, save what waits for a timer. */
  private settle(): void {
    while (this.the.events.step(Number.MAX_VALUE));
  }

  private cut(a: NodeId, b: NodeId): void {
    if (a === b) return;
    this.the.network.cut(a, b);
    this.the.network.cut(b, a);
  }

  private crash(id: NodeId, [how, bytes]: readonly string[]): void {
    this.the.crash(id, (pending, nextAppend) => {
      if (how === 'keep') return { operations: pending, torn: 0 };
      return { operations: 0, torn: how === 'torn' ? nextAppend - Number(bytes) : 0 };
    });
  }

  private statusOf(id: NodeId): string {
    const member = this.member(id);
    if (member === undefined) return `${id} is down${this.the.halted(id) === undefined ? '' : ', halted'}`;
    const { role, term, leader, log, commit, applied } = member;
    return `${id} ${role} term ${term} leader ${leader ?? '-'} log ${log.start.index + 1}..${log.lastIndex} commit ${commit} applied ${applied}`;
  }

  private logOf(id: NodeId): string {
    const log = this.member(id)?.log;
    if (log === undefined) return `${id} is down`;
    const { index, term } = log.start;
    const parts = index > 0 ? [`…${index}@${term}`] : [];
    for (let at = index + 1; at <= log.lastIndex; at++) parts.push(describeEntry(at, log.at(at)!));
    return `${id} ${parts.join(', ')}`;
  }

  private member(id: NodeId): Member | undefined {
    return this.node(id)?.member;
  }

  private node(id: NodeId): RaftNode | undefined {
    const node = this.the.node(id);
    return node instanceof RaftNode ? node : undefined;
  }

  private get the(): Cluster {
    if (this.cluster === undefined) throw new Error('start a cluster first');
    return this.cluster;
  }

  private print(line: string): void {
    this.lines.push(line);
  }
}

function describeParcel({ from, to, text }: Parcel): string {
  const message = parseMessage(JSON.parse(text) as Json);
  return `${from}>${to} ${message === undefined ? text : describeMessage(message)}`;
}

function describeMessage(message: Message): string {
  const { term } = message;
  const round = 'round' in message && message.round > 0 ? ` round ${message.round}` : '';
  switch (message.type) {
    case 'ask-vote':
      return `${message.pre ? 'pre-vote?' : 'vote?'} term ${term} last ${message.lastIndex}@${message.lastTerm}`;
    case 'vote':
      return `${message.pre ? 'pre-vote' : 'vote'} term ${term} ${message.granted ? 'granted' : 'refused'}`;
    case 'append': {
      const { prevIndex, prevTerm, commit, entries } = message;
      const added = entries.map((entry, at) => describeEntry(prevIndex + 1 + at, entry)).join(', ');
      return `append term ${term} after ${prevIndex}@${prevTerm} commit ${commit}${round} [${added}]`;
    }
    case 'ack':
      return `ack term ${term} match ${message.match}${round}`;
    case 'nack': {
      const { prevIndex, conflictTerm, conflictIndex } = message;
      const why =
        conflictTerm === null
          ? `log ends before ${conflictIndex}`
          : `term ${conflictTerm} from ${conflictIndex}`;
      return `nack term ${term} at ${prevIndex}: ${why}${round}`;
    }
    case 'snapshot':
      return `snapshot term ${term} to ${message.index}: ${message.data.length} of ${message.size} characters from ${message.offset}${round}`;
    case 'snapshot-ack':
      return `snapshot-ack term ${term} to ${message.index}: has ${message.received}${round}`;
  }
}

function describeEntry(index: number, [term, command]: Entry): string {
  return `${index}@${term} ${command === null ? 'no-op' : command.filter((part) => typeof part === 'string').join(' ')}`;
}

/** `{"a":1}` as ` a=1`; other values as JSON. */
function describe(json: Json): string {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return ` ${JSON.stringify(json)}`;
  return Object.entries(json)
    .map(([name, value]) => ` ${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join('');
}
