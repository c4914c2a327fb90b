/**
 * A chunk's file: what the replica held when the file was last written as a whole, in blocks, and what came
 * since, one piece after another. A piece is a checksummed head and raw bytes, whose sum stands in the head;
 * blocks are of 64 KB as in the paper (§5.2), or the chunk where that is smaller. Every sum is verified when
 * the file is read, which is on the node's start: from then on the content is in memory.
 *
 * What is synced ends with a seal, an empty record: so what was promised never stands last, and damage to it
 * is told from a torn write. A torn end is cut off; anything else that is wrong makes the replica a damaged
 * one, which must not serve and is cloned anew from the others.
 *
 * One sync at a time: what is appended while it is under way waits for the next one.
 */
import type { Disk, DiskToken, Json } from '../../contract.ts';
import { isCount, isObject } from '../../json.ts';
import { crc32 } from '../../crc32.ts';
import { decodeText, encodeJson, parseJson } from '../../json-records.ts';
import { anyRecordAfter, encodeRecord, HEADER_BYTES, recordAt } from '../../records.ts';
import { joined } from '../bytes.ts';
import type { Handle } from '../messages.ts';
import { sumOf } from './sums.ts';

const PREFIX = 'chunk-';
export const BLOCK = 65_536;

export interface Piece {
  readonly head: { readonly [name: string]: Json };
  readonly bytes: Uint8Array;
}

export type Found =
  | { readonly state: 'whole'; readonly pieces: readonly Piece[]; readonly torn: number }
  | { readonly state: 'damaged'; readonly offset: number };

/** The chunks that have a file here. */
export function handlesOn(disk: Disk): readonly Handle[] {
  return disk.list().flatMap((file) => (file.startsWith(PREFIX) ? [Number(file.slice(PREFIX.length))] : []));
}

export class ChunkFile {
  private readonly disk: Disk;
  private readonly name: string;
  /** Counts what was asked to be durable; `saved` of it is, `writing` is on its way. */
  private asked = 0;
  private saved = 0;
  private writing: { readonly token: DiskToken; readonly upTo: number } | undefined;
  private readonly waiting: { readonly from: number; readonly then: () => void }[] = [];
  private grownBytes = 0;

  constructor(disk: Disk, handle: Handle) {
    this.disk = disk;
    this.name = `${PREFIX}${handle}`;
  }

  /** Bytes appended since it was written as a whole. */
  get grown(): number {
    return this.grownBytes;
  }

  /** Reads the file, on start, and cuts off a torn end. With `verify` off, the sums of bytes are not looked at. */
  read(verify: boolean): Found {
    const file = this.disk.read(this.name) ?? new Uint8Array(0);
    const pieces: Piece[] = [];
    let end = 0;
    while (end < file.length) {
      const payload = recordAt(file, end);
      if (payload === undefined) {
        if (anyRecordAfter(file, end)) return { state: 'damaged', offset: end };
        break;
      }
      let next = end + HEADER_BYTES + payload.length;
      if (payload.length > 0) {
        const head = parseJson(decodeText(payload));
        if (!isObject(head)) return { state: 'damaged', offset: end };
        const { bytes: length = 0, sum } = head;
        if (!isCount(length)) return { state: 'damaged', offset: end };
        if (next + length > file.length) break;
        const bytes = file.subarray(next, next + length);
        if (verify && length > 0 && sum !== crc32(bytes, 0, length)) {
          // Whatever is promised has a seal behind it; and a torn write is a short one.
          return { state: 'damaged', offset: end };
        }
        pieces.push({ head, bytes });
        next += length;
      }
      end = next;
    }
    const torn = file.length - end;
    if (torn > 0) this.disk.truncate(this.name, end);
    this.grownBytes = end;
    // What can be read is not therefore durable: a process may have died between its write and its sync.
    this.save();
    return { state: 'whole', pieces, torn };
  }

  /** The bytes must not change any more. */
  append(head: Piece['head'], bytes: Uint8Array = NOTHING): void {
    for (const part of encoded({ head, bytes })) {
      this.grownBytes += part.length;
      this.disk.append(this.name, part);
    }
    this.save();
  }

  rewrite(pieces: readonly Piece[]): void {
    this.grownBytes = 0;
    this.asked++;
    const token = this.disk.replace(this.name, joined([...pieces.flatMap(encoded), seal()]));
    // Completions of one file come in order, so this one covers a sync that is under way.
    this.writing = { token, upTo: this.asked };
  }

  /** Runs `then` once all that was appended so far is durable: at once, or from a later `completed`. */
  whenDurable(then: () => void): void {
    if (this.saved === this.asked) then();
    else this.waiting.push({ from: this.asked, then });
  }

  /** True when the token was one of this file's. */
  completed(token: DiskToken): boolean {
    if (this.writing?.token !== token) return false;
    this.saved = this.writing.upTo;
    this.writing = undefined;
    if (this.saved < this.asked) this.sync();
    while (this.waiting.length > 0 && this.waiting[0]!.from <= this.saved) this.waiting.shift()!.then();
    return true;
  }

  /** For good: nothing that waits for it will run. */
  remove(): void {
    this.waiting.length = 0;
    this.writing = undefined;
    this.disk.remove(this.name);
  }

  private save(): void {
    this.asked++;
    if (this.writing === undefined) this.sync();
  }

  private sync(): void {
    this.disk.append(this.name, seal());
    this.writing = { token: this.disk.sync(this.name), upTo: this.asked };
  }
}

const NOTHING = new Uint8Array(0);

function seal(): Uint8Array {
  return encodeRecord(NOTHING);
}

/** Long bytes are not copied behind their head. */
function encoded({ head, bytes }: Piece): readonly Uint8Array[] {
  if (bytes.length === 0) return [encodeJson(head)];
  const parts = [encodeJson({ ...head, bytes: bytes.length, sum: sumOf(bytes) }), bytes];
  return bytes.length < BLOCK ? [joined(parts)] : parts;
}
