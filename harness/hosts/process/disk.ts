/** A node's disk: real files in one directory, a `StoredFile` each. */
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import type { Disk, DiskCompletion, DiskToken } from '../../../systems/contract.ts';
import type { DiskHealth } from './disk-health.ts';
import type { EndOfTurn } from './end-of-turn.ts';
import { StoredFile } from './stored-file.ts';

/** Flat, portable names; none begins with a dot. */
const NAME = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}$/;

export class FileDisk implements Disk {
  readonly #directory: string;
  readonly #turn: EndOfTurn;
  readonly #health: DiskHealth;
  readonly #complete: (completion: DiskCompletion) => void;
  readonly #files = new Map<string, StoredFile>();
  #lastToken: DiskToken = 0;

  /** Opens what an earlier process left; what it had not put in its place yet is thrown away. */
  constructor(
    directory: string,
    turn: EndOfTurn,
    health: DiskHealth,
    complete: (completion: DiskCompletion) => void,
  ) {
    this.#directory = directory;
    this.#turn = turn;
    this.#health = health;
    this.#complete = complete;
    mkdirSync(directory, { recursive: true });
    for (const name of readdirSync(directory)) {
      const path = `${directory}/${name}`;
      if (name.startsWith('.')) rmSync(path, { recursive: true });
      else if (NAME.test(name)) this.#files.set(name, this.#stored(name, statSync(path).size));
    }
  }

  read(file: string): Uint8Array | undefined {
    return this.#files.get(file)?.read();
  }

  append(file: string, bytes: Uint8Array): void {
    this.#at(file).append(bytes);
  }

  sync(file: string): DiskToken {
    this.#at(file).sync(++this.#lastToken);
    return this.#lastToken;
  }

  replace(file: string, bytes: Uint8Array): DiskToken {
    this.#at(file).replace(bytes, ++this.#lastToken);
    return this.#lastToken;
  }

  truncate(file: string, size: number): void {
    if (!Number.isSafeInteger(size) || size < 0) throw new Error(`can't cut a file to ${size} bytes`);
    this.#at(file).truncate(size);
  }

  remove(file: string): void {
    if (this.#files.has(file)) this.#at(file).remove();
  }

  list(): readonly string[] {
    return [...this.#files].flatMap(([name, file]) => (file.exists ? [name] : [])).sort();
  }

  #at(name: string): StoredFile {
    let file = this.#files.get(name);
    if (file === undefined) {
      if (!NAME.test(name)) throw new Error(`not a name for a node's file: ${JSON.stringify(name)}`);
      this.#files.set(name, (file = this.#stored(name, undefined)));
    }
    this.#turn.add(this.#work);
    return file;
  }

  #stored(name: string, size: number | undefined): StoredFile {
    return new StoredFile(this.#directory, name, size, this.#health, this.#complete);
  }

  readonly #work = () => {
    for (const [name, file] of this.#files) {
      file.work();
      if (file.forgettable) this.#files.delete(name);
    }
  };
}
