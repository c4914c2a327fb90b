/**
 * A client's writes and appends (paper §3.1): each is a mutation of a chunk, or one of each chunk that it
 * spans. Its data is pushed along the replicas, and then the primary is asked to order it, again and again
 * with the same number until that is done.
 *
 * Of a long write the next mutations are pushed while one is ordered, and those that are there when that is done
 * are ordered together.
 */
import type { NodeId } from '../contract.ts';
import type { Locator } from './locator.ts';
import type { Operation } from './operation.ts';
import { Lane, Push, type Target } from './pushing.ts';
import { DATA_IN_FRAME, framed } from './record-frames.ts';
import { MAX_ORDERED, MAX_PIECE } from './requests.ts';
import type { Settings } from './settings.ts';

/** Mutations behind those that are being ordered whose data is on its way. */
const PUSHED_AHEAD = 4;

/** Which file, and whether it is made where there is none. */
export interface File {
  readonly path: string;
  readonly create: boolean;
}

/** The data of one mutation of one chunk. */
interface Part {
  /** Of the chunk in the file. */
  readonly index: number;
  readonly offset: number;
  readonly data: Uint8Array;
  readonly seq: number;
  /** Its data, where that is on its way already. */
  push?: Push;
}

/** What is asked of a primary at once: one mutation, or several one behind the other. */
interface Order {
  readonly f: 'write' | 'append';
  /** -1 is the last chunk, until that is known. */
  index: number;
  parts: readonly [Part, ...Part[]];
  /** Parts that come after it. */
  readonly behind: readonly Part[];
  /** Data that was pushed was not there any more: so no more is pushed than the first part. */
  isTight: boolean;
  attempt: number;
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
    const all = this.split(from, data);
    const lane = new Lane();
    const next = (which: number): void => {
      const first = all[which];
      if (first === undefined) return operation.finish({ type: 'ok' });
      const { index } = first;
      // With those that are there already, for the price of one.
      const ready = all.slice(which + 1, which + MAX_ORDERED);
      const end = ready.findIndex((part) => part.index !== index || part.push?.isOver !== true);
      const parts = [first, ...(end < 0 ? ready : ready.slice(0, end))] as const;
      const after = which + parts.length;
      const behind = all.slice(after, after + PUSHED_AHEAD).filter((part) => part.index === index);
      this.ask(
        operation,
        lane,
        file,
        { f: 'write', index, parts, behind, isTight: false, attempt: 0 },
        () => {
          // The rest may fail: this part is there.
          if (after < all.length) operation.doubt = true;
          next(after);
        },
      );
    };
    next(0);
  }

  append(operation: Operation, file: File, data: Uint8Array): void {
    const { chunkSize } = this.settings;
    if (data.length > chunkSize / 4 || data.length > MAX_PIECE / 2)
      return operation.refuse('record-too-large');
    const part: Part = { index: -1, offset: 0, data: framed(data), seq: this.nextSeq() };
    const order: Order = { f: 'append', index: -1, parts: [part], behind: [], isTight: false, attempt: 0 };
    this.ask(operation, new Lane(), file, order, (offset, node) => {
      const value = order.index * chunkSize + offset + DATA_IN_FRAME;
      operation.finish({ type: 'ok', value, node });
    });
  }

  private split(from: number, data: Uint8Array): readonly Part[] {
    const { chunkSize } = this.settings;
    const parts: Part[] = [];
    for (let at = 0; at < data.length;) {
      const index = Math.floor((from + at) / chunkSize);
      const offset = (from + at) % chunkSize;
      const part = data.subarray(at, at + Math.min(chunkSize - offset, MAX_PIECE));
      parts.push({ index, offset, data: part, seq: this.nextSeq() });
      at += part.length;
    }
    return parts;
  }

  /** Asks for it until it is done. */
  private ask(
    operation: Operation,
    lane: Lane,
    file: File,
    order: Order,
    then: (offset: number, node: NodeId) => void,
  ): void {
    const { f, parts, behind } = order;
    const { seq } = parts.at(-1) ?? parts[0];
    const again = (): void => operation.again(() => this.ask(operation, lane, file, order, then));
    const wanted = { ...file, index: order.index, isForWriting: true };
    this.locator.locate(operation, wanted, ({ index, handle, version, primary, replicas }) => {
      if (handle === null || primary === null) return again();
      order.index = index;
      const target = { handle, version, primary, replicas };
      const { isTight } = order;
      const pushes = (isTight ? [parts[0]] : parts).map((part) => this.pushed(operation, lane, part, target));
      if (!isTight) for (const part of behind) part.push = this.pushed(operation, lane, part, target);
      // Asked for again, they are pushed again.
      for (const part of parts) delete part.push;
      whenAllOver(pushes, () => {
        const attempt = ++order.attempt;
        const { offset } = parts[0];
        const sizes = parts.map(({ data }) => data.length);
        const body = { f, handle, version, offset, sizes, client: this.id, seq, attempt };
        operation.ask(primary, body, { matters: true }, (response) => {
          if (response !== undefined && 'ok' in response) {
            const [first, ...rest] = undone(order, Number(response.ok));
            if (first === undefined) return then(Number(response.ok), primary);
            operation.doubt = true;
            order.parts = [first, ...rest];
            return this.ask(operation, lane, file, order, then);
          }
          const refused = response !== undefined && 'refused' in response ? response.refused : undefined;
          if (refused === 'bad-request') return operation.refuse(refused, primary);
          if (refused === 'no-data') order.isTight = true;
          if (refused === 'full') order.index++;
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
  private pushed(operation: Operation, lane: Lane, { seq, data, push }: Part, target: Target): Push {
    if (push?.isTo(target) === true) return push;
    return new Push(operation, lane, target, `${this.id}-${seq}`, data, this.settings.attemptTimeout / 2);
  }
}

/** Of some data there may have been no more: the parts of a write behind the last one that was done. */
function undone({ f, parts }: Order, last: number): readonly Part[] {
  const isPartly = f === 'write' && parts.some(({ seq }) => seq === last);
  return isPartly ? parts.filter(({ seq }) => seq > last) : [];
}

function whenAllOver([first, ...others]: readonly Push[], then: () => void): void {
  if (first === undefined) then();
  else first.whenOver(() => whenAllOver(others, then));
}
