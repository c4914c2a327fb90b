/** Many pieces of bytes written to a place in a file, with few calls and few copies. */
import * as fs from 'node:fs';
import { promisify } from 'node:util';

const write = promisify<number, Uint8Array, number, number, number, number>(
  (fd, bytes, offset, length, position, done) => fs.write(fd, bytes, offset, length, position, done),
);
const writeAll = promisify<number, readonly Uint8Array[], number, number>((fd, pieces, position, done) =>
  fs.writev(fd, pieces, position, done),
);

/** Shorter pieces than this are copied together before they are written. */
const SHORT = 16 * 1024;

/** The same bytes with short neighbours in one piece: many short ones are slower to write than to copy. */
export function compacted(parts: readonly Uint8Array[]): readonly Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let short: Uint8Array[] = [];
  const endShort = (): void => {
    if (short.length > 0) pieces.push(Buffer.concat(short));
    short = [];
  };
  for (const part of parts) {
    if (part.length < SHORT) short.push(part);
    else {
      endShort();
      pieces.push(part);
    }
  }
  endShort();
  return pieces;
}

/** Writes all of them, one behind the other. */
export async function writeAt(file: number, pieces: readonly Uint8Array[], position: number): Promise<void> {
  const size = pieces.reduce((sum, { length }) => sum + length, 0);
  let done = pieces.length > 1 ? await writeAll(file, pieces, position) : 0;
  if (done === size) return;
  // An operating system may write less than it was given, in the middle of whatever piece.
  for (let start = 0, at = 0; at < pieces.length; start += pieces[at++]!.length) {
    const piece = pieces[at]!;
    while (done < start + piece.length) {
      const within = done - start;
      done += await write(file, piece, within, piece.length - within, position + done);
    }
  }
}
