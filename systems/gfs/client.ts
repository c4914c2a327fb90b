/**
 * The client library (paper §2.3, §2.4): it knows where chunks are, splits what crosses their borders, pushes
 * data along the replicas and asks the primary to order it, and frames records. One operation at a time.
 *
 * - `create`, `delete`, `rename`, `snapshot` { key, value: to }: names, at the master.
 * - `stat` → { length } or null, `list` → sorted paths.
 * - `read` { offset, length } → bytes, shorter at the end of the file; holes are zeros.
 * - `write` { offset, data }: each part in a chunk, up to 1 MiB of it, is one mutation, and so atomic; the whole
 *   is not.
 * - `append` { data } → offset: one record, whole or not at all, at an offset that the primary chooses.
 * - `records` → [offset, data] of all whole records in order.
 *
 * With `create: true` in the value, the four on data make the file where there is none.
 *
 * What is asked again is asked with the same client and number: in strong mode it takes effect once.
 */
import type { Client, ClientEnv, Completion, Invocation, Json, NodeId } from '../contract.ts';
import { isCount, isObject } from '../json.ts';
import type { Bugs } from './bugs.ts';
import { bytesOf, isBytes, joined, textOf } from './bytes.ts';
import type { Place } from './locations.ts';
import { Locator } from './locator.ts';
import { Mutator, type File } from './mutator.ts';
import { Operation } from './operation.ts';
import { recordsIn } from './record-frames.ts';
import { MAX_PIECE, pieceIn, type Location, type Piece } from './requests.ts';
import { MASTER } from './roles.ts';
import type { Settings } from './settings.ts';

const NOTHING: Uint8Array = new Uint8Array(0);
/** Chunks of a file that are read side by side. */
const READ_AT_ONCE = 16;

export class GfsClient implements Client {
  private readonly env: ClientEnv;
  private readonly settings: Settings;
  private readonly bugs: Bugs;
  private readonly id: number;
  private readonly locator: Locator;
  private readonly mutator: Mutator;
  private seq = 0;
  private operation: Operation | undefined;

  constructor(env: ClientEnv, settings: Settings, bugs: Bugs) {
    this.env = env;
    this.settings = settings;
    this.bugs = bugs;
    this.id = Math.floor(env.random('client') * 2 ** 48);
    this.locator = new Locator(settings, () => env.now());
    this.mutator = new Mutator(settings, this.locator, this.id, () => ++this.seq);
  }

  invoke(invocation: Invocation, timeout: number, done: (completion: Completion) => void): void {
    const operation = this.begin(timeout, done);
    const { f, key = '' } = invocation;
    const value = isObject(invocation.value) ? invocation.value : {};
    const create = value.create === true;
    const { offset, length, data } = value;
    switch (f) {
      case 'create':
      case 'delete':
        return this.rename(operation, { f, path: key });
      case 'rename':
      case 'snapshot':
        return this.rename(operation, { f, path: key, to: String(invocation.value) });
      case 'list':
        return this.list(operation);
      case 'stat':
        return this.stat(operation, key);
      case 'records':
        return this.records(operation, key, create);
      case 'read':
        if (isCount(offset) && isCount(length)) {
          return this.read(operation, { path: key, create }, offset, length, (content, node) =>
            operation.finish({ type: 'ok', value: textOf(content), node }),
          );
        }
        break;
      case 'write':
        if (isCount(offset) && typeof data === 'string' && isBytes(data))
          return this.mutator.write(operation, { path: key, create }, offset, bytesOf(data));
        break;
      case 'append':
        if (typeof data === 'string' && isBytes(data))
          return this.mutator.append(operation, { path: key, create }, bytesOf(data));
    }
    operation.refuse('bad-request');
  }

  /**
   * `write`, for a program that has bytes where a history has text. They must not change until it is over, and
   * no more thereafter.
   */
  writeBytes(
    path: string,
    offset: number,
    data: Uint8Array,
    timeout: number,
    done: (completion: Completion) => void,
  ): void {
    this.mutator.write(this.begin(timeout, done), { path, create: false }, offset, data);
  }

  /** `read`, likewise: where it is ok, with what was read. */
  readBytes(
    path: string,
    offset: number,
    length: number,
    timeout: number,
    done: (completion: Completion, content: Uint8Array) => void,
  ): void {
    let found = NOTHING;
    const operation = this.begin(timeout, (completion) => done(completion, found));
    this.read(operation, { path, create: false }, offset, length, (content, node) => {
      found = content;
      operation.finish({ type: 'ok', node });
    });
  }

  close(): void {
    this.operation?.finish({ type: 'info', error: 'closed' });
  }

  private begin(timeout: number, done: (completion: Completion) => void): Operation {
    const operation = new Operation(this.env, this.settings.attemptTimeout, timeout, done);
    this.operation = operation;
    return operation;
  }

  private rename(
    operation: Operation,
    change: { readonly f: string; readonly path: string; readonly to?: string },
  ): void {
    const seq = ++this.seq;
    const attempt = (count: number): void => {
      const body = { ...change, client: this.id, seq, attempt: count };
      operation.ask(MASTER, body, { matters: true }, (response) => {
        const refused = response !== undefined && 'refused' in response ? response.refused : undefined;
        if (response !== undefined && 'ok' in response) operation.finish({ type: 'ok', node: MASTER });
        else if (refused === 'exists' || refused === 'no-such-file') {
          // The master remembers that it refused: no earlier attempt takes effect any more.
          operation.finish({ type: 'fail', error: refused, node: MASTER });
        } else if (refused === 'bad-request') operation.refuse(refused, MASTER);
        else operation.again(() => attempt(count + 1));
      });
    };
    attempt(1);
  }

  private list(operation: Operation): void {
    operation.ask(MASTER, { f: 'list' }, { matters: true }, (response) => {
      if (response !== undefined && 'ok' in response) {
        operation.finish({ type: 'ok', value: response.ok, node: MASTER });
      } else operation.again(() => this.list(operation));
    });
  }

  private stat(operation: Operation, path: string): void {
    const again = (): void => operation.again(() => this.stat(operation, path));
    const none = (): void => operation.finish({ type: 'ok', value: null, node: MASTER });
    const last = { path, index: -1, isForWriting: false, create: false };
    const find = (then: (last: Location) => void): void => this.locator.locate(operation, last, then, none);
    find(({ count, index, handle, ...place }) => {
      const found = (length: number, node: NodeId): void =>
        operation.finish({ type: 'ok', value: { length }, node });
      if (handle === null) return found(index * this.settings.chunkSize, MASTER);
      this.readPiece(operation, path, { ...place, count, index, handle }, 0, 0, again, ({ length }, node) => {
        const total = index * this.settings.chunkSize + length;
        if (!this.settings.strong) return found(total, node);
        // It is the file's length only if there was no further chunk when it was the last one's.
        find((now) => (now.count === count ? found(total, node) : again()));
      });
    });
  }

  private read(
    operation: Operation,
    { path, create }: File,
    from: number,
    length: number,
    then: (content: Uint8Array, node: NodeId) => void,
  ): void {
    const { chunkSize } = this.settings;
    const to = from + length;
    const first = from % chunkSize;
    let answered: NodeId = MASTER;
    const content: Uint8Array[] = [];
    const finish = (): void => then(joined(content), answered);
    const next = (at: number): void => {
      if (at >= to) return finish();
      const index = Math.floor(at / chunkSize);
      const within = at % chunkSize;
      const wanted = Math.min(to - at, chunkSize - within, MAX_PIECE);
      const again = (): void => operation.again(() => next(at));
      const keep = (data: Uint8Array): void => void content.push(data);
      const short = (data: Uint8Array, count: number): void => {
        keep(data);
        // What a chunk lacks is a hole where others follow, and the end of the file where none does.
        if (index >= count - 1) return finish();
        keep(new Uint8Array(wanted - data.length));
        next(at + wanted);
      };
      const which = { path, index, isForWriting: false, create };
      this.locator.locate(operation, which, ({ count, handle, ...place }) => {
        if (handle === null) return short(NOTHING, count);
        const isWrong = this.bugs.has('split-read-wrong-offset') && at > from;
        const offset = isWrong ? first : within;
        this.readPiece(
          operation,
          path,
          { ...place, count, handle },
          offset,
          wanted,
          again,
          ({ data }, node) => {
            answered = node;
            if (data.length >= wanted) {
              keep(data);
              return next(at + wanted);
            }
            this.locator.forget(path, index);
            this.locator.locate(operation, which, (now) => short(data, now.count));
          },
        );
      });
    };
    next(from);
  }

  /**
   * All chunks but the last are full and stay as they are, so they may be read in any order, several at a time.
   * From the last one on it goes from chunk to chunk: what follows one that is not full was not there yet.
   */
  private records(operation: Operation, path: string, create: boolean): void {
    const { chunkSize, strong } = this.settings;
    const found: (readonly Json[])[] = [];
    const keep = (index: number, content: Uint8Array): void => {
      const base = index * chunkSize;
      found[index] = recordsIn(content).map(([offset, data]) => [base + offset, data]);
    };
    const last = { path, index: -1, isForWriting: false, create };
    this.locator.locate(operation, last, ({ count }) => {
      const onward = (index: number): void => {
        this.content(operation, path, create, index, [], (content, node) => {
          const isEnd = content === undefined || (strong && content.length < chunkSize);
          if (content !== undefined) keep(index, content);
          if (isEnd) operation.finish({ type: 'ok', value: found.flat(), node });
          else onward(index + 1);
        });
      };
      let begun = 0;
      let ended = 0;
      const begin = (): void => {
        const index = begun++;
        this.content(operation, path, create, index, [], (content = NOTHING) => {
          keep(index, content);
          if (++ended === count - 1) onward(count - 1);
          else if (begun < count - 1) begin();
        });
      };
      if (count < 2) onward(0);
      else while (begun < Math.min(count - 1, READ_AT_ONCE)) begin();
    });
  }

  /** The whole content of a chunk, `known` being the pieces it begins with; undefined when the file ends before it. */
  private content(
    operation: Operation,
    path: string,
    create: boolean,
    index: number,
    known: readonly Uint8Array[],
    then: (content: Uint8Array | undefined, node: NodeId) => void,
  ): void {
    const { chunkSize } = this.settings;
    const again = (): void =>
      operation.again(() => this.content(operation, path, create, index, known, then));
    const which = { path, index, isForWriting: false, create };
    this.locator.locate(operation, which, ({ count, handle, ...place }) => {
      if (handle === null) return then(index < count ? NOTHING : undefined, MASTER);
      const offset = known.reduce((length, piece) => length + piece.length, 0);
      const wanted = Math.min(chunkSize - offset, MAX_PIECE);
      const at = { ...place, count, handle };
      this.readPiece(operation, path, at, offset, wanted, again, ({ data }, node) => {
        const content = [...known, data];
        if (data.length < wanted || offset + data.length === chunkSize) then(joined(content), node);
        else this.content(operation, path, create, index, content, then);
      });
    });
  }

  private readPiece(
    operation: Operation,
    path: string,
    place: Place,
    offset: number,
    length: number,
    again: () => void,
    then: (piece: Piece, node: NodeId) => void,
  ): void {
    const { handle, version, primary, replicas, index } = place;
    const any = replicas[Math.floor(this.env.random('replica') * replicas.length)];
    const node = this.settings.strong ? primary : any;
    if (node === null || node === undefined) return again();
    operation.ask(node, { f: 'read', handle, version, offset, length }, { matters: true }, (response) => {
      const piece = pieceIn(response);
      if (piece !== undefined) return then(piece, node);
      this.locator.forget(path, index);
      again();
    });
  }
}
