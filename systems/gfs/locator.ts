/** How a client finds the chunks of a file: as it remembers them, or as the master says. */
import { isLocation, type Location } from './requests.ts';
import { Locations } from './locations.ts';
import type { Operation } from './operation.ts';
import { MASTER } from './roles.ts';
import type { Settings } from './settings.ts';

/** Which chunk of which file, and what for. */
export interface Wanted {
  readonly path: string;
  /** -1 is the last one. */
  readonly index: number;
  readonly isForWriting: boolean;
  /** Makes the file if there is none. */
  readonly create: boolean;
}

export class Locator {
  private readonly locations: Locations;

  constructor(settings: Settings, now: () => number) {
    this.locations = new Locations(settings.cacheFor, now);
  }

  /** Ends the operation where there is no such file, unless `missing` knows better. */
  locate(
    operation: Operation,
    wanted: Wanted,
    then: (location: Location) => void,
    missing = (): void => operation.refuse('no-such-file', MASTER),
  ): void {
    const { path, index, isForWriting, create } = wanted;
    const known = index < 0 ? undefined : this.locations.get(path, index, isForWriting);
    if (known !== undefined) return then(known);
    const again = (): void => operation.again(() => this.locate(operation, wanted, then, missing));
    const body = { f: 'locate', path, index, for: isForWriting ? 'mutate' : 'read', create };
    operation.ask(MASTER, body, { matters: !isForWriting || create }, (response) => {
      if (response !== undefined && 'refused' in response && response.refused === 'no-such-file')
        return missing();
      if (response !== undefined && 'refused' in response && response.refused === 'bad-request')
        return operation.refuse('bad-request', MASTER);
      if (response === undefined || !('ok' in response) || !isLocation(response.ok)) return again();
      const { handle } = response.ok;
      if (handle !== null) this.locations.put(path, { ...response.ok, handle }, isForWriting);
      then(response.ok);
    });
  }

  /** What was known of the chunk proved wrong. */
  forget(path: string, index: number): void {
    this.locations.forget(path, index);
  }
}
