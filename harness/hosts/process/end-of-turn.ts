/**
 * Work that is put off to the end of the event loop's turn, so that everything one turn produced is
 * written to a socket or a file in one piece.
 */
export class EndOfTurn {
  #tasks = new Set<() => void>();

  /** Runs `task` once at the end of this turn, however often it is added. */
  add(task: () => void): void {
    if (this.#tasks.size === 0) setImmediate(() => this.#run());
    this.#tasks.add(task);
  }

  #run(): void {
    const tasks = this.#tasks;
    this.#tasks = new Set();
    for (const task of tasks) task();
  }
}
