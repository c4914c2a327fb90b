/** Bytes as text, strictly UTF-8: what is not is refused, as distinct bytes would read alike. */
import { HistoryFormatError } from '../malformed.ts';

export class Utf8 {
  readonly #file: string;
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });

  constructor(file: string) {
    this.#file = file;
  }

  /** `line` is where this piece begins, for messages; the last piece is undefined. */
  decode(bytes: Buffer | undefined, line: number): string {
    try {
      return bytes === undefined ? this.#decoder.decode() : this.#decoder.decode(bytes, { stream: true });
    } catch {
      const where = bytes === undefined ? line : line + firstBad(bytes);
      throw new HistoryFormatError(this.#file, where, 1, 'expected UTF-8 on this line or the next');
    }
  }
}

/** Lines before the first byte that can't be UTF-8, about: a sequence may have begun a chunk earlier. */
function firstBad(bytes: Buffer): number {
  let line = 0;
  let from = 0;
  for (let to = bytes.indexOf(10); to >= 0; to = bytes.indexOf(10, from)) {
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(from, to));
    } catch {
      if (from > 0) return line;
    }
    line++;
    from = to + 1;
  }
  return line;
}
