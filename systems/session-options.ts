/** Options that every service with sessions has (`sessions.ts`, `session-client.ts`). */
import type { OptionSpec } from './contract.ts';

export const sessionOptions = {
  maxSessions: {
    about: 'Client sessions remembered; the one unused for longest makes room.',
    kind: 'count',
    default: 10_000,
    min: 1,
    max: 1_000_000,
  },
  attemptTimeout: {
    about: 'How long a client waits for one node before it asks another.',
    kind: 'duration',
    default: 500,
    min: 10,
    max: 60_000,
  },
} as const satisfies { readonly [name: string]: OptionSpec };
