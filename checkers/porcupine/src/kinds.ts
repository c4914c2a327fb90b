/** What an operation does. Up to and with `PURE` it never changes the state, from `WRITE` on it makes one. */
export const NOOP = 0;
export const READ = 1;
export const REJECT = 2;
/** The model says only that it changes nothing. */
export const PURE = 3;
export const WRITE = 4;
export const CAS = 5;
export const ATTEMPT = 6;
export const UPDATE = 7;

/** An update that does not append, where only appends will do. */
export const OTHER = 8;
/** The model does not say. */
export const OPAQUE = 9;
/** The model throws. */
export const FAILED = 10;
/** It does something else than the model says. */
export const FLAWED = 11;

/** No state, no operation, no version. */
export const NONE = -1;
