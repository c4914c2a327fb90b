/** How far an exploration is: on a terminal a line that is written over, elsewhere a line every few seconds. */
import type { Explored } from '../explore/explore.ts';
import { speedOf } from '../explore/report.ts';
import { count } from './text.ts';

export interface ExploreProgress {
  tell(explored: Explored): void;
  /** Before anything else is written. */
  clear(): void;
}

type Stream = Pick<NodeJS.WriteStream, 'write' | 'isTTY' | 'columns'>;

const ON_TERMINAL_MS = 100;
const ELSEWHERE_MS = 5000;

export function exploreProgress(
  stream: Stream,
  live: boolean = stream.isTTY && !process.env['CI'],
  now: () => number = () => performance.now(),
): ExploreProgress {
  const start = now();
  let last = start;
  let shown = false;
  return {
    tell(explored) {
      if (now() - last < (live ? ON_TERMINAL_MS : ELSEWHERE_MS)) return;
      last = now();
      const text = progressText(explored, last - start);
      if (!live) return void stream.write(`${text}\n`);
      shown = true;
      stream.write(`\r\u001b[K${text.slice(0, Math.max(10, stream.columns - 1))}`);
    },
    clear() {
      if (shown) stream.write('\r\u001b[K');
      shown = false;
    },
  };
}

/** `elapsed` in wall ms. */
function progressText({ tally, coverage }: Explored, elapsed: number): string {
  const { seedsPerSecond, virtualPerWall } = speedOf(tally, elapsed);
  const { seeds, invalid, unknown, crashed, hung } = tally;
  const parts = [
    `${count(seeds)} seeds`,
    `${seedsPerSecond.toFixed(seedsPerSecond < 10 ? 1 : 0)}/s`,
    `${count(Math.round(virtualPerWall))} virtual s/s`,
    `${count(invalid)} violations`,
    `${count(unknown)} unknown`,
    ...(crashed > 0 ? [`${count(crashed)} crashed`] : []),
    ...(hung > 0 ? [`${count(hung)} hung`] : []),
    ...(coverage.size > 0 ? [`marks ${coverage.reached}/${coverage.size}`] : []),
  ];
  return parts.join(' · ');
}
