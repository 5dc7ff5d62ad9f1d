import { Hono, type Context } from 'hono';
import { describeRoute } from 'hono-openapi';
import { evidenceLimits } from '#domain/evidence/evidence.ts';
import { createAsUser } from '../auth/as-user.ts';
import { requireSession } from '../auth/session-cookie.ts';
import type { AppEnvironment } from '../http/environment.ts';
import { problemAnswer } from '../http/json.ts';
import { Problem } from '../http/problem.ts';
import type { EvidenceDependencies } from './dependencies.ts';
import { evidenceId } from './evidence-id.ts';
import { parseAnnouncement, parseOffset, tusExtensions, tusVersion } from './upload-headers.ts';
import { createUploadSteps } from './upload-steps.ts';
import { addPart, beginUpload, endUpload, lookUpUpload, type Step, type StepContext } from './uploads.ts';

const tags = ['evidence'];
const problems = {
  401: problemAnswer('No live session.'),
  403: problemAnswer('`no_consent`: there is no consent for this kind of file. Nothing of it is kept.'),
  404: problemAnswer('No such file, or none that the caller may add to, or one whose upload has expired.'),
  412: problemAnswer('Not tus 1.0.0.'),
  422: problemAnswer('The file was not taken; the code says why, and so does its receipt.'),
};

/**
 * Uploads by tus 1.0.0: creation, expiration, termination. An upload's id is the evidence's, so that a device that was killed
 * finds its offset without having kept an address. Not on @tus/server: there a store writes a stream without knowing whose
 * request it is, while here each part is taken in the transaction that checks rights and consent and holds the row, and is
 * sealed as a whole; and errors are problem details as everywhere. What comes in one request is 256 KB, which is kept or not.
 */
export function uploadRoutes(dependencies: EvidenceDependencies) {
  const { cookie } = dependencies;
  const asUser = createAsUser(dependencies);

  const takeStep = createUploadSteps(dependencies);
  const inStep = (c: Context<AppEnvironment>, id: string, work: (context: StepContext) => Promise<Step>): Promise<Step> =>
    takeStep((within) => asUser(c, 'write', within), id, work);

  return new Hono<AppEnvironment>()
    .use(async (c, next) => {
      c.header('Tus-Resumable', tusVersion);
      if (c.req.method !== 'OPTIONS' && c.req.header('Tus-Resumable') !== tusVersion) {
        c.header('Tus-Version', tusVersion);
        throw new Problem('unsupported_version');
      }
      await next();
    })
    .options(
      '/',
      describeRoute({ tags, summary: 'What of tus is spoken here.', responses: { 204: { description: 'In headers.' } } }),
      (c) => c.body(null, 204, { 'Tus-Version': tusVersion, 'Tus-Extension': tusExtensions, 'Tus-Max-Size': String(evidenceLimits.bytes) }),
    )
    .post(
      '/',
      describeRoute({
        tags,
        summary:
          'Announces a file that a pushed completion or review has named: `Upload-Length`, `Upload-Metadata: evidence, sha256, durationMs`.',
        responses: {
          201: { description: 'Begun, or there already: `Location`, `Upload-Offset`, `Upload-Expires`.' },
          ...problems,
          409: problemAnswer('Another file is kept under this id.'),
          413: problemAnswer('Larger than 10 MB.'),
          429: problemAnswer(
            '`too_many_files_today`: 60 files or 100 MB of this child were begun today; `Retry-After` says when the next day begins.',
          ),
        },
      }),
      async (c) => {
        requireSession(cookie, c);
        const announced = parseAnnouncement(c.req.header('Upload-Length'), c.req.header('Upload-Metadata'));
        const step = await inStep(c, announced.evidenceId, (context) => beginUpload(context, announced));
        c.header('Location', `/api/evidence/uploads/${announced.evidenceId}`);
        return answer(c, step, 201);
      },
    )
    .get(
      '/:id',
      describeRoute({
        tags,
        summary: 'Asked by HEAD: how far the file is. A file that is whole and kept has `Upload-Offset` at its length.',
        responses: { 200: { description: '`Upload-Offset`, `Upload-Length`, `Upload-Expires`.' }, ...problems },
      }),
      async (c) => {
        const id = evidenceId(c);
        return answer(c, await inStep(c, id, (context) => lookUpUpload(context, id)), 200);
      },
    )
    .patch(
      '/:id',
      describeRoute({
        tags,
        summary: 'Adds the part that comes next, at most 256 KB; with the last one the file is opened, and kept or refused.',
        responses: {
          204: { description: 'Taken: `Upload-Offset`. With the last part: the file is kept.' },
          ...problems,
          409: problemAnswer('Not the part that comes next: ask by HEAD.'),
          413: problemAnswer('More than 256 KB, or more than was announced.'),
          415: problemAnswer('Not `application/offset+octet-stream`.'),
        },
      }),
      async (c) => {
        requireSession(cookie, c);
        if (c.req.header('Content-Type')?.toLowerCase() !== 'application/offset+octet-stream') throw new Problem('unsupported_media_type');
        const offset = parseOffset(c.req.header('Upload-Offset'));
        const id = evidenceId(c);
        const bytes = new Uint8Array(await c.req.arrayBuffer());
        return answer(c, await inStep(c, id, (context) => addPart(context, id, offset, bytes)), 204);
      },
    )
    .delete(
      '/:id',
      describeRoute({
        tags,
        summary: 'Gives an upload up that is under way. The homework still names its file, which may be sent anew.',
        responses: { 204: { description: 'Its bytes are deleted.' }, ...problems },
      }),
      async (c) => {
        const id = evidenceId(c);
        return answer(c, await inStep(c, id, (context) => endUpload(context, id)), 204);
      },
    );
}

function answer(c: Context<AppEnvironment>, step: Step, status: 200 | 201 | 204): Response {
  if (step.kind === 'refused') {
    const { code, retryAfterSeconds } = step;
    throw new Problem(code, retryAfterSeconds === undefined ? {} : { retryAfterSeconds });
  }
  if (step.kind !== 'ended') {
    c.header('Upload-Length', String(step.length));
    c.header('Upload-Offset', String(step.kind === 'under_way' ? step.offset : step.length));
  }
  if (step.kind === 'under_way') c.header('Upload-Expires', new Date(step.expiresAt).toUTCString());
  return c.body(null, status);
}
