/**
 * The node contract: what a target system is written to, so that the same code runs as a child
 * process, in a simulation with virtual time, or under a test's hand.
 *
 * A node is a deterministic state machine. The host calls one handler at a time, to its end; the node
 * touches the world only through its `Env`. It never imports `node:*`, reads no clock, and uses no
 * promises, timers or randomness of its own. Two runs that feed a node the same calls with the same
 * answers from `Env` do exactly the same.
 *
 * A client is written the same way, on a `ClientEnv`.
 */
import type { Json } from '../harness/history/op.ts';

export type { Json };
export type NodeId = string;

/**
 * What nodes and clients say to each other: JSON. An object may carry bytes besides, in its own member
 * `bytes` and nowhere deeper, so that data need not become text. Whoever sends gives the bytes away:
 * they are not changed after.
 */
export type Message = Json | WithBytes;
export interface WithBytes {
  readonly [key: string]: Json | Uint8Array;
  readonly bytes: Uint8Array;
}

/** The bytes of a message; undefined where it has none. */
export function bytesOf(message: Message | undefined): Uint8Array | undefined {
  if (typeof message !== 'object' || message === null || !('bytes' in message)) return undefined;
  return message.bytes instanceof Uint8Array ? message.bytes : undefined;
}

/** A timer that was set; names one firing. */
export type TimerId = number;
/** A disk operation whose completion will be reported; names one completion. */
export type DiskToken = number;
/** A request that waits for its reply. */
export type RequestId = number;

/**
 * A node's files, flat names, its own only. Operations on the same file take effect in the order they
 * were asked for. Nothing is durable before the completion of a `sync` or `replace` asked for after it:
 * on a crash any suffix of what was not yet synced may be missing, and the last piece may be torn.
 */
export interface Disk {
  /** Whole content as of now, own unsynced writes included; undefined when there is no such file. */
  read(file: string): Uint8Array | undefined;
  /** Adds bytes at the end; creates the file. The host takes the array over: do not change it after. */
  append(file: string, bytes: Uint8Array): void;
  /** Asks that everything appended to `file` so far be durable. Answered by `onDisk`. */
  sync(file: string): DiskToken;
  /** Puts `bytes` in the place of the whole file, atomically and durably. Answered by `onDisk`. */
  replace(file: string, bytes: Uint8Array): DiskToken;
  /** Cuts the file to `size` bytes; durable with the next `sync`. */
  truncate(file: string, size: number): void;
  remove(file: string): void;
  /** Names of all files, sorted. */
  list(): readonly string[];
}

/** The end of a `sync` or `replace`. With `error`, nothing may be assumed about what is durable. */
export interface DiskCompletion {
  readonly token: DiskToken;
  readonly error?: string;
}

export interface Env {
  readonly id: NodeId;
  /** The other members at start, sorted; without `id`. */
  readonly peers: readonly NodeId[];
  /** Milliseconds on this node's clock, fractions allowed. Clock faults show here, and only here. */
  now(): number;
  /** Calls `onTimer(id)` once, after `delay` ms or later. */
  setTimer(delay: number): TimerId;
  cancelTimer(timer: TimerId): void;
  /**
   * Sends to another node; fire and forget. May arrive late, twice, out of order or never; never
   * corrupted. The host bounds what waits for a slow peer and drops beyond that.
   */
  send(to: NodeId, message: Message): void;
  /** Answers a request of `onRequest`; at most once for each. */
  reply(request: RequestId, response: Message): void;
  /** Uniform in [0, 1), seeded by the host. `label` names the draw when two runs are compared. */
  random(label: string): number;
  readonly disk: Disk;
  /** A line in the node's log: what happened, and its data. */
  log(event: string, data?: { readonly [key: string]: Json }): void;
  /** Marks that an interesting state was reached, e.g. `voted`. Hosts count marks; faults can wait for one. */
  reached(mark: string): void;
  /**
   * This node can't go on (its data is corrupt, its disk fails): the host ends it at once, says why,
   * and it serves nobody. Nothing of the node runs after this call's handler returns.
   */
  halt(reason: string): void;
}

/** What a node says of itself, for targeted faults, the dashboard and the report. */
export interface NodeStatus {
  /** `leader`, `follower`, `candidate`, `primary`, … */
  readonly role: string;
  /** Term, epoch or view. */
  readonly term: number;
  /** Whom it believes in; null when nobody. */
  readonly leader: NodeId | null;
  /** Last position in its log, and up to where that is committed and applied. */
  readonly logEnd: number;
  readonly commit: number;
  readonly applied: number;
  /**
   * What the system's invariants are held against (`checkers/invariants`), in the system's own words. A
   * moment that only a lucky look would meet belongs in here for a while: terms led so far, not whether it
   * leads now.
   */
  readonly facts?: Json;
}

export interface Node {
  /** Once, first: recover from `env.disk`, set timers. */
  onStart(): void;
  onMessage(from: NodeId, message: Message): void;
  onTimer(timer: TimerId): void;
  /** A client's request: `env.reply(request, …)` now, later or never. */
  onRequest(request: RequestId, body: Message): void;
  onDisk(completion: DiskCompletion): void;
  status(): NodeStatus;
}

/** How one request of a client ended, as seen from the client. */
export type Answer =
  | { readonly kind: 'reply'; readonly body: Message }
  /** It certainly never left this client. */
  | { readonly kind: 'not-sent' }
  /** It may have arrived and may still take effect. */
  | { readonly kind: 'no-answer'; readonly why: 'timeout' | 'closed' };

export interface ClientEnv {
  /** All nodes that a client may ask, sorted. */
  readonly nodes: readonly NodeId[];
  /** Milliseconds on the harness's monotonic clock. */
  now(): number;
  /** Calls `fire` once after `delay` ms; the result cancels it. */
  after(delay: number, fire: () => void): () => void;
  /** Uniform in [0, 1), seeded. */
  random(label: string): number;
  /**
   * One request to one node, where it arrives once at most: a refusal then is the last word on it.
   * `done` is called exactly once, at the latest after `timeout` ms, never before this returns.
   */
  request(node: NodeId, body: Message, timeout: number, done: (answer: Answer) => void): void;
}

/** What a client is asked to do; also the `f`, `key` and `value` of the history's `invoke`. */
export interface Invocation {
  readonly f: string;
  readonly key?: string;
  readonly value?: Json;
}

/** How it ended. `fail` only when it certainly took no effect; every doubt is `info`. */
export interface Completion {
  readonly type: 'ok' | 'fail' | 'info';
  readonly value?: Json;
  readonly node?: NodeId;
  readonly error?: string;
}

/** One logical client: one invocation at a time. After an `info` it is closed and never used again. */
export interface Client {
  /** Calls `done` exactly once, at the latest `timeout` ms from now (give or take timer precision). */
  invoke(invocation: Invocation, timeout: number, done: (completion: Completion) => void): void;
  close(): void;
}

/** An option of a system that a plan may set under `system.options`. */
export type OptionSpec = { readonly about: string } & (
  | { readonly kind: 'duration'; readonly default: number; readonly min: number; readonly max: number } // ms
  | { readonly kind: 'count'; readonly default: number; readonly min: number; readonly max: number }
  | { readonly kind: 'flag'; readonly default: boolean }
  | { readonly kind: 'choice'; readonly default: string; readonly values: readonly string[] }
  | { readonly kind: 'text'; readonly default: string }
);
export type OptionValue = number | boolean | string;
export type OptionValues = { readonly [name: string]: OptionValue };

/** Everything a node or client is made from, besides its env. */
export interface SystemConfig {
  /** Seeded bugs that are switched on. */
  readonly bugs: readonly string[];
  /** Every option of the system, defaults filled in. */
  readonly options: OptionValues;
}

/** A target system, as its folder's `index.ts` exports it. */
export interface System {
  readonly name: string;
  readonly about: string;
  /** Roles that `NodeStatus.role` may name and faults may target. */
  readonly roles: readonly string[];
  /** The role that serves: what `target: leader` means. */
  readonly leaderRole: string;
  readonly nodes: { readonly default: number; readonly min: number; readonly max: number };
  /** What a client can invoke: `get`, `put`, … */
  readonly operations: readonly string[];
  /** Seeded bugs: name → one line on what goes wrong. */
  readonly bugs: { readonly [name: string]: string };
  readonly options: { readonly [name: string]: OptionSpec };
  /** Every mark that its nodes may reach (`env.reached`): name → what it means. Undeclared ones are counted all the same. */
  readonly marks?: { readonly [name: string]: string };
  /**
   * Whatever has to be there before a node or a client is made; a host awaits it, once in each process that
   * makes any. `load` imports a module that the user named, by its path. Rejects with a message for people.
   */
  prepare?(config: SystemConfig, load: (path: string) => PromiseLike<unknown>): PromiseLike<void>;
  createNode(env: Env, config: SystemConfig): Node;
  createClient(env: ClientEnv, config: SystemConfig): Client;
}
