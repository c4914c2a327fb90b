/**
 * What a chunkserver does with its replicas at the word of the master and of a chunk's primary.
 *
 * **Versions.** A replica becomes one of a new version only if it holds all that the version in force holds,
 * and says so when that is on its disk. From then on it takes nothing from the primary of an earlier one: so
 * an earlier primary, which needs the word of every replica, commits nothing more.
 *
 * **Order.** Mutations are taken in the order of their serial numbers, after the first word of the version's
 * primary (see `lead.ts`), and acknowledged when they are on disk.
 */
import type { NodeId } from '../../contract.ts';
import { joined } from '../bytes.ts';
import type { FromPrimary, Handle, Mutation, Raise, Session, Version } from '../messages.ts';
import type { Chunk } from './chunk.ts';
import type { Holdings } from './holdings.ts';
import { pushId } from './push-buffer.ts';

/** What came so far of the content for a learner. */
interface Installing {
  readonly version: Version;
  readonly commit: number;
  readonly size: number;
  readonly sessions: readonly Session[];
  readonly pieces: Uint8Array[];
  length: number;
}

export class Replica {
  private readonly holdings: Holdings;
  private readonly installing = new Map<Handle, Installing>();

  constructor(holdings: Holdings) {
    this.holdings = holdings;
  }

  onRaise(master: NodeId, raise: Raise): void {
    const { handle, version } = raise;
    const { holdings } = this;
    const chunk = holdings.chunks.get(handle);
    if (chunk !== undefined && chunk.version > version && !chunk.damaged) return;
    if (chunk?.version !== version || chunk.damaged) {
      if (!this.raised(raise, chunk)) {
        this.confirm(master, raise, false);
        return;
      }
    }
    holdings.chunks.get(handle)?.file.whenDurable(() => this.confirm(master, raise, true));
  }

  onMessage(from: NodeId, message: FromPrimary): void {
    const chunk = this.holdings.chunks.get(message.handle);
    if (chunk === undefined || chunk.damaged || chunk.version !== message.version) return;
    switch (message.type) {
      case 'begin':
        if (chunk.learning) return;
        // Again, it says nothing new; and what came since must not be undone by it.
        if (chunk.begun !== message.version) {
          chunk.begin(message.version, message.commit, message.last, message.tail);
        }
        this.acknowledge(from, chunk);
        return;
      case 'prepare':
        if (chunk.begun !== message.version) return;
        for (const mutation of message.mutations) this.take(from, chunk, mutation);
        chunk.commitTo(message.commit);
        this.acknowledge(from, chunk);
        return;
      case 'install':
        if (chunk.learning) this.install(from, chunk, message);
        else this.acknowledge(from, chunk);
    }
  }

  /** Makes the replica one of the new version, as far as it may be one. */
  private raised({ handle, version, from, how, source }: Raise, chunk: Chunk | undefined): boolean {
    const { holdings } = this;
    const isWhole = chunk !== undefined && !chunk.damaged && !chunk.learning;
    const isCurrent = isWhole && (chunk.version >= from || holdings.bugs.has('stale-replica-served'));
    if (isCurrent && how !== 'create' && how !== 'copy') {
      holdings.giveUp(handle);
      chunk.raise(version, false);
      chunk.eligible = version;
      return true;
    }
    switch (how) {
      case 'hold':
        return false;
      case 'create':
      case 'learn': {
        const renewed = holdings.renew(handle);
        renewed.raise(version, how === 'learn');
        if (how === 'create') renewed.eligible = version;
        return true;
      }
      case 'copy': {
        const lead = holdings.leads.get(source);
        const original = holdings.chunks.get(source);
        if (original === undefined || lead === undefined || !lead.holds || !lead.ready) return false;
        const copy = holdings.renew(handle);
        copy.fill(
          version,
          original.read(0, original.length).slice(),
          original.commit,
          original.sessionList,
          [],
        );
        copy.eligible = version;
        return true;
      }
    }
  }

  private confirm(master: NodeId, { handle, version }: Raise, ok: boolean): void {
    const chunk = this.holdings.chunks.get(handle);
    if (ok && chunk?.version !== version) return;
    const whole = ok && chunk?.learning === false;
    this.holdings.send(master, {
      type: 'raised',
      handle,
      version,
      sentAt: this.holdings.env.now(),
      ok,
      whole,
    });
  }

  private take(from: NodeId, chunk: Chunk, mutation: Mutation): void {
    const { bugs, env, pushed } = this.holdings;
    const [serial, kind, offset, client, seq, data] = mutation;
    const { last, version, handle } = chunk;
    const isUnordered = bugs.has('secondaries-unordered');
    if (isUnordered ? chunk.has(serial) : serial <= last) return;
    if (serial > last + 1 && !isUnordered) {
      env.reached('gap-refused');
      return;
    }
    const bytes = kind === 'pad' ? null : (data ?? pushed.get(pushId(client, seq)) ?? null);
    if (bytes === null && kind !== 'pad') {
      this.holdings.send(from, { type: 'lacks', handle, version, serial });
      return;
    }
    chunk.prepare([serial, kind, offset, client, seq, bytes]);
  }

  private acknowledge(primary: NodeId, chunk: Chunk): void {
    const { handle, version, last } = chunk;
    chunk.file.whenDurable(() => {
      // What waited for a disk may have been overtaken by a newer version.
      if (chunk.version !== version) return;
      this.holdings.send(primary, { type: 'prepared', handle, version, serial: last });
    });
  }

  private install(from: NodeId, chunk: Chunk, message: FromPrimary & { readonly type: 'install' }): void {
    const { handle, version, commit, size, offset, data, sessions, tail } = message;
    let installing = this.installing.get(handle);
    if (installing?.version !== version || installing.commit !== commit || installing.size !== size) {
      if (offset !== 0) {
        this.holdings.send(from, { type: 'installed', handle, version, offset: 0 });
        return;
      }
      installing = { version, commit, size, sessions, pieces: [], length: 0 };
      this.installing.set(handle, installing);
    }
    if (offset === installing.length) {
      installing.pieces.push(data);
      installing.length += data.length;
    }
    if (installing.length < size) {
      this.holdings.send(from, { type: 'installed', handle, version, offset: installing.length });
      return;
    }
    this.installing.delete(handle);
    chunk.fill(version, joined(installing.pieces).slice(), commit, installing.sessions, tail);
    this.acknowledge(from, chunk);
  }
}
