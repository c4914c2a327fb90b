/**
 * The link fabric, seen from the host: all traffic between nodes, and between clients and nodes, goes
 * through it, in a thread of its own. Every change is acknowledged once it has taken effect.
 */
import { Worker } from 'node:worker_threads';
import type { Endpoint, LinkCounters } from '../../../nemesis/host.ts';
import type { NodeId } from '../../../systems/contract.ts';
import { builtModule } from '../../built.ts';
import type { Address } from './control.ts';
import type {
  Entrance,
  FabricCommand,
  FabricMessage,
  FabricOptions,
  FabricRequest,
} from './fabric-protocol.ts';

interface Waiting {
  readonly resolve: (counters: readonly LinkCounters[]) => void;
  readonly reject: (error: Error) => void;
}

export class Fabric {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  readonly #ready: Promise<void>;
  #entrances: readonly Entrance[] = [];
  #lastId = 0;
  #ended: Error | undefined;

  constructor(options: FabricOptions) {
    this.#worker = new Worker(builtModule(import.meta.url, 'fabric-worker'), {
      workerData: options,
      execArgv: [],
    });
    this.#ready = new Promise((resolve, reject) => {
      this.#worker.on('message', (message: FabricMessage) => {
        if (message.kind === 'ready') {
          this.#entrances = message.entrances;
          resolve();
        } else this.#settle(message);
      });
      this.#worker.on('error', (error) => {
        reject(error);
        // Without its fabric a run means nothing: not to be survived, once it runs.
        if (this.#entrances.length > 0) throw error;
      });
      this.#worker.on('exit', () => this.#end(new Error('the link fabric has ended')));
    });
    this.#ready.catch(() => undefined); // who waits for `ready` is told
  }

  /** Resolves when the fabric takes connections. */
  ready(): Promise<void> {
    return this.#ready;
  }

  /** Where `from` dials to reach each other node. */
  entrances(from: Endpoint): { readonly [node: NodeId]: Address } {
    const own = this.#entrances.filter((entrance) => entrance.from === from);
    return Object.fromEntries(own.map(({ to, address }) => [to, address]));
  }

  ask(command: FabricCommand): Promise<readonly LinkCounters[]> {
    return new Promise((resolve, reject) => {
      if (this.#ended !== undefined) {
        reject(this.#ended);
        return;
      }
      const id = ++this.#lastId;
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, command } satisfies FabricRequest);
    });
  }

  async stop(): Promise<void> {
    this.#end(new Error('the host was stopped'));
    await this.#worker.terminate();
  }

  #settle(message: Exclude<FabricMessage, { kind: 'ready' }>): void {
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.kind === 'done') waiting?.resolve(message.counters);
    else waiting?.reject(new Error(message.reason));
  }

  #end(error: Error): void {
    this.#ended ??= error;
    for (const { reject } of this.#waiting.values()) reject(this.#ended);
    this.#waiting.clear();
  }
}
