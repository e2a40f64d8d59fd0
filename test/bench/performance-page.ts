import { readFileSync, writeFileSync } from 'node:fs';

const PAGE = new URL('../../docs/performance.md', import.meta.url);

/** Replaces the table of this name in docs/performance.md; all else stays as it is. */
export function writeTable(name: string, table: string): void {
  writeFileSync(PAGE, withTable(readFileSync(PAGE, 'utf8'), name, table));
}

/** The page with the table between its two markers. @throws when the page has no such markers */
export function withTable(page: string, name: string, table: string): string {
  const [open, close] = [`<!-- bench:${name} -->`, `<!-- /bench:${name} -->`];
  const [start, end] = [page.indexOf(open), page.indexOf(close)];
  if (start < 0 || end < start) throw new Error(`the page has no table ${open} … ${close}`);
  return `${page.slice(0, start + open.length)}\n${table}\n${page.slice(end)}`;
}
