/**
 * What `JSON.parse` would change without a word: a number that a double does not hold, `-0`, a name that
 * is twice in an object. Looks at text that is known to be JSON.
 */

export interface Inexact {
  /** Offset in the text. */
  readonly at: number;
  readonly expected: string;
}

const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|[{}[\],:]/g;

export function inexactness(text: string): Inexact | undefined {
  /** Names of the objects that are open; undefined for a list. */
  const open: (Set<string> | undefined)[] = [];
  let isName = false;
  for (const { 0: token, index: at } of text.matchAll(TOKEN)) {
    const names = open.at(-1);
    if (token === '{' || token === '[') {
      open.push(token === '{' ? new Set() : undefined);
      isName = token === '{';
    } else if (token === '}' || token === ']') open.pop();
    else if (token === ',') isName = names !== undefined;
    else if (token === ':') isName = false;
    else if (token.startsWith('"')) {
      if (!isName || !names) continue;
      const name = JSON.parse(token) as string; // a JSON text in quotes is a string
      if (names.has(name))
        return { at, expected: `expected each name of an object once, but ${token} is twice` };
      names.add(name);
    } else if (!isExact(token)) {
      return {
        at,
        expected: `expected a number that a double holds exactly, but found ${token}: write it as a text`,
      };
    }
  }
  return undefined;
}

/** Does the nearest double print as the same decimal number? */
function isExact(token: string): boolean {
  const value = Number(token);
  if (!Number.isFinite(value) || Object.is(value, -0)) return false;
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) return false;
  return decimal(token) === decimal(String(value));
}

/** Digits without zeros at either end, and the power of ten. */
function decimal(token: string): string {
  const [, sign, whole, fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(token) ?? [];
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  const power = Number(exponent) - fraction.length + digits.length - significant.length;
  return significant === '' ? '0' : `${sign}${significant}e${power}`;
}
