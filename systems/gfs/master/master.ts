/**
 * The master (paper §2.3–2.7, §4): names, chunks and where they are. Data never flows through it.
 *
 * What is durable and how is said in `ledger.ts`, who may order mutations in `leases.ts`, names and their
 * changes in `names.ts`, where chunks are in `lookups.ts`.
 */
import type {
  DiskCompletion,
  Json,
  Node,
  NodeId,
  NodeStatus,
  RequestId,
  TimerId,
  Message as AnyMessage,
} from '../../contract.ts';
import { CorruptFile } from '../../json-records.ts';
import type { Bugs } from '../bugs.ts';
import type { MarkingEnv } from '../marks.ts';
import { parseMessage, type Message } from '../messages.ts';
import { isMasterRequest } from '../requests.ts';
import type { Settings } from '../settings.ts';
import { Leases } from './leases.ts';
import { Ledger } from './ledger.ts';
import { Lookups } from './lookups.ts';
import { Names } from './names.ts';
import { Servers } from './servers.ts';

export class Master implements Node {
  readonly ledger: Ledger;
  readonly leases: Leases;
  readonly servers: Servers;
  private readonly env: MarkingEnv;
  private readonly settings: Settings;
  private readonly names: Names;
  private readonly lookups: Lookups;
  private ticker: TimerId | undefined;
  private housekeeper: TimerId | undefined;
  /** Something changed that those who wait may have waited for. */
  private isChanged = false;

  constructor(env: MarkingEnv, settings: Settings, bugs: Bugs) {
    this.env = env;
    this.settings = settings;
    this.ledger = new Ledger(env, settings, bugs);
    this.servers = new Servers(env, settings.deadAfter);
    this.leases = new Leases(env, settings, bugs, this.ledger, this.servers, () => (this.isChanged = true));
    this.names = new Names(env, settings, this.ledger, this.leases);
    this.lookups = new Lookups(env, settings, this.ledger, this.leases);
  }

  onStart(): void {
    try {
      this.ledger.recover();
    } catch (error) {
      if (!(error instanceof CorruptFile)) throw error;
      this.env.halt(error.message);
      return;
    }
    this.ledger.record(['start']);
    // Copies that no file came to have before the end of an earlier life.
    for (const [handle, { shares }] of [...this.ledger.tables.chunks]) {
      if (shares === 0) this.ledger.record(['abandon', handle]);
    }
    this.leases.start();
    const { epoch, files, chunks } = this.ledger.tables;
    this.env.log('started', { epoch, files: files.size, chunks: chunks.size });
    this.ticker = this.env.setTimer(this.settings.resend);
    this.housekeeper = this.env.setTimer(this.settings.heartbeat);
  }

  onMessage(from: NodeId, json: AnyMessage): void {
    const message = this.env.peers.includes(from) ? parseMessage(json) : undefined;
    if (message === undefined) this.env.log('ignores a message that is none of the protocol', { from });
    else this.dispatch(from, message);
    this.afterwards();
  }

  onTimer(timer: TimerId): void {
    if (timer === this.ticker) {
      this.ticker = this.env.setTimer(this.settings.resend);
      this.leases.tick();
      this.isChanged = true;
    } else if (timer === this.housekeeper) {
      this.housekeeper = this.env.setTimer(this.settings.heartbeat);
      this.leases.replicate();
      this.purge();
    }
    this.afterwards();
  }

  onRequest(id: RequestId, body: AnyMessage): void {
    if (!isMasterRequest(body)) this.env.reply(id, { refused: 'bad-request' });
    else if (body.f === 'list') {
      const paths = [...this.ledger.tables.files.keys()].sort();
      this.ledger.log.beforeAnswer(() => this.env.reply(id, { ok: paths }));
    } else if (body.f === 'locate') this.lookups.onRequest(id, body);
    else this.names.onRequest(id, body);
    this.afterwards();
  }

  onDisk({ token, error }: DiskCompletion): void {
    if (error !== undefined) this.env.halt(`the disk failed: ${error}`);
    else this.ledger.completed(token);
    this.afterwards();
  }

  status(): NodeStatus {
    const { log, tables } = this.ledger;
    const leases = this.leases.facts.map(([handle, { version, primary }]): [string, Json] => [
      String(handle),
      { version, primary },
    ]);
    return {
      role: 'master',
      term: tables.epoch,
      leader: this.env.id,
      logEnd: log.last,
      commit: log.durable,
      applied: log.durable,
      facts: { leases: Object.fromEntries(leases.slice(-MAX_LEASES)) },
    };
  }

  private dispatch(from: NodeId, message: Message): void {
    switch (message.type) {
      case 'heartbeat': {
        this.servers.report(from, message.holds);
        const garbage = message.holds
          .filter(([handle, version, state]) =>
            this.leases.isGarbage(from, handle, version, state === 'damaged'),
          )
          .map(([handle, version]) => [handle, version] as const);
        const grants = this.leases.extended(from, message.leads);
        const { lease: duration } = this.settings;
        const answer: Message = { type: 'lease', since: message.sentAt, duration, grants, garbage };
        this.env.send(from, answer);
        return;
      }
      case 'raised':
        this.leases.onRaised(from, message);
        return;
      case 'given-up':
        this.leases.onGivenUp(from, message.handle, message.version);
        return;
      case 'drop':
        this.leases.onDrop(from, message);
        return;
      default:
        this.env.log('ignores a message that is not for a master', { from, type: message.type });
    }
  }

  private purge(): void {
    const { trash } = this.ledger.tables;
    const before = this.env.now() - this.settings.trash;
    const count = trash.findIndex(({ at }) => at > before);
    const due = count < 0 ? trash.length : count;
    if (due === 0) return;
    this.env.reached('file-purged');
    this.ledger.record(['purge', due]);
  }

  private afterwards(): void {
    if (!this.isChanged) return;
    this.isChanged = false;
    this.names.advance(this.lookups.beingReplaced);
    this.lookups.advance();
  }
}

const MAX_LEASES = 64;
