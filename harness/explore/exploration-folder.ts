/**
 * Where an exploration leaves what it found: `<out>/<plan>/explored-<time>-<seed>/`, with the plan of each
 * failing seed (a file to run) and `report.json`. Made when there is something to put into it.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringifyPlan, type Plan } from '../plan/index.ts';

export class ExplorationFolder {
  readonly #parent: string;
  readonly #name: string;
  #made: string | undefined;

  constructor(out: string, plan: string, first: number, start: Date) {
    const stamp = start
      .toISOString()
      .replace(/\.\d+Z$/, 'Z')
      .replaceAll(':', '');
    this.#parent = join(out, plan);
    this.#name = `explored-${stamp}-${first}`;
  }

  /** Undefined while nothing was put into it. */
  get path(): string | undefined {
    return this.#made;
  }

  /** Gives the file. Throws the system's error, e.g. on a full disk. */
  savePlan(plan: Plan): string {
    return this.#write(`${plan.seed}.yaml`, (folder) => stringifyPlan(plan, folder));
  }

  saveReport(report: object): string {
    return this.#write('report.json', () => `${JSON.stringify(report, null, 2)}\n`);
  }

  #write(name: string, text: (folder: string) => string): string {
    const folder = (this.#made ??= this.#make());
    const file = join(folder, name);
    writeFileSync(file, text(folder));
    return file;
  }

  /** Two explorations in the same second get folders of their own. */
  #make(): string {
    mkdirSync(this.#parent, { recursive: true });
    for (let n = 1; ; n++) {
      const path = join(this.#parent, `${this.#name}${n === 1 ? '' : `-${n}`}`);
      try {
        mkdirSync(path);
        return path;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || n >= 1000) throw error;
      }
    }
  }
}
