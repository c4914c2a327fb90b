/** A node of the file system: the master or a chunkserver, by its place. */
import type { Node } from '../contract.ts';
import type { Bugs } from './bugs.ts';
import { Chunkserver } from './chunkserver/chunkserver.ts';
import type { MarkingEnv } from './marks.ts';
import { Master } from './master/master.ts';
import { MASTER } from './roles.ts';
import type { Settings } from './settings.ts';

export function createNode(env: MarkingEnv, settings: Settings, bugs: Bugs): Node {
  return env.id === MASTER ? new Master(env, settings, bugs) : new Chunkserver(env, settings, bugs);
}
