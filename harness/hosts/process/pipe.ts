/**
 * One direction of one connection through the fabric: from the socket it reads to the socket it
 * writes, under the rule of the directed link it lies on.
 *
 * It forwards whole frames only, so a cut never leaves half a message on either side, and `discard`
 * can begin and end at any moment. The first frame of a direction is the handshake (`wire.ts`): a
 * discarding link holds it back instead, or the connection would be useless after the heal.
 * A stream that turns out not to be framed is passed on as it comes.
 *
 * Messages of one direction stay in order, but for those that a shape holds back to be overtaken.
 *
 * The end of a connection (FIN or reset) is a part of the stream: it queues behind the bytes, and waits
 * while the link is cut, as a lost FIN would.
 *
 * Memory: while it holds more than its limit it stops reading, and back-pressure reaches the sender.
 */
import type { Socket } from 'node:net';
import type { DirectedLink } from './directed-link.ts';
import { FrameAssembler, frameEnd, runOf, writeAll } from './frames.ts';
import { reset } from './reset.ts';

/** Bytes held of a stalled direction, before it stops reading. */
const HELD_BYTES = 256 * 1024;
/** Bytes on their way over a slow link, before it stops reading. */
const DELAYED_BYTES = 4 * 1024 * 1024;

type Item = { readonly bytes: Buffer; readonly handshake: boolean } | 'end' | 'reset';

interface Queued {
  readonly item: Item;
  due: number;
  /** Later ones may go before it. */
  readonly heldBack: boolean;
}

export class Pipe {
  readonly #link: DirectedLink;
  /** Resets both sockets of the connection. */
  readonly #resetConnection: () => void;
  readonly #assembler = new FrameAssembler();
  #source: Socket | undefined;
  #sink: Socket | undefined;
  #queue: Queued[] = [];
  #head = 0;
  #queuedBytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #paused = false;
  /** The sink's buffer is full. */
  #blocked = false;
  #sawHandshake = false;
  #sawEnd = false;
  #carried: boolean;
  #done = false;

  /** `carries`: this is the direction of the dial, so the connection lies on this link from the start. */
  constructor(link: DirectedLink, carries: boolean, resetConnection: () => void) {
    this.#link = link;
    this.#carried = carries;
    this.#resetConnection = resetConnection;
    link.pipes.add(this);
  }

  readFrom(source: Socket): void {
    this.#source = source;
    source.on('data', (chunk) => this.#take(chunk));
    source.on('end', () => {
      this.#sawEnd = true;
      this.#enqueue('end');
    });
    source.on('error', () => undefined); // always followed by 'close'
    source.on('close', (failed) => {
      if (failed || !this.#sawEnd) this.fail();
    });
    this.#regulate();
  }

  /** Call it when the socket is connected: what waits is written at once. */
  writeTo(sink: Socket): void {
    this.#sink = sink;
    sink.on('drain', () => {
      this.#blocked = false;
      this.#release();
    });
    sink.on('close', () => this.finish());
    this.#release();
  }

  /** The near end is gone without a FIN. */
  fail(): void {
    this.#enqueue('reset');
  }

  /** Nothing more can be delivered. The source is read on, so that its end is seen. */
  finish(): void {
    this.#done = true;
    this.#queue = [];
    this.#head = 0;
    this.#queuedBytes = 0;
    clearTimeout(this.#timer);
    this.#link.pipes.delete(this);
    this.#source?.resume();
  }

  modeChanged(): void {
    if (this.#link.mode === 'reset' && this.#carried) {
      this.#resetConnection();
      return;
    }
    if (this.#link.mode === 'discard') this.#discardQueue();
    this.#release();
  }

  hasten(latest: number): void {
    for (const queued of this.#queue) queued.due = Math.min(queued.due, latest);
    this.#release();
  }

  #take(chunk: Buffer): void {
    if (this.#done) return;
    this.#link.offered += chunk.length;
    this.#carried = true;
    const pieces = this.#assembler.pieces(chunk);
    if (pieces.length > 0) this.#offer(pieces);
    if (this.#assembler.malformed) this.#offer([this.#assembler.rest()]);
    if (this.#link.mode === 'reset') this.#resetConnection();
  }

  /** Whole frames, in whatever pieces; or of a stream that is not framed, what came. */
  #offer(pieces: readonly Buffer[]): void {
    const { mode, shape } = this.#link;
    if (mode !== 'discard' && shape === null && this.#writable() && this.#head === this.#queue.length) {
      this.#sawHandshake = true;
      this.#write(pieces);
    } else this.#keep(runOf(pieces));
    this.#regulate();
  }

  /** What can't go on at once. */
  #keep(run: Buffer): void {
    const now = performance.now();
    if (this.#link.mode === 'discard') {
      if (this.#assembler.malformed) this.#resetConnection();
      else if (!this.#sawHandshake) this.#push(this.#bytes(run.subarray(0, frameEnd(run, 0))), now);
    } else if (this.#assembler.malformed) {
      this.#push(this.#bytes(run), this.#link.due(now));
    } else {
      // By message, for each has a delay of its own, and any may be dropped by a later discard.
      for (let start = 0; start < run.length;) {
        const end = frameEnd(run, start);
        const isHandshake = !this.#sawHandshake;
        const item = this.#bytes(run.subarray(start, end));
        if (isHandshake) this.#push(item, this.#link.due(now));
        else for (const { due, heldBack } of this.#link.copies(now)) this.#push(item, due, heldBack);
        start = end;
      }
      this.#release();
    }
  }

  #bytes(bytes: Buffer): Item {
    const handshake = !this.#sawHandshake;
    this.#sawHandshake = true;
    return { bytes, handshake };
  }

  #enqueue(end: 'end' | 'reset'): void {
    if (this.#done) return;
    if (this.#link.mode === 'reset') {
      this.#resetConnection();
      return;
    }
    // After all that is held back, too.
    const last = this.#queue.at(-1)?.due ?? 0;
    this.#push(end, Math.max(last, this.#link.due(performance.now())));
    this.#release();
  }

  /** In order, but for what is held back and due later: that is overtaken. */
  #push(item: Item, due: number, heldBack = false): void {
    let at = this.#queue.length;
    while (at > this.#head && this.#queue[at - 1]!.heldBack && this.#queue[at - 1]!.due > due) at--;
    this.#queue.splice(at, 0, { item, due, heldBack });
    if (typeof item === 'object') this.#queuedBytes += item.bytes.length;
  }

  #writable(): boolean {
    return this.#link.mode === 'open' && this.#sink !== undefined && !this.#blocked;
  }

  /** Delivers what is due, and sees to it that it is called for the rest. */
  #release(): void {
    clearTimeout(this.#timer);
    const now = performance.now();
    this.#sink?.cork();
    while (this.#writable()) {
      const next = this.#queue[this.#head];
      if (next === undefined) break;
      if (next.due > now) {
        this.#timer = setTimeout(() => this.#release(), Math.ceil(next.due - now));
        break;
      }
      this.#head++;
      this.#deliver(next.item);
    }
    this.#sink?.uncork();
    if (this.#head === this.#queue.length || this.#head > 1024) {
      this.#queue.splice(0, this.#head);
      this.#head = 0;
    }
    this.#regulate();
  }

  #deliver(item: Item): void {
    if (item === 'end') this.#sink?.end();
    else if (item === 'reset') {
      if (this.#sink !== undefined) reset(this.#sink);
    } else {
      this.#queuedBytes -= item.bytes.length;
      this.#write([item.bytes]);
    }
  }

  #write(pieces: readonly Buffer[]): void {
    if (this.#sink === undefined || !this.#sink.writable) return;
    for (const { length } of pieces) this.#link.delivered += length;
    // What the kernel took at once is not waited for.
    this.#blocked = !writeAll(this.#sink, pieces) && this.#sink.writableLength > 0;
  }

  #discardQueue(): void {
    this.#queue = this.#queue
      .slice(this.#head)
      .filter(({ item }) => typeof item === 'string' || item.handshake);
    this.#head = 0;
    this.#queuedBytes = 0;
    for (const { item } of this.#queue) if (typeof item === 'object') this.#queuedBytes += item.bytes.length;
  }

  /** Reads on only as long as there is room. */
  #regulate(): void {
    if (this.#done || this.#source === undefined) return;
    const read = this.#hasRoom();
    if (read === !this.#paused) return;
    this.#paused = !read;
    if (read) this.#source.resume();
    else this.#source.pause();
  }

  #hasRoom(): boolean {
    switch (this.#link.mode) {
      case 'discard':
      case 'reset':
        return true;
      case 'stall':
        return this.#queuedBytes < HELD_BYTES;
      case 'open':
        return !this.#blocked && this.#queuedBytes < (this.#sink === undefined ? HELD_BYTES : DELAYED_BYTES);
    }
  }
}
