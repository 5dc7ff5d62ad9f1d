import { Hono } from 'hono';
import { describeRoute } from 'hono-openapi';
import type { FileKind } from '#domain/evidence/evidence.ts';
import { recordRead } from '../audit/record-read.ts';
import { createAsUser } from '../auth/as-user.ts';
import type { Transaction } from '../database/connections.ts';
import type { AppEnvironment } from '../http/environment.ts';
import { dataPolicy } from '../http/headers.ts';
import { problemAnswer } from '../http/json.ts';
import { Problem } from '../http/problem.ts';
import { parseRange } from './byte-range.ts';
import { evidenceId } from './evidence-id.ts';
import type { EvidenceDependencies } from './dependencies.ts';
import type { MediaType } from './media-type.ts';
import type { StoredFile } from './sealed-files.ts';
import { uploadRoutes } from './upload-routes.ts';

interface ReadyRow extends StoredFile {
  readonly kind: FileKind;
  readonly mediaType: MediaType;
  readonly bytes: number;
}

/** Nothing runs in it, and it is nobody's origin, whatever it may be taken for. */
const filePolicy = `${dataPolicy}; sandbox`;

/** Neutral: a file is saved under a name that says nothing of anybody. */
const fileNames: Readonly<Record<MediaType, string>> = {
  'image/jpeg': 'homework.jpg',
  'image/png': 'homework.png',
  'image/webp': 'homework.webp',
  'audio/webm': 'recording.webm',
  'audio/mp4': 'recording.m4a',
  'audio/ogg': 'recording.ogg',
};

export function evidenceRoutes(dependencies: EvidenceDependencies) {
  const { evidence, log } = dependencies;
  const asUser = createAsUser(dependencies);
  const readRoute = describeRoute({
    tags: ['evidence'],
    summary:
      'A photo, a recording, or what a teacher says of them, decrypted, for whoever may read its homework. Each reading is written to the audit log.',
    responses: {
      200: { description: 'The file.' },
      206: { description: 'A part of it, where `Range` asks for one.' },
      401: problemAnswer('No live session.'),
      404: problemAnswer('No such file, not ready, no consent any more, or none that the caller may see.'),
      416: { description: 'Nothing of the file is in that range.' },
    },
  });

  return new Hono<AppEnvironment>().route('/uploads', uploadRoutes(dependencies)).get('/:id', readRoute, async (c) => {
    const id = evidenceId(c);
    const row = await asUser(c, 'write', async (sql, entering) => readRow(sql, (await entering).schoolId, id));
    if (!row) throw new Problem('not_found');
    const content = await (await evidence.files.open(row)).read();
    if (!content) {
      // Withdrawn at this very moment; or a store that is not the database's.
      log.error({ requestId: c.get('requestId'), part: 'evidence' }, 'a file that is ready is not in the store');
      throw new Problem('not_found');
    }
    const headers = {
      'Content-Type': row.mediaType,
      'Content-Disposition': `inline; filename="${fileNames[row.mediaType]}"`,
      'Content-Security-Policy': filePolicy,
      'X-Content-Type-Options': 'nosniff',
      'Accept-Ranges': 'bytes',
    };
    const range = parseRange(c.req.header('Range'), content.length);
    if (range === 'unsatisfiable') return c.body(null, 416, { ...headers, 'Content-Range': `bytes */${String(content.length)}` });
    const body = new Uint8Array(range ? content.subarray(range.first, range.last + 1) : content);
    const length = { 'Content-Length': String(body.length) };
    if (!range) return c.body(body, 200, { ...headers, ...length });
    const { first, last } = range;
    return c.body(body, 206, {
      ...headers,
      ...length,
      'Content-Range': `bytes ${String(first)}-${String(last)}/${String(content.length)}`,
    });
  });
}

/** The policies say who sees it. It is written down before it is handed out. */
async function readRow(sql: Transaction, schoolId: string, id: string): Promise<ReadyRow | null> {
  const [row] = await sql<ReadyRow[]>`
    select school_id as "schoolId", student_id as "studentId", id as "evidenceId", kind, media_type as "mediaType", bytes,
      storage_key as "storageKey", file_key_encrypted as "fileKeyEncrypted", sealed_as as "sealedAs"
    from evidence
    where school_id = ${schoolId} and id = ${id} and state = 'ready'
      and (reviewer_id is not null or app.has_consent(student_id, kind))`;
  if (!row) return null;
  await recordRead(sql, { entity: 'evidence', entityId: id, subjectId: row.studentId, facts: { kind: row.kind, bytes: row.bytes } });
  return row;
}
