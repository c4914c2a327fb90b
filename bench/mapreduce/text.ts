/** Text of words of which few are frequent and most are rare, as in a natural language. */
const WORDS = 50_000;

export function makeText(seed: number, size: number): string {
  let state = (seed + 1) * 0x9e3779b1;
  const draw = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const lines: string[] = [];
  for (let length = 0; length < size;) {
    const words = Array.from({ length: 12 }, () => `w${Math.floor(WORDS ** draw()).toString(36)}`);
    const line = words.join(' ');
    lines.push(line);
    length += line.length + 1;
  }
  return `${lines.join('\n')}\n`;
}
