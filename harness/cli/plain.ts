/**
 * A run as plain lines, for CI and for terminals alike: a header, a line per second, a line per fault,
 * then the verdict.
 */
import chalk from 'chalk';
import { basename, relative } from 'node:path';
import type { Op } from '../history/op.ts';
import { shownSystem } from '../hosts/system.ts';
import { version } from '../runner/environment.ts';
import type { RunEvent, Second } from '../runner/events.ts';
import { describeFault, describeNemesis } from './faults.ts';
import { printable, printableLine } from './printable.ts';
import { count, elided, milliseconds, moment, plural } from './text.ts';
import { verdictLines } from './verdict.ts';

/** Gives a listener for a run's events that writes lines; `write` gets each without its newline. */
export function plainPrinter(write: (line: string) => void): (event: RunEvent) => void {
  return (event) => {
    switch (event.kind) {
      case 'started':
        for (const line of header(event)) write(line);
        return;
      case 'up':
        write(at(event.ms, `all nodes up`));
        return;
      case 'first-op':
        write(at(event.ms, 'first operation answered'));
        return;
      case 'second':
        write(at(event.ms, secondText(event.second)));
        return;
      case 'fault': {
        const text = describeFault(event.op);
        if (text !== undefined) write(at(event.op.time / 1e6, faultColour(event.op)(printable(text))));
        return;
      }
      case 'host':
        write(
          at(
            event.ms,
            chalk.red(printable(`✗ ${event.event.node} ${event.event.state}: ${event.event.reason}`)),
          ),
        );
        return;
      case 'violation': {
        const { checker, key, index, description } = event.violation;
        const named = key === '' ? '' : ` on key ${JSON.stringify(key)}`;
        const what =
          checker === 'invariants'
            ? `broken invariant, ${elided(description)} (op ${index})`
            : `violation${named}: nothing explains ${elided(description)} (op ${index})`;
        const text = `✗ ${what}${event.stops ? '; ending the run' : ''}`;
        write(at(event.ms, chalk.red(printableLine(text))));
        return;
      }
      case 'watch-lost':
        write(
          at(
            event.ms,
            chalk.yellow(
              printableLine(`! not looking for violations any more until the run is over: ${event.reason}`),
            ),
          ),
        );
        return;
      case 'final-reads':
        write(at(event.ms, 'everything healed; final reads'));
        return;
      case 'judging':
        write(chalk.dim('judging the history …'));
        return;
      case 'judged':
        write('');
        for (const line of verdictLines(event.verdict, event.folder)) write(line);
        return;
    }
  };
}

function header({ plan, nodes, folder }: Extract<RunEvent, { kind: 'started' }>): string[] {
  const { system, workload } = plan;
  const rate = workload.rate === Infinity ? 'as fast as possible' : `${count(workload.rate)} ops/s`;
  const bugs =
    system.bugs.length > 0
      ? chalk.yellow(` · seeded bug${system.bugs.length > 1 ? 's' : ''}: ${system.bugs.join(', ')}`)
      : '';
  return [
    `${chalk.bold(`faultline ${version()}`)} · ${chalk.bold(printable(plan.name))} · seed ${chalk.bold(String(plan.seed))}`,
    `${printable(shownSystem(system.name))}, ${plural(nodes.length, 'node')} on host ${plan.host}${bugs}`,
    `${workload.name}: ${plural(workload.clients, 'client')}, ${rate}, ${plural(workload.keys, 'key')}, for ${milliseconds(plan.time)}`,
    ...plan.nemesis.map((entry, lane) => `fault ${lane}: ${describeNemesis(entry)}`),
    chalk.dim(`records to ${printable(relative(process.cwd(), folder) || basename(folder))}`),
    chalk.dim(
      plan.host === 'sim'
        ? 'simulated in virtual time: the plan and its seed fix everything, to the last byte of the history'
        : 'the seed fixes operations, faults, targets and times; the scheduling of real processes is the operating system’s',
    ),
    '',
  ];
}

function secondText({ ok, fail, info, p50, p99 }: Second): string {
  const latency =
    p50 === undefined
      ? ''
      : chalk.dim(`  p50 ${milliseconds(p50).padStart(8)}  p99 ${milliseconds(p99!).padStart(8)}`);
  const cell = (n: number, word: string, colour: (text: string) => string): string => {
    const text = `${count(n).padStart(6)} ${word}`;
    return n === 0 ? chalk.dim(text) : colour(text);
  };
  return `${cell(ok, 'ok', chalk.green)}${cell(fail, 'fail', chalk.yellow)}${cell(info, 'info', chalk.magenta)}${latency}`;
}

function at(ms: number, text: string): string {
  return `${moment(ms).padStart(10)}  ${text}`;
}

function faultColour(op: Op): (text: string) => string {
  if (op.type === 'fail' || op.type === 'info') return chalk.red;
  return op.f.endsWith('.start') ? chalk.yellow : chalk.cyan;
}
