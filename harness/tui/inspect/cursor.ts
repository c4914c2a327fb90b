/** One chosen item of a list that may be long and may grow, and which part of the list is on the screen. */

/** Rows between the chosen one and the edge, where there are so many. */
const MARGIN = 2;

export class Cursor {
  #at = 0;
  #top = 0;
  #height = 1;

  get at(): number {
    return this.#at;
  }

  /** Puts the cursor there; in the middle of the screen, if it was not on it. */
  go(at: number, length: number): void {
    const isFar = at < this.#top || at >= this.#top + this.#height;
    this.#at = Math.max(0, Math.min(at, length - 1));
    if (isFar) this.#top = this.#at - (this.#height >> 1);
  }

  /** The first item to show, of `length` in a room for `height`. */
  topFor(length: number, height: number): number {
    this.#height = Math.max(1, height);
    this.#at = Math.max(0, Math.min(this.#at, length - 1));
    const margin = Math.min(MARGIN, (this.#height - 1) >> 1);
    const top = Math.min(
      Math.max(this.#top, this.#at - this.#height + 1 + margin),
      Math.max(0, this.#at - margin),
    );
    this.#top = Math.max(0, Math.min(top, length - this.#height));
    return this.#top;
  }

  /** Whether the key moved it. */
  key(name: string, length: number): boolean {
    const page = Math.max(1, this.#height - 1);
    switch (name) {
      case 'up':
      case 'k':
        this.#move(-1, length);
        return true;
      case 'down':
      case 'j':
        this.#move(1, length);
        return true;
      case 'pageup':
      case 'ctrl-b':
        this.#top -= page;
        this.#move(-page, length);
        return true;
      case 'pagedown':
      case 'ctrl-f':
        this.#top += page;
        this.#move(page, length);
        return true;
      case 'home':
        this.#move(-Infinity, length);
        return true;
      case 'end':
      case 'G':
        this.#move(Infinity, length);
        return true;
      default:
        return false;
    }
  }

  #move(by: number, length: number): void {
    this.#at = Math.max(0, Math.min(this.#at + by, length - 1));
  }
}
