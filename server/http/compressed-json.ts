import { promisify } from 'node:util';
import { constants, gzip, zstdCompress } from 'node:zlib';
import type { Context } from 'hono';

/** Below this an answer is sent as it is: compressing costs more than it saves. */
const worthCompressing = 16 * 1024;
const quickZstd = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/** A JSON answer, compressed by the quickest means the client takes where it is large. */
export async function compressedJson(c: Context, answer: unknown): Promise<Response> {
  const text = JSON.stringify(answer);
  c.header('Content-Type', 'application/json');
  if (text.length < worthCompressing) return c.body(text);
  c.header('Vary', 'Accept-Encoding');
  const accepted = c.req.header('Accept-Encoding') ?? '';
  if (/\bzstd\b/.test(accepted)) {
    c.header('Content-Encoding', 'zstd');
    return c.body(await promisify(zstdCompress)(text, quickZstd));
  }
  if (/\bgzip\b/.test(accepted)) {
    c.header('Content-Encoding', 'gzip');
    return c.body(await promisify(gzip)(text, { level: 1 }));
  }
  return c.body(text);
}
