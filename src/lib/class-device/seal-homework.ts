import { v7 as uuidv7 } from 'uuid';
import * as v from 'valibot';
import { completions } from '#domain/collections/completions.ts';
import { sealEnvelope, type SchoolKey } from '#domain/delivery/envelope.ts';
import type { Outbox } from '../data/delivery/outbox.ts';
import type { EvidenceStore, HeldFile } from '../data/files/evidence-store.ts';
import type { NewHomework } from '../data/homework.ts';
import { documentsContent, fileContent, type Author } from '../delivery/packing.ts';

export interface TabletSealing {
  readonly schoolId: string;
  readonly schoolKey: SchoolKey;
  /** The device's delivery token: the author is a child of its class. */
  readonly token: string;
  readonly deviceId: string;
  readonly outbox: Pick<Outbox, 'put'>;
  readonly files: Pick<EvidenceStore, 'read' | 'discard'>;
  /** Milliseconds to add to the device's clock for the server's; null when never learned. */
  readonly clockOffsetMs: number | null;
  /** The device's clock. */
  readonly now: Date;
}

/**
 * Seals what a child has logged on a class device to the school at once (S30): from then on nobody on the device can read it. The
 * envelopes are durable, all of them, before the files that were captured for it go.
 *
 * @returns the id of the homework
 * @throws v.ValiError where it is not what a piece of homework may be; then nothing is kept, and nothing goes
 */
export async function sealHomework(
  homework: NewHomework,
  captured: readonly HeldFile[],
  { schoolId, schoolKey, token, deviceId, outbox, files, clockOffsetMs, now }: TabletSealing,
): Promise<string> {
  const logged = captured.map((file) => ({ ...file, evidenceId: uuidv7() }));
  const own = v.parse(completions.schema, {
    taskId: null,
    writtenWork: null,
    feeling: null,
    activity: null,
    minutes: null,
    previousAttemptId: null,
    ...homework,
    id: uuidv7(),
    version: 0,
    evidenceIds: logged.map(({ evidenceId }) => evidenceId),
    capturedAt: now.toISOString(),
    clockOffsetMs,
  });
  const author: Author = { authorId: homework.studentId, token, deviceId };
  const row = { collection: 'completions', id: own.id, revision: '', assumed: null, own: { ...own, _deleted: false } } as const;
  const envelopes = [await sealEnvelope(schoolKey, uuidv7(), documentsContent(author, [row], now))];
  for (const file of logged) {
    const bytes = new Uint8Array(await (await files.read(file)).arrayBuffer());
    envelopes.push(await sealEnvelope(schoolKey, uuidv7(), fileContent(author, file), bytes));
  }
  await outbox.put(envelopes.map((envelope) => ({ envelope, schoolId, holder: null, pieces: 1 })));
  await files.discard(captured.map(({ id }) => id));
  return own.id;
}
