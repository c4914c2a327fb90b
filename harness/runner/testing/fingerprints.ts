/**
 * Prints a fingerprint of a simulated run's history for each of some seeds: `SEED SHA256 OPS`, a line
 * each. What two processes print must be the same.
 *
 *     node fingerprints.js PLAN FIRST COUNT
 */
import { createHash } from 'node:crypto';
import { loadCatalogue, loadPlan } from '../../plan/index.ts';
import { simulate } from '../simulate.ts';

const [file, first, count] = process.argv.slice(2);
if (file === undefined) throw new Error('usage: fingerprints PLAN FIRST COUNT');
const catalogue = await loadCatalogue();
for (let seed = Number(first); seed < Number(first) + Number(count); seed++) {
  const loaded = loadPlan(file, { set: [], seed: String(seed), host: 'sim' }, catalogue);
  if ('problems' in loaded) throw new Error(JSON.stringify(loaded.problems));
  const { history } = await simulate(loaded.plan);
  const hash = createHash('sha256');
  for (const op of history) hash.update(`${JSON.stringify(op)}\n`);
  console.log(`${seed} ${hash.digest('hex')} ${history.length}`);
}
