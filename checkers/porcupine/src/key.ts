/**
 * Exact keys for inputs and outputs, so that interchangeable operations are found. Plain data is
 * compared by what it holds; anything else (a class instance, a function) only equals itself, which
 * may tell apart more than needed and never less.
 */
const DEEPEST = 32;

export class Keys {
  readonly #identities = new Map<unknown, number>();

  of(value: unknown, depth = 0): string {
    switch (typeof value) {
      case 'string':
        return JSON.stringify(value);
      case 'number':
        return Object.is(value, -0) ? '-0' : String(value);
      case 'boolean':
      case 'undefined':
        return String(value);
      case 'bigint':
        return `${value}n`;
      case 'object':
        if (value === null) return 'null';
        if (depth === DEEPEST) return this.#identity(value);
        if (Array.isArray(value)) return `[${value.map((item) => this.of(item, depth + 1)).join(',')}]`;
        return isPlain(value) ? this.#record(value, depth) : this.#identity(value);
      default:
        return this.#identity(value);
    }
  }

  #record(value: object, depth: number): string {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([name, item]) => `${JSON.stringify(name)}:${this.of(item, depth + 1)}`).join(',')}}`;
  }

  #identity(value: unknown): string {
    const known = this.#identities.get(value);
    if (known !== undefined) return `@${known}`;
    const id = this.#identities.size;
    this.#identities.set(value, id);
    return `@${id}`;
  }
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  return Object.getOwnPropertySymbols(value).length === 0;
}
