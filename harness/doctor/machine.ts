/** The machine: Node, processors, memory and their limits, the clock, open files, /proc. */
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism, cpus, freemem, loadavg, totalmem } from 'node:os';
import { execa } from 'execa';
import type { Finding } from './finding.ts';

const NEEDED = [20, 19] as const;
/** Node strips types from here on, so that a system may be TypeScript. */
const STRIPS = [22, 18] as const;
const GIB = 2 ** 30;
/** A run of five nodes needs about this much. */
const LITTLE_MEMORY = GIB;
/** Each node and each link between two takes a few. */
const FEW_FILES = 1024;
/** Those that are read without a call into the kernel. */
const FAST_CLOCKS = ['tsc', 'kvm-clock', 'arch_sys_counter', 'hyperv_clocksource_tsc_page'];

export async function machine(): Promise<readonly Finding[]> {
  return [node(), processors(), memory(), clock(), await openFiles(), proc()];
}

function node(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const since = ([a, b]: readonly [number, number]): boolean => major > a || (major === a && minor >= b);
  if (!since(NEEDED)) {
    const hint = 'install Node 20.19 or newer, e.g. from https://nodejs.org';
    return {
      name: 'Node',
      state: 'missing',
      found: `${process.versions.node} is too old`,
      hint,
      needed: true,
    };
  }
  const types = since(STRIPS)
    ? 'systems may be TypeScript'
    : 'systems are JavaScript; TypeScript needs 22.18';
  return { name: 'Node', state: 'ok', found: `${process.versions.node}; ${types}` };
}

function processors(): Finding {
  const quota = cpuQuota();
  const [minute = 0] = loadavg();
  const usable = Math.min(availableParallelism(), quota ?? Infinity);
  const limited = quota === undefined ? '' : `, of which a cgroup allows ${quota.toFixed(1)}`;
  const found = `${cpus().length} ${cpus()[0]?.model.trim() ?? ''}${limited}; load ${minute.toFixed(1)} over the last minute`;
  const name = 'processors';
  if (usable < 2) {
    return { name, state: 'poor', found, hint: 'nodes and harness share one: choose low rates, or host sim' };
  }
  if (minute > usable) {
    return { name, state: 'poor', found, hint: 'busy: real processes miss their times, and runs prove less' };
  }
  return { name, state: 'ok', found };
}

/** How many processors a cgroup (version 2, or 1) allows; undefined where it sets no limit. */
function cpuQuota(): number | undefined {
  const [quota, period] = read('/sys/fs/cgroup/cpu.max')?.split(/\s+/) ?? [
    read('/sys/fs/cgroup/cpu/cpu.cfs_quota_us')?.trim(),
    read('/sys/fs/cgroup/cpu/cpu.cfs_period_us')?.trim(),
  ];
  const share = Number(quota) / Number(period);
  return Number.isFinite(share) && share > 0 ? share : undefined;
}

function memory(): Finding {
  const limit = Number(
    read('/sys/fs/cgroup/memory.max') ?? read('/sys/fs/cgroup/memory/memory.limit_in_bytes'),
  );
  const isLimited = Number.isFinite(limit) && limit > 0 && limit < totalmem();
  const limited = isLimited ? `, of which a cgroup allows ${gib(limit)}` : '';
  const found = `${gib(totalmem())}, ${gib(freemem())} free${limited}`;
  const usable = isLimited ? limit : totalmem();
  if (usable >= LITTLE_MEMORY) return { name: 'memory', state: 'ok', found };
  return { name: 'memory', state: 'poor', found, hint: 'run few nodes, and explore with --jobs 1' };
}

function gib(bytes: number): string {
  return `${(bytes / GIB).toFixed(1)} GiB`;
}

function clock(): Finding {
  const times = Array.from({ length: 2000 }, () => process.hrtime.bigint());
  const steps = times.slice(1).map((time, at) => Number(time - times[at]!));
  const step = Math.min(...steps.filter((one) => one > 0), Infinity);
  const source = read('/sys/devices/system/clocksource/clocksource0/current_clocksource')?.trim();
  const found = `${source ?? process.platform}, steps of ${Number.isFinite(step) ? `${step} ns` : 'less than can be seen'}`;
  if (steps.some((one) => one < 0)) {
    return {
      name: 'clock',
      state: 'missing',
      found: `${found}; it goes backwards`,
      hint: 'histories need a monotonic clock',
    };
  }
  if (source !== undefined && !FAST_CLOCKS.includes(source)) {
    return {
      name: 'clock',
      state: 'poor',
      found,
      hint: 'a slow clock source; rates of many thousands a second suffer',
    };
  }
  return { name: 'clock', state: 'ok', found };
}

async function openFiles(): Promise<Finding> {
  const name = 'open files';
  const limit = read('/proc/self/limits')?.match(/^Max open files\s+(\w+)/m)?.[1] ?? (await shellLimit());
  if (limit === undefined) return { name, state: 'note', found: 'the limit is not known' };
  const few = Number(limit) < FEW_FILES;
  return {
    name,
    state: few ? 'poor' : 'ok',
    found: `at most ${limit} a process`,
    ...(few && { hint: 'ulimit -n 4096, in the shell before a run' }),
  };
}

async function shellLimit(): Promise<string | undefined> {
  const { stdout } = await execa('sh', ['-c', 'ulimit -n'], { reject: false });
  return typeof stdout === 'string' && stdout !== '' ? stdout.trim() : undefined;
}

function proc(): Finding {
  const name = '/proc';
  if (existsSync('/proc/self/stat'))
    return { name, state: 'ok', found: 'tells of every process whether it is stopped' };
  const hint = 'whether a pause took effect is asked of ps instead, which takes longer';
  return { name, state: 'poor', found: 'not on this system', hint };
}

/** Undefined where there is no such file, or where it can't be read. */
function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
