/**
 * What a format is: bytes in, ops out, in the order of the file, whatever the borders of the chunks.
 * A parser holds one op at most, so a history may be larger than memory.
 */
import type { Op } from '../op.ts';
import type { TornLine } from '../malformed.ts';

export interface Parser {
  /** Throws `HistoryFormatError`. Keeps nothing of the chunk. */
  push(chunk: Buffer): void;
  /** There are no more chunks; `cut`: as the file's end is missing. Throws `HistoryFormatError`. */
  end(cut: boolean): void;
}

/**
 * Where an op's key comes from: a member of the op, the first of each value `[key value]` (Jepsen's
 * `independent`), or nowhere, as all ops act on one object.
 */
export type KeySource =
  | { readonly from: 'member'; readonly name: string }
  | { readonly from: 'value' }
  | { readonly from: 'nowhere' };

export interface ParserOptions {
  /** For messages. */
  readonly file: string;
  readonly key: KeySource;
  /** `line` is where the op begins, from 1. */
  readonly emit: (op: Op, line: number) => void;
  readonly onTorn: (torn: TornLine) => void;
}

/** Longer ones are refused: no op is that large, but a file that is no history may have one. */
export const MAX_OP_BYTES = 16 * 1024 * 1024;
