import { DAY } from '../check/access-key.ts';

const MAIL_ADDRESS = /^[\w.+-]+@[\w-]+(\.[\w-]+)+$/;

/** What clients turn into a link wherever it stands. */
const WWW = /(?<![A-Za-z0-9])www\./i;

/**
 * Free text from the account or from AWS, made harmless for a person's screen: one line of visible characters, no
 * longer than `most`, in which nothing is a link or pings a channel. Mail addresses stay as they are.
 */
export function plain(text: string, most = 120): string {
  const line = text
    .replace(/[\p{C}\p{Z}\s]+/gu, ' ')
    .trim()
    .split(' ')
    .map((word) => word.replaceAll('<', '‹').replaceAll('>', '›'))
    .map((word) => (MAIL_ADDRESS.test(word) && !WWW.test(word) ? word : defang(word)))
    .join(' ');
  return cut(line, most);
}

/** Harmless text in quotation marks, which it cannot end: what somebody else wrote never reads as if we said it. */
export function quotation(text: string, most?: number): string {
  return `"${plain(text, most).replaceAll('"', "'")}"`;
}

/** A user's name: exact where it has only the characters that IAM allows, otherwise like any free text. */
export function plainName(name: string): string {
  return /^[\w+=,.@-]{1,64}$/.test(name) && !WWW.test(name) ? name : plain(name);
}

/** Why something failed, in one line: AWS's error name and message. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return plain(String(error), 300);
  return error.name === 'AbortError' ? 'no time was left for it' : plain(`${error.name}: ${error.message}`, 300);
}

/** At most `most` characters, the last one an ellipsis where something is missing. */
export function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** `2 users`, `1 user`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** The first `most` items as they are, and how many are missing. */
export function firstOf(items: readonly string[], most: number): string {
  const more = items.length - most;
  return more > 0 ? `${items.slice(0, most).join(', ')} and ${more} more` : items.join(', ');
}

/** `2026-11-23`, in UTC. */
export function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}

/** `2026-11-20 (3 days ago)`, `2026-11-22 (yesterday)`: by days of the calendar, in UTC. */
export function dayAndAge(date: Date, now: Date): string {
  const days = (Date.parse(day(now)) - Date.parse(day(date))) / DAY;
  if (days > 1) return `${day(date)} (${days} days ago)`;
  return `${day(date)} (${days === 1 ? 'yesterday' : 'today'})`;
}

/** Writes what a mail or chat client could turn into a link the way security people do: `example[.]com`, `https[:]//`. */
function defang(word: string): string {
  return word.replaceAll('://', '[:]//').replace(/(?<=[\p{L}\p{N}_-])\.(?=\p{L}{2})/gu, '[.]');
}
