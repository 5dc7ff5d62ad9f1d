import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Context } from 'hono';
import { getMimeType } from 'hono/utils/mime';

interface StaticFile {
  readonly bytes: Buffer<ArrayBuffer>;
  readonly type: string;
  readonly tag: string;
  readonly cacheControl: string;
  readonly compressed: Map<Encoding, Promise<Buffer<ArrayBuffer>>>;
}

type Encoding = 'br' | 'gzip';

const compressors: Record<Encoding, (bytes: Buffer) => Promise<Buffer<ArrayBuffer>>> = {
  br: (bytes) =>
    promisify(brotliCompress)(bytes, {
      params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
    }),
  gzip: (bytes) => promisify(gzip)(bytes, { level: 9 }),
};
const compressible = /^(text\/|application\/(javascript|json|manifest\+json|wasm)|image\/svg\+xml)/;
const shellPath = '/app.html';

/**
 * Serves the built app from memory, as it was when the server started: a build that replaces it meanwhile cannot mix
 * two versions, nor contradict the policy that was read from its shell. Paths are looked up, never opened.
 *
 * @param directory the build; where it is absent every address of the app is 404
 */
export function staticFiles(directory: string): (c: Context) => Promise<Response | null> {
  const filesByPath = existsSync(directory) ? readFiles(directory) : new Map<string, StaticFile>();
  return async (c) => {
    if (c.req.method !== 'GET' && c.req.method !== 'HEAD') return null;
    const file = filesByPath.get(c.req.path) ?? (isNavigation(c) ? filesByPath.get(shellPath) : undefined);
    return file ? respond(c, file) : null;
  };
}

/** A person going to a page, rather than a page asking for a file. */
function isNavigation(c: Context): boolean {
  return (c.req.header('Accept') ?? '').includes('text/html');
}

async function respond(c: Context, file: StaticFile): Promise<Response> {
  const encoding =
    compressible.test(file.type) && file.bytes.length > 1024 ? acceptedEncoding(c.req.header('Accept-Encoding') ?? '') : null;
  const tag = encoding ? `"${file.tag}-${encoding}"` : `"${file.tag}"`;
  c.header('Cache-Control', file.cacheControl);
  c.header('ETag', tag);
  c.header('Vary', 'Accept-Encoding');
  if (matchesTag(c.req.header('If-None-Match'), tag)) return c.body(null, 304);
  c.header('Content-Type', file.type);
  if (encoding) c.header('Content-Encoding', encoding);
  return c.body(encoding ? await compressed(file, encoding) : file.bytes);
}

function acceptedEncoding(header: string): Encoding | null {
  const accepted = header.split(',').flatMap((part) => (/;\s*q=0(\.0*)?\s*$/.test(part) ? [] : (part.split(';')[0]?.trim() ?? [])));
  return accepted.includes('br') ? 'br' : accepted.includes('gzip') ? 'gzip' : null;
}

function matchesTag(header: string | undefined, tag: string): boolean {
  return header?.split(',').some((part) => part.trim().replace(/^W\//, '') === tag) ?? false;
}

/** Each file is compressed once, when it is first asked for. */
function compressed(file: StaticFile, encoding: Encoding): Promise<Buffer<ArrayBuffer>> {
  const known = file.compressed.get(encoding) ?? compressors[encoding](file.bytes);
  file.compressed.set(encoding, known);
  return known;
}

function readFiles(directory: string): Map<string, StaticFile> {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    files.map((entry) => {
      const file = join(entry.parentPath, entry.name);
      const path = `/${relative(directory, file).split(sep).join('/')}`;
      const bytes = readFileSync(file);
      return [
        path,
        {
          bytes,
          type: getMimeType(path) ?? 'application/octet-stream',
          tag: createHash('sha256').update(bytes).digest('base64url').slice(0, 22),
          // Files under `immutable` carry their hash in their name; all else is asked for again each time.
          cacheControl: path.startsWith('/_app/immutable/') ? 'public, max-age=31536000, immutable' : 'no-cache',
          compressed: new Map(),
        },
      ];
    }),
  );
}
