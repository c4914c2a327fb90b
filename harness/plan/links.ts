/**
 * Links as a plan writes them: `n1>n2` one way, `n1-n2` both ways, `clients` for the clients' end. Both ways
 * stand for two links; so five nodes cut two from three are six words and not twelve.
 */
import { z } from 'zod';
import { CLIENTS, type Endpoint, type Link } from '../../nemesis/host.ts';
import { NODE_ID } from './fields.ts';

const END = `${NODE_ID.source.slice(1, -1)}|${CLIENTS}`;
const LINK = new RegExp(`^(${END})([>-])(${END})$`);
const SUCH = 'a link such as n1>n2, or n1-n2 for both ways';

const link = z.codec(
  z.unknown().meta({ type: 'string', pattern: LINK.source }),
  z.custom<readonly Link[]>(),
  {
    decode: (input, { issues }): readonly Link[] => {
      const [, from, way, to] = (typeof input === 'string' && LINK.exec(input)) || [];
      if (from === undefined || to === undefined || from === to) {
        issues.push({ code: 'custom', input, message: SUCH });
        return [];
      }
      return way === '>'
        ? [{ from, to }]
        : [
            { from, to },
            { from: to, to: from },
          ];
    },
    encode: ([first, second]) => `${first!.from}${second === undefined ? '>' : '-'}${first!.to}`,
  },
);

/** A list of links, each once. */
export const linksField = z.codec(
  z.array(link, { error: 'a list of links' }).min(1, { error: 'at least one link' }),
  z.custom<readonly Link[]>(),
  { decode: (written) => once(written.flat()), encode: pairedLinks },
);

/** Both ways of a link next to each other, as they are written. */
export function pairedLinks(links: readonly Link[]): (readonly Link[])[] {
  const has = (from: Endpoint, to: Endpoint): Link | undefined =>
    links.find((other) => other.from === from && other.to === to);
  return once(links).flatMap(({ from, to }, index, all) => {
    const back = has(to, from);
    if (back === undefined) return [[{ from, to }]];
    const isFirst = !all.slice(0, index).some((other) => other.from === to && other.to === from);
    return isFirst ? [[{ from, to }, back]] : [];
  });
}

function once(links: readonly Link[]): Link[] {
  return [...new Map(links.map((link) => [`${link.from}>${link.to}`, link])).values()];
}
