/** Flips a bit of what a node that is down has stored, as a disk that rots would. */
import { closeSync, existsSync, openSync, readSync, readdirSync, statSync, writeSync } from 'node:fs';

export interface Flipped {
  readonly file: string;
  /** Of the byte. */
  readonly offset: number;
}

/**
 * `where`, in [0, 1), is a place in all files one after the other, in the order of their names. Undefined
 * when they hold nothing.
 */
export function flipBit(directory: string, where: number): Flipped | undefined {
  const names = existsSync(directory) ? readdirSync(directory) : [];
  const files = names
    .filter((name) => !name.startsWith('.')) // a file that was never put in its place is none of the node's
    .sort()
    .map((file) => ({ file, size: statSync(`${directory}/${file}`).size }));
  const total = files.reduce((sum, { size }) => sum + size, 0);
  const bit = Math.floor(where * total * 8);
  let offset = Math.floor(bit / 8);
  for (const { file, size } of files) {
    if (offset < size) {
      flip(`${directory}/${file}`, offset, bit % 8);
      return { file, offset };
    }
    offset -= size;
  }
  return undefined;
}

function flip(path: string, offset: number, bit: number): void {
  const file = openSync(path, 'r+');
  try {
    const byte = Buffer.alloc(1);
    readSync(file, byte, 0, 1, offset);
    byte.writeUInt8(byte.readUInt8(0) ^ (1 << bit), 0);
    writeSync(file, byte, 0, 1, offset);
  } finally {
    closeSync(file);
  }
}
