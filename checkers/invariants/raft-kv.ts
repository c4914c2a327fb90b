/**
 * Raft's properties (Ongaro & Ousterhout, figure 3), as far as what nodes say of themselves can show them
 * broken. Each node tells in its `facts` the terms it led (`led`), and as `committed` and `snapshot` some
 * positions that it has committed, each with the term of the entry there and a hash over all entries up to
 * it: `[index, term, hash]`. All of these stay true once they are, so what nodes said at different times can
 * be compared.
 *
 *  - Election safety: no term is led by two nodes.
 *  - Log matching: where two logs have an entry of the same index and term, they are the same up to there.
 *  - What is committed stays: at a position that a node has committed, every other node that commits it has
 *    the same entry, and the same before it. (State machine safety and leader completeness, seen from
 *    outside: a leader that lacked a committed entry would commit another one there.)
 */
import type { Json } from '../../harness/history/op.ts';
import { FirstSaid } from './first-said.ts';
import type { Broken, Invariant, Sample } from './types.ts';

type Claim = readonly [index: number, term: number, hash: number];

class OneLeaderATerm implements Invariant {
  readonly name = 'one-leader-a-term';
  readonly about = 'no two nodes lead in one term';
  readonly #leaders = new Map<number, string>();

  observe({ node, status }: Sample): Broken | undefined {
    for (const term of termsLed(status?.facts)) {
      const other = this.#leaders.get(term) ?? node;
      this.#leaders.set(term, other);
      if (other === node) continue;
      return {
        what: `${other} and ${node} both led term ${term}`,
        nodes: [other, node],
        evidence: { term, leaders: [other, node] },
      };
    }
    return undefined;
  }
}

class LogsMatch implements Invariant {
  readonly name = 'logs-match';
  readonly about = 'two logs with an entry of the same index and term are the same up to there';
  readonly #hashes = new FirstSaid<string, number>();

  get compared(): number {
    return this.#hashes.compared;
  }

  observe({ node, status }: Sample): Broken | undefined {
    for (const [index, term, hash] of claimsIn(status?.facts)) {
      const first = this.#hashes.say(`${index} ${term}`, node, hash);
      if (first === undefined || first.value === hash) continue;
      return {
        what: `${whose(first.node, node)} have entry ${index} of term ${term}, and differ before it`,
        nodes: nodesOf(first.node, node),
        evidence: { index, term, hashes: [first.value, hash] },
      };
    }
    return undefined;
  }
}

class CommittedStays implements Invariant {
  readonly name = 'committed-entries-survive';
  readonly about = 'what one node has committed at a position is never another entry on any node';
  readonly #claims = new FirstSaid<number, Claim>();

  get compared(): number {
    return this.#claims.compared;
  }

  observe({ node, status }: Sample): Broken | undefined {
    for (const claim of claimsIn(status?.facts)) {
      const [index, term, hash] = claim;
      const first = this.#claims.say(index, node, claim);
      if (first === undefined || (first.value[1] === term && first.value[2] === hash)) continue;
      const what =
        first.value[1] === term
          ? `${whose(first.node, node)} have committed different entries up to ${index}`
          : `${first.node} has committed an entry of term ${first.value[1]} at ${index}, and ${node === first.node ? 'later' : node} one of term ${term}`;
      return { what, nodes: nodesOf(first.node, node), evidence: { index, claims: [first.value, claim] } };
    }
    return undefined;
  }
}

export const raftKvInvariants: readonly (() => Invariant)[] = [
  () => new OneLeaderATerm(),
  () => new LogsMatch(),
  () => new CommittedStays(),
];

function nodesOf(first: string, second: string): readonly string[] {
  return first === second ? [first] : [first, second];
}

/** A node may also contradict what an earlier life of its said. */
function whose(first: string, second: string): string {
  return first === second ? `the logs of ${first}, earlier and now,` : `${first} and ${second}`;
}

/** What is not there, or is not what it should be, says nothing. */
function termsLed(facts: Json | undefined): readonly number[] {
  return listAt(facts, 'led').filter((term) => typeof term === 'number');
}

function claimsIn(facts: Json | undefined): readonly Claim[] {
  const snapshot = facts === undefined ? undefined : memberOf(facts, 'snapshot');
  return [...listAt(facts, 'committed'), ...(snapshot === undefined ? [] : [snapshot])].flatMap((claim) =>
    isClaim(claim) ? [claim] : [],
  );
}

function isClaim(json: Json): json is Claim {
  return Array.isArray(json) && json.length === 3 && json.every((part) => typeof part === 'number');
}

function listAt(facts: Json | undefined, name: string): readonly Json[] {
  const list = facts === undefined ? undefined : memberOf(facts, name);
  // `Array.isArray` does not narrow to a readonly array.
  return Array.isArray(list) ? (list as readonly Json[]) : [];
}

function memberOf(json: Json, name: string): Json | undefined {
  if (typeof json !== 'object' || json === null || !Object.hasOwn(json, name)) return undefined;
  return (json as { readonly [name: string]: Json })[name];
}
