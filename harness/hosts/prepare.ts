/**
 * What a system needs before any node or client of it is made: modules of the user's, named by options. A
 * path is taken from the directory that the harness runs in, on every host.
 */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { System, SystemConfig } from '../../systems/contract.ts';

/** What the user named can't be used; nothing was started. */
export class Unprepared extends Error {
  override readonly name = 'Unprepared';
}

/** Rejects with `Unprepared`. */
export async function prepareSystem(system: System, config: SystemConfig): Promise<void> {
  try {
    await system.prepare?.(config, load);
  } catch (error) {
    if (error instanceof Unprepared) throw error;
    throw new Unprepared(`system ${system.name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function load(path: string): Promise<unknown> {
  try {
    return (await import(pathToFileURL(resolve(path)).href)) as unknown;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    const why = error instanceof Error ? error.message.split('\n')[0]! : String(error);
    if (code === 'ERR_UNKNOWN_FILE_EXTENSION') {
      throw new Unprepared(
        `${path}: Node ${process.versions.node} loads no such file; TypeScript needs Node 22.18, or has to be compiled to .js first`,
      );
    }
    throw new Unprepared(`can't load the module ${path}: ${why}`);
  }
}
