/** MapReduce, after Dean & Ghemawat: the first node is the coordinator, all others are workers. */
import type { System } from '../contract.ts';
import { bugs, bugsNamed } from './bugs.ts';
import { MapReduceClient } from './client.ts';
import { Coordinator } from './coordinator.ts';
import { addModule } from './jobs/module.ts';
import { marks } from './marks.ts';
import { moduleIn, options, settingsFrom } from './settings.ts';
import { Worker } from './worker.ts';

export const system: System = {
  name: 'mapreduce',
  about: 'MapReduce: a coordinator and workers; word count, inverted index, grep, and jobs of your own.',
  roles: ['coordinator', 'worker'],
  leaderRole: 'coordinator',
  nodes: { default: 5, min: 3, max: 9 },
  operations: ['run', 'output', 'sequential'],
  bugs,
  options,
  marks,
  async prepare({ options }, load) {
    const module = moduleIn(options);
    if (module !== '') addModule(module, await load(module));
  },
  createNode(env, config) {
    const [settings, switched] = [settingsFrom(config.options), bugsNamed(config.bugs)];
    const [coordinator] = [env.id, ...env.peers].sort();
    return coordinator === env.id
      ? new Coordinator(env, settings, switched)
      : new Worker(env, settings, switched, coordinator!);
  },
  createClient: (env, config) => new MapReduceClient(env, settingsFrom(config.options)),
};
