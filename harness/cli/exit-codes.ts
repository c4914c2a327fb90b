/** What a command's exit code says; Jepsen's, so that scripts written for it work here. */
export const EXIT = {
  /** Every plan met its `expect`; a check found the history valid. */
  met: 0,
  /** A consistency violation, or an expected one that did not show. */
  violated: 1,
  /** Nothing was shown either way. */
  unknown: 2,
  /** Ctrl-C, as shells count it: 128 + SIGINT. */
  interrupted: 130,
  /** Bad arguments or plan; nothing was started. */
  usage: 254,
  /** The harness itself failed. */
  harness: 255,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Of several plans: a violation beats a failed harness, which beats unknown, which beats met. */
export function worstExit(codes: readonly ExitCode[]): ExitCode {
  const order: readonly ExitCode[] = [
    EXIT.usage,
    EXIT.interrupted,
    EXIT.violated,
    EXIT.harness,
    EXIT.unknown,
    EXIT.met,
  ];
  return order.find((code) => codes.includes(code)) ?? EXIT.met;
}
