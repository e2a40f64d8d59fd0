import type { WriteStream } from 'node:tty';
import { styleText } from 'node:util';

/** Text in a style, where the output can show it. */
export type Paint = (style: 'bold' | 'dim' | 'red' | 'green' | 'yellow', text: string) => string;

/** Colour for a terminal that has it and may show it (NO_COLOR and TERM are respected); plain text for anything else. */
export function paintFor(stream: Pick<WriteStream, 'isTTY' | 'hasColors'>): Paint {
  const isColoured = stream.isTTY && stream.hasColors();
  return (style, text) => (isColoured ? styleText(style, text, { validateStream: false }) : text);
}

/** Text from outside on one line of its own: characters that steer a terminal or cannot be seen become escapes. */
export function visible(text: string): string {
  return text.replace(/[\p{C}\u2028\u2029]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

/** A space at which no line is broken. */
export const NO_BREAK = '\u00a0';

/** Breaks text at spaces into lines of at most 78 columns, which start with `first` and then with as many spaces. */
export function wrapped(first: string, text: string): string[] {
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  for (const word of visible(text).split(' ')) {
    if (!isEmpty && line.length + 1 + word.length > 78) {
      lines.push(line);
      line = ' '.repeat(first.length);
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line].map((done) => done.replaceAll(NO_BREAK, ' '));
}

/** Rows as columns of these widths, two spaces apart; longer cells are cut, the last one is as long as it is. */
export function columns(widths: readonly number[], rows: readonly (readonly string[])[]): string[] {
  return rows.map((cells) => {
    const fitted = cells.map((cell, i) => {
      const width = widths[i] ?? cell.length;
      return (cell.length > width ? `${cell.slice(0, width - 1)}…` : cell).padEnd(width);
    });
    return `  ${fitted.join('  ')}`.trimEnd();
  });
}
