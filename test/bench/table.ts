/** One column: its heading, and the text of a row's cell. */
export interface Column<Row> {
  readonly heading: string;
  readonly cell: (row: Row) => string;
  /** Numbers are set to the right. */
  readonly isText?: boolean;
}

/** A table for a terminal: columns two spaces apart. */
export function toText<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const widths = columns.map((column) => Math.max(...cellsOf(column, rows).map((cell) => cell.length)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => (columns[i]?.isText ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('  ')
      .trimEnd();
  return linesOf(columns, rows).map(line).join('\n');
}

/** The same table in Markdown. */
export function toMarkdown<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const [heading = [], ...others] = linesOf(columns, rows);
  const rule = columns.map(({ isText }) => (isText ? '---' : '--:'));
  return [heading, rule, ...others].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function cellsOf<Row>({ heading, cell }: Column<Row>, rows: readonly Row[]): readonly string[] {
  return [heading, ...rows.map(cell)];
}

function linesOf<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): readonly (readonly string[])[] {
  return [columns.map(({ heading }) => heading), ...rows.map((row) => columns.map(({ cell }) => cell(row)))];
}
