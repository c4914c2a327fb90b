/**
 * The clients of a run: workers that invoke what a source of operations says is due, and record each
 * invocation and completion.
 *
 * A worker runs one logical process at a time. When an outcome is unknown (`info`), the operation may
 * still take effect at any later time, so its process stays open for ever and the worker goes on as a
 * new one, with a new client.
 */
import type {
  Client,
  ClientEnv,
  Completion,
  Invocation,
  SystemConfig,
  System,
} from '../../systems/contract.ts';
import type { Workload } from '../../workloads/types.ts';
import type { Recorder } from '../history/recorder.ts';
import type { Next, Source } from './source.ts';
import type { Timeline } from './timeline.ts';

/** After so many dispatches in one go everything else gets its turn. */
const BURST = 256;
/** A client answers in its timeout; one that is late by this much is cut off by us. */
const GRACE_MS = 1000;

export interface LoadOptions {
  readonly system: System;
  readonly config: SystemConfig;
  readonly workload: Workload;
  readonly source: Source;
  readonly clients: number;
  /** ms */
  readonly opTimeout: number;
  readonly timeline: Timeline;
  readonly history: Recorder;
  /** A new env for each logical process. */
  readonly clientEnv: (process: number) => ClientEnv;
  /** Hears of each completion; `latency` in ms. */
  readonly onCompletion: (completion: Completion, latency: number) => void;
}

interface Worker {
  readonly client: number;
  process: number;
  connection: Client;
  /** The operation under way; undefined when idle. */
  current: Pending | undefined;
}

interface Pending {
  readonly invocation: Invocation;
  readonly startedAt: number;
  readonly retry: boolean;
}

type Phase = 'idle' | 'running' | 'draining' | 'final';

export class Load {
  readonly #options: LoadOptions;
  readonly #workers: Worker[];
  readonly #idle: Worker[];
  #nextProcess: number;
  #phase: Phase = 'idle';
  #pumping = false;
  /** Takes back the next pump that is set, by a timer or for the next turn. */
  #unset: () => void = () => {};
  /** Takes back the next look at those that are late. */
  #unguard: () => void = () => {};
  /** When the load started, ms; moves on by the time that it was paused. */
  #start = 0;
  #pausedAt: number | undefined;
  /** Final reads not yet answered, and until when they are tried again. */
  #final: Invocation[] = [];
  #finalDeadline = 0;
  #onIdle: (() => void) | undefined;

  constructor(options: LoadOptions) {
    this.#options = options;
    this.#nextProcess = options.clients;
    this.#workers = Array.from({ length: options.clients }, (_, process) => ({
      client: process,
      process,
      connection: this.#newClient(process),
      current: undefined,
    }));
    this.#idle = [...this.#workers].reverse();
  }

  start(): void {
    this.#phase = 'running';
    this.#start = this.#options.timeline.now();
    this.#guard();
    this.#pump();
  }

  /** Starts no more operations until `resume`; those under way end as they will. False where it makes no difference. */
  pause(): boolean {
    if (this.#phase !== 'running' || this.#pausedAt !== undefined) return false;
    this.#pausedAt = this.#options.timeline.now();
    this.#unset();
    return true;
  }

  /** Still starts operations, or will again once it is resumed. */
  get isRunning(): boolean {
    return this.#phase === 'running';
  }

  get isPaused(): boolean {
    return this.#phase === 'running' && this.#pausedAt !== undefined;
  }

  /** Goes on where it was paused, as if no time had passed. */
  resume(): void {
    if (!this.isPaused) return;
    this.#start += this.#options.timeline.now() - this.#pausedAt!;
    this.#pausedAt = undefined;
    this.#pump();
  }

  /** Starts no more operations; resolves when none is under way. */
  async drain(): Promise<void> {
    this.#phase = 'draining';
    this.#unset();
    await this.#allIdle();
  }

  /**
   * Invokes the workload's final reads, each again until it is `ok`, for at most `patience` ms.
   * Resolves with those that never were.
   */
  async finalReads(patience: number): Promise<readonly Invocation[]> {
    this.#phase = 'final';
    this.#final = [...this.#options.source.final()];
    this.#finalDeadline = this.#options.timeline.now() + patience;
    this.#pump();
    await this.#allIdle();
    return this.#final;
  }

  /** Ends everything at once; what is under way stays open in the history. */
  close(): void {
    this.#phase = 'idle';
    this.#unset();
    this.#unguard();
    for (const worker of this.#workers) {
      worker.current = undefined;
      worker.connection.close();
    }
  }

  #newClient(process: number): Client {
    const { system, config, clientEnv } = this.#options;
    return system.createClient(clientEnv(process), config);
  }

  /** Gives idle workers what is due. Never re-entered: a completion inside it only frees its worker. */
  #pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    this.#unset();
    let burst = BURST;
    while (this.#idle.length > 0) {
      const next = this.#next();
      if (next === undefined) break;
      const [worker] = this.#idle.splice(next.by, 1);
      this.#dispatch(worker!, next.invocation, this.#phase === 'final');
      if (--burst === 0) {
        this.#unset = this.#options.timeline.soon(() => this.#pump());
        break;
      }
    }
    this.#pumping = false;
    if (this.#isQuiet()) this.#onIdle?.();
  }

  /** What is due now, or undefined: then a timer, or a completion, pumps again. */
  #next(): Extract<Next, { by: number }> | undefined {
    if (this.#phase === 'final') {
      const invocation = this.#final.shift();
      return invocation && { invocation, by: this.#idle.length - 1 };
    }
    if (this.#phase !== 'running' || this.#pausedAt !== undefined) return undefined;
    const { source, timeline } = this.#options;
    const next = source.next(timeline.now() - this.#start, this.#idle);
    if (next === undefined || 'by' in next) return next;
    this.#unset = timeline.after(next.wait, () => this.#pump());
    return undefined;
  }

  #dispatch(worker: Worker, invocation: Invocation, retry: boolean): void {
    const { history, timeline, workload, opTimeout, onCompletion, source } = this.#options;
    const { process, connection } = worker;
    const { f, key, value } = invocation;
    history.record({ process, type: 'invoke', f, key, value });
    const pending: Pending = { invocation, startedAt: timeline.now(), retry };
    worker.current = pending;
    connection.invoke(workload.toClient(invocation), opTimeout, (answer) => {
      if (worker.current !== pending) return; // cut off before, or closed
      const completion = workload.fromClient(invocation, answer);
      const latency = timeline.now() - pending.startedAt;
      const { type, node, error } = completion;
      history.record({
        process,
        type,
        f,
        key,
        value: completion.value === undefined ? value : completion.value,
        node,
        error,
      });
      source.completed(invocation, completion);
      this.#free(worker, completion);
      onCompletion(completion, latency);
    });
  }

  #free(worker: Worker, completion: Completion): void {
    const { invocation, retry } = worker.current!;
    worker.current = undefined;
    if (completion.type === 'info') {
      worker.connection.close();
      worker.process = this.#nextProcess++;
      worker.connection = this.#newClient(worker.process);
    }
    if (retry && completion.type !== 'ok') {
      // A system that refuses at once would be asked in a tight loop: the next try waits its turn.
      this.#final.push(invocation);
      const { timeline } = this.#options;
      if (timeline.now() >= this.#finalDeadline) this.#phase = 'draining';
      timeline.after(20, () => this.#release(worker));
      return;
    }
    this.#release(worker);
  }

  #release(worker: Worker): void {
    this.#idle.push(worker);
    this.#pump();
  }

  #guard(): void {
    this.#unguard = this.#options.timeline.after(GRACE_MS / 4, () => {
      this.#cutOffLate();
      this.#guard();
    });
  }

  /** A client that broke its promise to answer in time: its outcome is unknown. */
  #cutOffLate(): void {
    const now = this.#options.timeline.now();
    for (const worker of this.#workers) {
      const pending = worker.current;
      if (pending === undefined || now - pending.startedAt < this.#options.opTimeout + GRACE_MS) continue;
      const { f, key, value } = pending.invocation;
      const completion: Completion = { type: 'info', error: 'client-gave-no-answer' };
      this.#options.history.record({
        process: worker.process,
        type: 'info',
        f,
        key,
        value,
        error: completion.error,
      });
      this.#free(worker, completion);
      this.#options.onCompletion(completion, now - pending.startedAt);
    }
  }

  #isQuiet(): boolean {
    return this.#phase !== 'running' && this.#idle.length === this.#workers.length;
  }

  #allIdle(): Promise<void> {
    return new Promise((resolve) => {
      this.#onIdle = () => {
        this.#options.timeline.settled();
        resolve();
      };
      if (this.#isQuiet()) this.#onIdle();
    });
  }
}
