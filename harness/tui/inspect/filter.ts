/**
 * The language of the filter line: `process=3 key=x f=read,get type=info text=timeout time=12s..13s
 * fault=partition`. All terms must hold; of values with commas between them, one; `!=` turns a term round.
 * `*` in a value stands for any text, quotes keep blanks. A word alone is looked for in the op as it is
 * written (`text=`), whatever the case of its letters.
 */
import { nearest } from '../../plan/nearest.ts';
import { parseDuration } from '../../plan/index.ts';

/** What an op can be asked for. */
export const FIELDS = ['process', 'key', 'f', 'type', 'node', 'error', 'text', 'time', 'fault'] as const;
export type Field = (typeof FIELDS)[number];

export interface Term {
  readonly field: Field;
  readonly isNot: boolean;
  readonly test:
    | { readonly kind: 'patterns'; readonly patterns: readonly string[] }
    /** ns, both ends included. */
    | { readonly kind: 'span'; readonly from: number; readonly until: number };
}

/** No terms: everything. */
export type Filter = readonly Term[];

export interface FilterProblem {
  /** Where in the text, from 0, and how long. */
  readonly at: number;
  readonly length: number;
  readonly problem: string;
}

const TYPES = ['invoke', 'ok', 'fail', 'info'];
const TERM = /(?:([a-zA-Z]+)(!?=))?((?:"[^"]*"?|[^\s"])*)/y;

/** Problems are those of the first term that has one. */
export function parseFilter(text: string): { readonly filter: Filter } | { readonly problem: FilterProblem } {
  const terms: Term[] = [];
  let at = 0;
  for (;;) {
    while (/\s/.test(text[at] ?? '')) at++;
    if (at >= text.length) return { filter: terms };
    TERM.lastIndex = at;
    const [whole, name, sign = '=', written] = TERM.exec(text)! as unknown as readonly [
      string,
      string | undefined,
      string | undefined,
      string,
    ];
    const wrong = (
      problem: string,
      within = 0,
      length = whole.length - within,
    ): { problem: FilterProblem } => ({
      problem: { at: at + within, length: Math.max(1, length), problem },
    });
    if ((written.match(/"/g)?.length ?? 0) % 2 === 1)
      return wrong('expected a closing quote', whole.indexOf('"'));
    const field = name === undefined ? 'text' : FIELDS.find((one) => one === name.toLowerCase());
    if (field === undefined) {
      const meant = nearest(name!, FIELDS);
      return wrong(
        `there is no ${name}: ${meant === undefined ? FIELDS.join(', ') : `did you mean ${meant}=?`}`,
        0,
        name!.length,
      );
    }
    if (written === '') return wrong(`expected ${examples[field]}`);
    const test = field === 'time' ? spanOf(written) : patternsOf(field, written);
    if ('problem' in test) return wrong(test.problem, whole.length - written.length);
    terms.push({ field, isNot: sign === '!=', test });
    at += whole.length;
  }
}

const examples: { readonly [field in Field]: string } = {
  process: 'a process, as process=3',
  key: 'a key, as key=x',
  f: 'a function, as f=read',
  type: 'a type, as type=info',
  node: 'a node, as node=n1',
  error: 'a text, as error=timeout',
  text: 'a text, as text=timeout',
  time: 'a time, as time=12s..13s',
  fault: 'a fault, as fault=partition, fault=#2, fault=any or fault=none',
};

/** Commas between quotes separate nothing. */
function patternsOf(field: Field, written: string): Term['test'] | { readonly problem: string } {
  const patterns = [...written.matchAll(/((?:"[^"]*"|[^,"])*)(?:,|$)/g)]
    .map(([, pattern]) => pattern!.replaceAll('"', ''))
    .filter((pattern) => pattern !== '');
  if (patterns.length === 0) return { problem: `expected ${examples[field]}` };
  if (field === 'type') {
    const wrong = patterns.find((pattern) => !TYPES.includes(pattern));
    if (wrong !== undefined) {
      const meant = nearest(wrong, TYPES);
      return {
        problem: `expected ${TYPES.join(', ')}${meant === undefined ? '' : `: did you mean ${meant}?`}`,
      };
    }
  }
  return { kind: 'patterns', patterns };
}

/** `12s..13s`, `12s..`, `..13s`; a time alone is all of its last digit: `12.5s` is 12.5 to 12.6 s. */
function spanOf(written: string): Term['test'] | { readonly problem: string } {
  const text = written.replaceAll('"', '');
  const parts = text.split('..');
  if (parts.length > 2) return { problem: `expected ${examples.time}` };
  const [first = '', last = ''] = parts;
  const from = first === '' ? { ns: 0, precision: 0 } : momentOf(first);
  if ('problem' in from) return from;
  if (parts.length === 1) return { kind: 'span', from: from.ns, until: from.ns + from.precision };
  const until = last === '' ? { ns: Infinity } : momentOf(last);
  if ('problem' in until) return until;
  if (until.ns < from.ns) return { problem: `expected the end after the beginning: ${last}..${first}` };
  return { kind: 'span', from: from.ns, until: until.ns };
}

/** A moment of the run as a person writes it, `12.5s`; a number alone is seconds. */
export function momentOf(
  text: string,
): { readonly ns: number; readonly precision: number } | { readonly problem: string } {
  const written = /^\d+(\.\d+)?$/.test(text.trim()) ? `${text.trim()}s` : text;
  const parsed = parseDuration(written);
  if ('problem' in parsed) return { problem: `expected a time such as 12.5s or 300ms` };
  const [, digits = '', unit = 's'] = /\.?(\d*)\s*([a-z]+)$/i.exec(written.trim()) ?? [];
  const isFraction = written.includes('.');
  const one = parseDuration(`1${unit}`);
  const size = 'problem' in one ? 1000 : one.value;
  return {
    ns: Math.round(parsed.value * 1e6),
    precision: Math.round((size * 1e6) / (isFraction ? 10 ** digits.length : 1)),
  };
}
