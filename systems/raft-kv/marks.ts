/** The interesting states that a node says it reached, and what each means. */
export const marks = {
  'pre-vote': 'asked whether it could win an election',
  candidate: 'stood for election in a new term',
  voted: 'granted its vote, durably',
  leader: 'was elected',
  'stepped-down': 'gave up leading',
  'read-index': 'a leader began a round of heartbeats, to confirm for reads that it still leads',
  'truncated-suffix': 'a follower dropped entries that conflict with the leader’s',
  'figure-8': 'a leader saw an entry of an earlier term on a majority, which alone does not commit it',
  'dedup-hit': 'a request that was applied already came again, and was not applied twice',
  'snapshot-taken': 'took a snapshot of its state',
  'snapshot-installed': 'took over a snapshot from the leader, as it was too far behind',
  'torn-tail': 'found a torn record at the end of its log when it started, and dropped it',
} as const;
