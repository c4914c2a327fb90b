/**
 * How stale a read may be where clients read from replicas that they remember: what a client knows of who
 * holds a chunk is good for a while, and a replica that was left out in the meantime still answers (GFS
 * §2.7.1: "this window is limited by the cache entry's timeout"). Later than that, whoever reads has asked
 * the master after the write was acknowledged, and the master names no replica that missed it.
 */

/** Nanoseconds; no system under test remembers for longer. */
export const STALENESS = 2e9;
