import type { EnvelopeContent } from '#domain/delivery/envelope.ts';
import type { ErrorCode } from '#domain/errors.ts';
import { createUploadSteps, type UploadDependencies } from '../evidence/upload-steps.ts';
import { addPart, beginUpload, type Step } from '../evidence/uploads.ts';
import type { AsAuthor } from './as-author.ts';

export type FileDependencies = UploadDependencies;
type Refused = Extract<Step, { kind: 'refused' }>;
export type SealedFile = Extract<EnvelopeContent, { kind: 'file' }>;

/** Bytes that are sealed and put into the store at a time. */
const partBytes = 1024 * 1024;

/**
 * Takes a sealed photo or recording as an upload of its author is taken (S25): rights, consent, and what the bytes are. Goes on with
 * an upload of the same file that was under way.
 *
 * @returns `waits` where no piece of homework here names the file yet, or the child's files of today are too many already
 */
export async function deliverFile(
  envelopeId: string,
  { evidenceId, sha256, durationMs }: SealedFile,
  bytes: Uint8Array,
  asAuthor: AsAuthor,
  dependencies: FileDependencies,
): Promise<'delivered' | 'waits' | ErrorCode> {
  const inStep = createUploadSteps(dependencies);
  if (bytes.length === 0) return 'broken';
  if (await wasDelivered(envelopeId, asAuthor)) return 'delivered';

  const announced = { evidenceId, bytes: bytes.length, sha256: Buffer.from(sha256, 'hex'), durationMs };
  const begun = await inStep(asAuthor, evidenceId, (context) => beginUpload(context, announced));
  let step = begun;
  while (step.kind === 'under_way') {
    const { offset } = step;
    step = await inStep(asAuthor, evidenceId, (context) =>
      addPart(context, evidenceId, offset, bytes.subarray(offset, offset + partBytes)),
    );
  }
  if (step.kind === 'ready') {
    await asAuthor(async (sql, entering) => {
      await entering;
      await sql`select app.record_delivery(${envelopeId})`;
    });
    return 'delivered';
  }
  return step.kind === 'refused' && !mayPass(step, begun) ? step.code : 'waits';
}

/** Whether the next try may find it otherwise. */
function mayPass({ code, retryAfterSeconds }: Refused, begun: Step): boolean {
  // Its bytes come by another way at the same time: whoever is first, the next try finds it done.
  const isOvertaken = code === 'upload_conflict' && begun.kind === 'under_way';
  return code === 'not_found' || isOvertaken || retryAfterSeconds !== undefined;
}

async function wasDelivered(envelopeId: string, asAuthor: AsAuthor): Promise<boolean> {
  return asAuthor(async (sql, entering) => {
    await entering;
    const [row] = await sql<{ isDelivered: boolean }[]>`select app.is_delivered(${envelopeId}) as "isDelivered"`;
    return row?.isDelivered === true;
  });
}
