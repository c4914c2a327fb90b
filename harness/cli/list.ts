/** `faultline list [WHAT]`: what plans can name. */
import chalk from 'chalk';
import { Argument, Command } from 'commander';
import { relative } from 'node:path';
import { models } from 'porcupine-ts';
import { checkersByName } from '../../checkers/catalogue.ts';
import { invariantsBySystem } from '../../checkers/invariants/index.ts';
import { bugPlan } from '../plan/bug-plans.ts';
import { loadCatalogue } from '../plan/index.ts';
import { faults, shapes, targets } from '../../nemesis/index.ts';
import { systems } from '../../systems/index.ts';
import { workloads } from '../../workloads/index.ts';
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
    .option('--json', 'as JSON on stdout')
    .addHelpText(
      'after',
      '\nExamples:\n  faultline list\n  faultline list bugs\n  faultline list faults --json',
    )
    .action(async (what: Kind | undefined, options: { json?: boolean }) => {
      const all = await catalogue();
      const kinds = what === undefined ? KINDS : [what];
      if (options.json) {
        process.stdout.write(`${JSON.stringify(what === undefined ? all : all[what], null, 2)}\n`);
        return;
      }
      for (const kind of kinds) {
        if (what === undefined) process.stdout.write(`${chalk.bold(kind)}\n`);
        const width = Math.max(...all[kind].map(({ name }) => name.length));
        for (const { name, about, plan } of all[kind]) {
          const shown = plan === undefined ? '' : ` · ${printable(plan)}`;
          process.stdout.write(`  ${name.padEnd(width)}  ${chalk.dim(`${about}${shown}`)}\n`);
        }
      }
    });
}

async function catalogue(): Promise<Record<Kind, readonly Item[]>> {
  const loaded = await Promise.all(Object.values(systems).map(async (load) => (await load()).system));
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
