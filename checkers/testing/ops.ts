/**
 * Histories as text, one op a line: time in ms, process, type, function, and what there is of key, value
 * (JSON), error and node.
 *
 *     0   0          invoke  put x "a"
 *     5   nemesis-0  invoke  pause.start {"target":"leader"}
 *     9   0          info    put x !timeout @n1
 */
import type { Json, Op, OpType } from '../../harness/history/op.ts';

const LINE =
  /^\s*([\d.]+)\s+(\S+)\s+(invoke|ok|fail|info)\s+([\w.-]+)(?:\s+([a-z]\w*))?(?:\s+([^!@\s].*?))?(?:\s+!(\S+))?(?:\s+@(\S+))?\s*$/;

export function ops(text: string): Op[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.map((line, index) => {
    const match = LINE.exec(line);
    if (!match) throw new Error(`no op: ${line}`);
    const [, time, process, type, f, key, value, error, node] = match;
    return {
      index,
      time: Number(time) * 1e6,
      process: /^\d+$/.test(process!) ? Number(process) : process!,
      type: type as OpType,
      f: f!,
      ...(key !== undefined && { key }),
      ...(value !== undefined && { value: JSON.parse(value) as Json }),
      ...(error !== undefined && { error }),
      ...(node !== undefined && { node }),
    };
  });
}
