/**
 * What clients ask of a chunkserver: to take data and pass it on along the replicas, to order a write or an
 * append, and to read.
 *
 * **Reads.** In strong mode only the primary answers them, from what is committed, while its lease lasts:
 * since there is one primary at a time and it shows all that an earlier one acknowledged, reads see every
 * mutation that was answered before they began, and never one that can still be lost. In relaxed mode any
 * replica of the version, or of a higher one that it was raised to, answers from what it has.
 *
 * **Once.** Each replica keeps, with the content, what every client did to the chunk last. In strong mode a
 * primary that is asked again for the same answers the same. In both modes an attempt that arrives after a
 * later one of the same client is refused: it has been overtaken.
 */
import type { Message, RequestId } from '../../contract.ts';
import type { Pushing } from '../messages.ts';
import type { ChunkRequest, Refusal, Response } from '../requests.ts';
import type { Chunk } from './chunk.ts';
import type { Holdings } from './holdings.ts';
import type { Lead } from './lead.ts';
import { pushId } from './push-buffer.ts';

type Change = ChunkRequest & { readonly f: 'write' | 'append' };

/** Pushes whose data is on its way, each with the request to answer; the oldest is forgotten. */
const MAX_PUSHES = 10_000;

export class Serving {
  private readonly holdings: Holdings;
  private readonly pushes = new Map<string, RequestId>();

  constructor(holdings: Holdings) {
    this.holdings = holdings;
  }

  onRequest(request: RequestId, body: ChunkRequest): void {
    switch (body.f) {
      case 'push':
        this.onPushRequest(request, body);
        return;
      case 'read':
        this.holdings.env.reply(request, this.read(body));
        return;
      default:
        this.change(request, body);
    }
  }

  /** A piece from a client or from the replica before in the pipeline: kept, and sent on at once. */
  onPush(push: Pushing & { readonly type: 'push' }): void {
    const { id, offset, size, data, chain, origin } = push;
    const { env, pushed } = this.holdings;
    if (pushed.put(id, offset, size, data) > 0) env.reached('data-evicted');
    const [next, ...rest] = chain;
    if (next !== undefined) this.holdings.send(next, { ...push, chain: rest });
    else if (origin === env.id) this.onPushed(id, offset);
    else this.holdings.send(origin, { type: 'pushed', id, offset });
  }

  onPushed(id: string, offset: number): void {
    const key = keyOf(id, offset);
    const request = this.pushes.get(key);
    if (request === undefined) return;
    this.pushes.delete(key);
    this.answer(request, { ok: null });
  }

  private onPushRequest(request: RequestId, { f, ...piece }: ChunkRequest & { readonly f: 'push' }): void {
    const key = keyOf(piece.id, piece.offset);
    this.pushes.delete(key);
    this.pushes.set(key, request);
    if (this.pushes.size > MAX_PUSHES) this.pushes.delete(this.pushes.keys().next().value!);
    this.onPush({ ...piece, type: f, origin: this.holdings.env.id });
  }

  private read({ handle, version, offset, length }: ChunkRequest & { readonly f: 'read' }): Message {
    const { settings, bugs } = this.holdings;
    const chunk = this.holdings.chunks.get(handle);
    if (chunk === undefined || chunk.damaged || chunk.learning) return { refused: 'unavailable' };
    if (settings.strong) {
      const lead = this.leadOf(chunk, version);
      if (typeof lead === 'string') return { refused: lead };
      const shown = bugs.has('append-visible-before-commit') ? chunk.withTail() : undefined;
      if (shown !== undefined) {
        return { bytes: shown.slice(offset, offset + length), ok: { length: shown.length } };
      }
    } else if (chunk.version < version && !bugs.has('stale-replica-served')) {
      this.holdings.env.reached('stale-refused');
      return { refused: 'stale-version' };
    }
    return { bytes: chunk.read(offset, length).slice(), ok: { length: chunk.length } };
  }

  private change(request: RequestId, change: Change): void {
    const chunk = this.holdings.chunks.get(change.handle);
    const lead = chunk === undefined ? 'not-primary' : this.leadOf(chunk, change.version);
    if (chunk === undefined || typeof lead === 'string') {
      this.refuse(request, typeof lead === 'string' ? lead : 'not-primary');
      return;
    }
    const { client, seq, attempt, f, sizes } = change;
    if (!lead.isNewest(client, seq, attempt)) {
      this.holdings.env.reached('late-refused');
      this.refuse(request, 'late');
      return;
    }
    const isOnce =
      this.holdings.settings.strong && !(f === 'append' && this.holdings.bugs.has('no-append-dedup'));
    const before = isOnce ? chunk.lastOf(client) : undefined;
    if (before !== undefined && before.seq >= seq) {
      this.holdings.env.reached('dedup-hit');
      if (before.seq > seq) this.refuse(request, 'late');
      else lead.answerAt(before.serial, request, { ok: f === 'write' ? seq : before.offset });
    } else if (before === undefined && isOnce && attempt > 1 && chunk.forgetful) {
      // It may be one of those that were forgotten.
      this.answer(request, { unknown: 'forgotten' });
    } else if (!lead.hasRoomFor(sizes.reduce((total, size) => total + size, 0))) {
      this.holdings.env.reached('overloaded');
      this.refuse(request, 'overloaded');
    } else this.order(request, change, chunk, lead, before);
  }

  /** `before`: the client's last mutation that the chunk has, which may be one of those asked for. */
  private order(
    request: RequestId,
    change: Change,
    chunk: Chunk,
    lead: Lead,
    before: { readonly seq: number; readonly serial: number } | undefined,
  ): void {
    const { env, pushed, settings } = this.holdings;
    const done = before?.seq ?? 0;
    const { f, offset, client, seq, sizes } = change;
    const at = f === 'write' ? offset : chunk.end;
    const parts: { readonly seq: number; readonly at: number; readonly data: Uint8Array }[] = [];
    let end = at;
    for (const [which, size] of sizes.entries()) {
      const its = seq - sizes.length + 1 + which;
      const data = its > done ? pushed.get(pushId(client, its)) : undefined;
      // As far as it is there: the client is told how far that was.
      if (its > done && data?.length !== size) break;
      if (data !== undefined) parts.push({ seq: its, at: end, data });
      end += size;
    }
    const last = parts.at(-1);
    if (last === undefined) {
      // What an earlier attempt did and could not tell: there is no need to have that data again.
      if (before !== undefined && done > seq - sizes.length) {
        lead.answerAt(before.serial, request, { ok: done });
      } else this.refuse(request, 'no-data');
    } else if (end <= settings.chunkSize) {
      for (const part of parts) lead.order(f, part.at, client, part.seq, part.data);
      lead.answerAt(chunk.last, request, { ok: f === 'write' ? last.seq : at });
    } else if (f === 'write') this.refuse(request, 'bad-request');
    else {
      // Full is said only once it is so for good: then no late attempt can find room here.
      if (at < settings.chunkSize) {
        env.reached('chunk-padded');
        lead.order('pad', at, client, seq, null);
      }
      lead.answerAt(chunk.last, request, { refused: 'full' });
    }
  }

  /** The lease rule and the version, and that it is in line with the other replicas. */
  private leadOf(chunk: Chunk, version: number): Lead | Refusal {
    const { env, leads } = this.holdings;
    const lead = leads.get(chunk.handle);
    if (lead === undefined) return 'not-primary';
    if (lead.version !== version) {
      env.reached('stale-refused');
      return 'stale-version';
    }
    if (!lead.holds) {
      env.reached('lease-expired');
      return 'not-primary';
    }
    return lead.ready || this.holdings.bugs.has('ack-before-secondaries') ? lead : 'unavailable';
  }

  private refuse(request: RequestId, refused: Refusal): void {
    this.answer(request, { refused });
  }

  private answer(request: RequestId, response: Response): void {
    this.holdings.env.reply(request, response);
  }
}

function keyOf(id: string, offset: number): string {
  return `${id}+${offset}`;
}
