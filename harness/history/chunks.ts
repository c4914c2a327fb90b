/**
 * A file as bytes, a piece at a time; what gzip made small is given as it was. Which it is, its first
 * bytes say: no history begins with gzip's two.
 */
import { closeSync, createReadStream, openSync, readSync } from 'node:fs';
import { constants, createGunzip } from 'node:zlib';
import { HistoryFormatError } from './malformed.ts';

const CHUNK_BYTES = 1024 * 1024;

/**
 * Each chunk is overwritten by the next: whoever keeps bytes copies them. Of gzip data that were cut off,
 * gives what is there, then `onCut` is called. Throws `HistoryFormatError` for such as are damaged.
 */
export async function* chunksOf(file: string, onCut: () => void = () => {}): AsyncGenerator<Buffer> {
  if (!isGzip(file)) return yield* plainChunks(file);
  let given = 0;
  try {
    for await (const chunk of unzipped(file)) {
      given += chunk.length;
      yield chunk;
    }
  } catch (error) {
    if (!isZlibError(error)) throw error;
    if (error.code !== 'Z_BUF_ERROR')
      throw new HistoryFormatError(file, 1, 1, `expected gzip data, but they are damaged: ${error.message}`);
    // Only its end is missing. Once more, asking for what there is: the last of it was held back.
    for await (const chunk of unzipped(file, constants.Z_SYNC_FLUSH)) {
      if (given < chunk.length) yield chunk.subarray(given);
      given = Math.max(0, given - chunk.length);
    }
    onCut();
  }
}

/** The same without gzip, for who cannot wait. */
export function* plainChunks(file: string): Generator<Buffer> {
  const fd = openSync(file, 'r');
  try {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    for (let read; (read = readSync(fd, chunk, 0, CHUNK_BYTES, null)) > 0;) yield chunk.subarray(0, read);
  } finally {
    closeSync(fd);
  }
}

/** Whether it begins as gzip does. */
export function isGzip(file: string): boolean {
  const fd = openSync(file, 'r');
  try {
    const magic = Buffer.alloc(2);
    return readSync(fd, magic, 0, 2, 0) === 2 && magic[0] === 0x1f && magic[1] === 0x8b;
  } finally {
    closeSync(fd);
  }
}

async function* unzipped(file: string, finishFlush = constants.Z_FINISH): AsyncGenerator<Buffer> {
  const source = createReadStream(file);
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES, finishFlush });
  source.on('error', (error) => gunzip.destroy(error));
  try {
    for await (const chunk of source.pipe(gunzip)) yield chunk as Buffer; // no encoding is set, so no text
  } finally {
    source.destroy();
  }
}

function isZlibError(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');
}
