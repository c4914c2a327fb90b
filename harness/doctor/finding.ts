/** What was found of this machine: one line each, with what to do about it. */
export interface Finding {
  /** What was looked at. */
  readonly name: string;
  /**
   * `ok`; `poor`: works, and less well than it could; `missing`: something does not work; `note`: only to know.
   */
  readonly state: 'ok' | 'poor' | 'missing' | 'note';
  /** What it is like, with figures. */
  readonly found: string;
  /** How to make it better, where it is not well. */
  readonly hint?: string;
  /** A host does not work without it. */
  readonly needed?: boolean;
}

/** Looks at one thing, or at a few that belong together. Never rejects: what it could not see, it says. */
export type Look = () => Promise<readonly Finding[]>;

export interface Section {
  readonly title: string;
  readonly findings: readonly Finding[];
}

/** A look that fails is a finding like another; where a host depends on it, one that keeps it from working. */
export async function looked(name: string, look: Look, needed: boolean): Promise<readonly Finding[]> {
  try {
    return await look();
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0]! : String(error);
    const found = `could not be looked at: ${why}`;
    const hint = 'please report it, with what "node --version" and "uname -a" say';
    return [{ name, state: needed ? 'missing' : 'poor', found, hint, needed }];
  }
}
