/**
 * A run's folder: `<out>/<plan>/<time>-<seed>/`. What is in it is named here and nowhere else.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';

export class RunFolder {
  /** Absolute. */
  readonly path: string;
  constructor(path: string) {
    this.path = resolve(path);
  }
  get plan(): string {
    return join(this.path, 'plan.yaml');
  }
  get history(): string {
    return join(this.path, 'history.jsonl');
  }
  get schedule(): string {
    return join(this.path, 'schedule.json');
  }
  get verdict(): string {
    return join(this.path, 'verdict.json');
  }
  /** Every event and every draw of a simulation, where that was asked for. */
  get trace(): string {
    return join(this.path, 'trace.txt');
  }
  /** How the run's plan was made from a larger one; only of runs that were shrunk. */
  get shrink(): string {
    return join(this.path, 'shrink.json');
  }
  get nodes(): string {
    return join(this.path, 'nodes');
  }

  /** Writes a file whole or not at all. Throws the system's error, e.g. on a full disk. */
  write(file: string, text: string): void {
    const draft = `${file}.draft`;
    const fd = openSync(draft, 'w');
    try {
      const bytes = Buffer.from(text);
      for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at);
      fsyncSync(fd);
    } catch (error) {
      rmSync(draft, { force: true });
      throw error;
    } finally {
      closeSync(fd);
    }
    renameSync(draft, file);
  }
}

/**
 * Makes a new folder for a run that starts at `start`, and points `<out>/latest` at it. Two runs of one
 * plan and seed in the same second get folders of their own: an existing run is never written to.
 */
export function createRunFolder(out: string, plan: string, seed: number, start: Date): RunFolder {
  const stamp = start
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(':', '');
  const parent = resolve(out, plan);
  mkdirSync(parent, { recursive: true });
  for (let n = 1; ; n++) {
    const path = join(parent, `${stamp}-${seed}${n === 1 ? '' : `-${n}`}`);
    try {
      mkdirSync(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST' && n < 1000) continue;
      throw error;
    }
    pointLatest(resolve(out), path);
    return new RunFolder(path);
  }
}

/** Replaces the link in one step, so that two harnesses at once both leave a link that works. */
function pointLatest(out: string, path: string): void {
  const link = join(out, 'latest');
  const draft = join(out, `.latest-${process.pid}-${basename(path)}`);
  symlinkSync(relative(out, path), draft, 'dir');
  try {
    renameSync(draft, link);
  } catch {
    // Somebody's own file or folder of that name: it stays, and the link is not worth a failed run.
    rmSync(draft, { force: true });
  }
}

/** A run given by its folder or by any file in it; undefined where there is none. */
export function findRunFolder(path: string): RunFolder | undefined {
  for (const candidate of [path, dirname(path)]) {
    const folder = new RunFolder(candidate);
    if (existsSync(folder.history)) return folder;
  }
  return undefined;
}
