import { deflateSync } from 'node:zlib';
import sharp from 'sharp';

/** Files of all kinds, made here: what a child may send, and what somebody may try. */

/** A picture of noise: it does not shrink, so that it takes several parts. */
export function noise(width: number, height: number) {
  return sharp({
    create: { width, height, channels: 3, background: '#8899aa', noise: { type: 'gaussian', mean: 128, sigma: 60 } },
  });
}

/**
 * How the frame of a JPEG begins (ITU-T T.81, B.2.2): long enough that sealed bytes, which are as good as random, never hold it
 * by chance.
 */
export const jpegFrame = Buffer.from('ffc0001108', 'hex');

export function photo(width = 1200, height = 700): Promise<Buffer> {
  return noise(width, height).jpeg({ quality: 90 }).toBuffer();
}

/** Two frames of colour, or as many as asked for. */
export async function moving(format: 'webp' | 'gif', frames = 2): Promise<Buffer> {
  const raw = Buffer.alloc(8 * 8 * 3 * frames, 0);
  for (let frame = 0; frame < frames; frame++) raw.fill((frame * 97) % 251, frame * 192, (frame + 1) * 192);
  return sharp(raw, { raw: { width: 8, height: 8 * frames, channels: 3, pageHeight: 8 } })
    .toFormat(format)
    .toBuffer();
}

/** A PNG whose header says so many pixels, all of them one colour: kilobytes that unfold into gigabytes. */
export function pngBomb(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([1, 0, 0, 0, 0], 8);
  const rows = deflateSync(Buffer.alloc((Math.ceil(width / 8) + 1) * height), { level: 9 });
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    pngChunk('IHDR', header),
    pngChunk('IDAT', rows),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A PNG that says it moves: its control chunk comes before its pixels. */
export async function movingPng(): Promise<Buffer> {
  const still = await noise(8, 8).png().toBuffer();
  const afterHeader = 8 + 25;
  const control = Buffer.from('0000000200000000', 'hex');
  return Buffer.concat([still.subarray(0, afterHeader), pngChunk('acTL', control), still.subarray(afterHeader)]);
}

function pngChunk(type: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, check]);
}

function crc32(bytes: Buffer): number {
  let rest = 0xffffffff;
  for (const byte of bytes) {
    rest ^= byte;
    for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  }
  return (rest ^ 0xffffffff) >>> 0;
}

/** A box of ISO/IEC 14496-12. */
function box(type: string, ...contents: (Buffer | string)[]): Buffer {
  const content = Buffer.concat(contents.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)));
  const head = Buffer.alloc(8);
  head.writeUInt32BE(content.length + 8, 0);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, content]);
}

export const heic = Buffer.concat([box('ftyp', 'heic', Buffer.alloc(4), 'mif1heic'), box('mdat', Buffer.alloc(600))]);

/** As a recorder writes them: what the tracks are, then something that stands for sound. */
export function mp4(handler: 'soun' | 'vide', codec: string, brand = 'iso5'): Buffer {
  return Buffer.concat([
    box('ftyp', brand, Buffer.alloc(4), 'iso5mp41'),
    box('moov', box('trak', box('hdlr', Buffer.alloc(8), handler), box('stsd', codec))),
    box('mdat', Buffer.alloc(4000, 7)),
  ]);
}

export function webm(codecs: string, documentType = 'webm'): Buffer {
  const type = Buffer.concat([Buffer.from('4282', 'hex'), Buffer.of(0x80 | documentType.length), Buffer.from(documentType)]);
  const header = Buffer.concat([Buffer.from('1a45dfa3', 'hex'), Buffer.of(0x80 | type.length), type]);
  const segment = Buffer.concat([
    Buffer.from('1654ae6b', 'hex'),
    Buffer.of(0x80 | codecs.length),
    Buffer.from(codecs, 'latin1'),
    Buffer.from('1f43b675', 'hex'),
    Buffer.of(0x84),
    Buffer.alloc(4000, 9),
  ]);
  return Buffer.concat([header, Buffer.from('18538067', 'hex'), Buffer.from('01ffffffffffffff', 'hex'), segment]);
}

export function ogg(): Buffer {
  const page = Buffer.alloc(28);
  page.write('OggS', 0, 'latin1');
  page[5] = 2;
  page[26] = 1;
  page[27] = 19;
  return Buffer.concat([page, Buffer.from('OpusHead', 'latin1'), Buffer.alloc(3000, 1)]);
}
