import { deflateSync, inflateSync } from 'node:zlib';
import { chunksOf, pngOf } from './png.ts';

/** Bytes per pixel by the type of colour: RGB, and RGBA. */
const DEPTHS: Readonly<Record<number, number>> = { 2: 3, 6: 4 };

/** Colours that a palette has room for. */
const ROOM = 256;

/**
 * The same picture with its 256 most frequent colours, which is a third of the size: text has few colours, and of the
 * shades at the edges of letters nobody misses the rarest. Takes what Chromium makes: 8 bits RGBA or RGB, not interlaced.
 */
export function withPalette(png: Buffer): Buffer {
  const chunks = chunksOf(png);
  const header = chunks.find(({ type }) => type === 'IHDR')?.data ?? Buffer.alloc(13);
  const depth = DEPTHS[header.readUInt8(9)];
  if (depth === undefined || header[8] !== 8 || header[12] !== 0) throw new Error('no picture as Chromium makes it');
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const packed = Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data));
  const colours = coloursOf(unfiltered(inflateSync(packed), height, width * depth, depth), depth);
  const palette = mostFrequent(colours);
  const indexOf = new Map(palette.map((colour, i) => [colour, i]));
  const rows = Buffer.alloc(height * (width + 1));
  for (const [i, colour] of colours.entries()) {
    const index = indexOf.get(colour) ?? nearest(palette, colour);
    indexOf.set(colour, index);
    rows[i + Math.floor(i / width) + 1] = index;
  }
  const head = Buffer.from(header);
  head[9] = 3;
  return pngOf([
    { type: 'IHDR', data: head },
    { type: 'PLTE', data: Buffer.from(palette.flatMap((colour) => channels(colour).slice(0, 3))) },
    { type: 'tRNS', data: Buffer.from(palette.map((colour) => colour & 0xff)) },
    { type: 'IDAT', data: deflateSync(rows, { level: 9, memLevel: 9 }) },
    { type: 'IEND', data: Buffer.alloc(0) },
  ]);
}

/** The bytes of all rows, each freed of the filter it was stored with: https://www.w3.org/TR/png-3/#9Filters */
function unfiltered(stored: Buffer, height: number, rowLength: number, depth: number): Buffer {
  const rows = Buffer.alloc(height * rowLength);
  for (let y = 0; y < height; y++) {
    const filter = stored[y * (rowLength + 1)];
    for (let x = 0; x < rowLength; x++) {
      const at = y * rowLength + x;
      const left = x < depth ? 0 : (rows[at - depth] ?? 0);
      const above = y === 0 ? 0 : (rows[at - rowLength] ?? 0);
      const corner = x < depth || y === 0 ? 0 : (rows[at - rowLength - depth] ?? 0);
      const guesses = [0, left, above, (left + above) >> 1, paeth(left, above, corner)];
      rows[at] = (stored[at + y + 1] ?? 0) + (guesses[filter ?? 0] ?? 0);
    }
  }
  return rows;
}

function paeth(left: number, above: number, corner: number): number {
  const [a, b, c] = [Math.abs(above - corner), Math.abs(left - corner), Math.abs(left + above - 2 * corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? above : corner;
}

/** One number per pixel: red, green, blue and opacity, eight bits each. */
function coloursOf(bytes: Buffer, depth: number): Uint32Array {
  return Uint32Array.from({ length: bytes.length / depth }, (_, i) =>
    depth === 4 ? bytes.readUInt32BE(i * 4) : bytes.readUIntBE(i * 3, 3) * 0x100 + 0xff,
  );
}

function mostFrequent(colours: Uint32Array): number[] {
  const counts = new Map<number, number>();
  for (const colour of colours) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  const byCount = [...counts].toSorted(([a, m], [b, n]) => n - m || a - b);
  return byCount.slice(0, ROOM).map(([colour]) => colour);
}

function nearest(palette: readonly number[], colour: number): number {
  const wanted = channels(colour);
  const distances = palette.map((each) =>
    channels(each).reduce((sum, value, i) => sum + (value - (wanted[i] ?? 0)) ** 2, 0),
  );
  return distances.indexOf(Math.min(...distances));
}

function channels(colour: number): number[] {
  return [colour >>> 24, (colour >>> 16) & 0xff, (colour >>> 8) & 0xff, colour & 0xff];
}
