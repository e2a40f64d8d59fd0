import { styleText } from 'node:util';

/** Where text goes, and whether somebody looks at it as it comes. */
export type Output = NodeJS.WritableStream & {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly hasColors?: () => boolean;
};

/** Text in a style, where the output can show it. */
export type Paint = (style: 'bold' | 'dim' | 'red' | 'green' | 'yellow', text: string) => string;

/** Plain text. */
export const unpainted: Paint = (_, text) => text;

/** Colour for a terminal that has it and may show it (NO_COLOR and TERM are respected), otherwise plain text. */
export function paintFor(output: Output): Paint {
  const isColoured = output.isTTY === true && output.hasColors?.() === true;
  return isColoured ? (style, text) => styleText(style, text, { validateStream: false }) : unpainted;
}
