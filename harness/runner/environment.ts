/** What a run was made with, for whoever wants to repeat it. Nothing that names a user or a machine. */
import { readFileSync } from 'node:fs';
import { arch, availableParallelism, release, totalmem, type } from 'node:os';

/** The version in the package's own `package.json`, found from source and from the build alike. */
export function version(): string {
  for (const up of ['../../package.json', '../../../package.json']) {
    try {
      const { name, version } = JSON.parse(readFileSync(new URL(up, import.meta.url), 'utf8')) as {
        name?: string;
        version?: string;
      };
      if (name === 'faultline' && version !== undefined) return version;
    } catch {
      // one level further up
    }
  }
  return 'unknown';
}

export function environment(): Record<string, string> {
  return {
    faultline: version(),
    node: process.version,
    os: `${type()} ${release()} ${arch()}`,
    cores: String(availableParallelism()),
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
  };
}
