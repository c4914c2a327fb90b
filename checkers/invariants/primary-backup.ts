/**
 * What primary and backup promise each other, as far as what nodes say of themselves can show it broken.
 * Each replica tells in its `facts` the epochs in which it has served (`served`), and as `digests` what its
 * state was at some positions of the log: `[epoch, position, digest]`, with the epoch whose primary numbered
 * the entry there. All of these stay true once they are.
 *
 *  - No epoch is served by two nodes: the test-and-set lets one go live.
 *  - An epoch's primary numbers each position once, and whoever has its entry there has executed the same
 *    ones before, with the same results: so their states are the same.
 */
import type { Json } from '../../harness/history/op.ts';
import { FirstSaid } from './first-said.ts';
import type { Broken, Invariant, Sample } from './types.ts';

class OnePrimaryAnEpoch implements Invariant {
  readonly name = 'one-primary-an-epoch';
  readonly about = 'no two nodes serve in one epoch';
  readonly #primaries = new Map<number, string>();

  observe({ node, status }: Sample): Broken | undefined {
    for (const epoch of listAt(status?.facts, 'served')) {
      if (typeof epoch !== 'number') continue;
      const other = this.#primaries.get(epoch) ?? node;
      this.#primaries.set(epoch, other);
      if (other === node) continue;
      return {
        what: `${other} and ${node} both served in epoch ${epoch}`,
        nodes: [other, node],
        evidence: { epoch, primaries: [other, node] },
      };
    }
    return undefined;
  }
}

class StatesAgree implements Invariant {
  readonly name = 'states-agree';
  readonly about = 'replicas with the same entry at a position have the same state there';
  readonly #digests = new FirstSaid<string, number>();

  get compared(): number {
    return this.#digests.compared;
  }

  observe({ node, status }: Sample): Broken | undefined {
    for (const digest of listAt(status?.facts, 'digests')) {
      if (!isDigest(digest)) continue;
      const [epoch, position, value] = digest;
      const first = this.#digests.say(`${epoch} ${position}`, node, value);
      if (first === undefined || first.value === value) continue;
      const isOne = first.node === node;
      return {
        what: `${isOne ? `${node}, earlier and now,` : `${first.node} and ${node}`} had different states at position ${position} of epoch ${epoch}`,
        nodes: isOne ? [node] : [first.node, node],
        evidence: { epoch, position, digests: [first.value, value] },
      };
    }
    return undefined;
  }
}

export const primaryBackupInvariants: readonly (() => Invariant)[] = [
  () => new OnePrimaryAnEpoch(),
  () => new StatesAgree(),
];

function isDigest(json: Json): json is readonly [epoch: number, position: number, digest: number] {
  return Array.isArray(json) && json.length === 3 && json.every((part) => typeof part === 'number');
}

/** What is not there, or is no list, says nothing. */
function listAt(facts: Json | undefined, name: string): readonly Json[] {
  if (typeof facts !== 'object' || facts === null || !Object.hasOwn(facts, name)) return [];
  const list = (facts as { readonly [name: string]: Json })[name];
  // `Array.isArray` does not narrow to a readonly array.
  return Array.isArray(list) ? (list as readonly Json[]) : [];
}
