/**
 * Does a line of a node's log match a pattern that must not be there: a panic, a failed assertion? Each
 * matching line is a violation. Of the history it needs nothing.
 *
 * Logs that could not be read to their end leave open what is in them: unknown, unless a line matched.
 *
 * `details`: `LogPatternDetails`.
 */
import type { Checker, CheckResult, Verdict } from './types.ts';

/** A log, read once, when the checker is asked for its result. */
export interface LogLines {
  readonly node: string;
  /** What the file is called, as a node may have several. */
  readonly file: string;
  readonly lines: Iterable<string>;
}

export type LogPatternDetails = {
  /** As text. */
  readonly pattern: string;
  readonly logs: number;
  readonly lines: number;
  readonly matches: { readonly count: number; readonly first: readonly LogMatch[] };
  readonly problems: readonly { readonly node: string; readonly file: string; readonly error: string }[];
};

export type LogMatch = {
  readonly node: string;
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** Without control characters; cut where it is long. */
  readonly text: string;
};

const SHOWN = 32;
const MOST_TEXT = 400;

export class LogPattern implements Checker {
  readonly #pattern: RegExp;
  readonly #logs: () => Iterable<LogLines>;

  constructor(pattern: RegExp, logs: () => Iterable<LogLines>) {
    // With these flags `test` starts where it last ended.
    this.#pattern = new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ''));
    this.#logs = logs;
  }

  push(): void {
    // The history says nothing of logs.
  }

  finish(): CheckResult {
    const found = { count: 0, first: [] as LogMatch[] };
    const problems: LogPatternDetails['problems'][number][] = [];
    let [logs, lines] = [0, 0];
    for (const { node, file, lines: text } of this.#logs()) {
      logs++;
      let line = 0;
      try {
        for (const one of text) {
          line++;
          lines++;
          if (!this.#pattern.test(one)) continue;
          found.count++;
          if (found.first.length < SHOWN) found.first.push({ node, file, line, text: shown(one) });
        }
      } catch (error) {
        problems.push({ node, file, error: error instanceof Error ? error.message : String(error) });
      }
    }
    const pattern = String(this.#pattern);
    const details: LogPatternDetails = { pattern, logs, lines, matches: found, problems };
    return { checker: 'log-pattern', verdict: verdictOf(details), summary: summaryOf(details), details };
  }
}

function verdictOf({ matches, problems, logs }: LogPatternDetails): Verdict {
  if (matches.count > 0) return 'invalid';
  return problems.length > 0 || logs === 0 ? 'unknown' : 'valid';
}

function summaryOf({ pattern, matches, problems, logs, lines }: LogPatternDetails): string {
  const match = matches.first[0];
  if (match) {
    const more = matches.count > 1 ? `, and ${matches.count - 1} more` : '';
    return `${match.node} logged, on line ${match.line} of ${match.file}: ${match.text}${more}`;
  }
  const problem = problems[0];
  if (problem) return `${problem.file} of ${problem.node} could not be read: ${problem.error}`;
  if (logs === 0) return 'there are no logs';
  return `no line matches ${pattern}, of ${lines} in ${logs} ${logs === 1 ? 'log' : 'logs'}`;
}

/** A log is written by the system under test: a terminal must not obey it. */
function shown(line: string): string {
  const text = line.length > MOST_TEXT ? `${line.slice(0, MOST_TEXT)}…` : line;
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, (character) => {
    const code = character.codePointAt(0)!;
    return `\\u{${code.toString(16)}}`;
  });
}
