/**
 * The primary of one version of one chunk: the lease rule, the serial order, and the commit rule.
 *
 * **Lease rule.** It acts (orders, and in strong mode reads) only while its lease lasts by its own clock. A
 * lease counts from when the message was sent that the master answers with it, which is before the master
 * began to count; and it is shorter by a margin, for clocks that run at different rates.
 *
 * **Begin.** Its first word to the others is its tail, in strong mode: mutations that it does not know to be
 * committed, though they may be. All take them over before anything new is ordered or anything is read. So
 * whatever an earlier primary acknowledged or showed is part of what this one shows: it was on all replicas
 * then, and every replica of this version was one then, or learns from one.
 *
 * **Commit rule.** A mutation is committed, and its client told, when every replica of the version has it on
 * disk. One that owes too much is not passed over but removed, by the master and in a new version.
 */
import type { NodeId, RequestId } from '../../contract.ts';
import type { Bugs } from '../bugs.ts';
import type { MarkingEnv } from '../marks.ts';
import {
  travelling,
  type FromPrimary,
  type Grant,
  type Mutation,
  type ToPrimary,
  type Version,
} from '../messages.ts';
import { MAX_ORDERED, MAX_PIECE, type Response } from '../requests.ts';
import type { Settings } from '../settings.ts';
import type { Chunk } from './chunk.ts';

/** Bytes of a content or of mutations in one message, about. */
const MESSAGE_SIZE = 262_144;

/**
 * Bytes of mutations under way. The others may not know yet that as much again is committed, and a new primary's
 * first word, which is a frame, has all of its tail.
 */
const MAX_TAIL = MAX_ORDERED * MAX_PIECE;

/** What the primary knows of another replica. */
interface Follower {
  readonly id: NodeId;
  readonly learner: boolean;
  /** A learner that does not have the content yet: how much of it there is. */
  installed: number | undefined;
  begun: boolean;
  /** All up to here is on its disk. */
  acked: number;
  /** Since when it owes an answer. */
  owesSince: number | undefined;
}

interface Waiting {
  readonly serial: number;
  readonly request: RequestId;
  readonly response: Response;
  readonly since: number;
}

export class Lead {
  readonly version: Version;
  readonly members: readonly NodeId[];
  readonly learners: readonly NodeId[];
  private readonly env: MarkingEnv;
  private readonly settings: Settings;
  private readonly bugs: Bugs;
  private readonly chunk: Chunk;
  private readonly followers: readonly Follower[];
  private expires: number;
  /** The last serial number that was there when it began; only when that is committed it serves. */
  private readonly inherited: number;
  private ownDurable = 0;
  private waiting: Waiting[] = [];
  private told: number;
  private wasReady = false;
  /** The newest attempt of each client: what arrives after it was sent before it. */
  private readonly newest = new Map<number, readonly [seq: number, attempt: number]>();

  constructor(env: MarkingEnv, settings: Settings, bugs: Bugs, chunk: Chunk, grant: Grant, expires: number) {
    const [, version, members, learners] = grant;
    this.env = env;
    this.settings = settings;
    this.bugs = bugs;
    this.chunk = chunk;
    this.version = version;
    this.members = members;
    this.learners = learners;
    this.expires = expires;
    this.inherited = chunk.last;
    this.told = chunk.commit;
    this.followers = [...members, ...learners].flatMap((id) => (id === env.id ? [] : [this.followerOf(id)]));
    if (chunk.tail.length > 0) env.reached('tail-taken-over');
    chunk.begin(version, chunk.commit, chunk.last, chunk.tail);
    this.ownDisk();
    this.resend();
  }

  private followerOf(id: NodeId): Follower {
    const learner = this.learners.includes(id);
    const from = this.chunk.commit;
    const owesSince = this.env.now();
    return {
      id,
      learner,
      installed: learner ? 0 : undefined,
      begun: false,
      acked: learner ? from : 0,
      owesSince,
    };
  }

  get grant(): Grant {
    return [this.chunk.handle, this.version, this.members, this.learners];
  }

  extend(expires: number): void {
    this.expires = Math.max(this.expires, expires);
  }

  /** The lease rule. */
  get holds(): boolean {
    return this.env.now() < this.expires || this.bugs.has('primary-ignores-expiry');
  }

  /** All others are in line, and what was inherited is committed. */
  get ready(): boolean {
    return this.followers.every(({ begun }) => begun) && this.committed >= this.inherited;
  }

  /** Whether mutations of so many bytes may be ordered. */
  hasRoomFor(bytes: number): boolean {
    const { tailBytes } = this.chunk;
    return (
      this.waiting.length < this.settings.maxPending && (tailBytes === 0 || tailBytes + bytes <= MAX_TAIL)
    );
  }

  /** False when a later attempt of the client, or a later request, came before this one. */
  isNewest(client: number, seq: number, attempt: number): boolean {
    const [newestSeq, newestAttempt] = this.newest.get(client) ?? [0, 0];
    if (seq < newestSeq || (seq === newestSeq && attempt < newestAttempt)) return false;
    this.newest.delete(client);
    this.newest.set(client, [seq, attempt]);
    if (this.newest.size > this.settings.maxPending * 10)
      this.newest.delete(this.newest.keys().next().value!);
    return true;
  }

  /** Gives the mutation its place in the order, and sets it going; `response` is for when it is committed. */
  order(kind: Mutation[1], offset: number, client: number, seq: number, data: Uint8Array | null): number {
    const { chunk } = this;
    const serial = chunk.last + 1;
    chunk.prepare([serial, kind, offset, client, seq, data]);
    if (!this.settings.strong) this.recent.push([serial, kind, offset, client, seq, data]);
    this.ownDisk();
    // The others have the data from its client's push; where one lacks it, it says so.
    const mutations: Mutation[] = [[serial, kind, offset, client, seq, null]];
    for (const follower of this.followers) {
      if (!follower.begun) continue;
      follower.owesSince ??= this.env.now();
      this.send(follower.id, this.prepare(mutations));
    }
    this.told = this.committed;
    return serial;
  }

  /** Answers `request` once all up to `serial` is committed. */
  answerAt(serial: number, request: RequestId, response: Response): void {
    this.waiting.push({ serial, request, response, since: this.env.now() });
    this.advance();
  }

  onAnswer(from: NodeId, message: ToPrimary): void {
    const follower = this.followers.find(({ id }) => id === from);
    if (follower === undefined) return;
    switch (message.type) {
      case 'installed':
        if (follower.installed === undefined) return;
        // A learner that restarted begins anew.
        if (message.offset > follower.installed) follower.owesSince = this.env.now();
        follower.installed = message.offset;
        this.install(follower);
        return;
      case 'lacks':
        this.env.reached('data-lacking');
        this.send(from, this.prepare(this.from(message.serial)));
        return;
      case 'prepared':
        if (follower.installed !== undefined) this.env.reached('learner-installed');
        follower.installed = undefined;
        follower.begun = true;
        if (message.serial > follower.acked) {
          follower.acked = message.serial;
          follower.owesSince = this.env.now();
        }
        if (follower.acked >= this.chunk.last) follower.owesSince = undefined;
        this.advance();
    }
  }

  /** Sends again what is not acknowledged, and names those who owe too much. */
  tick(): readonly NodeId[] {
    this.resend();
    const now = this.env.now();
    const { secondaryTimeout, strong } = this.settings;
    if (!strong) {
      // The region is left as it is; the client is told, and tries again (paper §3.1).
      const late = this.waiting.filter(({ since }) => now - since > secondaryTimeout);
      this.waiting = this.waiting.filter((one) => !late.includes(one));
      for (const { request } of late) this.env.reply(request, { unknown: 'a replica did not answer' });
    }
    return this.followers.flatMap(({ id, owesSince }) =>
      owesSince !== undefined && now - owesSince > secondaryTimeout ? [id] : [],
    );
  }

  /** It leads no more: those who wait must ask again. */
  end(): void {
    for (const { request } of this.waiting) this.env.reply(request, { unknown: 'the lease ended' });
    this.waiting = [];
  }

  /** What relaxed replicas may yet have to be sent again: there nothing waits in the chunk's tail. */
  private recent: Mutation[] = [];

  private get committed(): number {
    if (this.bugs.has('ack-before-secondaries')) return this.ownDurable;
    return this.followers.reduce((least, { acked }) => Math.min(least, acked), this.ownDurable);
  }

  private ownDisk(): void {
    const { last } = this.chunk;
    this.chunk.file.whenDurable(() => {
      this.ownDurable = Math.max(this.ownDurable, last);
      this.advance();
    });
  }

  /** The commit rule. */
  private advance(): void {
    const { committed } = this;
    if (!this.followers.every(({ begun }) => begun) && !this.bugs.has('ack-before-secondaries')) return;
    this.chunk.commitTo(committed);
    if (!this.wasReady && this.ready) {
      this.wasReady = true;
      this.env.reached('primary');
    }
    const due = this.waiting.filter(({ serial }) => serial <= committed);
    if (due.length === 0) return;
    this.waiting = this.waiting.filter(({ serial }) => serial > committed);
    for (const { request, response } of due) this.env.reply(request, response);
  }

  private resend(): void {
    const least = this.committed;
    this.recent = this.recent.filter(([serial]) => serial > least);
    for (const follower of this.followers) {
      if (follower.installed !== undefined) this.install(follower);
      else if (!follower.begun) {
        const { handle, commit, tail, last } = this.chunk;
        this.send(follower.id, { type: 'begin', handle, version: this.version, commit, last, tail });
      } else if (follower.acked < this.chunk.last) {
        this.send(follower.id, this.prepare(this.from(follower.acked + 1)));
      } else if (this.told < least) this.send(follower.id, this.prepare([]));
    }
    this.told = least;
  }

  private from(serial: number): readonly Mutation[] {
    const mutations: Mutation[] = [];
    let size = 0;
    for (const mutation of this.settings.strong ? this.chunk.tail : this.recent) {
      if (mutation[0] < serial) continue;
      mutations.push(mutation);
      size += mutation[5]?.length ?? 0;
      if (size > MESSAGE_SIZE) break;
    }
    return mutations;
  }

  private send(to: NodeId, message: FromPrimary): void {
    this.env.send(to, travelling(message));
  }

  private prepare(mutations: readonly Mutation[]) {
    const { handle } = this.chunk;
    return { type: 'prepare' as const, handle, version: this.version, commit: this.committed, mutations };
  }

  private install({ id, installed = 0 }: Follower): void {
    const { handle, commit, length, tail, sessionList } = this.chunk;
    const data = this.chunk.read(installed, MESSAGE_SIZE);
    const isLast = installed + data.length >= length;
    this.send(id, {
      type: 'install',
      handle,
      version: this.version,
      commit,
      size: length,
      offset: installed,
      data: data.slice(),
      sessions: installed === 0 ? sessionList : [],
      tail: isLast ? tail : [],
    });
  }
}
