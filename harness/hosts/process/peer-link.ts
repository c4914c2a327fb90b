/**
 * A node's own connection to one peer, for messages one way. Dialled when there is something to send,
 * and again after a loss, with a backoff. What waits for a peer is bounded: beyond `MAX_QUEUE` bytes
 * messages are dropped and counted, as the contract of `send` allows.
 */
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { Message, NodeId } from '../../../systems/contract.ts';
import { Backoff } from './backoff.ts';
import type { Address } from './control.ts';
import type { EndOfTurn } from './end-of-turn.ts';
import { FrameWriter, MAX_FRAME, atLeast, writeAll } from './frames.ts';
import type { NodeLog } from './node-log.ts';
import * as wire from './wire.ts';

/** Must hold a largest frame, or that could never be sent. */
const MAX_QUEUE = 2 * MAX_FRAME;

export class PeerLink {
  readonly #self: NodeId;
  readonly #peer: NodeId;
  readonly #address: Address;
  readonly #turn: EndOfTurn;
  readonly #log: NodeLog;
  readonly #writer = new FrameWriter();
  readonly #backoff = new Backoff();
  readonly #flush = () => this.#write();
  #socket: Socket | undefined;
  #connected = false;
  #closed = false;
  #dropped = 0;

  constructor(self: NodeId, peer: NodeId, address: Address, turn: EndOfTurn, log: NodeLog) {
    this.#self = self;
    this.#peer = peer;
    this.#address = address;
    this.#turn = turn;
    this.#log = log;
  }

  send(message: Message): void {
    if (this.#closed) return;
    const payload = wire.message(message);
    const queued = this.#writer.size + (this.#socket?.writableLength ?? 0);
    if (queued + atLeast(payload) > MAX_QUEUE) {
      if (this.#dropped++ === 0) this.#log.write('peer-queue-full', { peer: this.#peer });
      return;
    }
    if (this.#dropped > 0 && queued < MAX_QUEUE / 2) {
      this.#log.write('peer-messages-dropped', { peer: this.#peer, count: this.#dropped });
      this.#dropped = 0;
    }
    if (!this.#writer.push(payload)) throw new Error(`a message longer than ${MAX_FRAME} bytes`);
    this.#turn.add(this.#flush);
  }

  close(): void {
    this.#closed = true;
    this.#backoff.cancel();
    this.#socket?.destroy();
  }

  #write(): void {
    if (this.#closed || this.#writer.size === 0) return;
    if (this.#socket === undefined) this.#backoff.attempt(() => this.#dial());
    else if (this.#connected) writeAll(this.#socket, this.#writer.take());
  }

  #dial(): void {
    const socket = connect({ ...this.#address, noDelay: true });
    this.#socket = socket;
    socket.on('connect', () => {
      this.#connected = true;
      this.#backoff.connected();
      const greeting = new FrameWriter();
      greeting.push(wire.hello(this.#self));
      writeAll(socket, greeting.take());
      this.#write();
    });
    socket.on('error', () => undefined); // always followed by 'close'
    socket.on('close', () => {
      this.#socket = undefined;
      this.#connected = false;
      this.#backoff.lost();
      this.#write();
    });
    socket.resume(); // nothing comes back but the end
  }
}
