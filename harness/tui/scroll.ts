/** Which part of a long list is shown. It is either at a place, or follows the end as the list grows. */
export type Scroll = { readonly kind: 'follow' } | { readonly kind: 'at'; readonly top: number };

export const FOLLOW: Scroll = { kind: 'follow' };
export const TOP: Scroll = { kind: 'at', top: 0 };

/** Index of the first item that is shown, of `length` in a room for `height`. */
export function topOf(scroll: Scroll, length: number, height: number): number {
  const last = Math.max(0, length - height);
  return scroll.kind === 'follow' ? last : Math.max(0, Math.min(scroll.top, last));
}

/** After a key that scrolls; undefined where it is none. At the end a list that grows is followed again. */
export function scrolled(scroll: Scroll, key: string, length: number, height: number): Scroll | undefined {
  const top = topOf(scroll, length, height);
  const page = Math.max(1, height - 1);
  const to: Readonly<Record<string, number>> = {
    up: top - 1,
    down: top + 1,
    pageup: top - page,
    pagedown: top + page,
    home: 0,
    end: length,
  };
  const wanted = to[key];
  if (wanted === undefined) return undefined;
  return wanted >= length - height && wanted >= top ? FOLLOW : { kind: 'at', top: Math.max(0, wanted) };
}
