/**
 * The process of one node. It loads its system, listens, tells the host where, and starts the node
 * when the host says so. It lives no longer than the host's end of its IPC channel.
 */
import { prepareSystem } from '../prepare.ts';
import { systemNamed } from '../system.ts';
import { EXIT } from './control.ts';
import type { FromNode, NodeConfig, ToNode } from './control.ts';
import { EndOfTurn } from './end-of-turn.ts';
import { NodeLog } from './node-log.ts';
import { NodeRuntime, systemConfig } from './node-runtime.ts';

process.on('disconnect', () => process.exit(EXIT.abandoned));
if (!process.connected) process.exit(EXIT.abandoned);

const config = JSON.parse(process.argv[2] ?? '') as NodeConfig;
const turn = new EndOfTurn();
const log = new NodeLog(`${config.directory}/node.log`, config.incarnation, turn);

try {
  await main();
} catch (error) {
  const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
  log.write('failed', { reason });
  end('failed', reason);
}

async function main(): Promise<void> {
  const system = await systemNamed(config.system);
  await prepareSystem(system, systemConfig(config, system));
  const runtime = new NodeRuntime({
    config,
    system,
    log,
    turn,
    onEnd: end,
    onReached: (watches) => tell({ kind: 'reached', watches }),
    onDiskHit: (disk) => tell({ kind: 'disk', disk }),
  });
  process.on('uncaughtException', (error) => runtime.fail(error));
  process.on('message', (message) => obey(runtime, message as ToNode));
  tell({ kind: 'listening', address: await runtime.server.listen(config.host) });
}

function obey(runtime: NodeRuntime, message: ToNode): void {
  switch (message.kind) {
    case 'start':
      log.write('start', { system: config.system, bugs: config.bugs, options: config.options });
      runtime.ail(message.ailments);
      if (runtime.start(message.peers, message.watches)) tell({ kind: 'started' });
      break;
    case 'status': {
      const status = runtime.status();
      if (status === undefined) break;
      const { marks, clock, health } = runtime;
      tell({
        kind: 'status',
        id: message.id,
        status,
        marks: marks.counts,
        clockError: clock.error(),
        disk: health.counters,
      });
      break;
    }
    case 'ailments':
      if (runtime.ail(message.ailments)) tell({ kind: 'ailing', id: message.id });
      break;
    case 'watch':
      runtime.marks.watch(message.watch);
      break;
    case 'unwatch':
      runtime.marks.unwatch(message.watch);
      break;
  }
}

function tell(message: FromNode): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}

/** Ends the process once the host knows why, or can't be told. */
function end(kind: 'halted' | 'failed', reason: string): void {
  log.flush();
  process.exitCode = EXIT[kind];
  const exit = () => process.exit(EXIT[kind]);
  if (!process.connected || process.send === undefined) exit();
  else process.send({ kind, reason } satisfies FromNode, undefined, undefined, exit);
  setTimeout(exit, 500);
}
