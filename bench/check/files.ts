/** The histories as files, each written when it is needed and taken away afterwards, if not to be kept. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { File } from './cases.ts';
import { simulate } from './simulate.ts';
import { withStaleRead } from './stale-read.ts';
import { writeHistory } from './write-history.ts';

export class Files {
  readonly #folder: string;
  readonly #keep: boolean;

  constructor(folder: string, keep: boolean) {
    this.#folder = folder;
    this.#keep = keep;
  }

  /** Calls `use` with the path of the history. */
  async with<T>(file: File, use: (path: string) => Promise<T>): Promise<T> {
    const path = join(this.#folder, `${slugOf(file)}.jsonl`);
    let spoilt = false;
    const history = simulate(file.traffic);
    // Two ops an operation: its invocation and its completion.
    const from = Math.floor((file.stale ?? 0) * file.traffic.operations * 2);
    writeHistory(
      path,
      file.stale === undefined ? history : withStaleRead(history, from, () => (spoilt = true)),
    );
    if (file.stale !== undefined && !spoilt) throw new Error(`no read of ${path} could be spoilt`);
    try {
      return await use(path);
    } finally {
      if (!this.#keep) rmSync(path, { force: true });
    }
  }
}

function slugOf({ model, traffic, stale }: File): string {
  const { operations, clients, keys, values, unknown, weights, seed } = traffic;
  const mix = Object.entries(weights).map(([f, weight]) => `${f}${weight}`);
  const parts = [model, `${operations}ops`, `${clients}c`, `${keys}k`, values, `${unknown}u`, ...mix, seed];
  return [...parts, ...(stale === undefined ? [] : [`stale${stale}`])].join('-');
}
