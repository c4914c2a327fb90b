/** Which format a history is in, by its first bytes: names of files say nothing. */
import { HistoryFormatError } from '../malformed.ts';
import { EdnParser } from './edn.ts';
import { JepsenLogParser, LOGGED_OP } from './jepsen-log.ts';
import { JsonLinesParser } from './jsonl.ts';
import type { Parser, ParserOptions } from './parser.ts';

export type FormatName = 'jsonl' | 'edn' | 'porcupine-kv' | 'jepsen-log';

const PARSERS: { readonly [name in FormatName]: new (options: ParserOptions) => Parser } = {
  jsonl: JsonLinesParser,
  edn: EdnParser,
  'porcupine-kv': EdnParser,
  'jepsen-log': JepsenLogParser,
};

/** `head` is the first chunk: a whole line of any history. */
export function detectFormat(head: Buffer, file: string): FormatName {
  const text = head.toString();
  const start = text.trimStart(); // a byte order mark counts as blank
  if (start === '' || /^\{\s*("|\}|$)/.test(start)) return 'jsonl';
  if (/^\[\s*\{\s*"/.test(start))
    throw new HistoryFormatError(file, 1, 1, 'expected a JSON object a line, but found one list of them');
  // Porcupine's tests: a map a line, with a key of its own.
  if (/^\{[^\n]*:key\s+"/.test(start)) return 'porcupine-kv';
  if (/^[{[(#;^]/.test(start) && !LOGGED_OP.test(firstLine(start))) return 'edn';
  if (text.split('\n').some((line) => LOGGED_OP.test(line))) return 'jepsen-log';
  throw new HistoryFormatError(
    file,
    1,
    1,
    'expected a history: JSON lines, EDN (Jepsen, Knossos, Porcupine) or a Jepsen log, perhaps in gzip',
  );
}

export function parserOf(format: FormatName, options: ParserOptions): Parser {
  return new PARSERS[format](options);
}

function firstLine(text: string): string {
  return text.slice(0, text.indexOf('\n') + 1 || undefined);
}
