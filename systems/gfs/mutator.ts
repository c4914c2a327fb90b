/**
 * A client's writes and appends (paper §3.1): each is a mutation of a chunk, or one of each chunk that it
 * spans. Its data is pushed along the replicas, and then the primary is asked to order it, again and again
 * with the same number until that is done.
 *
 * Mutations of a long write are ordered one after another, while the data of the next ones is on its way.
 */
import type { NodeId } from '../contract.ts';
import type { Locator } from './locator.ts';
import type { Operation } from './operation.ts';
import { Push, type Target } from './pushing.ts';
import { DATA_IN_FRAME, framed } from './record-frames.ts';
import { MAX_PIECE } from './requests.ts';
import type { Settings } from './settings.ts';

/** Mutations of one chunk whose data is on its way or there, the one that is being ordered included. */
const PUSHED_AT_ONCE = 4;

/** Which file, and whether it is made where there is none. */
export interface File {
  readonly path: string;
  readonly create: boolean;
}

/** One mutation of one chunk. */
interface Mutation {
  readonly f: 'write' | 'append';
  /** -1 is the last one, until that is known. */
  index: number;
  /** In the chunk. */
  readonly offset: number;
  readonly data: Uint8Array;
  readonly seq: number;
  attempt: number;
  /** Its data, where that is on its way already. */
  push?: Push;
}

export class Mutator {
  private readonly settings: Settings;
  private readonly locator: Locator;
  /** Of the client. */
  private readonly id: number;
  private readonly nextSeq: () => number;

  constructor(settings: Settings, locator: Locator, id: number, nextSeq: () => number) {
    this.settings = settings;
    this.locator = locator;
    this.id = id;
    this.nextSeq = nextSeq;
  }

  write(operation: Operation, file: File, from: number, data: Uint8Array): void {
    const mutations = this.split(from, data);
    const next = (which: number): void => {
      const mutation = mutations[which];
      if (mutation === undefined) return operation.finish({ type: 'ok' });
      const behind = mutations.slice(which + 1, which + PUSHED_AT_ONCE);
      this.mutate(operation, file, mutation, behind, () => {
        // The rest may fail: this part is there.
        if (which + 1 < mutations.length) operation.doubt = true;
        next(which + 1);
      });
    };
    next(0);
  }

  append(operation: Operation, file: File, data: Uint8Array): void {
    const { chunkSize } = this.settings;
    if (data.length > chunkSize / 4 || data.length > MAX_PIECE / 2)
      return operation.refuse('record-too-large');
    const mutation: Mutation = {
      f: 'append',
      index: -1,
      offset: 0,
      data: framed(data),
      seq: this.nextSeq(),
      attempt: 0,
    };
    this.mutate(operation, file, mutation, [], (offset, node) => {
      const value = mutation.index * chunkSize + offset + DATA_IN_FRAME;
      operation.finish({ type: 'ok', value, node });
    });
  }

  private split(from: number, data: Uint8Array): readonly Mutation[] {
    const { chunkSize } = this.settings;
    const mutations: Mutation[] = [];
    for (let at = 0; at < data.length;) {
      const index = Math.floor((from + at) / chunkSize);
      const offset = (from + at) % chunkSize;
      const part = data.subarray(at, at + Math.min(chunkSize - offset, MAX_PIECE));
      mutations.push({ f: 'write', index, offset, data: part, seq: this.nextSeq(), attempt: 0 });
      at += part.length;
    }
    return mutations;
  }

  /** Asks for it until it is done. Of those behind it, the ones in the same chunk are pushed to the same place. */
  private mutate(
    operation: Operation,
    file: File,
    mutation: Mutation,
    behind: readonly Mutation[],
    then: (offset: number, node: NodeId) => void,
  ): void {
    const { f, seq, offset } = mutation;
    const again = (): void => operation.again(() => this.mutate(operation, file, mutation, behind, then));
    const wanted = { ...file, index: mutation.index, isForWriting: true };
    this.locator.locate(operation, wanted, ({ index, handle, version, primary, replicas }) => {
      if (handle === null || primary === null) return again();
      mutation.index = index;
      const target = { handle, version, primary, replicas };
      const push = this.pushed(operation, mutation, target);
      for (const next of behind) if (next.index === index) next.push = this.pushed(operation, next, target);
      // Asked for again, it is pushed again.
      delete mutation.push;
      push.whenOver(() => {
        const attempt = ++mutation.attempt;
        const body = { f, handle, version, offset, id: this.pushId(seq), client: this.id, seq, attempt };
        operation.ask(primary, body, { matters: true }, (response) => {
          if (response !== undefined && 'ok' in response) return then(Number(response.ok), primary);
          const refused = response !== undefined && 'refused' in response ? response.refused : undefined;
          if (refused === 'bad-request') return operation.refuse(refused, primary);
          if (refused === 'full') mutation.index++;
          else if (refused !== 'overloaded' && refused !== 'no-data') this.locator.forget(file.path, index);
          if (response !== undefined && 'unknown' in response && response.unknown === 'forgotten') {
            return operation.giveUp();
          }
          again();
        });
      });
    });
  }

  /** The push of its data to there: the one that was begun, or a new one. */
  private pushed(operation: Operation, { seq, data, push }: Mutation, target: Target): Push {
    if (push?.isTo(target) === true) return push;
    return new Push(operation, target, this.pushId(seq), data, this.settings.attemptTimeout / 2);
  }

  private pushId(seq: number): string {
    return `${this.id}-${seq}`;
  }
}
