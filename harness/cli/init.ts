/**
 * `faultline init NAME`: a system of the user's own with its plans, from `templates/` of this package. What is
 * made imports nothing at run time, so it runs at once, wherever it is.
 */
import { Command } from 'commander';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isPlanName, loadCatalogue, planJsonSchema } from '../plan/index.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { printable } from './printable.ts';
import { shellWord } from './shell-words.ts';

/** What stands for the name of the user's in the files of a template. */
const PLACEHOLDER = 'NAME';
/** Kept under another name, as packing would leave out what it names. */
const RENAMED: { readonly [name: string]: string } = { gitignore: '.gitignore' };

export function initCommand(): Command {
  return new Command('init')
    .description(
      'make a new system to start from: a small replicated key-value store, its client and its plans',
    )
    .argument('<name>', 'the folder to make; must not be there yet')
    .addHelpText(
      'after',
      `
Makes NAME/ with a system in plain JavaScript (NAME/system), a plan that it passes, a plan with a seeded bug
that must be found, a plan to explore, and a README that says what to do next. It needs no installation.

Exit codes: 0 made, 254 the name can't be used or is taken; then nothing was written.

Examples:
  faultline init demo
  cd demo && faultline run plan.yaml && faultline run bug.yaml
  faultline init systems/ledger`,
    )
    .action(async (name: string) => {
      process.exitCode = await init(name);
    });
}

async function init(path: string): Promise<ExitCode> {
  const folder = resolve(path);
  const name = basename(folder);
  if (!isPlanName(name)) {
    return refuse(path, 'expected a name of letters, digits, ".", "_" and "-", such as demo');
  }
  if (existsSync(folder)) return refuse(path, 'is there already, and stays as it is; choose another name');
  const template = templateFolder();
  if (template === undefined) throw new Error('this installation of Faultline has no templates/');
  const files = filesIn(template);
  mkdirSync(dirname(folder), { recursive: true });
  try {
    mkdirSync(folder);
  } catch (error) {
    return refuse(path, `can't be made: ${error instanceof Error ? error.message : String(error)}`);
  }
  try {
    for (const file of files)
      write(join(folder, RENAMED[file] ?? file), readFileSync(join(template, file), 'utf8'), name);
    const schema = planJsonSchema(await loadCatalogue());
    writeFileSync(join(folder, 'plan.schema.json'), `${JSON.stringify(schema, null, 2)}\n`);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true }); // ours: it was not there
    throw error;
  }
  const shown = shellWord(relative(process.cwd(), folder));
  process.stdout.write(`${lines(printable(shown)).join('\n')}\n`);
  return EXIT.met;
}

function lines(folder: string): readonly string[] {
  return [
    `made ${folder}: a replicated key-value store in ${folder}/system, and plans for it`,
    '',
    `  cd ${folder}`,
    '  faultline run plan.yaml           real processes, broken on purpose: must be valid',
    '  faultline run bug.yaml            a seeded bug: must be found, and is explained',
    '  faultline explore explore.yaml    many variations in virtual time',
    '',
    `${folder}/README.md says what to try next`,
  ];
}

function refuse(path: string, why: string): ExitCode {
  process.stderr.write(`faultline: ${printable(path)}: ${printable(why)}\n`);
  return EXIT.usage;
}

/** Relative paths of all files, those in folders too. */
function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

function write(file: string, text: string, name: string): void {
  mkdirSync(dirname(file), { recursive: true });
  // In code there is no such word.
  writeFileSync(file, /\.(yaml|md)$/.test(file) ? text.replaceAll(PLACEHOLDER, name) : text);
}

/** Found from source and from the build alike. */
function templateFolder(): string | undefined {
  return ['../../templates/primary-kv', '../../../templates/primary-kv']
    .map((up) => fileURLToPath(new URL(up, import.meta.url)))
    .find((folder) => existsSync(folder));
}
