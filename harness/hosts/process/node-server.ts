/**
 * What a node listens with. Each connection says first who dials; a peer then sends messages, the
 * clients send requests. A connection that says anything else is closed and logged, and nothing else
 * is touched by it.
 */
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { CLIENTS } from '../../../nemesis/host.ts';
import type { Message, NodeId, RequestId } from '../../../systems/contract.ts';
import type { Address } from './control.ts';
import type { EndOfTurn } from './end-of-turn.ts';
import { FrameWriter, MAX_FRAME, writeAll, type Payload } from './frames.ts';
import type { NodeLog } from './node-log.ts';
import * as wire from './wire.ts';

const MAX_CONNECTIONS = 1024;
/** Requests that wait for a reply; beyond it the oldest can't be answered any more. */
const MAX_REQUESTS = 100_000;
/** Replies that a client doesn't read; beyond it the connection is closed. */
const MAX_UNREAD = 64 * 1024 * 1024;

export interface ServerOptions {
  readonly peers: readonly NodeId[];
  readonly turn: EndOfTurn;
  readonly log: NodeLog;
  readonly onMessage: (from: NodeId, message: Message) => void;
  readonly onRequest: (request: RequestId, body: Message) => void;
}

interface Waiting {
  readonly connection: Connection;
  /** The client's own number of the request. */
  readonly id: number;
}

export class NodeServer {
  readonly #options: ServerOptions;
  readonly #server = createServer({ noDelay: true }, (socket) => this.#accept(socket));
  readonly #connections = new Set<Connection>();
  readonly #waiting = new Map<RequestId, Waiting>();
  #lastRequest: RequestId = 0;
  #closed = false;

  constructor(options: ServerOptions) {
    this.#options = options;
    this.#server.maxConnections = MAX_CONNECTIONS;
  }

  /** Listens at `host`, or where the system doesn't have that loopback address at 127.0.0.1. */
  async listen(host: string): Promise<Address> {
    try {
      return await this.#listenAt(host);
    } catch (error) {
      if (host === '127.0.0.1') throw error;
      return await this.#listenAt('127.0.0.1');
    }
  }

  reply(request: RequestId, response: Message): void {
    const waiting = this.#waiting.get(request);
    // Answered before, or its connection is gone: there is nobody to tell.
    if (!this.#waiting.delete(request) || waiting === undefined) return;
    waiting.connection.send(wire.reply(waiting.id, response));
  }

  close(): void {
    this.#closed = true;
    this.#server.close();
    for (const connection of this.#connections) connection.destroy();
  }

  #listenAt(host: string): Promise<Address> {
    const server = this.#server;
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host, port: 0 }, () => {
        server.off('error', reject);
        const address = server.address();
        if (address === null || typeof address === 'string') reject(new Error('not a TCP address'));
        else resolve({ host, port: address.port });
      });
    });
  }

  #accept(socket: Socket): void {
    const { log, turn } = this.#options;
    const reader = new wire.FrameReader();
    const connection = new Connection(socket, turn);
    this.#connections.add(connection);
    socket.on('data', (chunk) => {
      try {
        reader.push(chunk, (frame) => {
          this.#take(connection, frame);
          return !this.#closed && !socket.destroyed;
        });
      } catch (error) {
        if (!(error instanceof wire.WireError)) throw error;
        log.write('connection-refused', { from: connection.from ?? null, why: error.message });
        connection.destroy();
      }
    });
    socket.on('error', () => undefined); // always followed by 'close'
    socket.on('close', () => {
      this.#connections.delete(connection);
      if (connection.from !== CLIENTS) return;
      for (const [request, waiting] of this.#waiting) {
        if (waiting.connection === connection) this.#waiting.delete(request);
      }
    });
  }

  #take(connection: Connection, frame: wire.Frame): void {
    const { from } = connection;
    if (from === undefined) {
      if (frame.kind !== 'hello') throw new wire.WireError(`a ${frame.kind} before the hello`);
      if (frame.from === CLIENTS) connection.send(wire.welcome);
      else if (!this.#options.peers.includes(frame.from)) throw new wire.WireError('a hello of a stranger');
      connection.from = frame.from;
    } else if (from === CLIENTS && frame.kind === 'request') {
      this.#request(connection, frame.id, frame.body);
    } else if (from !== CLIENTS && frame.kind === 'message') {
      this.#options.onMessage(from, frame.message);
    } else {
      throw new wire.WireError(`a ${frame.kind} from ${from}`);
    }
  }

  #request(connection: Connection, id: number, body: Message): void {
    const request = ++this.#lastRequest;
    this.#waiting.set(request, { connection, id });
    if (this.#waiting.size > MAX_REQUESTS) {
      const oldest = this.#waiting.keys().next();
      if (!oldest.done) this.#waiting.delete(oldest.value);
    }
    this.#options.onRequest(request, body);
  }
}

class Connection {
  /** Who dialled; undefined until the hello. */
  from: string | undefined;
  readonly #socket: Socket;
  readonly #turn: EndOfTurn;
  readonly #writer = new FrameWriter();
  readonly #flush = () => this.#write();

  constructor(socket: Socket, turn: EndOfTurn) {
    this.#socket = socket;
    this.#turn = turn;
  }

  send(payload: Payload): void {
    if (!this.#writer.push(payload)) throw new Error(`a reply longer than ${MAX_FRAME} bytes`);
    this.#turn.add(this.#flush);
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #write(): void {
    const pieces = this.#writer.take();
    if (this.#socket.destroyed) return;
    writeAll(this.#socket, pieces);
    if (this.#socket.writableLength > MAX_UNREAD) this.#socket.destroy();
  }
}
