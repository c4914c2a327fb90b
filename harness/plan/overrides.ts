/**
 * Fields of a plan set by options of the command line: put into the YAML document, in the place of what
 * the file says, before anything is checked. So they are checked like everything else.
 */
import { isAlias, isMap, isScalar, isSeq, type Document } from 'yaml';
import { quoted, shown, type Path } from './mistake.ts';
import { parseYaml, toData } from './source.ts';

/** As the command line has them. Later ones of `set` win; `seed`, `time` and `host` win over all of `set`. */
export interface Overrides {
  /** `path=value`, the value in YAML: `system.bugs=[stale-read]`, `nemesis.0.for=1s`. */
  readonly set?: readonly string[];
  readonly seed?: string | number;
  readonly time?: string;
  readonly host?: string;
}

/** A field that an option has set, and the option as it was given. */
export interface Setting {
  readonly option: string;
  readonly path: Path;
}

export interface OptionMistake {
  readonly option: string;
  readonly path: Path;
  readonly message: string;
  readonly expected?: string;
  readonly hint?: string;
}

export interface Applied {
  readonly settings: readonly Setting[];
  readonly mistakes: readonly OptionMistake[];
}

const MAX_STEPS = 10;

/** Changes `doc`. What can't be put anywhere is a mistake, and leaves it as it was. */
export function applyOverrides(doc: Document, { set = [], seed, time, host }: Overrides): Applied {
  const settings: Setting[] = [];
  const mistakes: OptionMistake[] = [];
  const apply = (option: string, path: Path, value: unknown): void => {
    const wrong = put(doc, path, value);
    if (wrong === undefined) settings.push({ option, path });
    else mistakes.push({ option, path, ...wrong });
  };
  for (const text of set) {
    const option = `--set ${text}`;
    const split = splitSetting(text);
    if ('message' in split) mistakes.push({ option, path: [], ...split });
    else apply(option, split.path, split.value);
  }
  if (seed !== undefined) apply(`--seed ${seed}`, ['seed'], /^\d+$/.test(String(seed)) ? Number(seed) : seed);
  if (time !== undefined) apply(`--time ${time}`, ['time'], time);
  if (host !== undefined) apply(`--host ${host}`, ['host'], host);
  return { settings, mistakes };
}

type Wrong = Omit<OptionMistake, 'option' | 'path'>;

function splitSetting(text: string): { readonly path: Path; readonly value: unknown } | Wrong {
  const equals = text.indexOf('=');
  const expected = 'path=value, e.g. workload.rate=100/s';
  if (equals < 0) return { message: `expected ${expected}`, expected };
  const steps = text.slice(0, equals).trim().split('.');
  if (steps.some((step) => step.trim() === '')) {
    return {
      message: `expected a path such as workload.rate, found ${shown(text.slice(0, equals))}`,
      expected,
    };
  }
  if (steps.length > MAX_STEPS) return { message: 'no field of a plan is that deep' };
  const value = text.slice(equals + 1);
  if (value.trim() === '') return { message: 'expected a value after the =', expected };
  const { doc, mistakes } = parseYaml(value);
  const data = doc && mistakes.length === 0 ? toData(doc) : { mistakes };
  if ('mistakes' in data) return { message: data.mistakes.map(({ message }) => message).join('; ') };
  return { path: steps, value: data.data };
}

/** What is wrong, or undefined when `value` is in its place; what is missing on the way there is made. */
function put(doc: Document, path: Path, value: unknown): Wrong | undefined {
  let parent: unknown = doc.contents;
  for (const [depth, step] of path.entries()) {
    const above = quoted(path.slice(0, depth).join('.'));
    if (isAlias(parent)) return { message: `${above} is an alias; set what it stands for` };
    if (!isMap(parent) && !isSeq(parent))
      return { message: `${above} has no fields: it is ${shown(valueOf(parent))}` };
    const key = isSeq(parent) ? Number(step) : step;
    if (isSeq(parent) && !(/^\d+$/.test(String(step)) && Number(step) <= parent.items.length)) {
      const expected = `the number of one in ${above}, from 0, or ${parent.items.length} to add one`;
      return { message: `expected ${expected}, found ${shown(step)}`, expected };
    }
    const child: unknown = parent.get(key, true);
    const below = path.slice(depth + 1);
    if (below.length === 0 || valueOf(child) === null) {
      const data = wrapped(below, value);
      if (data === undefined)
        return {
          message: `there is nothing yet at ${quoted(path.slice(0, depth + 1).join('.'))}; begin with 0`,
        };
      parent.set(key, doc.createNode(data));
      return undefined;
    }
    parent = child;
  }
  return undefined;
}

/** `value` under the fields and positions of `path`; undefined where a list would begin with another than 0. */
function wrapped(path: Path, value: unknown): unknown {
  let inner = value;
  for (const step of [...path].reverse()) {
    if (/^[1-9]\d*$/.test(String(step))) return undefined;
    inner = step === '0' ? [inner] : { [step]: inner };
  }
  return inner;
}

/** Of a scalar or of nothing; collections stay what they are. */
function valueOf(node: unknown): unknown {
  return isScalar(node) ? (node.value ?? null) : (node ?? null);
}
