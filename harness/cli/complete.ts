/**
 * `faultline complete`: scripts for shells, and the question that such a script asks at each Tab: which words
 * may come next. The library speaks the shells' protocol; what may come next is known from the commands
 * themselves, and from what is there: plan files, run folders, names of the catalogue.
 */
import { Command, type Argument, type Option } from 'commander';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { EXIT } from './exit-codes.ts';

const SHELLS = ['bash', 'zsh', 'fish', 'powershell'] as const;
/** Deeper, and more, than people keep plans and look through lists. */
const MAX_DEPTH = 4;
const MAX_FILES = 500;
const MAX_RUNS = 50;

/** Bash expands the words that it is given (`compgen -W`): a file's name must not be a command to it. */
const SAFE = /^[\p{L}\p{N}._@%+,=:-]+$/u;

/** The script for bash relies on the package bash-completion, which not every machine has. */
const BASH_ALONE = `
if ! declare -F _get_comp_words_by_ref >/dev/null; then
    _get_comp_words_by_ref() {
        words=("\${COMP_WORDS[@]}")
        cword=$COMP_CWORD
        cur=\${COMP_WORDS[COMP_CWORD]}
        prev=\${COMP_WORDS[COMP_CWORD-1]}
    }
fi`;

interface Suggestion {
  readonly value: string;
  readonly about: string;
}
type Suggest = () => readonly Suggestion[];

/** `program`: asked for its commands when there is something to complete. */
export function completeCommand(program: () => Command): Command {
  return new Command('complete')
    .description('shell completion: print the script for a shell')
    .argument('[shell]', `one of ${SHELLS.join(', ')}`)
    .argument('[words...]', 'after --: the words so far, to get those that may come next')
    .allowExcessArguments()
    .addHelpText(
      'after',
      `
Completes commands, options, plan files, run folders and the names that plans can use.

Examples:
  source <(faultline complete bash)                      # in ~/.bashrc to keep it
  source <(faultline complete zsh)                       # in ~/.zshrc
  faultline complete fish > ~/.config/fish/completions/faultline.fish
  faultline complete powershell >> $PROFILE
  faultline complete -- run plans/                       # what a script asks`,
    )
    .action(async () => {
      const all = program();
      const words = process.argv.slice(process.argv.indexOf('complete') + 1);
      if (words[0] !== '--') {
        const shell = SHELLS.find((name) => name === words[0]);
        if (shell === undefined) {
          process.stderr.write(`faultline: complete: expected one of ${SHELLS.join(', ')}\n`);
          process.exitCode = EXIT.usage;
          return;
        }
        const { script } = await import('@bomb.sh/tab');
        script(shell, all.name(), all.name());
        if (shell === 'bash') process.stdout.write(`${BASH_ALONE}\n`);
        return;
      }
      await answer(all, words.slice(1));
    });
}

/** Prints what may come after `words`, of which the last is the one being typed. */
async function answer(program: Command, words: readonly string[]): Promise<void> {
  const { RootCommand } = await import('@bomb.sh/tab');
  const root = new RootCommand();
  const typed = words.at(-1) ?? '';
  const named = await suggestions();
  for (const command of program.commands) {
    const known = root.command(command.name(), command.description());
    for (const option of command.createHelp().visibleOptions(command)) {
      const name = option.long?.slice(2);
      if (name === undefined) continue;
      const takesValue = option.required || option.optional;
      const suggest = takesValue ? forOption(option, named) : undefined;
      const short = option.short?.slice(1);
      if (suggest) known.option(name, option.description, (complete) => each(suggest, complete), short);
      else known.option(name, option.description, short ?? '');
    }
    for (const argument of command.registeredArguments) {
      const suggest = forArgument(command.name(), argument, typed);
      known.argument(argument.name(), (complete) => each(suggest, complete), argument.variadic);
    }
  }
  root.parse([...words]);
}

function each(suggest: Suggest, complete: (value: string, about: string) => void): void {
  for (const { value, about } of suggest()) complete(value, about.split('\n')[0]!);
}

const words =
  (values: readonly string[]): Suggest =>
  () =>
    values.map((value) => ({ value, about: '' }));

function forArgument(command: string, { argChoices, variadic }: Argument, typed: string): Suggest {
  if (argChoices) return words(argChoices);
  switch (command) {
    case 'complete':
      return words(SHELLS);
    case 'run':
    case 'validate':
    case 'explore':
    case 'repeat':
      return () => planFiles(typed);
    case 'replay':
    case 'report':
    case 'inspect':
      return runFolders;
    case 'shrink':
      return () => [...runFolders(), ...planFiles(typed)];
    case 'check':
      return () => (variadic ? [...runFolders(), ...historyFiles(typed)] : runFolders());
    default:
      return words([]);
  }
}

interface Named {
  readonly models: readonly Suggestion[];
  readonly hosts: readonly Suggestion[];
  readonly settings: readonly Suggestion[];
}

function forOption({ long, argChoices }: Option, { models, hosts, settings }: Named): Suggest {
  if (argChoices) return words(argChoices);
  switch (long) {
    case '--model':
      return () => models;
    case '--host':
      return () => hosts;
    case '--set':
      return () => settings;
    case '--reporter':
      return words(['junit=results/junit.xml', 'github']);
    case '--key':
      return words(['none', 'value']);
    case '--system':
      return words(['./system']);
    default:
      return words([]);
  }
}

async function suggestions(): Promise<Named> {
  const [{ models }, { loadCatalogue }, { faults }] = await Promise.all([
    import('porcupine-ts'),
    import('../plan/index.ts'),
    import('../../nemesis/index.ts'),
  ]);
  const { systems, workloads, hosts } = await loadCatalogue();
  const there = Object.entries(hosts).filter(([, { available }]) => available);
  return {
    models: Object.values(models).map(({ name, summary }) => ({ value: name, about: summary })),
    hosts: there.map(([value]) => ({ value, about: '' })),
    settings: [
      ...Object.keys(systems).map((name) => ({ value: `system.name=${name}`, about: 'the system' })),
      ...Object.entries(systems).flatMap(([name, { bugs }]) =>
        Object.entries(bugs).map(([bug, about]) => ({
          value: `system.bugs=[${bug}]`,
          about: `${name}: ${about}`,
        })),
      ),
      ...Object.keys(workloads).map((name) => ({ value: `workload.name=${name}`, about: 'the workload' })),
      ...faults.map(({ name, about }) => ({ value: `nemesis.0.fault=${name}`, about })),
      ...[
        'workload.rate=',
        'workload.clients=',
        'workload.keys=',
        'require.okOps=',
        'expect=invalid',
        'onViolation=continue',
      ].map((value) => ({ value, about: '' })),
    ],
  };
}

/** YAML below the folder that is being typed, as paths that begin with what was typed. */
function planFiles(typed: string): readonly Suggestion[] {
  return filesBelow(folderOf(typed), /\.ya?ml$/i);
}

function historyFiles(typed: string): readonly Suggestion[] {
  return filesBelow(folderOf(typed), /\.(jsonl|edn|log|txt)(\.gz)?$/i);
}

function folderOf(typed: string): string {
  return typed.endsWith('/') ? typed : typed.includes('/') ? `${dirname(typed)}/` : '';
}

/** `prefix`: empty for here, else ends with `/`. Installed packages, results and hidden folders are left out. */
function filesBelow(prefix: string, names: RegExp, depth = 0): readonly Suggestion[] {
  const found: Suggestion[] = [];
  for (const entry of entriesOf(prefix === '' ? '.' : prefix)) {
    if (found.length >= MAX_FILES) break;
    const path = `${prefix}${entry.name}`;
    if (entry.isFile() && names.test(entry.name)) found.push({ value: path, about: '' });
    const isOurs = entry.isDirectory() && !/^(\.|node_modules$|results$)/.test(entry.name);
    if (isOurs && depth < MAX_DEPTH) found.push(...filesBelow(`${path}/`, names, depth + 1));
  }
  return found.slice(0, MAX_FILES);
}

/** Of the folder `results`, the newest first. */
function runFolders(): readonly Suggestion[] {
  const isRun = (path: string): boolean => entriesOf(path).some(({ name }) => name === 'history.jsonl');
  const runs = entriesOf('results')
    .filter((plan) => plan.isDirectory())
    .flatMap(({ name }) => entriesOf(join('results', name)).map((run) => ({ plan: name, run: run.name })))
    .sort((a, b) => (a.run < b.run ? 1 : a.run > b.run ? -1 : 0))
    .slice(0, MAX_RUNS)
    .map(({ plan, run }) => `results/${plan}/${run}`)
    .filter(isRun);
  const latest = isRun('results/latest') ? [{ value: 'results/latest', about: 'the newest run' }] : [];
  return [...latest, ...runs.map((value) => ({ value, about: '' }))];
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter(({ name }) => SAFE.test(name))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return []; // there is nothing to complete
  }
}
