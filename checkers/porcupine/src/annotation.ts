/**
 * What else happened during the history: a fault, a restart, a change of leader. It says nothing about
 * the verdict; it is kept beside it for whoever shows both.
 */
export interface Annotation {
  /** On whose line it is shown: a process of the history, or any other name. */
  readonly process: number | string;
  /** Positions in the same real time as those of operations. Without an end it is a moment. */
  readonly start: number;
  readonly end?: number;
  readonly description: string;
}

/** A mistake of whoever made the annotation. */
export class MalformedAnnotation extends Error {
  /** Its place in the list. */
  readonly index: number;

  constructor(index: number, message: string) {
    super(`annotation ${index} ${message}`);
    this.name = 'MalformedAnnotation';
    this.index = index;
  }
}

/** Throws `MalformedAnnotation` unless each has its times, in order, and a description. */
export function validateAnnotations(annotations: readonly Annotation[]): void {
  annotations.forEach(({ start, end, description }, index) => {
    if (!Number.isFinite(start)) throw new MalformedAnnotation(index, `starts at ${start}`);
    if (end !== undefined && !(Number.isFinite(end) && end >= start))
      throw new MalformedAnnotation(index, `starts at ${start} and ends at ${end}`);
    if (description === '') throw new MalformedAnnotation(index, 'has no description');
  });
}
