/** The clients' half of the host: a link to each node, and an env for each logical client. */
import type { ClientEnv, NodeId } from '../../../systems/contract.ts';
import { ClientLink } from './client-link.ts';
import type { Address } from './control.ts';
import { EndOfTurn } from './end-of-turn.ts';
import { uniform } from './random.ts';
import { setTimer } from './timer.ts';

export class Clients {
  readonly #nodes: readonly NodeId[];
  readonly #links: ReadonlyMap<NodeId, ClientLink>;

  /** `addresses`: where to dial each node. */
  constructor(addresses: { readonly [node: NodeId]: Address }) {
    const turn = new EndOfTurn();
    this.#nodes = Object.keys(addresses).sort();
    this.#links = new Map(
      Object.entries(addresses).map(([node, address]) => [node, new ClientLink(address, turn)]),
    );
  }

  env(seed: number): ClientEnv {
    const draw = uniform(seed);
    return {
      nodes: this.#nodes,
      now: () => performance.now(),
      after: setTimer,
      random: (_label) => draw(),
      request: (node, body, timeout, done) => {
        const link = this.#links.get(node);
        if (link === undefined) throw new Error(`no node is named ${JSON.stringify(node)}`);
        link.request(body, timeout, done);
      },
    };
  }

  close(): void {
    for (const link of this.#links.values()) link.close();
  }
}
