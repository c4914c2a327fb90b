/**
 * Porcupine, the Go checker that ours is measured against: built from a checkout that the user has, with
 * no network. Nothing of it is part of this repository but the small program in `bench/porcupine` that
 * reads our histories.
 */
import { execa } from 'execa';
import { cpSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const SOURCE = fileURLToPath(new URL('../../../bench/porcupine', import.meta.url));
const MODULE = 'github.com/anishathalye/porcupine';

/** The path of the program, built into `folder`. Throws where there is no Go, or `checkout` does not build. */
export async function buildYardstick(checkout: string, folder: string): Promise<string> {
  const directory = join(folder, 'porcupine');
  cpSync(SOURCE, directory, { recursive: true });
  const go = (...args: string[]): Promise<unknown> =>
    execa('go', args, { cwd: directory, env: { GOPROXY: 'off', GOFLAGS: '-mod=mod', GOWORK: 'off' } });
  await go('mod', 'edit', '-replace', `${MODULE}=${resolve(checkout)}`);
  await go('build', '-o', 'yardstick', '.');
  return join(directory, 'yardstick');
}
