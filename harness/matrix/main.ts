/**
 * `npm run matrix`: every seeded bug of every system must be found, from seeds that nobody chose, and with
 * `--correct` many seeds of the correct systems must be clean. Leaves `results/matrix/<time>-<seed>.json` and
 * the same as a table in Markdown.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { interruption } from '../cli/interruption.ts';
import { printable } from '../cli/printable.ts';
import { count, milliseconds } from '../cli/text.ts';
import { ExplorationFolder } from '../explore/exploration-folder.ts';
import { seedThreads } from '../explore/threads.ts';
import { shippedPlans } from '../plan/bug-plans.ts';
import { loadCatalogue } from '../plan/index.ts';
import { environment } from '../runner/environment.ts';
import { agendaOf, BadPlan, type Agenda } from './agenda.ts';
import { argumentsFrom, BadArguments, HELP, type Arguments, type Section } from './arguments.ts';
import { correctSeeds } from './correct.ts';
import { holds, isClean, type CorrectRow, type Matrix, type Row } from './rows.ts';
import { look, type SearchOptions } from './search.ts';
import { matrixTable } from './table.ts';

/** Of one seed. */
const SEED_LIMIT_MS = 120_000;
const THREAD_MEMORY = 2 ** 30;

const WAYS: readonly (readonly [section: Section, way: Row['way'], host: Row['host']])[] = [
  ['plan', 'plan', 'sim'],
  ['processes', 'plan', 'process'],
  ['swarm', 'swarm', 'sim'],
];

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof BadArguments || error instanceof BadPlan)) throw error;
  process.stderr.write(`matrix: ${error.message}\n`);
  process.exitCode = 254;
}

async function main(argv: readonly string[]): Promise<number> {
  const catalogue = await loadCatalogue();
  const given = argumentsFrom(argv, catalogue);
  if (given.help) {
    process.stdout.write(`${HELP}\n`);
    return 0;
  }
  const plans = shippedPlans();
  if (plans === undefined) throw new BadPlan('no folder plans/ beside this program');
  const agenda = agendaOf(plans, catalogue);
  const say = given.json ? console.error : console.log;
  const interrupt = interruption(console.error);
  const start = new Date();
  const threads = seedThreads({ threads: given.jobs, limit: SEED_LIMIT_MS, memory: THREAD_MEMORY });
  try {
    const { jobs, seed, seeds, tries, duration, out } = given;
    const folder = new ExplorationFolder(out, 'plans', seed, start);
    const { signal } = interrupt;
    const options = { catalogue, threads, folder, signal, jobs, seed, seeds, tries, duration, out };
    say(`seed ${seed}, ${jobs} ${jobs === 1 ? 'thread' : 'threads'}`);
    const rows = await work(agenda, given, options, say);
    const matrix: Matrix = {
      seed,
      jobs,
      interrupted: signal.aborted,
      environment: environment(),
      ...rows,
    };
    const file = write(matrix, out, start);
    const found = rows.bugs.filter((row) => row.found).length;
    say(`${found} of ${rows.bugs.length} found; ${relative(process.cwd(), file)}`);
    if (given.json) process.stdout.write(`${JSON.stringify(matrix, null, 2)}\n`);
    if (signal.aborted) return 130;
    return holds(matrix) && rows.bugs.length + rows.correct.length > 0 ? 0 : 1;
  } finally {
    await threads.close();
    interrupt.dispose();
  }
}

/** Row by row, as asked; what an interruption left unfinished is no row. */
async function work(
  { aims, swarms }: Agenda,
  { isAsked, sections, systems, correct }: Arguments,
  options: Omit<SearchOptions, 'onSeeds'>,
  say: (line: string) => void,
): Promise<Pick<Matrix, 'bugs' | 'correct'>> {
  const asked = aims.filter(isAsked);
  const searches = WAYS.filter(([section]) => sections.includes(section)).flatMap(([section, way, host]) =>
    asked.flatMap((aim) => (section === 'processes' && aim.host !== 'process' ? [] : [{ aim, way, host }])),
  );
  const clean = sections.includes('correct') ? swarms.filter(({ system }) => systems.includes(system)) : [];
  const total = searches.length + clean.length;
  const progress = progressOf(process.stderr);
  const found: Row[] = [];
  for (const { aim, way, host } of searches) {
    const name = `${aim.system} ${aim.bug}`;
    const doing = `[${found.length + 1}/${total}] ${name}, ${way} on ${host}`;
    const onSeeds = (seeds: number): void => progress.tell(`${doing}: ${count(seeds)} seeds`);
    onSeeds(0);
    const row = await look(aim, way, host, { ...options, onSeeds });
    progress.clear();
    if (options.signal.aborted) return { bugs: found, correct: [] };
    found.push(row);
    say(`[${found.length}/${total}] ${line(row)}`);
  }
  const rows: CorrectRow[] = [];
  for (const swarm of clean) {
    const at = found.length + rows.length + 1;
    const onSeeds = (seeds: number): void =>
      progress.tell(`[${at}/${total}] ${swarm.system}, correct: ${count(seeds)} seeds`);
    const row = await correctSeeds(swarm, { ...options, seeds: correct, onSeeds });
    progress.clear();
    if (options.signal.aborted) break;
    rows.push(row);
    say(`[${at}/${total}] ${correctLine(row)}`);
    for (const summary of row.summaries) say(`        ${printable(summary)}`);
  }
  return { bugs: found, correct: rows };
}

function line({ system, bug, way, host, plan, found, seeds, wall, checkers }: Row): string {
  const how = (way === 'swarm' ? 'swarm' : host).padEnd(7);
  const by = plan === null ? 'NO PLAN' : found ? checkers.join(' and ') : 'NOT FOUND';
  return `${system.padEnd(14)} ${bug.padEnd(28)} ${how} ${count(seeds).padStart(6)} seeds ${milliseconds(wall).padStart(8)}  ${by}`;
}

function correctLine(row: CorrectRow): string {
  const { system, plan, seeds, valid, unknown, invalid, failed, wall } = row;
  const said = isClean(row) ? 'clean' : 'NOT CLEAN';
  return `${system.padEnd(14)} ${plan}: ${count(seeds)} seeds in ${milliseconds(wall)}, ${count(valid)} valid, ${count(unknown)} proved too little, ${count(invalid)} violations, ${count(failed)} crashed or hung: ${said}`;
}

/** Gives the JSON file; the table is beside it. */
function write(matrix: Matrix, out: string, start: Date): string {
  const stamp = start
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(':', '');
  mkdirSync(out, { recursive: true });
  const base = join(out, `${stamp}-${matrix.seed}`);
  writeFileSync(`${base}.json`, `${JSON.stringify(matrix, null, 2)}\n`);
  writeFileSync(`${base}.md`, matrixTable(matrix));
  return `${base}.json`;
}

/** A line that is written over; only where somebody can see it move. */
function progressOf(stream: NodeJS.WriteStream): { tell(text: string): void; clear(): void } {
  const live = stream.isTTY && !process.env['CI'];
  const write = (text: string): void => {
    if (live) stream.write(`\r\u001b[K${text.slice(0, Math.max(10, stream.columns - 1))}`);
  };
  return { tell: write, clear: () => write('') };
}
