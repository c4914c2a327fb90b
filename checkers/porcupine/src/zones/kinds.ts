/** What an operation does; from `WRITE` on it makes a state. */
export const NOOP = 0;
export const READ = 1;
export const REJECT = 2;
export const WRITE = 3;
export const CAS = 4;
export const ATTEMPT = 5;
export const UPDATE = 6;

/** An update that does not append. */
export const OTHER = 7;
/** The model does not say. */
export const OPAQUE = 8;
/** The model throws. */
export const FAILED = 9;
