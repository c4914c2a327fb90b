/**
 * Input that is made from a seed, the same wherever it is made: lines of words, a few of them common and
 * most of them rare, so that every map emits some keys that all others emit too.
 */
const WORDS = 400;
const SYLLABLES = [
  'ka',
  'ro',
  'mi',
  'ten',
  'sul',
  've',
  'da',
  'lor',
  'ni',
  'pa',
  'gem',
  'tu',
  'ix',
  'bo',
  'fe',
  'ra',
];
const WORDS_IN_LINE = { min: 2, more: 8 };

/** Whole lines, together `size` characters or a little more. */
export function textFromSeed(seed: number, split: number, size: number): string {
  const draw = uniform(Math.imul(seed, 0x9e3779b1) ^ Math.imul(split + 1, 0x85ebca6b));
  const lines: string[] = [];
  for (let length = 0; length < size;) {
    const words = WORDS_IN_LINE.min + Math.floor(draw() * WORDS_IN_LINE.more);
    let line = '';
    for (let at = 0; at < words; at++) {
      const rank = draw();
      line += (at === 0 ? '' : ' ') + word(Math.floor(rank * rank * rank * WORDS));
    }
    lines.push(line);
    length += line.length + 1;
  }
  return `${lines.join('\n')}\n`;
}

function word(rank: number): string {
  let text = '';
  for (let left = rank; ; left = Math.floor(left / SYLLABLES.length) - 1) {
    text += SYLLABLES[left % SYLLABLES.length]!;
    if (left < SYLLABLES.length) return text;
  }
}

/** Uniform draws in [0, 1): a counter whose bits are mixed (Steele, Lea & Flood 2014, 32 bits wide). */
function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}
