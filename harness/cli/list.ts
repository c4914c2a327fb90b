/** `faultline list [WHAT]`: what plans can name. */
import chalk from 'chalk';
import { Argument, Command } from 'commander';
import { relative } from 'node:path';
import { models } from 'porcupine-ts';
import { checkersByName } from '../../checkers/catalogue.ts';
import { invariantsBySystem } from '../../checkers/invariants/index.ts';
import { Unprepared } from '../hosts/prepare.ts';
import { wrongSystem } from '../hosts/system-shape.ts';
import { absoluteSystem, systemNamed } from '../hosts/system.ts';
import { bugPlan } from '../plan/bug-plans.ts';
import { loadCatalogue } from '../plan/index.ts';
import { faults, shapes, targets } from '../../nemesis/index.ts';
import type { System } from '../../systems/contract.ts';
import { systems } from '../../systems/index.ts';
import { workloads } from '../../workloads/index.ts';
import { EXIT } from './exit-codes.ts';
import { printable } from './printable.ts';

const KINDS = [
  'systems',
  'bugs',
  'marks',
  'workloads',
  'faults',
  'shapes',
  'targets',
  'hosts',
  'checks',
  'invariants',
  'models',
] as const;
type Kind = (typeof KINDS)[number];
interface Item {
  readonly name: string;
  readonly about: string;
  /** A plan file that shows it. */
  readonly plan?: string;
}

export function listCommand(): Command {
  return new Command('list')
    .description(
      'systems, bugs, marks, workloads, faults, shapes, targets, hosts, checks, invariants and models that plans and commands can name',
    )
    .addArgument(new Argument('[what]', 'which of them; all when not given').choices(KINDS))
    .option('--system <path>', 'of a system of your own instead of those that ship: ./system')
    .option('--json', 'as JSON on stdout')
    .addHelpText(
      'after',
      `
Examples:
  faultline list
  faultline list bugs
  faultline list bugs --system ./system
  faultline list faults --json`,
    )
    .action(async (what: Kind | undefined, options: { system?: string; json?: boolean }) => {
      const own = options.system === undefined ? undefined : await ownSystem(options.system);
      if (own === 'none') {
        process.exitCode = EXIT.usage;
        return;
      }
      const all = await catalogue(own);
      const kinds = what === undefined ? KINDS : [what];
      if (options.json) {
        process.stdout.write(`${JSON.stringify(what === undefined ? all : all[what], null, 2)}\n`);
        return;
      }
      for (const kind of kinds) {
        if (what === undefined) process.stdout.write(`${chalk.bold(kind)}\n`);
        const width = Math.max(0, ...all[kind].map(({ name }) => name.length));
        for (const { name, about, plan } of all[kind]) {
          const shown = plan === undefined ? '' : ` · ${printable(plan)}`;
          process.stdout.write(
            `  ${printable(name).padEnd(width)}  ${chalk.dim(`${printable(about)}${shown}`)}\n`,
          );
        }
      }
    });
}

/** `none` after saying why it is none. */
async function ownSystem(path: string): Promise<System | 'none'> {
  try {
    const system = await systemNamed(absoluteSystem(`./${path}`.replace(/^\.\/(?=[./\\])/, ''), '.'));
    const wrong = wrongSystem(system);
    if (wrong === undefined) return system;
    process.stderr.write(`faultline: --system ${printable(path)}: ${printable(wrong)}\n`);
  } catch (error) {
    if (!(error instanceof Unprepared)) throw error;
    process.stderr.write(`faultline: ${printable(error.message)}\n`);
  }
  return 'none';
}

async function catalogue(own: System | undefined): Promise<Record<Kind, readonly Item[]>> {
  const loaded = own
    ? [own]
    : await Promise.all(Object.values(systems).map(async (load) => (await load()).system));
  const { hosts } = await loadCatalogue();
  return {
    systems: loaded,
    bugs: loaded.flatMap(({ name, bugs }) =>
      Object.entries(bugs).map(([bug, about]) => {
        const plan = bugPlan(name, bug);
        return {
          ...{ name: bug, about: `${name}: ${about}` },
          ...(plan !== undefined && { plan: relative(process.cwd(), plan) }),
        };
      }),
    ),
    marks: loaded.flatMap(({ name, marks }) =>
      Object.entries(marks ?? {}).map(([mark, about]) => ({ name: mark, about: `${name}: ${about}` })),
    ),
    workloads: Object.values(workloads),
    faults,
    shapes,
    targets,
    checks: Object.values(checkersByName).map(({ name, summary }) => ({ name, about: summary })),
    invariants: Object.entries(invariantsBySystem).flatMap(([system, makers]) =>
      makers.map((make) => {
        const { name, about } = make();
        return { name, about: `${system}: ${about}` };
      }),
    ),
    models: Object.values(models).map(({ name, summary, functions }) => ({
      name,
      about: `${summary}: ${Object.keys(functions).join(', ')}`,
    })),
    hosts: Object.entries(hosts).map(([name, host]) => ({
      name,
      about: host.available ? `faults: ${host.faults.join(', ')}` : `not available: ${host.why}`,
    })),
  };
}
