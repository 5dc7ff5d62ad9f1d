import * as v from 'valibot';
import { uuid } from '#domain/ids.ts';
import { Problem } from '../http/problem.ts';

/** The headers of tus 1.0.0, parsed at the edge (https://tus.io/protocols/resumable-upload). */
export const tusVersion = '1.0.0';
export const tusExtensions = 'creation,expiration,termination';

/** What a device says of a file before its first byte. */
export interface Announcement {
  readonly evidenceId: string;
  readonly bytes: number;
  readonly sha256: Buffer;
  readonly durationMs: number | null;
}

const count = v.pipe(v.string(), v.regex(/^\d{1,12}$/), v.transform(Number));
const metadata = v.object({
  evidence: uuid,
  sha256: v.pipe(
    v.string(),
    v.regex(/^[0-9a-f]{64}$/i),
    v.transform((hex) => Buffer.from(hex, 'hex')),
  ),
  durationMs: v.optional(count),
});

/** @throws Problem `invalid_request` */
export function parseAnnouncement(length: string | undefined, pairs: string | undefined): Announcement {
  const bytes = v.safeParse(v.pipe(count, v.minValue(1)), length);
  if (!bytes.success) throw new Problem('invalid_request', { detail: 'Upload-Length says how many bytes the file has, at least one.' });
  const parsed = v.safeParse(metadata, Object.fromEntries((pairs ?? '').split(',').map(readPair)));
  if (!parsed.success) {
    throw new Problem('invalid_request', {
      detail: 'Upload-Metadata names the evidence (its id), its sha256 (hexadecimal) and, for a recording, its durationMs; each in base64.',
    });
  }
  const { evidence, sha256, durationMs } = parsed.output;
  return { evidenceId: evidence, bytes: bytes.output, sha256, durationMs: durationMs ?? null };
}

/** @throws Problem `invalid_request` */
export function parseOffset(offset: string | undefined): number {
  const parsed = v.safeParse(count, offset);
  if (!parsed.success) throw new Problem('invalid_request', { detail: 'Upload-Offset says where this part begins.' });
  return parsed.output;
}

/** A key, a space, and a value in base64. */
function readPair(pair: string): [string, string] {
  const [key = '', value = ''] = pair.trim().split(' ');
  return [key, Buffer.from(value, 'base64').toString('utf8')];
}
