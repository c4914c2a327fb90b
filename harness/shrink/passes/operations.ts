/** Fewer operations, fewer clients that invoke them, fewer keys that they are on. */
import type { LinearizableDetails } from '../../../checkers/linearizable.ts';
import { isClientOp } from '../../history/op.ts';
import type { Plan, PlanOperation } from '../../plan/index.ts';
import { renumbered, withOperations, withSchedule } from '../change.ts';
import type { Failing, Pass } from '../failing.ts';
import { fewer, firstOf } from './fewer.ts';

const listed = ({ workload }: Plan): readonly PlanOperation[] => workload.operations ?? [];

/** Nothing that comes after the violation has a part in it. */
export const untilViolation: Pass = {
  name: 'what came after the violation',
  async shrink(from, attempt) {
    const end = violatedAt(from);
    if (end === undefined) return from;
    const { plan } = from;
    const cut = withSchedule(
      withOperations(
        plan,
        listed(plan).filter(({ at }) => at <= end),
      ),
      (plan.schedule ?? []).filter(({ at }) => at <= end),
    );
    return isSame(cut, plan) ? from : ((await attempt(cut)) ?? from);
  },
};

/** The counterexample names the few operations that prove it; at times they also bring it about. */
export const counterexample: Pass = {
  name: 'all but the counterexample',
  async shrink(from, attempt) {
    const { plan } = from;
    const operations = provingOf(from);
    const keys = new Set(operations.map(({ key }) => key));
    const candidates = [
      withOperations(plan, operations),
      withOperations(
        plan,
        listed(plan).filter(({ key }) => keys.has(key)),
      ),
    ].filter((candidate) => listed(candidate).length > 0 && !isSame(candidate, plan));
    return (await firstOf(from, candidates, attempt)) ?? from;
  },
};

/** With more operations than this a client or a key more or less is not worth an attempt. */
const MUCH = 200;
const isMuch = (plan: Plan): boolean => listed(plan).length > MUCH;

/** Every second one, and every second of those: the same things happen, with less going on between them. */
export const thinned: Pass = {
  name: 'every second operation',
  async shrink(from, attempt) {
    for (let best = from; ;) {
      const { plan } = best;
      if (listed(plan).length < 4) return best;
      const halves = [0, 1].map((rest) => listed(plan).filter((_, index) => index % 2 === rest));
      const next = await firstOf(
        best,
        halves.map((half) => withOperations(plan, half)),
        attempt,
      );
      if (next === undefined) return best;
      best = next;
    }
  },
};

export const fewerClients: Pass = {
  name: 'fewer clients',
  shrink: (from, attempt) =>
    fewer(
      from,
      once(listed(from.plan).map(({ client }) => client)),
      attempt,
      (plan, kept) =>
        withOperations(
          plan,
          listed(plan).filter(({ client }) => kept.includes(client)),
        ),
      { isCoarse: isMuch(from.plan) },
    ),
};

export const fewerKeys: Pass = {
  name: 'fewer keys',
  shrink: (from, attempt) =>
    fewer(
      from,
      once(listed(from.plan).map(({ key }) => key)),
      attempt,
      (plan, kept) =>
        withOperations(
          plan,
          listed(plan).filter(({ key }) => kept.includes(key)),
        ),
      { isCoarse: isMuch(from.plan) },
    ),
};

export const fewerOperations: Pass = {
  name: 'fewer operations',
  shrink: (from, attempt) => fewer(from, listed(from.plan), attempt, withOperations),
};

/** What two clients did is done by one, each operation as soon as the one before it is over. */
export const mergedClients: Pass = {
  name: 'clients in one',
  async shrink(from, attempt) {
    let best = from;
    const clients = once(listed(from.plan).map(({ client }) => client)).sort((a, b) => b - a);
    for (const client of clients) {
      const others = once(listed(best.plan).map((operation) => operation.client)).filter(
        (other) => other < client,
      );
      const into = others.map((other) =>
        withOperations(
          best.plan,
          listed(best.plan).map((op) => (op.client === client ? { ...op, client: other } : op)),
        ),
      );
      best = (await firstOf(best, into, attempt)) ?? best;
    }
    return best;
  },
};

/**
 * Clients from 0 and keys from k1 on, without gaps: what nobody uses is not there. Every key is read in the
 * end, and every client starts with a node of its own, so at times they matter all the same: then one kind
 * alone, or half of the clients.
 */
export const noGaps: Pass = {
  name: 'unused clients and keys',
  async shrink(from, attempt) {
    const { plan } = from;
    const all = renumbered(plan);
    const { clients, keys } = plan.workload;
    const used = Math.max(0, ...listed(plan).map(({ client }) => client)) + 1;
    const candidates = [
      all,
      renumbered(plan, { clients }),
      ...[used, Math.ceil(clients / 4), Math.ceil(clients / 2)].map((left) =>
        renumbered(plan, { clients: Math.max(all.workload.clients, left), keys: plan.workload.keys }),
      ),
      ...[Math.ceil(keys / 4), Math.ceil(keys / 2)].map((left) =>
        renumbered(plan, { clients, keys: Math.max(all.workload.keys, left) }),
      ),
    ].filter(
      ({ workload }) =>
        workload.clients <= clients &&
        workload.keys <= keys &&
        (workload.clients < clients || workload.keys < keys),
    );
    return (await firstOf(from, candidates, attempt)) ?? from;
  },
};

/** ms since the load started; undefined where the findings don't say when. */
function violatedAt({ plan, run }: Failing): number | undefined {
  const broken = detailsOf(run.checks)?.keys.find(({ verdict }) => verdict === 'invalid');
  const blocked = broken?.counterexample?.operations.find(
    ({ invoke }) => invoke === broken.counterexample?.blocked,
  );
  const first = run.history.find(isClientOp);
  if (blocked?.completed == null || first === undefined) return undefined;
  return (blocked.completed - first.time) / 1e6 + (listed(plan)[0]?.at ?? 0);
}

/** The listed operations that the first counterexample is made of. */
function provingOf({ plan, run }: Failing): readonly PlanOperation[] {
  const broken = detailsOf(run.checks)?.keys.find(({ verdict }) => verdict === 'invalid');
  const invocations = broken?.counterexample?.operations ?? [];
  // A value is mostly written once; where it is not, one operation too many does no harm.
  const isProving = ({ f, key, value }: PlanOperation): boolean =>
    (key ?? '') === broken?.key &&
    invocations.some(
      (op) => op.f === f && JSON.stringify(op.value ?? null) === JSON.stringify(value ?? null),
    );
  return listed(plan).filter(isProving);
}

function detailsOf(checks: Failing['run']['checks']): LinearizableDetails | undefined {
  const found = checks.find(({ checker, verdict }) => checker === 'linearizable' && verdict === 'invalid');
  // The checker documents its details so.
  return (found?.details ?? undefined) as unknown as LinearizableDetails | undefined;
}

function once<T>(items: readonly T[]): T[] {
  return [...new Set(items)];
}

function isSame(one: Plan, other: Plan): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
