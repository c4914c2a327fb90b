/**
 * The harness's side of its supervisor (`supervisor-main.ts`): says which process groups exist.
 * A registration counts from the moment it is written: the pipe keeps it for a supervisor that is
 * still starting, and gives it out before its end.
 */
import { execaNode } from 'execa';
import { fileURLToPath } from 'node:url';
import { builtModule } from '../../built.ts';
import { startTime } from './process-table.ts';
import type { Registration } from './registration.ts';
import { writeRegistration } from './registration.ts';

/** A supervisor that is ended so often has a reason, and a harness without one must not go on. */
const MAX_LAUNCHES = 20;

type Process = ReturnType<typeof launch>;

export class Supervisor {
  readonly #groups = new Map<number, string>();
  #process: Process;
  #launches = 0;
  #stopping = false;

  constructor() {
    this.#process = this.#launch();
  }

  /** Resolves when the supervisor watches; rejects when it could not be started. */
  async ready(): Promise<void> {
    const started = this.#process;
    await new Promise<void>((resolve, reject) => {
      started.stdout.once('data', () => resolve());
      const ended = () => reject(new Error('the supervisor process ended at its start'));
      started.then(ended, reject);
    });
  }

  /** Call it in the turn that spawned the group's leader: its number is certainly its own then. */
  register(group: number): void {
    const started = startTime(group);
    this.#groups.set(group, started);
    this.#tell({ group, alive: true, started });
  }

  /** Call it as soon as the group's end is seen: its number may be another's soon. */
  unregister(group: number): void {
    if (this.#groups.delete(group)) this.#tell({ group, alive: false, started: '' });
  }

  /** Ends the supervisor, which kills what is still registered. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#process.stdin.end();
    await this.#process;
  }

  #tell(registration: Registration): void {
    this.#process.stdin.write(`${writeRegistration(registration)}\n`);
  }

  #launch(): Process {
    const groups = [...this.#groups].map(([group, started]) => ({ group, alive: true, started }));
    const started = launch(groups.map(writeRegistration));
    started.stdin.on('error', () => undefined); // its end is seen here:
    started.once('exit', () => {
      if (this.#stopping) return;
      if (++this.#launches > MAX_LAUNCHES) throw new Error('the supervisor process keeps ending');
      this.#process = this.#launch();
    });
    return started;
  }
}

/** `registered` is there from its first moment. */
function launch(registered: readonly string[]) {
  return execaNode(fileURLToPath(builtModule(import.meta.url, 'supervisor-main')), registered, {
    detached: true,
    cleanup: false,
    ipc: false,
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'ignore',
    buffer: false,
    reject: false,
    nodeOptions: [],
    env: { NODE_OPTIONS: '' },
  });
}
