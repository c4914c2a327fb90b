/**
 * A timer that never fires early. `setTimeout` cuts fractions of a millisecond off and counts from
 * the turn's cached time, so alone it can fire up to two milliseconds before its time.
 */
/** `setTimeout` fires at once for anything longer. */
const LONGEST = 2 ** 31 - 1;

export function setTimer(delay: number, fire: () => void): () => void {
  const due = performance.now() + delay;
  const check = () => {
    const left = due - performance.now();
    if (left > 0) timeout = setTimeout(check, Math.min(LONGEST, Math.ceil(left)));
    else fire();
  };
  let timeout = setTimeout(check, Math.min(LONGEST, Math.ceil(delay)));
  return () => clearTimeout(timeout);
}
