import type { Page } from '@playwright/test';

/** A JPEG as a camera makes it: large, and with a note in it that must not come along. */
export async function takePicture(page: Page): Promise<Buffer> {
  const base64 = await page.evaluate(async () => {
    const canvas = new OffscreenCanvas(2400, 1800);
    const context = canvas.getContext('2d');
    if (!context) throw new Error('No canvas.');
    for (let index = 0; index < 3000; index++) {
      context.fillStyle = `hsl(${String((index * 47) % 360)} 60% ${String(30 + (index % 50))}%)`;
      context.fillRect((index * 137) % 2400, (index * 89) % 1800, 90, 60);
    }
    const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.95 })).arrayBuffer());
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  });
  const picture = Buffer.from(base64, 'base64');
  const note = Buffer.from('GPS 51.5007N 0.1246W');
  const length = Buffer.alloc(2);
  length.writeUInt16BE(note.length + 2);
  return Buffer.concat([picture.subarray(0, 2), Buffer.from([0xff, 0xfe]), length, note, picture.subarray(2)]);
}

/** A JPEG of noise: however it is made smaller, it stays larger than a few parts of an upload. */
export async function takeNoise(page: Page): Promise<Buffer> {
  const base64 = await page.evaluate(async () => {
    const canvas = new OffscreenCanvas(1600, 1200);
    const context = canvas.getContext('2d');
    if (!context) throw new Error('No canvas.');
    const noise = context.createImageData(1600, 1200);
    for (let from = 0; from < noise.data.length; from += 65_536) crypto.getRandomValues(noise.data.subarray(from, from + 65_536));
    for (let at = 3; at < noise.data.length; at += 4) noise.data[at] = 255;
    context.putImageData(noise, 0, 0);
    const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.6 })).arrayBuffer());
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  });
  return Buffer.from(base64, 'base64');
}
