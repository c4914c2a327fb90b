/**
 * A host runs the nodes of a system and carries what they and the clients say to each other. The
 * runner knows hosts only by this.
 */
import type { ClientEnv, NodeId, OptionValues } from '../../systems/contract.ts';
import type { NemesisHost, NodeState } from '../../nemesis/host.ts';

export interface HostOptions {
  /** Name of the system in `systems/index.ts`; or the path (`/…`, `./…`) or `file:` URL of a module that exports `system`. */
  readonly system: string;
  readonly bugs: readonly string[];
  readonly options: OptionValues;
  readonly nodes: readonly NodeId[];
  /** Each node gets `<directory>/<id>/` for its data (`data/`) and its log (`node.log`). */
  readonly directory: string;
  /** Nodes draw their randomness from streams derived of this. */
  readonly seed: number;
  /** Called for what nobody asked for, as it happens: a node that ended by itself. */
  readonly onEvent: (event: HostEvent) => void;
  /** Marks of which to say, once each, which node was the first to reach it, from its very start on. */
  readonly marks?: readonly string[];
  readonly onMark?: (mark: string, node: NodeId) => void;
}

export interface HostEvent {
  readonly node: NodeId;
  readonly state: NodeState;
  /** What the node or the operating system said of it. */
  readonly reason: string;
}

export interface Host extends NemesisHost {
  /** An env for a new logical client. Its randomness derives from `seed`. */
  clientEnv(seed: number): ClientEnv;
  /** From now on the network loses, doubles and reorders nothing and is not slow; where it ever did. */
  calm?(): void;
  /** Ends every node and everything else the host started; resolves when all of it is gone. Never rejects. */
  stop(): Promise<void>;
}
