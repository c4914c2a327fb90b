/**
 * The master's durable tables (paper §2.6): which chunks a file is made of, and which version of each chunk
 * is in force. They change by records of the operation log and by nothing else, so that the log, replayed,
 * makes them again. Where replicas are is not in here: chunkservers say so themselves.
 */
import type { Json } from '../../contract.ts';
import { isCount, isList, isObject, isText } from '../../json.ts';
import type { ClientId, Handle, Version } from '../messages.ts';

/** Who asked last for a change of names, and what was said: the same again to the same again. */
export type Answered = readonly [client: ClientId, seq: number, outcome: string];

export type Change =
  | readonly ['start']
  | readonly ['create', path: string]
  /** It goes to the trash; its chunks are given up some time later. */
  | readonly ['delete', path: string, at: number]
  | readonly ['rename', path: string, to: string]
  /** Another file of the same chunks; whoever is written first gets copies of them. */
  | readonly ['snapshot', path: string, to: string]
  | readonly ['allocate', path: string, index: number, handle: Handle]
  /** The version may be told to replicas; it is not in force yet. */
  | readonly ['raise', handle: Handle, version: Version]
  | readonly ['in-force', handle: Handle, version: Version]
  /** The file has a chunk of its own in the place of one that it shared. */
  | readonly ['own', path: string, index: number, shared: Handle, handle: Handle]
  /** A chunk that was begun as a copy, and that no file came to have. */
  | readonly ['abandon', handle: Handle]
  | readonly ['purge', count: number]
  | readonly ['answer'];

export interface LogRecord {
  readonly change: Change;
  readonly by?: Answered;
}

interface ChunkRow {
  /** Replicas of an earlier version missed something. 0: no replica was ever written. */
  inForce: Version;
  /** The highest that any replica may have been told of. */
  raised: Version;
  /** Files and trash that have it. */
  shares: number;
}

type Chunks = readonly (Handle | null)[];

/** Clients remembered; the one that asked for nothing for longest is forgotten. */
const MAX_ANSWERED = 10_000;

export class Tables {
  /** Starts of the master, counted. */
  epoch = 0;
  nextHandle: Handle = 1;
  readonly files = new Map<string, Chunks>();
  readonly chunks = new Map<Handle, ChunkRow>();
  trash: { readonly at: number; readonly chunks: Chunks }[] = [];
  readonly answered = new Map<ClientId, readonly [seq: number, outcome: string]>();

  /** The master records only what is possible. */
  apply({ change, by }: LogRecord): void {
    if (by !== undefined) this.remember(by);
    switch (change[0]) {
      case 'start':
        this.epoch++;
        return;
      case 'create':
        this.files.set(change[1], []);
        return;
      case 'delete':
        this.trash.push({ at: change[2], chunks: this.file(change[1]) });
        this.files.delete(change[1]);
        return;
      case 'rename': {
        const chunks = this.file(change[1]);
        this.files.delete(change[1]);
        this.files.set(change[2], chunks);
        return;
      }
      case 'snapshot': {
        const chunks = this.file(change[1]);
        this.files.set(change[2], chunks);
        for (const handle of chunks) if (handle !== null) this.chunk(handle).shares++;
        return;
      }
      case 'allocate': {
        const [, path, index, handle] = change;
        this.add(handle);
        this.place(path, index, handle);
        this.chunk(handle).shares++;
        return;
      }
      case 'raise':
        this.add(change[1]);
        this.chunk(change[1]).raised = change[2];
        return;
      case 'in-force':
        this.chunk(change[1]).inForce = change[2];
        return;
      case 'own': {
        const [, path, index, shared, handle] = change;
        this.place(path, index, handle);
        this.chunk(handle).shares++;
        this.release(shared);
        return;
      }
      case 'abandon':
        this.chunks.delete(change[1]);
        return;
      case 'purge':
        for (const { chunks } of this.trash.splice(0, change[1])) {
          for (const handle of chunks) if (handle !== null) this.release(handle);
        }
        return;
      case 'answer':
    }
  }

  dump(): Json {
    return {
      epoch: this.epoch,
      nextHandle: this.nextHandle,
      files: [...this.files].map(([path, chunks]) => [path, [...chunks]]),
      chunks: [...this.chunks].map(([handle, { inForce, raised, shares }]) => [
        handle,
        inForce,
        raised,
        shares,
      ]),
      trash: this.trash.map(({ at, chunks }) => [at, [...chunks]]),
      answered: [...this.answered].map(([client, [seq, outcome]]) => [client, seq, outcome]),
    };
  }

  /** False when it is no dump. */
  restore(json: Json | undefined): boolean {
    if (!isObject(json) || !isCount(json.epoch) || !isCount(json.nextHandle)) return false;
    const { files, chunks, trash, answered } = json;
    if (![files, chunks, trash, answered].every(isList)) return false;
    this.epoch = json.epoch;
    this.nextHandle = json.nextHandle;
    const rows = (list: Json | undefined): readonly (readonly Json[])[] =>
      isList(list) ? list.filter((row): row is readonly Json[] => isList(row)) : [];
    for (const [path, of] of rows(files)) if (typeof path === 'string') this.files.set(path, chunksIn(of));
    for (const [handle, inForce, raised, shares] of rows(chunks)) {
      if (isCount(handle) && isCount(inForce) && isCount(raised) && isCount(shares)) {
        this.chunks.set(handle, { inForce, raised, shares });
      }
    }
    for (const [at, of] of rows(trash))
      if (typeof at === 'number') this.trash.push({ at, chunks: chunksIn(of) });
    for (const [client, seq, outcome] of rows(answered)) {
      if (isCount(client) && isCount(seq) && isText(outcome, 100)) this.remember([client, seq, outcome]);
    }
    return true;
  }

  private file(path: string): Chunks {
    return this.files.get(path) ?? [];
  }

  private chunk(handle: Handle): ChunkRow {
    this.add(handle);
    return this.chunks.get(handle)!;
  }

  private add(handle: Handle): void {
    if (!this.chunks.has(handle)) this.chunks.set(handle, { inForce: 0, raised: 0, shares: 0 });
    this.nextHandle = Math.max(this.nextHandle, handle + 1);
  }

  private place(path: string, index: number, handle: Handle): void {
    const chunks = [...this.file(path)];
    while (chunks.length < index) chunks.push(null);
    chunks[index] = handle;
    this.files.set(path, chunks);
  }

  private release(handle: Handle): void {
    const row = this.chunk(handle);
    if (--row.shares === 0) this.chunks.delete(handle);
  }

  private remember([client, seq, outcome]: Answered): void {
    this.answered.delete(client);
    this.answered.set(client, [seq, outcome]);
    if (this.answered.size > MAX_ANSWERED) this.answered.delete(this.answered.keys().next().value!);
  }
}

function chunksIn(json: Json | undefined): Chunks {
  return isList(json) ? json.map((handle) => (isCount(handle) ? handle : null)) : [];
}

/** A record as the log holds it; undefined when it is none. */
export function recordIn(json: Json | undefined): LogRecord | undefined {
  if (!isObject(json) || !isChange(json.change)) return undefined;
  const { change, by } = json;
  if (by === undefined) return { change };
  return isAnswered(by) ? { change, by } : undefined;
}

function isAnswered(json: Json): json is Answered {
  return isList(json) && json.length === 3 && isCount(json[0]) && isCount(json[1]) && isText(json[2], 100);
}

function isChange(json: Json | undefined): json is Change {
  if (!isList(json)) return false;
  const [f, a, b, c, d] = json;
  const isPath = (part: Json | undefined): boolean => typeof part === 'string';
  switch (f) {
    case 'start':
    case 'answer':
      return json.length === 1;
    case 'create':
      return isPath(a);
    case 'delete':
      return isPath(a) && typeof b === 'number';
    case 'rename':
    case 'snapshot':
      return isPath(a) && isPath(b);
    case 'allocate':
      return isPath(a) && isCount(b) && isCount(c);
    case 'raise':
    case 'in-force':
      return isCount(a) && isCount(b);
    case 'own':
      return isPath(a) && isCount(b) && isCount(c) && isCount(d);
    case 'abandon':
    case 'purge':
      return isCount(a);
    default:
      return false;
  }
}
