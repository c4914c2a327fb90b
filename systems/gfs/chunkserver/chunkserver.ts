/**
 * A chunkserver (paper §2.1): holds replicas of chunks as files, is the primary of some of them, and tells
 * the master what it holds. It knows nothing of files and their names.
 */
import type {
  DiskCompletion,
  Node,
  NodeId,
  NodeStatus,
  RequestId,
  TimerId,
  Message as AnyMessage,
} from '../../contract.ts';
import type { Bugs } from '../bugs.ts';
import { factsOfChunks } from '../facts.ts';
import type { MarkingEnv } from '../marks.ts';
import { parseMessage, type FromMaster, type Handle, type Version } from '../messages.ts';
import { chunkRequestIn } from '../requests.ts';
import { MASTER } from '../roles.ts';
import type { Settings } from '../settings.ts';
import { Holdings } from './holdings.ts';
import { Lead } from './lead.ts';
import { Replica } from './replica.ts';
import { Serving } from './serving.ts';

export class Chunkserver implements Node {
  readonly holdings: Holdings;
  private readonly env: MarkingEnv;
  private readonly settings: Settings;
  private readonly replica: Replica;
  private readonly serving: Serving;
  private readonly served = new Map<Handle, Version[]>();
  private ticker: TimerId | undefined;
  private heart: TimerId | undefined;

  constructor(env: MarkingEnv, settings: Settings, bugs: Bugs) {
    this.env = env;
    this.settings = settings;
    this.holdings = new Holdings(env, settings, bugs);
    this.replica = new Replica(this.holdings);
    this.serving = new Serving(this.holdings);
  }

  onStart(): void {
    this.holdings.recover();
    this.env.log('started', { chunks: this.holdings.chunks.size });
    this.ticker = this.env.setTimer(this.settings.resend);
    this.beat();
  }

  onMessage(from: NodeId, json: AnyMessage): void {
    const message = this.env.peers.includes(from) ? parseMessage(json) : undefined;
    switch (message?.type) {
      case 'raise':
        if (from === MASTER) this.replica.onRaise(from, message);
        return;
      case 'lease':
        if (from === MASTER) this.onLease(message);
        return;
      case 'revoke':
        if (from === MASTER) this.onRevoke(message.handle, message.version);
        return;
      case 'begin':
      case 'prepare':
      case 'install':
        this.replica.onMessage(from, message);
        return;
      case 'prepared':
      case 'lacks':
      case 'installed': {
        const lead = this.holdings.leads.get(message.handle);
        if (lead?.version === message.version) lead.onAnswer(from, message);
        return;
      }
      case 'push':
        this.serving.onPush(message);
        return;
      case 'pushed':
        this.serving.onPushed(message.id, message.offset);
        return;
      default:
        this.env.log('ignores a message that is none of the protocol', { from });
    }
  }

  onTimer(timer: TimerId): void {
    if (timer === this.heart) this.beat();
    else if (timer === this.ticker) {
      this.ticker = this.env.setTimer(this.settings.resend);
      for (const [handle, lead] of this.holdings.leads) {
        const failed = lead.tick();
        if (failed.length === 0) continue;
        this.holdings.send(MASTER, { type: 'drop', handle, version: lead.version, failed });
      }
    }
  }

  onRequest(id: RequestId, body: AnyMessage): void {
    const request = chunkRequestIn(body);
    if (request !== undefined) this.serving.onRequest(id, request);
    else this.env.reply(id, { refused: 'bad-request' });
  }

  onDisk({ token, error }: DiskCompletion): void {
    if (error !== undefined) {
      this.env.halt(`the disk failed: ${error}`);
      return;
    }
    for (const { file } of this.holdings.chunks.values()) if (file.completed(token)) return;
  }

  status(): NodeStatus {
    const chunks = [...this.holdings.chunks.values()];
    const sum = (of: (chunk: (typeof chunks)[number]) => number): number =>
      chunks.reduce((total, chunk) => total + of(chunk), 0);
    const commit = sum((chunk) => chunk.commit);
    return {
      role: 'chunkserver',
      term: 0,
      leader: MASTER,
      logEnd: sum((chunk) => chunk.last),
      commit,
      applied: commit,
      facts: factsOfChunks(this.holdings, this.served),
    };
  }

  private beat(): void {
    this.heart = this.env.setTimer(this.settings.heartbeat);
    const leads = [...this.holdings.leads.values()].flatMap((lead) => (lead.holds ? [lead.grant] : []));
    this.holdings.send(MASTER, {
      type: 'heartbeat',
      sentAt: this.env.now(),
      holds: this.holdings.list,
      leads,
    });
  }

  private onLease({ since, duration, grants, garbage }: FromMaster & { readonly type: 'lease' }): void {
    const expires = since + duration * (1 - this.settings.leaseMargin / 100);
    for (const grant of grants) {
      const [handle, version] = grant;
      const chunk = this.holdings.chunks.get(handle);
      const lead = this.holdings.leads.get(handle);
      if (lead?.version === version) lead.extend(expires);
      else if (chunk?.eligible === version && chunk.version === version && !chunk.learning) {
        const { env, settings, bugs } = this.holdings;
        this.holdings.leads.set(handle, new Lead(env, settings, bugs, chunk, grant, expires));
        this.served.set(handle, [...(this.served.get(handle) ?? []), version].slice(-4));
      } else {
        // It was told of a later version, or it restarted: what it had ordered then it forgot.
        this.holdings.send(MASTER, { type: 'given-up', handle, version });
      }
    }
    for (const [handle, version] of garbage) {
      if (this.holdings.chunks.get(handle)?.version !== version) continue;
      this.env.reached('garbage-collected');
      this.holdings.remove(handle);
    }
  }

  private onRevoke(handle: Handle, version: Version): void {
    const chunk = this.holdings.chunks.get(handle);
    if (chunk !== undefined && chunk.version > version) return;
    if (this.holdings.leads.get(handle)?.version === version) this.env.reached('lease-given-back');
    this.holdings.giveUp(handle);
    this.holdings.send(MASTER, { type: 'given-up', handle, version });
  }
}
