/** Whether an op is among those that a filter asks for. */
import type { Op, ProcessId } from '../../history/op.ts';
import { nearest } from '../../plan/nearest.ts';
import type { Field, Filter, FilterProblem, Term } from './filter.ts';
import type { Row } from './rows.ts';
import { windowsAt, type Window } from './windows.ts';

/** Takes all rows of a history in order: a completion without a key has that of its invocation. */
export class Matcher {
  readonly #tests: readonly ((op: Op) => boolean)[];
  readonly #texts: readonly string[];
  /** Keys of open invocations whose completions may lack them. */
  readonly #keys = new Map<ProcessId, string>();
  readonly #needsKeys: boolean;

  /** `windows`: those of the run, all of them. */
  constructor(filter: Filter, windows: readonly Window[]) {
    const spans = filter.flatMap(({ test, isNot }) => (test.kind === 'span' && !isNot ? [test] : []));
    this.range = {
      // A key may come from an invocation long before.
      from: filter.some(({ field }) => field === 'key') ? 0 : Math.max(0, ...spans.map(({ from }) => from)),
      until: Math.min(Infinity, ...spans.map(({ until }) => until)),
    };
    this.#needsKeys = filter.some(({ field }) => field === 'key');
    this.#tests = filter.map((term) => {
      const test = this.#testOf(term, windows);
      return term.isNot ? (op: Op): boolean => !test(op) : test;
    });
    // What is no op holds no field, but it has a text.
    this.#texts = filter.every(({ field, isNot }) => field === 'text' && !isNot)
      ? filter.flatMap(({ test }) => (test.kind === 'patterns' ? [test.patterns.join('\0')] : []))
      : [];
  }

  /** The moments (ns) that a match can be at: rows outside need not be looked at. */
  readonly range: { readonly from: number; readonly until: number };

  matches(row: Row): boolean {
    if (row.kind === 'broken') {
      const text = row.text.toLowerCase();
      return (
        this.#tests.length === 0 ||
        (this.#texts.length > 0 &&
          this.#texts.every((any) => any.split('\0').some((one) => text.includes(one.toLowerCase()))))
      );
    }
    const { op } = row;
    if (this.#needsKeys) this.#note(op);
    return this.#tests.every((test) => test(op));
  }

  #note({ process, type, key }: Op): void {
    if (type === 'invoke' && key !== undefined) this.#keys.set(process, key);
  }

  #testOf({ field, test }: Term, windows: readonly Window[]): (op: Op) => boolean {
    if (test.kind === 'span') return ({ time }) => time >= test.from && time <= test.until;
    const { patterns } = test;
    if (field === 'text' || field === 'error') {
      const lower = patterns.map((pattern) => pattern.toLowerCase());
      const textOf = field === 'text' ? (op: Op) => JSON.stringify(op) : ({ error = '' }: Op) => error;
      return (op) => {
        const text = textOf(op).toLowerCase();
        return lower.some((pattern) => text.includes(pattern));
      };
    }
    if (field === 'fault') {
      const isMeant = faultTest(patterns);
      return ({ time }) => isMeant(windowsAt(windows, time));
    }
    const tests = patterns.map(patternTest);
    return (op) => {
      const text = this.#textOf(op, field);
      return text !== undefined && tests.some((is) => is(text));
    };
  }

  #textOf(op: Op, field: Field): string | undefined {
    switch (field) {
      case 'process':
        return String(op.process);
      case 'key':
        return op.key ?? this.#keys.get(op.process);
      case 'f':
        return op.f;
      case 'type':
        return op.type;
      default:
        return op.node;
    }
  }
}

/** A fault that the run never had is a slip of the finger, and worth a word. */
export function unknownFault(
  filter: Filter,
  text: string,
  windows: readonly Window[],
): FilterProblem | undefined {
  const names = [...new Set(windows.map(({ name }) => name))];
  for (const { field, test } of filter) {
    if (field !== 'fault' || test.kind !== 'patterns') continue;
    for (const pattern of test.patterns) {
      if (pattern === 'any' || pattern === 'none') continue;
      const number = /^#(\d+)$/.exec(pattern)?.[1];
      const isThere =
        number === undefined
          ? names.some(patternTest(pattern))
          : Number(number) in [0, ...windows] && number !== '0';
      if (isThere) continue;
      const meant = nearest(pattern, [...names, 'any', 'none']);
      const there = names.length === 0 ? 'this run had no fault' : `this run had ${names.join(', ')}`;
      const problem = `there was no fault ${pattern}: ${meant === undefined ? there : `did you mean ${meant}?`}`;
      return { at: Math.max(0, text.indexOf(pattern)), length: pattern.length, problem };
    }
  }
  return undefined;
}

function faultTest(patterns: readonly string[]): (on: readonly Window[]) => boolean {
  const tests = patterns.map((pattern): ((on: readonly Window[]) => boolean) => {
    if (pattern === 'any') return (on) => on.length > 0;
    if (pattern === 'none') return (on) => on.length === 0;
    const number = /^#(\d+)$/.exec(pattern)?.[1];
    if (number !== undefined) return (on) => on.some((window) => window.number === Number(number));
    const isName = patternTest(pattern);
    return (on) => on.some(({ name }) => isName(name));
  });
  return (on) => tests.some((test) => test(on));
}

/** `*` stands for any text. */
function patternTest(pattern: string): (text: string) => boolean {
  if (!pattern.includes('*')) return (text) => text === pattern;
  const parts = pattern.split('*').map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  const expression = new RegExp(`^${parts.join('[^]*')}$`);
  return (text) => expression.test(text);
}
