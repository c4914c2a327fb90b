/**
 * A host whose every change must be over within a limit. A host that never answers would otherwise keep
 * a run from ending, and its faults from being undone.
 */
import type { Clock } from './clock.ts';
import type { NemesisHost } from './host.ts';

/** ms; far beyond what any change takes that goes well, a node's recovery from a long log included. */
const LIMIT = 30_000;
/** Given as the reason, or each abort would make an exception with a stack. */
const OVER = 'over';

export function bounded(host: NemesisHost, clock: Clock): NemesisHost {
  const within = async <T>(what: string, change: Promise<T>): Promise<T> => {
    // One that is made at once, as in a simulation, needs no watch.
    let isSettled = false;
    const settle = (): void => void (isSettled = true);
    change.then(settle, settle);
    await undefined;
    if (isSettled) return change;
    const over = new AbortController();
    const late = clock.sleepUntil(clock.now() + LIMIT, over.signal).then((): never => {
      throw new Error(`${what} was not done within ${LIMIT / 1000} s`);
    });
    try {
      return await Promise.race([change, late]);
    } finally {
      // Wakes the sleeper, whose error then reaches nobody.
      late.catch(() => undefined);
      over.abort(OVER);
    }
  };
  return {
    nodes: host.nodes,
    cut: (links, mode) => within('cutting links', host.cut(links, mode)),
    heal: (links) => within('healing links', host.heal(links)),
    shape: (links, shape) => within('shaping links', host.shape(links, shape)),
    counters: (links) => within('reading counters', host.counters(links)),
    pause: (node) => within(`pausing ${node}`, host.pause(node)),
    resume: (node) => within(`resuming ${node}`, host.resume(node)),
    crash: (node) => within(`crashing ${node}`, host.crash(node)),
    restart: (node) => within(`restarting ${node}`, host.restart(node)),
    state: (node) => host.state(node),
    status: (node, timeout) => host.status(node, timeout),
    reached: (mark, signal) => host.reached(mark, signal),
    ...(host.skew && {
      skew: (node, skew) => within(`setting the clock of ${node}`, host.skew!(node, skew)),
    }),
    ...(host.clockError && {
      clockError: (node) => within(`reading the clock of ${node}`, host.clockError!(node)),
    }),
    ...(host.trouble && {
      trouble: (node, trouble) => within(`changing the disk of ${node}`, host.trouble!(node, trouble)),
    }),
    ...(host.diskCounters && {
      diskCounters: (node) => within(`reading the disk counters of ${node}`, host.diskCounters!(node)),
    }),
    ...(host.flip && { flip: (node, where) => within(`flipping a bit of ${node}`, host.flip!(node, where)) }),
  };
}
