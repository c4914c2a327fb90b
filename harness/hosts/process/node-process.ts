/**
 * The operating system's process of one node, seen from the host: one incarnation, from its spawn to
 * its end. A process group and a session of its own; output to a file; control over IPC.
 */
import { execaNode } from 'execa';
import { createWriteStream, mkdirSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { builtModule } from '../../built.ts';
import type { Address, FromNode, NodeConfig, ToNode } from './control.ts';
import { deferred } from './deferred.ts';
import { stateOf, threadStates } from './process-table.ts';
import type { Supervisor } from './supervisor.ts';

/** How a process ended, other than by the host's own `kill`. */
export interface NodeEnd {
  readonly state: 'halted' | 'exited';
  readonly reason: string;
}

export interface NodeProcessOptions {
  readonly config: NodeConfig;
  readonly supervisor: Supervisor;
  readonly onMessage: (message: FromNode) => void;
  /** Called once; undefined when the host killed it. */
  readonly onEnd: (end: NodeEnd | undefined) => void;
}

/** A loaded machine may take long; a node that needs more than this is not going to come. */
const START_TIMEOUT = 30_000;
const SIGNAL_TIMEOUT = 5_000;
const LAST_WORDS = 200;

export class NodeProcess {
  /** Resolves with the address it listens at; rejects when it ends before. */
  readonly listening: Promise<Address>;
  /** Resolves when its node was started; rejects when it ends before. */
  readonly started: Promise<unknown>;
  /** Resolves when it is gone. */
  readonly gone: Promise<unknown>;
  readonly #child: ReturnType<typeof launch>;
  readonly #pid: number;
  #killed = false;
  #ended = false;
  /** What it said of its own end. */
  #lastWord: NodeEnd | undefined;

  constructor({ config, supervisor, onMessage, onEnd }: NodeProcessOptions) {
    const listening = deferred<Address>();
    const started = deferred<true>();
    const gone = deferred<true>();
    this.listening = listening.promise;
    this.started = started.promise;
    this.gone = gone.promise;

    const child = launch(config);
    this.#child = child;
    if (child.pid === undefined) throw new Error(`no process could be started for ${config.id}`);
    this.#pid = child.pid;
    supervisor.register(child.pid);

    const late = setTimeout(() => this.#abandon(`it was not up after ${START_TIMEOUT} ms`), START_TIMEOUT);
    this.started.catch(() => undefined).finally(() => clearTimeout(late));
    this.listening.catch(() => undefined);

    child.on('message', (raw) => {
      const message = raw as FromNode;
      if (message.kind === 'listening') listening.resolve(message.address);
      else if (message.kind === 'started') started.resolve(true);
      else if (message.kind === 'halted') this.#lastWord = { state: 'halted', reason: message.reason };
      else if (message.kind === 'failed') this.#lastWord = { state: 'exited', reason: message.reason };
      else onMessage(message);
    });
    const heard = new Promise((resolve) => child.once('disconnect', resolve));
    child.once('exit', async (code, signal) => {
      this.#ended = true;
      supervisor.unregister(this.#pid);
      // Its last words can still be in the channel.
      const killed = this.#killed;
      if (!killed && child.connected) await Promise.race([heard, sleep(LAST_WORDS)]);
      const ended = signal === null ? `it exited with code ${code}` : `it was killed by ${signal}`;
      const end = killed ? undefined : (this.#lastWord ?? { state: 'exited', reason: ended });
      const error = new Error(`${config.id} ended at its start: ${end?.reason ?? 'it was killed'}`);
      listening.reject(error);
      started.reject(error);
      onEnd(end);
      gone.resolve(true);
    });
  }

  /** Says something, unless it is gone. */
  tell(message: ToNode): void {
    if (!this.#ended && this.#child.connected) this.#child.send(message, () => undefined);
  }

  /** Kills it and all it started, at once and without notice. */
  kill(): void {
    this.#killed = true;
    this.#signal('SIGKILL');
  }

  /** Stops it; resolves when every thread has stopped. */
  async pause(): Promise<void> {
    this.#signal('SIGSTOP');
    await this.#until('stop', (states) => states.every((state) => state === 'T' || state === 't'));
  }

  /** Lets it go on; resolves when it does. */
  async resume(): Promise<void> {
    this.#signal('SIGCONT');
    await this.#until('go on', (states) => !states.includes('T'));
  }

  /** What the operating system says of it; undefined where only `ps` could tell. */
  observe(): 'running' | 'stopped' | 'ended' | undefined {
    if (this.#ended) return 'ended';
    const state = stateOf(this.#pid);
    if (state === undefined) return undefined;
    if (state === 'Z' || state === 'X') return 'ended';
    return state === 'T' || state === 't' ? 'stopped' : 'running';
  }

  #abandon(reason: string): void {
    this.#lastWord = { state: 'exited', reason };
    this.#signal('SIGKILL');
  }

  /** The number is certainly its own until its exit was seen, and that is when `#ended` is set. */
  #signal(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void {
    if (this.#ended) return;
    try {
      process.kill(-this.#pid, signal);
    } catch {
      // It ended and nobody told us yet.
    }
  }

  async #until(aim: string, reached: (states: readonly string[]) => boolean): Promise<void> {
    const deadline = performance.now() + SIGNAL_TIMEOUT;
    for (;;) {
      const states = await threadStates(this.#pid);
      if (this.#ended || states.length === 0) throw new Error(`the process ended before it could ${aim}`);
      if (reached(states)) return;
      if (performance.now() > deadline) throw new Error(`the process did not ${aim} in ${SIGNAL_TIMEOUT} ms`);
      await sleep(1);
    }
  }
}

function launch(config: NodeConfig) {
  mkdirSync(config.directory, { recursive: true });
  // A stream only for execa's types: the child gets the file itself, and we write nothing.
  const path = `${config.directory}/output.log`;
  const output = createWriteStream(path, { fd: openSync(path, 'a') });
  try {
    return execaNode(fileURLToPath(builtModule(import.meta.url, 'node-main')), [JSON.stringify(config)], {
      detached: true,
      cleanup: false,
      ipc: true,
      serialization: 'json',
      stdin: 'ignore',
      stdout: output,
      stderr: output,
      buffer: false,
      reject: false,
      nodeOptions: [],
      // A debugger's port or a test runner's hooks are not for the nodes.
      env: { NODE_OPTIONS: '' },
    });
  } finally {
    output.destroy();
  }
}
