/** How one thing that was looked at turned out. Only an error says that something does not, or will not, work. */
export type Level = 'ok' | 'warning' | 'error';

/** One line of the report. */
export interface Line {
  readonly level: Level;
  /** What was looked at, in a word or two. */
  readonly about: string;
  readonly says: string;
  /** What to do, in a sentence. */
  readonly todo?: string;
  /** The command that does it, or several, each on a line of its own; never wrapped. */
  readonly command?: string;
}

/** What to do about a line that is not ok. */
export type Remedy = Pick<Line, 'todo' | 'command'>;

export function ok(about: string, says: string, remedy: Remedy = {}): Line {
  return { level: 'ok', about, says, ...remedy };
}

export function warning(about: string, says: string, remedy: Remedy): Line {
  return { level: 'warning', about, says, ...remedy };
}

export function error(about: string, says: string, remedy: Remedy): Line {
  return { level: 'error', about, says, ...remedy };
}

/** One word for a POSIX shell. */
export function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
