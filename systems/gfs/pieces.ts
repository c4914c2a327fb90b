/** The pieces in which data is pushed: the same for whoever pushes it and whoever puts it together again. */

/** Bytes of a piece; only the last one of the data is shorter. */
export const PIECE = 262_144;

/** Whether data of `length` bytes at `offset` is one of the pieces that data of `size` bytes is pushed in. */
export function isPieceOf(size: number, offset: number, length: number): boolean {
  return offset % PIECE === 0 && offset <= size && length === Math.min(PIECE, size - offset);
}
