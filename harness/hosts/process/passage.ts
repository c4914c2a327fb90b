/**
 * One connection through the fabric. The dial is a use of the dialled link alone: a link that stalls
 * holds it until the heal. The other direction may be cut meanwhile; then nothing comes back, not even
 * that the dial failed.
 */
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { Address } from './control.ts';
import type { DirectedLink } from './directed-link.ts';
import { Pipe } from './pipe.ts';
import { reset } from './reset.ts';

export class Passage {
  readonly #near: Socket;
  readonly #link: DirectedLink;
  readonly #forth: Pipe;
  readonly #back: Pipe;
  #far: Socket | undefined;
  #over = false;

  constructor(near: Socket, link: DirectedLink, reverse: DirectedLink) {
    this.#near = near;
    this.#link = link;
    this.#forth = new Pipe(link, true, () => this.reset());
    this.#back = new Pipe(reverse, false, () => this.reset());
    this.#forth.readFrom(near);
    this.#back.writeTo(near);
  }

  /**
   * Goes on to the target; false while the link holds the dial. Undefined: the target is down.
   * Not to be called again after it was true.
   */
  dial(address: Address | undefined): boolean {
    if (this.#over) return true;
    if (this.#link.mode === 'stall') return false;
    if (this.#link.mode === 'reset') this.reset();
    else if (address === undefined) this.#refuse();
    else this.#connect(address);
    return true;
  }

  reset(): void {
    this.#over = true;
    this.#forth.finish();
    this.#back.finish();
    reset(this.#near);
    if (this.#far !== undefined) reset(this.#far);
  }

  #refuse(): void {
    this.#forth.finish();
    this.#back.fail();
  }

  #connect(address: Address): void {
    const far = connect({ ...address, noDelay: true, allowHalfOpen: true });
    this.#far = far;
    this.#back.readFrom(far);
    far.on('connect', () => this.#forth.writeTo(far));
    far.on('close', () => this.#forth.finish());
  }
}
