/**
 * One node of a simulation over all its lives: its `Env`, its disk, and what a pause, a crash and a
 * restart do to it. Its handlers run one at a time, each to its end, guarded against whatever a
 * simulation could not repeat.
 */
import type { NodeState, Skew } from '../../../nemesis/host.ts';
import type {
  Disk,
  DiskCompletion,
  Env,
  Json,
  Message,
  Node,
  NodeId,
  NodeStatus,
  RequestId,
  System,
  SystemConfig,
  TimerId,
} from '../../../systems/contract.ts';
import { LOSE_ALL, SimDisk, type Survival } from './disk.ts';
import type { Draw } from './draws.ts';
import { cancel, type EventQueue, type SimEvent } from './event-queue.ts';
import { asHarness, asNode, NondeterminismError, onlyInHandler } from './guard.ts';

/** What reaches a paused node waits for it, up to here; what comes beyond is lost. */
const MAX_WAITING = 1_000_000;

export interface SimNodeOptions {
  readonly id: NodeId;
  readonly peers: readonly NodeId[];
  readonly system: System;
  readonly config: SystemConfig;
  readonly queue: EventQueue;
  readonly draw: Draw;
  /** How long the disk's next sync takes, ms. */
  readonly fsync: () => number;
  readonly send: (from: NodeId, to: NodeId, message: Message) => void;
  readonly reply: (from: NodeId, request: RequestId, response: Message) => void;
  readonly onLog: ((node: NodeId, event: string, data: { readonly [key: string]: Json }) => void) | undefined;
  readonly onMark: (node: NodeId, mark: string) => void;
  /** It ended by itself: its handlers threw, or it called `env.halt`. */
  readonly onEnd: (node: NodeId, state: 'halted' | 'exited', reason: string) => void;
  /** Its timers wait for `fireTimer`. */
  readonly handTimers?: boolean;
}

interface Timer {
  readonly due: number;
  event: SimEvent | undefined;
}

export class SimNode {
  readonly id: NodeId;
  readonly disk: SimDisk;
  readonly #options: SimNodeOptions;
  readonly #queue: EventQueue;
  #node: Node | undefined;
  #state: NodeState = 'down';
  /** Counts lives. What was meant for an earlier one never reaches a later one. */
  #life = 0;
  #timers = new Map<TimerId, Timer>();
  #lastTimer = 0;
  /** While paused: what happens to the node once it goes on. */
  #waiting: (() => void)[] = [];
  /** What the handler that runs asked of the disk in vain. */
  #failures: DiskCompletion[] = [];
  #isTelling = false;
  #skew: { readonly offset: number; readonly rate: number; readonly since: number } | undefined;

  constructor(options: SimNodeOptions) {
    const { id, queue, fsync } = options;
    this.id = id;
    this.#options = options;
    this.#queue = queue;
    const label = `${id} disk`;
    this.disk = new SimDisk({
      now: () => queue.now,
      duration: fsync,
      schedule: (time, finish) => {
        const life = this.#life;
        queue.at(time, label, () => {
          if (this.#life === life) finish();
        });
      },
      complete: (completion) => this.toNode((node) => node.onDisk(completion)),
      fail: (completion) => this.#failures.push(completion),
    });
  }

  get state(): NodeState {
    return this.#state;
  }

  /** The running node, to look at; undefined while there is none. */
  get node(): Node | undefined {
    return this.#node;
  }

  get life(): number {
    return this.#life;
  }

  start(): void {
    if (this.#node !== undefined) throw new Error(`${this.id} is ${this.#state}, so it can't be started`);
    this.#life++;
    this.#timers = new Map();
    this.#state = 'up';
    // What a node that ended by itself left unsynced.
    this.disk.crash(LOSE_ALL);
    const { system, config } = this.#options;
    this.#guarded((env: Env) => {
      this.#node = system.createNode(env, config);
      this.#node.onStart();
    }, this.#env());
  }

  pause(): void {
    if (this.#state !== 'up') throw new Error(`${this.id} is ${this.#state}: nothing to pause`);
    this.#state = 'paused';
  }

  resume(): void {
    if (this.#state !== 'paused') throw new Error(`${this.id} is ${this.#state}: nothing to resume`);
    this.#state = 'up';
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const happen of waiting) happen();
  }

  /** The node is gone at once; of what it had not made durable, what `survival` leaves remains. */
  crash(survival: Survival): void {
    this.#end('down');
    this.disk.crash(survival);
  }

  /** Lets `handler` run on this life of the node, once it isn't paused. Lost when the node is down. */
  toNode(handler: (node: Node) => void): void {
    if (this.#state === 'up') {
      if (this.#node !== undefined) this.#guarded(handler, this.#node);
    } else if (this.#state === 'paused' && this.#waiting.length < MAX_WAITING) {
      this.#waiting.push(() => this.toNode(handler));
    }
  }

  status(): NodeStatus | undefined {
    const node = this.#node;
    if (this.#state !== 'up' || node === undefined) return undefined;
    let status: NodeStatus | undefined;
    this.#guarded((node: Node) => {
      status = node.status();
    }, node);
    return status;
  }

  /** Fires the one of the node's timers that is due first. */
  fireTimer(): void {
    let first: [TimerId, Timer] | undefined;
    for (const timer of this.#timers) if (first === undefined || timer[1].due < first[1].due) first = timer;
    if (first === undefined) return;
    if (first[1].event !== undefined) cancel(first[1].event);
    this.#fire(first[0]);
  }

  set skew(skew: Skew | null) {
    this.#skew = skew === null ? undefined : { ...skew, since: this.#queue.now };
  }

  /** What its clock shows, ms. */
  now(): number {
    const { now } = this.#queue;
    if (this.#skew === undefined) return now;
    const { offset, rate, since } = this.#skew;
    return since + (now - since) * rate + offset;
  }

  /** A node whose code throws ends, as its process would; code that can't be simulated ends the run. */
  #guarded<A>(code: (given: A) => void, given: A): void {
    const life = this.#life;
    try {
      asNode(this.id, code, given);
    } catch (error) {
      if (error instanceof NondeterminismError) throw error;
      if (this.#life === life) this.#fail(error);
    }
    if (this.#failures.length > 0) this.#tellFailures();
  }

  /**
   * Right after the handler, so that no pause comes between and whoever ends a disk's trouble knows that all
   * of it was told. What is asked anew because of it fails a little later, or a node that tries again at
   * once would do so for ever.
   */
  #tellFailures(): void {
    const failures = this.#failures;
    this.#failures = [];
    for (const failure of failures) {
      if (this.#isTelling) {
        const life = this.#life;
        this.#queue.after(this.#options.fsync(), `${this.id} disk`, () => {
          if (this.#life === life) this.toNode((node) => node.onDisk(failure));
        });
      } else {
        this.#isTelling = true;
        this.toNode((node) => node.onDisk(failure));
        this.#isTelling = false;
      }
    }
  }

  #fail(error: unknown): void {
    this.#options.onLog?.(this.id, 'failed', {
      reason: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
    this.#end('exited');
    // Without the stack: it names places on this machine, and a history is the same everywhere.
    this.#options.onEnd(this.id, 'exited', String(error));
  }

  #end(state: NodeState): void {
    this.#node = undefined;
    this.#state = state;
    this.#life++;
    this.#waiting = [];
    this.#failures = [];
    for (const { event } of this.#timers.values()) if (event !== undefined) cancel(event);
    this.#timers.clear();
  }

  #fire(timer: TimerId): void {
    const life = this.#life;
    this.toNode((node) => {
      // A timer that was due may still be cancelled before a paused node gets to it.
      if (this.#life === life && this.#timers.delete(timer)) node.onTimer(timer);
    });
  }

  #env(): Env {
    const { id, peers, draw, send, reply, onLog, onMark, onEnd, handTimers } = this.#options;
    const life = this.#life;
    const label = `${id} timer`;
    /** A call of a life that is over, or from outside of a handler, is none of the node's. */
    const mustBeHandler = (what: string): boolean => {
      onlyInHandler(id, what);
      return this.#life === life;
    };
    return {
      id,
      peers,
      now: () => this.now(),
      setTimer: (delay) => {
        mustBeHandler('setTimer');
        const timer = ++this.#lastTimer;
        const due = this.#queue.now + Math.max(0, delay);
        const event = handTimers ? undefined : this.#queue.at(due, label, () => this.#fire(timer));
        this.#timers.set(timer, { due, event });
        return timer;
      },
      cancelTimer: (timer) => {
        mustBeHandler('cancelTimer');
        const event = this.#timers.get(timer)?.event;
        if (event !== undefined) cancel(event);
        this.#timers.delete(timer);
      },
      send: (to, message) => {
        if (mustBeHandler('send')) send(id, to, message);
      },
      reply: (request, response) => {
        if (mustBeHandler('reply')) reply(id, request, response);
      },
      random: (what) => {
        mustBeHandler('random');
        return draw(what);
      },
      disk: this.disk satisfies Disk,
      log: (event, data = {}) => asHarness(() => onLog?.(id, event, data)),
      reached: (mark) => {
        if (mustBeHandler('reached')) asHarness(() => onMark(id, mark));
      },
      halt: (reason) => {
        if (!mustBeHandler('halt')) return;
        asHarness(() => onLog?.(id, 'halted', { reason }));
        this.#end('halted');
        asHarness(() => onEnd(id, 'halted', reason));
      },
    };
  }
}
