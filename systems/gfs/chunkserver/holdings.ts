/** What a chunkserver has, shared by its parts: its chunks, the ones that it leads, and pushed data. */
import type { NodeId } from '../../contract.ts';
import type { Bugs } from '../bugs.ts';
import type { MarkingEnv } from '../marks.ts';
import { travelling, type Handle, type Holding, type Message } from '../messages.ts';
import type { Settings } from '../settings.ts';
import { handlesOn } from './chunk-file.ts';
import { Chunk } from './chunk.ts';
import type { Lead } from './lead.ts';
import { PushBuffer } from './push-buffer.ts';

export class Holdings {
  readonly env: MarkingEnv;
  readonly settings: Settings;
  readonly bugs: Bugs;
  readonly chunks = new Map<Handle, Chunk>();
  readonly leads = new Map<Handle, Lead>();
  readonly pushed: PushBuffer;

  constructor(env: MarkingEnv, settings: Settings, bugs: Bugs) {
    this.env = env;
    this.settings = settings;
    this.bugs = bugs;
    this.pushed = new PushBuffer(settings.pushBuffer);
  }

  recover(): void {
    for (const handle of handlesOn(this.env.disk)) {
      const chunk = this.fresh(handle);
      const found = chunk.recover(!this.bugs.has('no-checksum'));
      if (found === undefined) chunk.file.remove();
      else this.chunks.set(handle, chunk);
      if (found !== undefined && 'damagedAt' in found) {
        this.env.log('a replica is damaged', { handle, at: found.damagedAt });
        this.env.reached('damage-found');
      } else if (found !== undefined && found.torn > 0) {
        this.env.log('torn tail of a chunk cut off', { handle, bytes: found.torn });
        this.env.reached('torn-tail');
      }
    }
    if (this.chunks.size > 0) this.env.reached('recovered');
  }

  /** An empty replica in the place of any that is there. */
  renew(handle: Handle): Chunk {
    this.remove(handle);
    const chunk = this.fresh(handle);
    this.chunks.set(handle, chunk);
    return chunk;
  }

  remove(handle: Handle): void {
    this.giveUp(handle);
    this.chunks.get(handle)?.file.remove();
    this.chunks.delete(handle);
  }

  /** Never acts as the primary of this version again. */
  giveUp(handle: Handle): void {
    const lead = this.leads.get(handle);
    this.leads.delete(handle);
    lead?.end();
    const chunk = this.chunks.get(handle);
    if (chunk !== undefined) chunk.eligible = undefined;
  }

  send(to: NodeId, message: Message): void {
    this.env.send(to, travelling(message));
  }

  get list(): readonly Holding[] {
    return [...this.chunks.values()].map(({ handle, version, damaged, learning }) => [
      handle,
      version,
      damaged ? 'damaged' : learning ? 'learning' : 'whole',
    ]);
  }

  private fresh(handle: Handle): Chunk {
    const { chunkSize: size, strong, compactAfter } = this.settings;
    const onCompacted = (): void => this.env.reached('compacted');
    return new Chunk(this.env.disk, handle, { size, strong, compactAfter, onCompacted });
  }
}
