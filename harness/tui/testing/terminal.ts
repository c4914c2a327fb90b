/**
 * A command in a real pseudo-terminal, and the screen that a person would see: what the command writes goes
 * through a terminal emulator (xterm, without a window), so tests compare screens, not escape sequences.
 */
import { spawn } from '@lydell/node-pty';
import headless from '@xterm/headless';

/** What ends a frame of `painter.ts`. */
const END = '\x1b[?2026l';

export interface TerminalOptions {
  readonly columns: number;
  readonly rows: number;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Look {
  /** `#rrggbb`, the number of one of 256 colours, or undefined for the terminal's own. */
  readonly foreground: Colour;
  readonly background: Colour;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly inverse: boolean;
}

export type Colour = string | number | undefined;

/** Cells of a row, side by side, that look alike. */
export interface Run {
  /** From 0. */
  readonly column: number;
  readonly width: number;
  readonly text: string;
  readonly look: Look;
}

function colourOf(isDefault: boolean, isRgb: boolean, colour: number): Colour {
  if (isDefault) return undefined;
  return isRgb ? `#${colour.toString(16).padStart(6, '0')}` : colour;
}

export class Terminal {
  /** Exit code, or 128 + the signal that ended it. */
  readonly exited: Promise<number>;
  /** Of the command. */
  readonly pid: number;
  readonly #pty: ReturnType<typeof spawn>;
  readonly #screen: InstanceType<typeof headless.Terminal>;
  readonly #changed = new Set<() => void>();
  #raw = '';
  /** Pieces that came and are not on the screen yet. */
  #waiting = 0;
  /** How much had come when the size was changed: what was drawn before says nothing. */
  #stale = 0;
  #over = false;

  constructor(file: string, args: readonly string[], { columns, rows, cwd, env }: TerminalOptions) {
    this.#screen = new headless.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 5000 });
    // Ink draws no live frames where `CI` is set, and this is what a person has.
    const { CI: _, NO_COLOR: __, FORCE_COLOR: ___, ...inherited } = process.env;
    this.#pty = spawn(file, [...args], {
      name: 'xterm-256color',
      cols: columns,
      rows,
      ...(cwd !== undefined && { cwd }),
      env: { ...inherited, ...env },
    });
    this.pid = this.#pty.pid;
    this.#pty.onData((data) => {
      this.#raw += data;
      this.#waiting++;
      this.#screen.write(data, () => {
        this.#waiting--;
        for (const heard of [...this.#changed]) heard();
      });
    });
    this.exited = new Promise((resolve) => {
      this.#pty.onExit(({ exitCode, signal }) => {
        // What was written last may still wait to be shown.
        this.#screen.write('', () => {
          this.#over = true;
          resolve(signal ? 128 + signal : exitCode);
          for (const heard of [...this.#changed]) heard();
        });
      });
    });
  }

  /** The lines on the screen now, without trailing spaces; always as many as the terminal has rows. */
  lines(): readonly string[] {
    const { active } = this.#screen.buffer;
    return Array.from(
      { length: this.#screen.rows },
      (_, row) => active.getLine(active.baseY + row)?.translateToString(true) ?? '',
    );
  }

  /** The screen as text. */
  text(): string {
    return this.lines().join('\n');
  }

  /** The screen with its colours: of each row, the runs of cells that look alike. */
  runs(): readonly (readonly Run[])[] {
    const { active } = this.#screen.buffer;
    return Array.from({ length: this.#screen.rows }, (_, row) => {
      const line = active.getLine(active.baseY + row);
      const runs: { column: number; width: number; text: string; look: Look }[] = [];
      for (let column = 0; column < this.#screen.cols; column++) {
        const cell = line?.getCell(column);
        if (cell === undefined || cell.getWidth() === 0) continue; // the second half of a wide one
        const look: Look = {
          foreground: colourOf(cell.isFgDefault(), cell.isFgRGB(), cell.getFgColor()),
          background: colourOf(cell.isBgDefault(), cell.isBgRGB(), cell.getBgColor()),
          bold: cell.isBold() !== 0,
          dim: cell.isDim() !== 0,
          inverse: cell.isInverse() !== 0,
        };
        const last = runs.at(-1);
        const text = cell.getChars() || ' ';
        if (last !== undefined && JSON.stringify(last.look) === JSON.stringify(look)) {
          last.text += text;
          last.width += cell.getWidth();
        } else runs.push({ column, width: cell.getWidth(), text, look });
      }
      return runs;
    });
  }

  /** Everything that was written to the terminal so far, escape sequences and all. */
  raw(): string {
    return this.#raw;
  }

  /** Types these characters; keys that are none have the usual sequences (`\x1b[A` is up). */
  type(keys: string): void {
    this.#pty.write(keys);
  }

  resize(columns: number, rows: number): void {
    this.#stale = this.#raw.length;
    this.#screen.resize(columns, rows);
    this.#pty.resize(columns, rows);
  }

  /**
   * Resolves with the screen once it shows `what`. Rejects after `patience` ms, or when the command is
   * over, with the screen as it was by then.
   */
  async until(what: string | RegExp | ((screen: string) => boolean), patience = 30_000): Promise<string> {
    const shows = (screen: string): boolean =>
      typeof what === 'function'
        ? what(screen)
        : typeof what === 'string'
          ? screen.includes(what)
          : what.test(screen);
    return new Promise((resolve, reject) => {
      const settle = (done: () => void): void => {
        clearTimeout(timer);
        this.#changed.delete(look);
        done();
      };
      const look = (): void => {
        const screen = this.text();
        if (shows(screen)) settle(() => resolve(screen));
        else if (this.#over)
          settle(() => reject(new Error(`the command ended and never showed ${what}:\n${screen}`)));
      };
      const timer = setTimeout(
        () => settle(() => reject(new Error(`not shown in ${patience} ms: ${what}\n${this.text()}`))),
        patience,
      );
      this.#changed.add(look);
      look();
    });
  }

  /** The same, but of a whole frame: not while a part of it is still on its way, nor one of another size. */
  async frame(what: string | RegExp | ((screen: string) => boolean), patience?: number): Promise<string> {
    const shows = (screen: string): boolean =>
      typeof what === 'function'
        ? what(screen)
        : typeof what === 'string'
          ? screen.includes(what)
          : what.test(screen);
    return this.until(
      (screen) =>
        this.#waiting === 0 && this.#raw.length > this.#stale && this.#raw.endsWith(END) && shows(screen),
      patience,
    ).catch((error: unknown) => {
      throw new Error(`no frame with ${what}`, { cause: error });
    });
  }

  /** Sends the command a signal. */
  signal(name: NodeJS.Signals): void {
    this.#pty.kill(name);
  }

  /** Ends the command, if it still runs. */
  close(): void {
    if (!this.#over) this.#pty.kill('SIGKILL');
    this.#screen.dispose();
  }
}
