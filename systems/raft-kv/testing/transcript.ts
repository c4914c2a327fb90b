/**
 * Protocol transcripts: commands to a simulated cluster, and what it did, as text that a person can
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
import type { Json, Message as Carried, NodeId } from '../../contract.ts';
import { Cluster, type Arriving } from '../../testing/cluster.ts';
import type { Entry } from '../entry.ts';
import { system } from '../index.ts';
import type { Member } from '../member.ts';
import { parseMessage, type Message } from '../messages.ts';
import { RaftNode } from '../node.ts';

export class Transcript {
  private cluster: Cluster | undefined;
  private loud = true;
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
        for (const node of this.the.nodes) this.the.at(node).disk.trouble = { kind: 'slow', delay: Infinity };
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
        this.the.at(id).fireTimer();
        return this.settle();
      case 'wait':
        return this.the.queue.run(Number(id));
      case 'register':
      case 'get':
      case 'put':
      case 'append':
      case 'cas':
      case 'delete':
        this.request(command, id, rest);
        return this.settle();
      case 'cut':
        return this.the.part([id], rest.length > 0 ? rest : this.the.nodes);
      case 'heal':
        return this.the.healAll();
      case 'crash':
        return this.crash(id, rest);
      case 'restart':
        this.the.at(id).start();
        return this.settle();
      case 'corrupt':
        return this.the.at(id).disk.flipBit(rest[0] ?? '', Number(rest[1]), 0);
      case 'status':
        for (const node of this.the.nodes) this.print(this.statusOf(node));
        return;
      case 'log':
        for (const node of id === '' ? this.the.nodes : [id]) this.print(this.logOf(node));
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
    const { the } = this;
    switch (command) {
      case 'hold':
        the.holding = true;
        return;
      case 'held':
        for (const arriving of the.held) this.print(describeArriving(arriving));
        return;
      case 'pass': {
        const at = the.held.findIndex(({ link: { from, to } }) => `${from}>${to}` === link);
        const [arriving] = at < 0 ? [] : the.held.splice(at, 1);
        if (arriving === undefined) throw new Error(`nothing is held from ${link}`);
        the.letIn(arriving);
        return this.settle();
      }
      case 'release':
        the.holding = false;
        for (const arriving of the.held.splice(0)) the.letIn(arriving);
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
      seed: 1,
      handTimers: true,
      options: Object.fromEntries(pairs),
      onLog: (node, event, data) => this.print(`${node} ${event}${describe(data)}`),
      onMark: (node, mark) => {
        this.print(`${node} [${mark}]`);
        this.onMark(node, mark);
      },
    });
    this.cluster.onArriving = (arriving) => {
      if (!this.loud) return;
      this.print(describeArriving(arriving) + (arriving.link.cut === undefined ? '' : '  (lost)'));
    };
    this.cluster.start();
  }

  private elect(id: NodeId, cutOff: boolean): void {
    this.onMark = (node, mark) => {
      if (node === id && mark === 'leader' && cutOff) this.the.part([id], this.the.nodes);
    };
    this.lapse(id);
    this.the.at(id).fireTimer();
    this.settle();
    this.onMark = () => undefined;
  }

  /** A follower forgets its leader. */
  private lapse(id: NodeId): void {
    for (let fired = 0; fired < 10 && this.node(id)?.sticky === true; fired++) this.the.at(id).fireTimer();
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
    this.the.request(node, body, Infinity, (reply) => {
      if (reply !== undefined) this.print(`client: ${asked}: ${describe(reply).trim()}`);
    });
  }

  /** All that was set going comes to its end, save what waits for a timer. */
  private settle(): void {
    while (this.the.queue.step(Number.MAX_VALUE));
  }

  private crash(id: NodeId, [how, bytes]: readonly string[]): void {
    this.the.crashNow(id, (pending, nextAppend) => {
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
    const node = this.the.at(id).node;
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

function describeArriving({ link: { from, to }, parcel }: Arriving): string {
  const { json } = parcel.message;
  const message = parseMessage(json);
  return `${from}>${to} ${message === undefined ? JSON.stringify(json) : describeMessage(message)}`;
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
function describe(json: Carried): string {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return ` ${JSON.stringify(json)}`;
  return Object.entries(json)
    .map(([name, value]) => ` ${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join('');
}
