/**
 * The hosts, tried: the same small cluster is run on each, with a pause and a crash, to a verdict. What works
 * here works; what does not says why.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { loadCatalogue, resolvePlan, type HostName } from '../plan/index.ts';
import { runPlan } from '../runner/run.ts';
import type { Finding } from './finding.ts';

/** Two seconds on real processes. */
const TRIAL = `
name: doctor
system: { name: raft-kv, nodes: 3 }
workload: { name: kv, clients: 3, rate: 50/s, keys: 2 }
nemesis:
  - { fault: pause, target: one, every: 800ms, for: 200ms, after: 300ms }
  - { fault: crash, target: one, every: 1200ms, for: 100ms, after: 700ms }
time: 2s
seed: 1
`;

export async function hosts(): Promise<readonly Finding[]> {
  const { hosts: known } = await loadCatalogue();
  const findings: Finding[] = [];
  for (const [name, host] of Object.entries(known)) {
    const title = `host ${name}`;
    if (!host.available) findings.push({ name: title, state: 'note', found: host.why });
    // The catalogue's keys are these names.
    else findings.push({ name: title, ...(await tried(name as HostName, host.faults)) });
  }
  return findings;
}

async function tried(host: HostName, faults: readonly string[]): Promise<Omit<Finding, 'name'>> {
  const out = mkdtempSync(join(tmpdir(), 'faultline-doctor-'));
  const hint = `faultline run a plan --host ${host} to see it fail, and look into its folder`;
  try {
    const loaded = resolvePlan(TRIAL, resolve('doctor.yaml'), { host }, await loadCatalogue());
    if ('problems' in loaded) return { state: 'missing', found: loaded.problems[0]!.message, needed: true };
    const begin = performance.now();
    const { verdict } = await runPlan(loaded.plan, {
      out,
      signal: new AbortController().signal,
      onEvent: () => {},
      reproduce: () => [],
    });
    const seconds = ((performance.now() - begin) / 1000).toFixed(1);
    if (verdict.verdict === 'valid') {
      return {
        state: 'ok',
        found: `a run of three nodes, paused and crashed, is valid after ${seconds} s; faults: ${faults.join(', ')}`,
      };
    }
    const wrong = verdict.checks.find((check) => check.verdict === verdict.verdict);
    const found = `a run of three nodes is ${verdict.verdict}: ${wrong?.checker}: ${wrong?.summary}`;
    // Where it only proves too little the machine is busy, and the host works.
    if (verdict.verdict === 'unknown')
      return { state: 'poor', found, hint: 'try again when the machine is less busy' };
    return { state: 'missing', found, hint, needed: true };
  } catch (error) {
    const found = error instanceof Error ? error.message.split('\n')[0]! : String(error);
    return { state: 'missing', found, hint, needed: true };
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}
