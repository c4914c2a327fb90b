/**
 * What clients ask of nodes, as it crosses the network: how each request ends must never claim more than
 * a client could know. `not-sent` only where nothing of it left; else an answer, or doubt.
 */
import { CLIENTS } from '../../../nemesis/host.ts';
import type { Answer, ClientEnv, Message, NodeId, RequestId } from '../../../systems/contract.ts';
import type { Draw } from './draws.ts';
import { cancel, type EventQueue, type SimEvent } from './event-queue.ts';
import type { LinkState, Network } from './network.ts';
import type { SimNode } from './node.ts';
import { NOTHING, serialise } from './serialise.ts';

interface Open {
  readonly done: (answer: Answer) => void;
  readonly timeout: SimEvent;
}

interface Seat {
  readonly node: SimNode;
  readonly there: LinkState;
  readonly back: LinkState;
  /** Sent and not yet ended. */
  readonly open: Map<RequestId, Open>;
}

export class Requests {
  readonly #queue: EventQueue;
  readonly #network: Network;
  readonly #nodes: readonly NodeId[];
  readonly #seats: ReadonlyMap<NodeId, Seat>;
  #lastId: RequestId = 0;

  constructor(queue: EventQueue, network: Network, nodes: ReadonlyMap<NodeId, SimNode>) {
    this.#queue = queue;
    this.#network = network;
    this.#nodes = [...nodes.keys()].sort();
    this.#seats = new Map(
      [...nodes].map(([id, node]) => [
        id,
        { node, there: network.link(CLIENTS, id), back: network.link(id, CLIENTS), open: new Map() },
      ]),
    );
  }

  clientEnv(draw: Draw): ClientEnv {
    return {
      nodes: this.#nodes,
      now: () => this.#queue.now,
      after: (delay, fire) => {
        const event = this.#queue.after(Math.max(0, delay), 'client timer', fire);
        return () => cancel(event);
      },
      random: draw,
      request: (node, body, timeout, done) => this.request(node, body, timeout, done),
    };
  }

  request(id: NodeId, body: Message, timeout: number, done: (answer: Answer) => void): void {
    const seat = this.#seat(id);
    const isRefused = seat.there.cut === 'reset' || seat.back.cut === 'reset';
    if (isRefused || (seat.node.node === undefined && seat.there.cut === undefined)) {
      // Nobody listens: the connection is refused, which takes a moment.
      this.#queue.after(1, `${id} refuses`, () => done({ kind: 'not-sent' }));
      return;
    }
    const request = ++this.#lastId;
    const end = this.#queue.after(timeout, 'request timeout', () =>
      this.#end(seat, request, { kind: 'no-answer', why: 'timeout' }),
    );
    seat.open.set(request, { done, timeout: end });
    const { life } = seat.node;
    this.#network.send(seat.there, serialise(body), true, (message) => {
      // Bytes of a connection to an earlier life of the node never reach a later one.
      if (seat.node.life === life) seat.node.toNode((node) => node.onRequest(request, message));
    });
  }

  reply(from: NodeId, request: RequestId, response: Message): void {
    const seat = this.#seat(from);
    this.#network.send(seat.back, serialise(response), false, (message) =>
      this.#end(seat, request, { kind: 'reply', body: message }),
    );
  }

  /** The node's connections are gone: whoever waits hears of it, if the way back is open. */
  disconnect(id: NodeId): void {
    const seat = this.#seat(id);
    for (const request of [...seat.open.keys()]) {
      this.#network.send(seat.back, NOTHING, true, () =>
        this.#end(seat, request, { kind: 'no-answer', why: 'closed' }),
      );
    }
  }

  /** The connections between clients and a node are reset by what is in between. */
  reset(id: NodeId): void {
    const seat = this.#seat(id);
    for (const request of [...seat.open.keys()]) {
      this.#queue.after(1, `${id} reset`, () =>
        this.#end(seat, request, { kind: 'no-answer', why: 'closed' }),
      );
    }
  }

  #end(seat: Seat, request: RequestId, answer: Answer): void {
    const open = seat.open.get(request);
    if (open === undefined) return;
    seat.open.delete(request);
    cancel(open.timeout);
    open.done(answer);
  }

  #seat(id: NodeId): Seat {
    const seat = this.#seats.get(id);
    if (seat === undefined) throw new Error(`no node is named ${JSON.stringify(id)}`);
    return seat;
  }
}
