/**
 * A cluster in one thread and under one's hand: the same nodes and clients as on real processes, on a
 * virtual clock, a network and disks that do what a test says. Deterministic in its seed and in what is
 * done to it.
 */
import type {
  Answer,
  Client,
  ClientEnv,
  Env,
  Json,
  Node,
  NodeId,
  OptionValues,
  RequestId,
  System,
  SystemConfig,
  TimerId,
} from '../contract.ts';
import { LOSE_ALL, RigDisk, type Survival } from './disk.ts';
import { EventQueue } from './event-queue.ts';
import { CLIENTS, Network } from './network.ts';
import { drawsFrom, type Draw } from './random.ts';

export interface ClusterOptions {
  readonly system: System;
  readonly nodes: number;
  readonly seed: string;
  readonly bugs?: readonly string[];
  /** Those that differ from their defaults. */
  readonly options?: OptionValues;
  /** How long a sync or replace takes, ms; 1 unless told. */
  readonly diskDelay?: () => number;
  /** What a node's clock shows at a time; the time itself unless told. Timers go by the time. */
  readonly clock?: (node: NodeId, time: number) => number;
  /** Timers fire only when told to, by `fireTimer`. */
  readonly handTimers?: boolean;
  readonly onLog?: (node: NodeId, event: string, data: { readonly [key: string]: Json }) => void;
  readonly onMark?: (node: NodeId, mark: string) => void;
}

interface Seat {
  readonly id: NodeId;
  readonly disk: RigDisk;
  readonly draw: Draw;
  /** Undefined when the node is down. */
  node: Node | undefined;
  /** Counts starts. What was meant for an earlier run of the node never reaches a later one. */
  run: number;
  /** While paused: what happens to the node once it goes on. */
  paused: (() => void)[] | undefined;
  halted: string | undefined;
  /** Set and neither fired nor cancelled, in this run. */
  timers: Map<TimerId, Timer>;
}

interface Timer {
  readonly due: number;
  readonly fire: () => void;
  readonly cancel: () => void;
}

export class Cluster {
  readonly events = new EventQueue();
  readonly network = new Network(this.events);
  readonly ids: readonly NodeId[];
  readonly marks = new Map<string, number>();
  private readonly options: ClusterOptions;
  private readonly config: SystemConfig;
  private readonly seats = new Map<NodeId, Seat>();
  private requests = 0;
  private clients = 0;

  constructor(options: ClusterOptions) {
    this.options = options;
    const defaults = Object.entries(options.system.options).map(
      ([name, spec]) => [name, spec.default] as const,
    );
    this.config = {
      bugs: options.bugs ?? [],
      options: { ...Object.fromEntries(defaults), ...options.options },
    };
    this.ids = Array.from({ length: options.nodes }, (_, at) => `n${at + 1}`);
    for (const id of this.ids) this.seats.set(id, this.makeSeat(id));
  }

  get now(): number {
    return this.events.now;
  }

  /** The running node; undefined while it is down. */
  node(id: NodeId): Node | undefined {
    return this.seat(id).node;
  }

  disk(id: NodeId): RigDisk {
    return this.seat(id).disk;
  }

  /** Why the node ended itself, if it did. */
  halted(id: NodeId): string | undefined {
    return this.seat(id).halted;
  }

  startAll(): void {
    for (const id of this.ids) this.start(id);
  }

  start(id: NodeId): void {
    const seat = this.seat(id);
    if (seat.node !== undefined) throw new Error(`${id} is up`);
    seat.run++;
    seat.halted = undefined;
    seat.timers = new Map();
    const node = this.options.system.createNode(this.envOf(seat), this.config);
    seat.node = node;
    node.onStart();
  }

  /** The node is gone at once; of what it had not made durable, what `survival` leaves remains. */
  crash(id: NodeId, survival: Survival = LOSE_ALL): void {
    const seat = this.seat(id);
    seat.node = undefined;
    seat.paused = undefined;
    seat.run++;
    seat.disk.crash(survival);
  }

  pause(id: NodeId): void {
    this.seat(id).paused ??= [];
  }

  resume(id: NodeId): void {
    const seat = this.seat(id);
    const waiting = seat.paused ?? [];
    seat.paused = undefined;
    for (const happen of waiting) this.toNode(seat, happen);
  }

  isPaused(id: NodeId): boolean {
    return this.seat(id).paused !== undefined;
  }

  /** Fires the one of the node's timers that is due first. */
  fireTimer(id: NodeId): void {
    const [first] = [...this.seat(id).timers.values()].sort((a, b) => a.due - b.due);
    first?.cancel();
    first?.fire();
  }

  /** One request to one node. `done` gets the reply; or, when `timeout` ms are over, `undefined`. */
  request(id: NodeId, body: Json, timeout: number, done: (reply: Json | undefined) => void): void {
    const seat = this.seat(id);
    let open = true;
    const end = (reply: Json | undefined): void => {
      if (!open) return;
      open = false;
      cancel();
      done(reply);
    };
    const cancel = this.events.after(timeout, () => end(undefined));
    this.network.send(CLIENTS, id, body, (json) => {
      if (seat.node === undefined) return;
      const request = ++this.requests;
      this.replies.set(request, (reply) => this.network.send(id, CLIENTS, reply, end));
      this.toNode(seat, () => seat.node?.onRequest(request, json));
    });
  }

  client(): Client {
    const draw = drawsFrom(`${this.options.seed}/client ${++this.clients}`);
    const env: ClientEnv = {
      nodes: this.ids,
      now: () => this.now,
      after: (delay, fire) => this.events.after(delay, fire),
      random: () => draw(),
      request: (node, body, timeout, done) => {
        if (this.seat(node).node === undefined) {
          this.events.after(1, () => done({ kind: 'not-sent' }));
          return;
        }
        const answer = (reply: Json | undefined): Answer =>
          reply === undefined ? { kind: 'no-answer', why: 'timeout' } : { kind: 'reply', body: reply };
        this.request(node, body, timeout, (reply) => done(answer(reply)));
      },
    };
    return this.options.system.createClient(env, this.config);
  }

  private readonly replies = new Map<RequestId, (reply: Json) => void>();

  private seat(id: NodeId): Seat {
    const seat = this.seats.get(id);
    if (seat === undefined) throw new Error(`no node ${id}`);
    return seat;
  }

  private makeSeat(id: NodeId): Seat {
    const later = (finish: () => void): void => {
      const { run } = seat;
      this.events.after(this.options.diskDelay?.() ?? 1, () => {
        if (seat.run === run) finish();
      });
    };
    const disk = new RigDisk(later, (completion) => this.toNode(seat, () => seat.node?.onDisk(completion)));
    const draw = drawsFrom(`${this.options.seed}/${id}`);
    const seat: Seat = {
      id,
      disk,
      draw,
      node: undefined,
      run: 0,
      paused: undefined,
      halted: undefined,
      timers: new Map(),
    };
    return seat;
  }

  /** Lets something happen to this run of the node, once it isn't paused. */
  private toNode(seat: Seat, happen: () => void): void {
    const { run } = seat;
    const unlessGone = (): void => {
      if (seat.run === run) happen();
    };
    if (seat.paused !== undefined) seat.paused.push(unlessGone);
    else unlessGone();
  }

  private envOf(seat: Seat): Env {
    const { id, run } = { ...seat };
    const { timers } = seat;
    let lastTimer = 0;
    return {
      id,
      peers: this.ids.filter((peer) => peer !== id),
      now: () => this.options.clock?.(id, this.now) ?? this.now,
      setTimer: (delay) => {
        const timer = ++lastTimer;
        const fire = (): void =>
          this.toNode(seat, () => {
            // A timer that was due may still be cancelled before a paused node gets to it.
            if (timers.delete(timer)) seat.node?.onTimer(timer);
          });
        const cancel = this.options.handTimers
          ? () => undefined
          : this.events.after(delay, () => {
              if (seat.run === run) fire();
            });
        timers.set(timer, { due: this.now + delay, fire, cancel });
        return timer;
      },
      cancelTimer: (timer) => {
        timers.get(timer)?.cancel();
        timers.delete(timer);
      },
      send: (to, message) => {
        const peer = this.seat(to);
        this.network.send(id, to, message, (json) => {
          if (peer.node !== undefined) this.toNode(peer, () => peer.node?.onMessage(id, json));
        });
      },
      reply: (request, response) => {
        this.replies.get(request)?.(response);
        this.replies.delete(request);
      },
      random: () => seat.draw(),
      disk: seat.disk,
      log: (event, data = {}) => this.options.onLog?.(id, event, data),
      reached: (mark) => {
        this.marks.set(mark, (this.marks.get(mark) ?? 0) + 1);
        this.options.onMark?.(id, mark);
      },
      halt: (reason) => {
        seat.halted = reason;
        seat.node = undefined;
        seat.run++;
        this.options.onLog?.(id, 'halts', { reason });
      },
    };
  }
}
