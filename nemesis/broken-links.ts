/** Which links are not as they should be, now: told each time that a host has cut, shaped or healed some. */
import { linkText } from './grudge.ts';
import type { CutMode, Link, NemesisHost, Shape } from './host.ts';

export interface BrokenLink {
  readonly link: Link;
  /** Undefined where it is not cut, or not shaped. */
  readonly cut?: CutMode;
  readonly shape?: Shape;
}

/** The host, whose links are followed; `tell` hears of all that are broken, after each change that was made. */
export function tellingLinks(host: NemesisHost, tell: (links: readonly BrokenLink[]) => void): NemesisHost {
  const broken = new Map<string, BrokenLink>();
  const change = (links: readonly Link[], of: (before: BrokenLink) => BrokenLink): void => {
    for (const link of links) {
      const key = linkText(link);
      const now = of(broken.get(key) ?? { link });
      if (now.cut === undefined && now.shape === undefined) broken.delete(key);
      else broken.set(key, now);
    }
    tell([...broken.values()]);
  };
  return {
    ...host,
    async cut(links, mode) {
      await host.cut(links, mode);
      change(links, ({ link, shape }) => ({ link, cut: mode, ...(shape && { shape }) }));
    },
    async heal(links) {
      await host.heal(links);
      change(links, ({ link, shape }) => ({ link, ...(shape && { shape }) }));
    },
    async shape(links, shape) {
      await host.shape(links, shape);
      change(links, ({ link, cut }) => ({ link, ...(cut && { cut }), ...(shape && { shape }) }));
    },
  };
}
