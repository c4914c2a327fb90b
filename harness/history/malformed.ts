/** What is wrong with a file that should be a history, and where; one class for every format. */
export class HistoryFormatError extends Error {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  constructor(file: string, line: number, column: number, expected: string) {
    super(`${file}:${line}:${column}: ${expected}`);
    this.name = 'HistoryFormatError';
    this.file = file;
    this.line = line;
    this.column = column;
  }
}

/** A last line that a killed writer left unfinished. */
export interface TornLine {
  readonly line: number;
  readonly text: string;
}
