/** A line from the harness to its supervisor: a process group begins or has ended. */
export interface Registration {
  readonly group: number;
  readonly alive: boolean;
  /** When the group's leader was started, as the system tells it; '' where it doesn't. */
  readonly started: string;
}

export function writeRegistration({ group, alive, started }: Registration): string {
  return `${alive ? '+' : '-'} ${group} ${started}`;
}

export function readRegistration(line: string): Registration | undefined {
  const match = /^([+-]) ([1-9][0-9]*) ([0-9]*)$/.exec(line);
  const group = Number(match?.[2]);
  // 1 would be everybody (kill(-1)).
  if (match === null || group <= 1) return undefined;
  return { group, alive: match[1] === '+', started: match[3] ?? '' };
}
