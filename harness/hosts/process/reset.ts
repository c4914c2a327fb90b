/**
 * Resets a connection: the other end sees ECONNRESET, not an orderly end.
 *
 * Not while a FIN is still being sent: libuv refuses to reset a socket that is shutting down, and Node
 * then takes its handle for closed when it is not; a thread that holds such a handle spins for ever when
 * it is terminated. Its FIN is on its way, so there is nothing left to reset: it is closed.
 */
import type { Socket } from 'node:net';

export function reset(socket: Socket): void {
  if (socket.writableEnded && !socket.writableFinished) socket.destroy();
  else socket.resetAndDestroy();
}
