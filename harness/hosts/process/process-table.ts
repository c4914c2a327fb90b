/**
 * What the operating system says of a process: from `/proc` where there is one, else from `ps`.
 * `kill(pid, 0)` would not do: a zombie answers it.
 */
import { execFile } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';

/** When a process was started, in the kernel's ticks; '' when there is none, or no `/proc`. */
export function startTime(pid: number): string {
  return statFields(`/proc/${pid}/stat`)?.[19] ?? '';
}

/** The state letter of a process (R, S, D, T, Z, …); undefined when there is none, or no `/proc`. */
export function stateOf(pid: number): string | undefined {
  return statFields(`/proc/${pid}/stat`)?.[0];
}

/** The state letters of all threads of a process; of the process alone where there is no `/proc`. */
export async function threadStates(pid: number): Promise<readonly string[]> {
  if (process.platform !== 'linux') return await statesOfPs(pid);
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    // A thread that ended meanwhile has no state.
    return threads.flatMap((thread) => statFields(`/proc/${pid}/task/${thread}/stat`)?.[0] ?? []);
  } catch {
    return [];
  }
}

/** The fields after the command's name, which is in parentheses and may hold anything. */
function statFields(path: string): readonly string[] | undefined {
  try {
    const stat = readFileSync(path, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

function statesOfPs(pid: number): Promise<readonly string[]> {
  return new Promise((resolve) => {
    execFile('ps', ['-o', 'stat=', '-p', String(pid)], (_error, stdout) => {
      resolve(stdout.split('\n').flatMap((line) => line.trim()[0] ?? []));
    });
  });
}
