/**
 * A system by the name that a plan gives it: one of ours, or a module of the user's by its path. This is
 * the only place that knows the difference. Whoever holds a resolved plan holds an absolute path, so that
 * worker threads, node processes and replays find the same module wherever they run.
 *
 * To name a module is to run it: whoever only reads a plan must not come here.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { System } from '../../systems/contract.ts';
import { systems } from '../../systems/index.ts';
import { Unprepared } from './prepare.ts';

/** What a folder is loaded by, in this order. */
const INDEX = ['index.js', 'index.mjs', 'index.ts'];
const ENDINGS = ['.js', '.mjs', '.ts'];

/** `./…`, `../…`, `/…` or a `file:` URL. */
export const SYSTEM_PATH = /^\.{0,2}[\\/]|^[A-Za-z]:[\\/]|^file:/;

/** Whether a plan's `system.name` is a path rather than a name. */
export function isSystemPath(name: string): boolean {
  return SYSTEM_PATH.test(name);
}

/** The absolute path; relative ones are taken from `folder`. A name of ours stays as it is. */
export function absoluteSystem(name: string, folder: string): string {
  if (!isSystemPath(name)) return name;
  try {
    return name.startsWith('file:') ? fileURLToPath(name) : resolve(real(folder), name);
  } catch {
    return name; // no URL of a file; whoever loads it says so
  }
}

/**
 * How a file in `folder` names it: relative where both are below the directory that the harness runs in,
 * so that a project can be moved or checked out elsewhere with its results; absolute otherwise.
 */
export function writtenSystem(name: string, folder: string): string {
  if (!isSystemPath(name)) return name;
  const [here, from] = [real('.') + sep, real(folder)];
  if (!name.startsWith(here) || !`${from}${sep}`.startsWith(here)) return name;
  const path = relative(from, name).replaceAll(sep, '/');
  return path.startsWith('../') ? path : `./${path}`;
}

/** Without links, such as `results/latest`: what is relative to a folder is so to the one that it really is. */
function real(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return resolve(folder);
  }
}

/** As people read it: from the directory that they are in. */
export function shownSystem(name: string): string {
  return writtenSystem(name, process.cwd());
}

/**
 * Rejects with `Unprepared`, which says why the user's module can't be loaded and what to do. What it exports
 * was held against the contract when its plan was (`system-shape.ts`).
 */
export async function systemNamed(name: string): Promise<System> {
  if (isSystemPath(name)) return moduleAt(absoluteSystem(name, process.cwd()));
  const entry = Object.hasOwn(systems, name) ? systems[name] : undefined;
  if (entry === undefined) throw new Unprepared(`there is no system named ${JSON.stringify(name)}`);
  return (await entry()).system;
}

async function moduleAt(path: string): Promise<System> {
  const file = fileOf(path);
  const shown = shownSystem(file);
  let module: { readonly system?: unknown };
  try {
    module = (await import(pathToFileURL(file).href)) as typeof module;
  } catch (error) {
    throw new Unprepared(`the system's module ${shown} can't be loaded: ${reasonOf(error, file)}`);
  }
  if (module.system === undefined) {
    const found = Object.keys(module);
    throw new Unprepared(
      `${shown} does not export \`system\`; it exports ${found.length > 0 ? found.join(', ') : 'nothing'}. "faultline init" makes one to look at`,
    );
  }
  return module.system as System;
}

/** A folder by its index, a file with or without its ending. */
function fileOf(path: string): string {
  const tried = [path, ...ENDINGS.map((ending) => path + ending)];
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  const candidates = isFolder ? INDEX.map((name) => join(path, name)) : tried;
  const found = candidates.find((file) => existsSync(file) && statSync(file).isFile());
  if (found !== undefined) return found;
  throw new Unprepared(
    isFolder
      ? `the system's folder ${shownSystem(path)} has none of ${INDEX.join(', ')}`
      : `there is no system's module at ${shownSystem(path)}; a path is taken from the plan's own folder`,
  );
}

/** In one line, with the place in the user's code. */
function reasonOf(error: unknown, file: string): string {
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && error.code === 'ERR_UNKNOWN_FILE_EXTENSION') {
    return `Node ${process.versions.node} loads no such file; TypeScript needs Node 22.18, or has to be compiled to .js first`;
  }
  const place = placeOf(error, file);
  return `${error.name}: ${error.message.split('\n')[0]}${place === undefined ? '' : ` (${place})`}`;
}

/** File and line in the user's code; undefined where nothing says so. */
function placeOf(error: Error, file: string): string | undefined {
  const at =
    error instanceof SyntaxError
      ? // An import does not say where it is; Node's own check of a file does.
        /^(.+):(\d+)$/m.exec(spawnSync(process.execPath, ['--check', file], { encoding: 'utf8' }).stderr)
      : /(file:\/\/[^\s)]+?):(\d+)/.exec(error.stack ?? '');
  const [, where, line] = at ?? [];
  if (where === undefined) return undefined;
  const path = where.startsWith('file:') ? fileURLToPath(where) : where;
  // Elsewhere it is our own code that threw.
  return path.startsWith(dirname(file)) ? `${shownSystem(path)}:${line}` : undefined;
}
