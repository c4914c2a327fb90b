/**
 * A simulation's randomness. Every user of it has a stream of its own, derived from the run's seeds by a
 * name, so that a draw more in one place leaves all others as they were: a message more on one link does
 * not change what happens on another, nor when a node stands for election.
 *
 * Each draw carries a label; with a trace, it is the trace that tells where two runs part.
 */
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { subSeed } from '../../runner/seeds.ts';

/** Uniform in [0, 1), on a grid of 2⁻³². */
export type Draw = (label: string) => number;

export type Trace = (line: string) => void;

export function drawsOf(seed: number, name: string, trace: Trace | undefined): Draw {
  const generator = xoroshiro128plus(subSeed(seed, name));
  if (trace === undefined) return () => (generator.next() >>> 0) / 2 ** 32;
  return (label) => {
    const drawn = (generator.next() >>> 0) / 2 ** 32;
    trace(`draw ${name}: ${label} = ${drawn}`);
    return drawn;
  };
}
