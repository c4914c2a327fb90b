/** Who is what: the first node is the master, all others are chunkservers. */
import type { NodeId } from '../contract.ts';

export const MASTER: NodeId = 'n1';
