/** The sequential run, in a process of its own: `sequential.js INPUT REDUCERS FILE...`, told as JSON. */
import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { encode, sumOf } from '../../systems/mapreduce/files.ts';
import { sequentialRun } from '../../systems/mapreduce/jobs/sequential.ts';
import { parseSpec } from '../../systems/mapreduce/jobs/spec.ts';

const [input = '', reducers, ...files] = process.argv.slice(2);
const spec = parseSpec({ kind: 'word-count', reducers: Number(reducers), files }, '');
if (typeof spec === 'string') throw new Error(spec);
const begin = performance.now();
const { output } = sequentialRun(spec, (file) => readFileSync(join(input, file), 'utf8'));
const parts = output.map((text, partition) => {
  const bytes = encode(text);
  const file = openSync(join(input, `output-${partition}`), 'w');
  writeSync(file, bytes);
  fsyncSync(file);
  closeSync(file);
  return { partition, ...sumOf(bytes) };
});
const ms = performance.now() - begin;
const { user, system } = process.cpuUsage();
console.log(JSON.stringify({ ms, processor: (user + system) / 1000, output: JSON.stringify(parts) }));
