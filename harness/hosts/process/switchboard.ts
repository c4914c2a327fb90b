/**
 * The fabric itself: a listener for each (dialler, node) pair, and the state of every directed link
 * between nodes, and between the clients and the nodes.
 */
import { createServer } from 'node:net';
import type { Server } from 'node:net';
import { CLIENTS } from '../../../nemesis/host.ts';
import type { Endpoint, Link, LinkCounters } from '../../../nemesis/host.ts';
import type { NodeId } from '../../../systems/contract.ts';
import { subSeed } from '../../runner/seeds.ts';
import type { Address } from './control.ts';
import { DirectedLink } from './directed-link.ts';
import type { Entrance, FabricCommand, FabricOptions } from './fabric-protocol.ts';
import { Passage } from './passage.ts';
import { uniform } from './random.ts';

/** Connections on one link at a time; further ones are closed. */
const MAX_CONNECTIONS = 256;
/** Held dials of one link, whose dialler may be gone; beyond it the oldest is forgotten. */
const MAX_HELD = 256;

export class Switchboard {
  readonly #nodes: readonly NodeId[];
  readonly #links = new Map<Endpoint, Map<Endpoint, DirectedLink>>();
  readonly #addresses = new Map<NodeId, Address>();
  /** The dials that each link holds. */
  readonly #held = new Map<DirectedLink, Set<Passage>>();

  constructor({ nodes, seed }: FabricOptions) {
    this.#nodes = nodes;
    const ends = [...nodes, CLIENTS];
    for (const from of ends) {
      const row = new Map<Endpoint, DirectedLink>();
      for (const to of ends) {
        if (to !== from)
          row.set(to, new DirectedLink(from, to, uniform(subSeed(seed, `link/${from}/${to}`))));
      }
      this.#links.set(from, row);
    }
  }

  /** Opens every entrance. */
  listen(): Promise<readonly Entrance[]> {
    const links = [...this.#links.values()].flatMap((row) => [...row.values()]);
    return Promise.all(
      links.filter((link) => this.#nodes.includes(link.to)).map((link) => this.#listen(link)),
    );
  }

  /** Does a command to its end, before any further byte is moved. Throws when it names what there isn't. */
  obey(command: FabricCommand): readonly LinkCounters[] {
    if (command.kind === 'address') {
      if (command.address === null) this.#addresses.delete(command.node);
      else this.#addresses.set(command.node, command.address);
      return [];
    }
    const links = command.links.map((link) => this.#link(link));
    switch (command.kind) {
      case 'cut':
        for (const link of links) link.setMode(command.mode);
        break;
      case 'heal':
        for (const link of links) link.setMode('open');
        for (const link of links) this.#dialHeld(link);
        break;
      case 'shape':
        for (const link of links) link.setShape(command.shape);
        break;
      case 'counters':
        return links.map(({ offered, delivered, mangled }) => ({ offered, delivered, mangled }));
    }
    return [];
  }

  #link({ from, to }: Link): DirectedLink {
    const link = this.#links.get(from)?.get(to);
    if (link === undefined) throw new Error(`there is no link from ${from} to ${to}`);
    return link;
  }

  async #listen(link: DirectedLink): Promise<Entrance> {
    this.#held.set(link, new Set());
    const reverse = this.#link({ from: link.to, to: link.from });
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
      const passage = new Passage(near, link, reverse);
      if (!passage.dial(this.#addresses.get(link.to))) this.#hold(link, passage);
    });
    server.maxConnections = MAX_CONNECTIONS;
    return { from: link.from, to: link.to, address: await listening(server) };
  }

  #hold(link: DirectedLink, passage: Passage): void {
    const held = this.#held.get(link);
    held?.add(passage);
    const [oldest] = held ?? [];
    if (held === undefined || oldest === undefined || held.size <= MAX_HELD) return;
    held.delete(oldest);
    oldest.reset();
  }

  #dialHeld(link: DirectedLink): void {
    const held = this.#held.get(link);
    for (const passage of held ?? []) if (passage.dial(this.#addresses.get(link.to))) held?.delete(passage);
  }
}

function listening(server: Server): Promise<Address> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port: 0 }, () => {
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('not a TCP address'));
      else resolve({ host: '127.0.0.1', port: address.port });
    });
  });
}
