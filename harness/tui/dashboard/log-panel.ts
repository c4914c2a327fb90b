/** Lines of a node's log, one JSON object each, as people read them; one that is no such thing as it is. */
import { moment } from '../../cli/text.ts';
import { numberCell, span, type Line } from '../spans.ts';

/** Of a long line nobody sees the end. */
const MAX_TEXT = 500;

/** `epoch`: when the run started, ms since 1970. */
export function logLine(text: string, epoch: number): Line {
  const read = parsed(text);
  if (read === undefined) return [span(text.slice(0, MAX_TEXT), 'dim')];
  const data = read.data === undefined ? '' : JSON.stringify(read.data).slice(0, MAX_TEXT);
  return [
    numberCell(moment(Math.max(0, read.time - epoch)), 11, 'dim'),
    span('  '),
    span(read.event.slice(0, MAX_TEXT), 'bold'),
    span(` ${data}`),
  ];
}

function parsed(
  text: string,
): { readonly time: number; readonly event: string; readonly data: unknown } | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof json !== 'object' || json === null || !('time' in json) || !('event' in json)) return undefined;
  const { time, event } = json;
  if (typeof time !== 'number' || typeof event !== 'string') return undefined;
  return { time, event, data: 'data' in json ? json.data : undefined };
}
