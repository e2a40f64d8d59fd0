import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** A piece of a PNG: https://www.w3.org/TR/png-3/#5Chunk-layout */
export interface Chunk {
  readonly type: string;
  readonly data: Buffer;
}

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** What a text within a picture starts with that tells which page it shows. */
const KEYWORD = 'Source\0';

/** The pieces of a PNG, in order. @throws Error if it is none */
export function chunksOf(png: Buffer): Chunk[] {
  if (!png.subarray(0, 8).equals(SIGNATURE)) throw new Error('not a PNG');
  const chunks = [];
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    chunks.push({ type: png.toString('latin1', at + 4, at + 8), data: png.subarray(at + 8, at + 8 + length) });
    at += length + 12;
  }
  return chunks;
}

/** A PNG of these pieces. */
export function pngOf(chunks: readonly Chunk[]): Buffer {
  return Buffer.concat([SIGNATURE, ...chunks.map(packed)]);
}

/** The same picture, with a note of the page that it shows. */
export function withSource(png: Buffer, page: string): Buffer {
  const note = { type: 'tEXt', data: Buffer.from(KEYWORD + digestOf(page), 'latin1') };
  return pngOf(chunksOf(png).flatMap((chunk) => (chunk.type === 'IEND' ? [note, chunk] : [chunk])));
}

/** Whether a picture was made of just this page. */
export function shows(png: Buffer, page: string): boolean {
  return chunksOf(png).some(
    ({ type, data }) => type === 'tEXt' && data.toString('latin1') === KEYWORD + digestOf(page),
  );
}

function packed({ type, data }: Chunk): Buffer {
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

function digestOf(page: string): string {
  return createHash('sha256').update(page).digest('hex');
}
