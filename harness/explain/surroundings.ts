/**
 * What was broken around a violation, as far as it touches the nodes that answered: faults that were on
 * for them between the operations of the counterexample, and nodes that believed to lead though another
 * did. What happened at the same time is no proof that it was the cause, and the words do not claim it.
 */
import type { CounterexampleDetails } from '../../checkers/linearizable.ts';
import type { Scene } from './scene.ts';
import { seconds } from './words.ts';

/** A node that was asked longer ago may believe something else by now; ns. */
const RECENT = 1e9;
/** As many sentences as are read. */
const MAX_FAULTS = 3;

const STATES: { readonly [fault: string]: string } = {
  partition: 'was cut off',
  pause: 'was paused',
  crash: 'was down',
  disk: 'had trouble with its disk',
  clock: 'had a wrong clock',
  flip: 'had a damaged disk',
};

export interface Surroundings {
  readonly sentences: readonly string[];
  /** Two of the nodes that answered led at the same time, by their own words. */
  readonly isSplit: boolean;
}

export function surroundingsOf(
  { operations, blocked }: CounterexampleDetails,
  scene: Scene,
  leaderRole: string | undefined,
): Surroundings {
  const last = operations.find(({ invoke }) => invoke === blocked)!;
  const until = last.completed ?? last.invoked;
  const from = Math.min(...operations.map(({ invoked }) => invoked));
  // Whoever gave the answer first, then the others, each once.
  const nodes = [...new Set([last, ...operations].flatMap(({ node }) => (node === null ? [] : [node])))];
  const told = new Set<string>();
  const faults = nodes.flatMap((node) =>
    scene.faultsOf(node, from, until).map(({ fault, about }) => {
      const what = STATES[fault.name] ?? `was hit by ${fault.name}`;
      const who = node === last.node ? `${node}, which gave this answer,` : node;
      const how = about === undefined || fault.name !== 'partition' ? '' : ` (${about})`;
      const end = fault.until === undefined || fault.until >= until ? ' on' : ` to ${seconds(fault.until)}`;
      return `From ${seconds(fault.from)}${end} ${who} ${what}${how}.`;
    }),
  );
  for (const sentence of faults) if (told.size < MAX_FAULTS) told.add(sentence);
  const split = leaderRole === undefined ? undefined : splitAt(until, nodes, scene, leaderRole);
  return { sentences: [...told, ...(split === undefined ? [] : [split])], isSplit: split !== undefined };
}

/** Two that lead, of different terms: `n3 believed itself leader of term 4, while n1 led term 5.` */
function splitAt(time: number, nodes: readonly string[], scene: Scene, role: string): string | undefined {
  const leading = [...scene.beliefsAt(time, RECENT)].filter(([, belief]) => belief.role === role);
  const [newest, ...older] = leading.sort(([, a], [, b]) => b.term - a.term);
  const stale = older.find(([node, { term }]) => nodes.includes(node) && term < newest![1].term);
  if (newest === undefined || stale === undefined) return undefined;
  return `${stale[0]} still believed itself ${role} of term ${stale[1].term}, as it said at ${seconds(stale[1].time)}, when ${newest[0]} was ${role} of term ${newest[1].term}.`;
}
