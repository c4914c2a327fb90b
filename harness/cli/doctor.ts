/** `faultline doctor`: what this machine can do, and how to get the rest. */
import chalk from 'chalk';
import { Command } from 'commander';
import { looked, type Finding, type Section } from '../doctor/finding.ts';
import { hosts } from '../doctor/hosts.ts';
import { machine } from '../doctor/machine.ts';
import { network } from '../doctor/network.ts';
import { results } from '../doctor/results.ts';
import { terminal } from '../doctor/terminal.ts';
import { version } from '../runner/environment.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { printable } from './printable.ts';

const MARKS: { readonly [state in Finding['state']]: string } = {
  ok: chalk.green('✓'),
  poor: chalk.yellow('!'),
  missing: chalk.red('✗'),
  note: chalk.dim('·'),
};

export function doctorCommand(): Command {
  return new Command('doctor')
    .description('what this machine can do, and how to get the rest: hosts are tried, nothing is changed')
    .option('--out <dir>', 'where run folders would go', 'results')
    .option('--json', 'what was found, as JSON on stdout')
    .addHelpText(
      'after',
      `
Looks at Node, processors, memory, clock, limits, loopback network, the disk of the results and the terminal,
then runs a small cluster on each host, which takes a few seconds. ✓ well, ! works and could be better,
✗ does not work, · only to know.

Exit codes: 0 the hosts process and sim work, 255 one of them does not.

Examples:
  faultline doctor
  faultline doctor --out /mnt/disk/results
  faultline doctor --json`,
    )
    .action(async (options: { out: string; json?: boolean }) => {
      process.exitCode = await doctor(options);
    });
}

async function doctor({ out, json }: { readonly out: string; readonly json?: boolean }): Promise<ExitCode> {
  const looks = [
    ['machine', machine, false],
    ['network', network, true],
    ['disk', () => results(out), true],
    ['terminal', terminal, false],
    ['hosts', hosts, true],
  ] as const;
  const sections: Section[] = [];
  if (!json) process.stdout.write(`faultline ${version()} on ${process.platform} ${process.arch}\n`);
  for (const [title, look, needed] of looks) {
    const section = { title, findings: await looked(title, look, needed) };
    sections.push(section);
    if (!json) process.stdout.write(`${linesOf(section).join('\n')}\n`);
  }
  const findings = sections.flatMap((section) => section.findings);
  const broken = findings.filter(({ needed, state }) => needed === true && state === 'missing');
  const works = broken.length === 0;
  if (json) process.stdout.write(`${JSON.stringify({ works, sections }, null, 2)}\n`);
  else {
    const poor = findings.filter(({ state }) => state === 'poor').length;
    const better = poor === 0 ? '' : `, ${poor === 1 ? 'one thing' : `${poor} things`} could be better`;
    const said = works
      ? chalk.green(`process and sim work here${better}`)
      : chalk.red('not everything works here');
    process.stdout.write(`\n${said}${works ? '' : `: ${broken.map(({ name }) => name).join(', ')}`}\n`);
  }
  return works ? EXIT.met : EXIT.harness;
}

function linesOf({ title, findings }: Section): readonly string[] {
  const width = Math.max(...findings.map(({ name }) => name.length));
  return [
    '',
    chalk.bold(title),
    ...findings.flatMap(({ name, state, found, hint }) => [
      `  ${MARKS[state]} ${name.padEnd(width)}  ${printable(found)}`,
      ...(hint === undefined ? [] : [chalk.dim(`    ${' '.repeat(width)}  → ${hint}`)]),
    ]),
  ];
}
