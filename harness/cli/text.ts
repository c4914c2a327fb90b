/** Numbers as people read them, the same in every printer. */

/** `1234.5` ms as `1.23 s`; `0.4` as `0.40 ms`. */
export function milliseconds(ms: number): string {
  if (ms >= 1000) return `${(ms / 1000).toFixed(ms >= 10_000 ? 1 : 2)} s`;
  return `${ms >= 100 ? ms.toFixed(0) : ms >= 10 ? ms.toFixed(1) : ms.toFixed(2)} ms`;
}

/** A moment of the run: ms since its start, as `12.034 s`. */
export function moment(ms: number): string {
  return `${(ms / 1000).toFixed(3)} s`;
}

export function count(n: number): string {
  return n.toLocaleString('en-US');
}

/** `1 op`, `2 ops`. */
export function plural(n: number, noun: string): string {
  return `${count(n)} ${noun}${n === 1 ? '' : 's'}`;
}

const LONGEST = 160;

/** The middle of a long text left out, and how much that is. */
export function elided(text: string): string {
  if (text.length <= LONGEST) return text;
  const [head, tail] = [text.slice(0, LONGEST / 2), text.slice(-LONGEST / 2)];
  return `${head} … ${count(text.length - LONGEST)} characters … ${tail}`;
}
