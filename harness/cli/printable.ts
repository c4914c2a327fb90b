/**
 * Texts that come from outside (plans, node logs, op values) made safe to print: a terminal obeys
 * escape sequences and turns text around at bidirectional marks, so both are shown and not sent.
 */

/** Control and format characters (C0, DEL, C1, zero-width, bidirectional, lone surrogates), line ends. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;

/** `\x1b` for an escape, and so on; line ends and tabs stay as they are. */
export function printable(text: string): string {
  return text.replace(UNSAFE, (char) => (char === '\n' || char === '\t' ? char : escaped(char)));
}

/** The same for what must stay on one line: `\n` and `\t` are shown as well. */
export function printableLine(text: string): string {
  return text.replace(UNSAFE, escaped);
}

function escaped(char: string): string {
  if (char === '\n') return '\\n';
  if (char === '\t') return '\\t';
  if (char === '\r') return '\\r';
  const code = char.codePointAt(0)!;
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${code.toString(16).padStart(4, '0')}` : `\\u{${code.toString(16)}}`;
}
