/** What nodes logged around a moment, from the logs in a run's folder. A log that can't be read is left out. */
import { closeSync, existsSync, openSync, readSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { LogLine } from './page/data.ts';

/** Lines of one node, and characters of one line. */
const MAX_LINES = 200;
const MAX_LINE = 400;
/** Of a very long log only so many bytes are looked at, from its end. */
const MAX_READ = 16 * 1024 * 1024;

/**
 * `from`, `until`: ms since the run began. `epoch`: what logs of real processes count from, ms; undefined for
 * a simulation, whose logs count as the run does.
 */
export function logsAround(
  folder: string,
  from: number,
  until: number,
  epoch: number | undefined,
): { readonly [node: string]: readonly LogLine[] } {
  if (!existsSync(folder)) return {};
  const found = readdirSync(folder)
    .sort()
    .flatMap((node) => {
      const file = join(folder, node, 'node.log');
      if (!existsSync(file)) return [];
      const lines = linesOf(file, epoch ?? 0).filter(({ time }) => time >= from && time <= until);
      return [[node, lines.slice(-MAX_LINES)] as const];
    });
  return Object.fromEntries(found);
}

function linesOf(file: string, epoch: number): LogLine[] {
  return tail(file)
    .split('\n')
    .flatMap((line): LogLine[] => {
      let entry: unknown;
      try {
        entry = JSON.parse(line);
      } catch {
        return [];
      }
      if (typeof entry !== 'object' || entry === null) return [];
      const { time, event, data } = entry as {
        readonly time?: unknown;
        readonly event?: unknown;
        readonly data?: unknown;
      };
      if (typeof time !== 'number' || typeof event !== 'string') return [];
      const text = data === undefined ? event : `${event} ${JSON.stringify(data)}`;
      return [{ time: time - epoch, text: text.length > MAX_LINE ? `${text.slice(0, MAX_LINE)}…` : text }];
    });
}

function tail(file: string): string {
  const { size } = statSync(file);
  const bytes = Buffer.alloc(Math.min(size, MAX_READ));
  const fd = openSync(file, 'r');
  try {
    const read = readSync(fd, bytes, 0, bytes.length, size - bytes.length);
    return bytes.toString('utf8', 0, read);
  } finally {
    closeSync(fd);
  }
}
