import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import type { EvidenceRefusal } from '#domain/evidence/evidence.ts';
import { EvidenceScene } from './evidence-scene.ts';
import type { Answer } from './person.ts';
import { heic, moving, movingPng, mp4, noise, ogg, photo, pngBomb, webm } from './sample-files.ts';
import { fetchFile, logWithFiles, Upload } from './upload.ts';

const scene = EvidenceScene.open();

/** Sends a file, and says what the answer, the receipt and the store say of it. */
async function sent(kind: 'photo' | 'audio', bytes: Buffer, more: ConstructorParameters<typeof Upload>[2] = {}) {
  const { completion, id } = await logWithFiles(scene.maya, scene.club, { kind });
  const before = (await scene.stored()).length;
  const { status, body }: Answer = await new Upload(id, bytes, more).whole(scene.maya);
  const [receipt] = await scene.receiptOf(scene.teacher, completion.id);
  return { id, status, code: (body as { code?: string }).code, receipt, left: (await scene.stored()).length - before };
}

async function refused(kind: 'photo' | 'audio', bytes: Buffer, code: EvidenceRefusal, status = 422, more?: Parameters<typeof sent>[2]) {
  expect(await sent(kind, bytes, more)).toMatchObject({
    status,
    code,
    receipt: { state: 'refused', refusal: code, mediaType: null },
    left: 0,
  });
}

async function taken(kind: 'photo' | 'audio', bytes: Buffer, more?: Parameters<typeof sent>[2]): Promise<Buffer> {
  const outcome = await sent(kind, bytes, more);
  expect(outcome).toMatchObject({ status: 204, receipt: { state: 'ready', refusal: null }, left: 1 });
  return (await fetchFile(scene.maya, outcome.id)).bytes;
}

describe('a photo', () => {
  test.each(['jpeg', 'png', 'webp'] as const)('as %s is made anew from its pixels', async (format) => {
    const kept = await taken('photo', await noise(400, 300).toFormat(format).toBuffer());
    expect(await sharp(kept).metadata()).toMatchObject({ format: 'jpeg', width: 400, height: 300 });
  });

  test('is made no larger than it has to be, and upright', async () => {
    const sideways = await noise(2400, 1200).withMetadata({ orientation: 6 }).jpeg({ quality: 60 }).toBuffer();
    const kept = await sharp(await taken('photo', sideways)).metadata();
    expect(kept).toMatchObject({ width: 800, height: 1600 });
    expect(kept.orientation).toBeUndefined();
  });

  test('keeps nothing of where and with what it was taken', async () => {
    const placed = await noise(300, 300)
      .withExif({
        IFD0: { Copyright: 'canary-copyright', Make: 'canary-phone' },
        IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 0/1' },
      })
      .withIccProfile('p3')
      .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"><canary/></x:xmpmeta>')
      .jpeg()
      .toBuffer();
    expect(placed.includes('canary-phone')).toBe(true);
    const kept = await taken('photo', placed);
    const { exif, icc, xmp, iptc, comments } = await sharp(kept).metadata();
    expect([exif, icc, xmp, iptc, comments]).toEqual([undefined, undefined, undefined, undefined, undefined]);
    expect(kept.includes('canary')).toBe(false);
  });

  test('that is something else behind its end loses it', async () => {
    const trailer = Buffer.from('<html><script>alert("canary")</script></html>PK\u0003\u0004canary.zip');
    const kept = await taken('photo', Buffer.concat([await photo(300, 300), trailer]));
    expect([kept.includes('canary'), kept.includes('<script>'), kept.includes('PK\u0003\u0004')]).toEqual([false, false, false]);
    expect(kept.subarray(-2).toString('hex')).toBe('ffd9');
  });

  test('of a see-through picture lies on white', async () => {
    const clear = await sharp({ create: { width: 20, height: 20, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } })
      .png()
      .toBuffer();
    const { data } = await sharp(await taken('photo', clear))
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(data[0]).toBeGreaterThan(250);
  });

  test.each([
    ['HEIC', () => heic, 'unsupported_photo'],
    ['SVG', () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'), 'unknown_type'],
    ['XML with an SVG', () => Buffer.from('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>'), 'unknown_type'],
    ['HTML', () => Buffer.from('<!doctype html><script>alert(1)</script>'), 'unknown_type'],
    ['GIF', () => moving('gif', 1), 'unknown_type'],
    ['GIF that moves', () => moving('gif'), 'unknown_type'],
    ['GIF that begins like one and goes on as a script', () => Buffer.from('GIF89a/*\0\0*/=alert(1)'), 'unknown_type'],
    ['PDF', () => Buffer.from('%PDF-1.7\n%âãÏÓ\n'), 'unknown_type'],
    ['recording', () => webm('A_OPUS'), 'unknown_type'],
    ['ZIP', () => Buffer.from('504b0304140000000000', 'hex'), 'unknown_type'],
    ['text', () => Buffer.from('Seven eights are fifty-six.'), 'unknown_type'],
    ['WebP that moves', () => moving('webp'), 'moving_picture'],
    ['WebP of ten thousand frames', () => moving('webp', 10_000), 'moving_picture'],
    ['PNG that moves', movingPng, 'moving_picture'],
    ['PNG of 49 megapixels in a few kilobytes', () => pngBomb(7000, 7000), 'too_many_pixels'],
    ['PNG of two thousand megapixels', () => pngBomb(65_500, 32_000), 'too_many_pixels'],
    ['JPEG that ends in the middle', async () => (await photo(600, 600)).subarray(0, 20_000), 'broken'],
    ['JPEG that is nothing but its beginning', () => Buffer.concat([Buffer.from('ffd8ffe0', 'hex'), Buffer.alloc(500)]), 'broken'],
  ] as const)('that is a %s is refused, and nothing of it is kept', async (_what, make, code) => {
    await refused('photo', await make(), code);
  });

  test('of 39 megapixels is still opened', async () => {
    expect(await sharp(await taken('photo', pngBomb(6500, 6000))).metadata()).toMatchObject({ width: 1600, height: 1477 });
  });

  test('that did not arrive as it was sent is refused, and may be sent again', async () => {
    const bytes = await photo(300, 300);
    const { id, ...outcome } = await sent('photo', bytes, { sha256: 'ab'.repeat(32) });
    expect(outcome).toMatchObject({ status: 422, code: 'broken', receipt: { state: 'refused', refusal: 'broken' }, left: 0 });
    expect((await new Upload(id, bytes).whole(scene.maya)).status).toBe(204);
  });

  test('that was refused for what it is stays refused', async () => {
    const { id } = await sent('photo', heic);
    const { status, body } = await new Upload(id, heic).announce(scene.maya);
    expect([status, body]).toEqual([422, expect.objectContaining({ code: 'unsupported_photo' })]);
    expect((await new Upload(id, heic).head(scene.maya)).status).toBe(422);
  });

  test('of more than 10 MB is refused before its first byte', async () => {
    await refused('photo', await photo(100, 100), 'too_large', 413, { length: 10 * 1024 * 1024 + 1 });
  });

  test('of 10 MB goes through, while small requests go on', async () => {
    const large = Buffer.concat([await photo(1600, 1600), Buffer.alloc(10 * 1024 * 1024)]).subarray(0, 10 * 1024 * 1024);
    const sending = taken('photo', large);
    const waits: number[] = [];
    for (let request = 0; request < 20; request++) {
      const begun = performance.now();
      await scene.teacher.send('/api/auth/session');
      waits.push(performance.now() - begun);
    }
    expect((await sending).length).toBeLessThan(1_500_000);
    expect(Math.max(...waits)).toBeLessThan(2000);
  });
});

describe('a recording', () => {
  test.each([
    ['webm with opus', webm('A_OPUS'), 'audio/webm', 'recording.webm'],
    ['mp4 with aac', mp4('soun', 'mp4a'), 'audio/mp4', 'recording.m4a'],
    ['m4a', mp4('soun', 'mp4a', 'M4A '), 'audio/mp4', 'recording.m4a'],
    ['ogg', ogg(), 'audio/ogg', 'recording.ogg'],
  ] as const)('as %s is kept as it is', async (_what, bytes, type, name) => {
    const { id, receipt, status } = await sent('audio', bytes, { durationMs: 61_000 });
    expect([status, receipt]).toEqual([204, { id, kind: 'audio', state: 'ready', mediaType: type, durationMs: 61_000, refusal: null }]);
    const file = await fetchFile(scene.teacher, id);
    expect(file.bytes.equals(bytes)).toBe(true);
    expect([file.headers.get('content-type'), file.headers.get('content-disposition')]).toEqual([type, `inline; filename="${name}"`]);
  });

  test('can be jumped in', async () => {
    const { id } = await sent('audio', ogg(), { durationMs: 1000 });
    const { status, headers, bytes } = await fetchFile(scene.maya, id, { range: 'bytes=0-3' });
    expect([status, bytes.toString(), headers.get('content-length')]).toEqual([206, 'OggS', '4']);
    expect(headers.get('content-range')).toBe(`bytes 0-3/${String(ogg().length)}`);
    expect((await fetchFile(scene.maya, id, { range: 'bytes=999999-' })).status).toBe(416);
  });

  test.each([
    ['film in webm', webm('V_VP9A_OPUS')],
    ['film in mp4', mp4('vide', 'avc1')],
    ['sound in mp4 that is not aac', mp4('soun', 'alac')],
    ['webm with another codec', webm('A_VORBIS')],
    ['Matroska', webm('A_OPUS', 'matroska')],
    ['HTML', Buffer.from('<!doctype html><script>alert(1)</script>')],
    ['WAV', Buffer.from('RIFF\u0024\0\0\0WAVEfmt \0', 'latin1')],
  ] as const)('that is a %s is refused', async (_what, bytes) => {
    await refused('audio', bytes, 'unknown_type', 422, { durationMs: 1000 });
  });

  test('that is a photo is refused', async () => {
    await refused('audio', await photo(50, 50), 'unknown_type');
  });

  test('of more than a minute and a half is refused where that is told', async () => {
    await refused('audio', webm('A_OPUS'), 'too_long', 422, { durationMs: 95_000 });
    await taken('audio', webm('A_OPUS'), { durationMs: 90_200 });
  });
});
