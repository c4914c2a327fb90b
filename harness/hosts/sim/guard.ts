/**
 * Keeps node code to its `Env` while it is simulated. A node that read a real clock, drew real
 * randomness or went on behind the simulation's back would run differently each time, and nobody would
 * know why: so the first such use ends the run, with the place where it happened.
 *
 * The globals are guarded, for this thread, from the first simulation on; outside of a node's handler they
 * are what they always were.
 */

/** Node code did what it must not; the run proves nothing. */
export class NondeterminismError extends Error {
  constructor(node: string, what: string, instead: string) {
    super(
      `node code of ${node} used ${what}, which a simulation can't repeat; ${instead} (systems/contract.ts)`,
    );
    this.name = 'NondeterminismError';
  }
}

/** The node whose handler runs now. */
let inside: string | undefined;
/** The first offence, kept because a node may catch what is thrown at it. */
let offence: NondeterminismError | undefined;
let isWrapped = false;

/** Runs node code; throws `NondeterminismError` where it touched what it must not, caught by it or not. */
export function asNode<A>(node: string, code: (given: A) => unknown, given: A): void {
  if (!isWrapped) wrapGlobals();
  const outer = inside;
  inside = node;
  offence = undefined;
  try {
    const result = code(given);
    if (result !== undefined && isThenable(result)) {
      offend('a promise', 'handlers are synchronous and end when they return');
    }
  } finally {
    inside = outer;
    if (offence !== undefined) throwOffence();
  }
}

/** Runs what is the harness's own and is called from within a handler: it may use whatever it likes. */
export function asHarness(code: () => void): void {
  const outer = inside;
  inside = undefined;
  try {
    code();
  } finally {
    inside = outer;
  }
}

/** To be called by what only a handler may use: a node that comes from a promise of its own is caught here. */
export function onlyInHandler(node: string, what: string): void {
  if (inside === node) return;
  throw new NondeterminismError(node, `env.${what} outside of a handler`, 'handlers are synchronous');
}

function throwOffence(): never {
  const thrown = offence;
  offence = undefined;
  throw thrown as NondeterminismError;
}

function offend(what: string, instead: string): never {
  offence ??= new NondeterminismError(inside ?? 'a node', what, instead);
  throw offence;
}

function isThenable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

function wrapGlobals(): void {
  isWrapped = true;
  const clock = 'env.now() is the clock';
  const timers = 'env.setTimer(ms) is the timer';
  wrap(Date, 'now', 'Date.now()', clock);
  wrap(performance, 'now', 'performance.now()', clock);
  wrap(process.hrtime, 'bigint', 'process.hrtime.bigint()', clock);
  wrap(process, 'hrtime', 'process.hrtime()', clock);
  wrap(Math, 'random', 'Math.random()', 'env.random(label) is the randomness');
  wrap(crypto, 'getRandomValues', 'crypto.getRandomValues()', 'env.random(label) is the randomness');
  wrap(crypto, 'randomUUID', 'crypto.randomUUID()', 'env.random(label) is the randomness');
  for (const name of ['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'] as const) {
    wrap(globalThis, name, `${name}()`, timers);
  }
  wrap(process, 'nextTick', 'process.nextTick()', timers);
  wrap(globalThis, 'fetch', 'fetch()', 'env.send(node, message) is the network');
  wrap(Promise.prototype, 'then', 'a promise', 'handlers are synchronous and end when they return');
  wrapDate(clock);
}

/**
 * Only while a node's handler runs is it anything else than it was. It is a property that answers, not
 * another function in the old one's place: others replace these functions too and put back what they found
 * (test runners do, now and then in the wrong order), which must not take the guard away.
 *
 * Properties of the function (`setTimeout[promisify.custom]`, `hrtime.bigint`) stay on it.
 */
function wrap<K extends PropertyKey>(
  owner: Record<K, unknown>,
  name: K,
  what: string,
  instead: string,
): void {
  const original = owner[name];
  if (typeof original !== 'function') return;
  guard(owner, name, (current) => {
    if (typeof current !== 'function') return current;
    return new Proxy(current, { apply: () => offend(what, instead) });
  });
}

/** `new Date()` reads the clock, `new Date(ms)` does not. */
function wrapDate(instead: string): void {
  guard(globalThis, 'Date', (current) => {
    return new Proxy(current as DateConstructor, {
      construct(target, given, newTarget) {
        if (given.length === 0) offend('new Date()', instead);
        return Reflect.construct(target, given, newTarget) as object;
      },
      apply: () => offend('Date()', instead),
    });
  });
}

/** What stands under `name` is `inNode(current)` for a node, and the current value for all others. */
function guard<K extends PropertyKey>(
  owner: Record<K, unknown>,
  name: K,
  inNode: (current: unknown) => unknown,
): void {
  let current: unknown = owner[name];
  Object.defineProperty(owner, name, {
    configurable: true,
    enumerable: Object.getOwnPropertyDescriptor(owner, name)?.enumerable ?? true,
    get: () => (inside === undefined ? current : inNode(current)),
    set: (value: unknown) => {
      current = value;
    },
  });
}
