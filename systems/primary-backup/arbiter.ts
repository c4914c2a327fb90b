/**
 * The arbiter: a durable record, and the test-and-set on it (test-and-set.ts), one plea at a time. A plea
 * is not looked at while the answer to another one is still on its way to the disk, so each is held against
 * what the one before has made of the record, and nobody is told of what a crash could take back.
 */
import type { DiskCompletion, Json, Node, NodeId, NodeStatus, RequestId } from '../contract.ts';
import { DurableValue } from '../durable-value.ts';
import { CorruptFile } from '../json-records.ts';
import type { Bugs } from './bugs.ts';
import type { MarkingEnv } from './marks.ts';
import { parseMessage, type PleaMessage } from './messages.ts';
import { FIRST_RECORD, granted, isTurnRecord, type TurnRecord } from './test-and-set.ts';

export class Arbiter implements Node {
  private readonly env: MarkingEnv;
  private readonly bugs: Bugs;
  private readonly durable: DurableValue<TurnRecord>;
  private record: TurnRecord = FIRST_RECORD;
  private writing = false;
  /** What was not yet looked at: of each node the newest, as it has one question at a time. */
  private readonly waiting = new Map<NodeId, PleaMessage>();

  constructor(env: MarkingEnv, bugs: Bugs) {
    this.env = env;
    this.bugs = bugs;
    this.durable = new DurableValue<TurnRecord>(env.disk, 'record', isTurnRecord, FIRST_RECORD);
  }

  onStart(): void {
    try {
      if (this.durable.recover()) this.env.reached('arbiter-recovered');
    } catch (error) {
      if (!(error instanceof CorruptFile)) throw error;
      this.env.halt(error.message);
      return;
    }
    this.record = this.durable.value;
    this.env.log('started', this.record);
  }

  onMessage(from: NodeId, json: Json): void {
    const message = this.env.peers.includes(from) ? parseMessage(json) : undefined;
    if (message?.type === 'go-live' || message?.type === 'arm') {
      this.waiting.set(from, message);
      this.next();
    } else {
      this.env.log('ignores a message that is none for an arbiter', { from });
    }
  }

  onTimer(): void {
    // It waits for nothing.
  }

  onRequest(request: RequestId): void {
    this.env.reply(request, { refused: 'not-leader', leader: this.record.primary });
  }

  onDisk({ token, error }: DiskCompletion): void {
    if (error !== undefined) this.env.halt(`the disk failed: ${error}`);
    else this.durable.completed(token);
  }

  status(): NodeStatus {
    const { epoch, primary } = this.record;
    return { role: 'arbiter', term: epoch, leader: primary, logEnd: 0, commit: 0, applied: 0 };
  }

  private next(): void {
    for (const [from, plea] of this.waiting) {
      if (this.writing && !this.bugs.has('non-atomic-test-and-set')) return;
      this.waiting.delete(from);
      this.judge(from, plea);
    }
  }

  private judge(from: NodeId, plea: PleaMessage): void {
    const record = granted(this.record, from, plea);
    if (record === undefined) {
      if (plea.type === 'go-live') this.env.reached('test-and-set-lost');
      this.answer(from, plea, false);
      return;
    }
    const set = (): void => {
      const tookOver = plea.type === 'go-live' && this.record.backup === from;
      this.writing = false;
      this.record = record;
      this.env.log(plea.type === 'arm' ? 'armed' : 'granted', record);
      this.answer(from, plea, true);
      this.env.reached(plea.type === 'arm' ? 'flag-armed' : tookOver ? 'backup-won' : 'primary-won');
      this.next();
    };
    if (plea.type === 'go-live' && this.bugs.has('arbiter-forgets')) {
      set();
      return;
    }
    this.writing = true;
    this.durable.set(record);
    this.durable.whenSaved(set);
  }

  private answer(to: NodeId, { ask }: PleaMessage, isGranted: boolean): void {
    this.env.send(to, { type: 'verdict', ask, granted: isGranted, record: this.record });
  }
}
