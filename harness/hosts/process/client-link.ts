/**
 * The harness's one connection to a node, shared by all its logical clients; each request has a number.
 *
 * How a request ends must never claim more than is known. It is `not-sent` only if its bytes were never
 * given to a socket, which is why none are before the node's welcome. Once given, whatever happens is
 * doubt: `no-answer`.
 */
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { CLIENTS } from '../../../nemesis/host.ts';
import type { Answer, Message } from '../../../systems/contract.ts';
import { Backoff } from './backoff.ts';
import type { Address } from './control.ts';
import type { EndOfTurn } from './end-of-turn.ts';
import { FrameWriter, MAX_FRAME, fitsFrame, writeAll, type Payload } from './frames.ts';
import { setTimer } from './timer.ts';
import * as wire from './wire.ts';

/** Bytes that wait for a node that doesn't read; beyond it requests are not sent. */
const MAX_QUEUE = 2 * MAX_FRAME;

interface Pending {
  readonly payload: Payload;
  readonly done: (answer: Answer) => void;
  readonly cancelTimeout: () => void;
}

export class ClientLink {
  readonly #address: Address;
  readonly #turn: EndOfTurn;
  readonly #backoff = new Backoff();
  readonly #writer = new FrameWriter();
  /** Asked for; nothing of it was written. */
  readonly #waiting = new Map<number, Pending>();
  /** Written, at least in part. */
  readonly #sent = new Map<number, Pending>();
  readonly #flush = () => this.#write();
  #socket: Socket | undefined;
  #welcome = false;
  #closed = false;
  #lastId = 0;

  constructor(address: Address, turn: EndOfTurn) {
    this.#address = address;
    this.#turn = turn;
  }

  request(body: Message, timeout: number, done: (answer: Answer) => void): void {
    const id = ++this.#lastId;
    const payload = wire.request(id, body);
    if (this.#closed || !fitsFrame(payload) || (this.#socket?.writableLength ?? 0) > MAX_QUEUE) {
      setImmediate(() => done({ kind: 'not-sent' }));
      return;
    }
    const cancelTimeout = setTimer(timeout, () => this.#timedOut(id));
    this.#waiting.set(id, { payload, done, cancelTimeout });
    this.#turn.add(this.#flush);
  }

  close(): void {
    this.#closed = true;
    this.#backoff.cancel();
    this.#socket?.destroy();
    if (this.#socket === undefined) setImmediate(() => this.#lost());
  }

  #write(): void {
    if (this.#waiting.size === 0 || this.#closed) return;
    if (this.#socket === undefined) this.#backoff.attempt(() => this.#dial());
    if (this.#socket === undefined || !this.#welcome || this.#socket.destroyed) return;
    for (const [id, pending] of this.#waiting) {
      this.#writer.push(pending.payload);
      this.#sent.set(id, pending);
    }
    this.#waiting.clear();
    writeAll(this.#socket, this.#writer.take());
  }

  #dial(): void {
    const socket = connect({ ...this.#address, noDelay: true });
    const reader = new wire.FrameReader();
    this.#socket = socket;
    socket.on('connect', () => {
      this.#writer.push(wire.hello(CLIENTS));
      writeAll(socket, this.#writer.take());
    });
    socket.on('data', (chunk) => {
      try {
        reader.push(chunk, (frame) => {
          this.#take(frame);
          return !socket.destroyed;
        });
      } catch (error) {
        if (!(error instanceof wire.WireError)) throw error;
        socket.destroy();
      }
    });
    socket.on('error', () => undefined); // always followed by 'close'
    socket.on('close', () => {
      this.#socket = undefined;
      this.#welcome = false;
      this.#backoff.lost();
      this.#lost();
    });
  }

  #take(frame: wire.Frame): void {
    if (frame.kind === 'welcome') {
      this.#welcome = true;
      this.#backoff.connected();
      this.#write();
    } else if (frame.kind === 'reply') {
      const pending = this.#sent.get(frame.id);
      if (pending === undefined) return; // after its timeout
      this.#sent.delete(frame.id);
      end(pending, { kind: 'reply', body: frame.body });
    } else throw new wire.WireError(`a ${frame.kind} from a node`);
  }

  #timedOut(id: number): void {
    const waiting = this.#waiting.get(id);
    const pending = waiting ?? this.#sent.get(id);
    this.#waiting.delete(id);
    this.#sent.delete(id);
    if (pending === undefined) return;
    end(pending, waiting === undefined ? { kind: 'no-answer', why: 'timeout' } : { kind: 'not-sent' });
  }

  #lost(): void {
    const sent = [...this.#sent.values()];
    const waiting = [...this.#waiting.values()];
    this.#sent.clear();
    this.#waiting.clear();
    for (const pending of sent) end(pending, { kind: 'no-answer', why: 'closed' });
    for (const pending of waiting) end(pending, { kind: 'not-sent' });
  }
}

function end(pending: Pending, answer: Answer): void {
  pending.cancelTimeout();
  pending.done(answer);
}
