/**
 * A file as bytes, a piece at a time; what gzip made small is given as it was. Which it is, its first
 * bytes say: no history begins with gzip's two.
 */
import { closeSync, createReadStream, openSync, readSync } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { HistoryFormatError } from './malformed.ts';

const CHUNK_BYTES = 1024 * 1024;

/** Each chunk is overwritten by the next: whoever keeps bytes copies them. */
export async function* chunksOf(file: string): AsyncGenerator<Buffer> {
  if (!isGzip(file)) yield* plainChunks(file);
  else yield* unzipped(file);
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

function isGzip(file: string): boolean {
  const fd = openSync(file, 'r');
  try {
    const magic = Buffer.alloc(2);
    return readSync(fd, magic, 0, 2, 0) === 2 && magic[0] === 0x1f && magic[1] === 0x8b;
  } finally {
    closeSync(fd);
  }
}

async function* unzipped(file: string): AsyncGenerator<Buffer> {
  const source = createReadStream(file);
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  source.on('error', (error) => gunzip.destroy(error));
  try {
    for await (const chunk of source.pipe(gunzip)) yield chunk as Buffer; // no encoding is set, so no text
  } catch (error) {
    if (!isZlibError(error)) throw error;
    throw new HistoryFormatError(file, 1, 1, `expected whole gzip data, but it is damaged or cut off`);
  } finally {
    source.destroy();
  }
}

function isZlibError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');
}
