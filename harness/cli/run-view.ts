/**
 * How a run is shown: on a terminal as a dashboard, and what is to stay as plain lines once that is closed;
 * elsewhere, and where it is asked for, as plain lines from the start.
 */
import type { RunEvent } from '../runner/events.ts';
import type { Live } from '../runner/live.ts';
import type { Plan } from '../plan/index.ts';
import { openDashboard, type OpenDashboard } from '../tui/dashboard/open.ts';
import { plainPrinter } from './plain.ts';
import { printable } from './printable.ts';

export interface RunView {
  readonly onEvent: (event: RunEvent) => void;
  /** None where nobody can step in. */
  readonly live: Live | undefined;
  /** A line that the command line has to say while the run goes on. */
  say(line: string): void;
  /** The run is over; says whether somebody wants to inspect it. */
  close(): boolean;
}

type Write = (line: string) => void;

export interface Terminal {
  readonly stdin: { readonly isTTY?: boolean };
  readonly stdout: { readonly isTTY?: boolean };
  readonly env: NodeJS.ProcessEnv;
}

/** Whether a plan's run can be shown as a dashboard here: by a person's terminal, on real processes. */
export function canDashboard({ host }: Plan, { stdin, stdout, env }: Terminal): boolean {
  if (stdin.isTTY !== true || stdout.isTTY !== true || host === 'sim') return false;
  return ['', '0', 'false'].includes(env['CI'] ?? '') && env['TERM'] !== 'dumb';
}

export function plainView(write: Write): RunView {
  return { onEvent: plainPrinter(write), live: undefined, say: write, close: () => false };
}

/** `turn` of `turns` runs, from 1. */
export function dashboardView(
  { turn, turns }: { readonly turn: number; readonly turns: number },
  write: Write,
): RunView {
  const print = plainPrinter(write);
  const kept: RunEvent[] = [];
  let open: OpenDashboard | undefined;
  const flush = (): void => {
    for (const event of kept.splice(0)) print(event);
  };
  const broken = (error: unknown): void => {
    open = undefined;
    flush();
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    write(printable(`the dashboard failed, plain lines from here; please report it: ${reason}`));
  };
  // As if the terminal had said it itself, which in raw mode it does not.
  const onInterrupt = (): void => void process.kill(process.pid, 'SIGINT');
  const { dashboard } = (open = openDashboard({ turn, turns, onInterrupt }, broken));
  return {
    onEvent(event) {
      if (open === undefined) return print(event);
      dashboard.onEvent(event);
      if (STAYS.includes(event.kind)) kept.push(event);
    },
    live: dashboard.live,
    say: (line) => (open === undefined ? write(line) : dashboard.note(line)),
    close() {
      open?.close();
      open = undefined;
      flush();
      return dashboard.decision === 'inspect';
    },
  };
}

/** What is printed when the dashboard is gone. */
const STAYS: readonly RunEvent['kind'][] = ['started', 'host', 'violation', 'watch-lost', 'judged'];
