import { createHash } from 'node:crypto';
import { sealEnvelope, type Envelope, type EnvelopeContent, type SchoolKey } from '#domain/delivery/envelope.ts';
import type { DeliveryOutcome } from '#domain/delivery/protocol.ts';
import type { CollectionName } from '#domain/collections/index.ts';
import { must } from '#domain/must.ts';
import { schemaNumber } from '#domain/sync/protocol.ts';
import { newId, type Person } from './person.ts';

type Documents = Extract<EnvelopeContent, { kind: 'documents' }>;
type File = Extract<EnvelopeContent, { kind: 'file' }>;
type Row = Documents['pushes'][number]['rows'][number];

/** What a device has that seals work of this person: the school's key, and a token that came with signing in. */
export interface Seal {
  readonly schoolKey: SchoolKey;
  readonly token: string;
  readonly authorId: string;
}

export function sealOf(person: Person): Seal {
  const { schoolKey, token } = person.signedIn.delivery;
  return { schoolKey, token: must(token, 'signing in brings a token'), authorId: person.id };
}

export function sealRows(
  { schoolKey, token, authorId }: Seal,
  rows: readonly Row[],
  more: Partial<Documents> & { readonly id?: string; readonly collection?: CollectionName } = {},
): Promise<Envelope> {
  const { id = newId(), collection = 'completions', ...content } = more;
  return sealEnvelope(schoolKey, id, {
    kind: 'documents',
    token,
    authorId,
    pushes: [{ collection, rows: [...rows] }],
    schema: schemaNumber,
    device: newId(),
    sealedAt: new Date().toISOString(),
    ...content,
  });
}

/** One piece that is new, as most envelopes hold. */
export function sealNew(seal: Seal, ...documents: readonly Row['newDocumentState'][]): Promise<Envelope> {
  return sealRows(
    seal,
    documents.map((newDocumentState) => ({ newDocumentState })),
  );
}

export function sealFile(
  { schoolKey, token, authorId }: Seal,
  evidenceId: string,
  bytes: Uint8Array<ArrayBuffer> | Buffer,
  more: Partial<File> = {},
): Promise<Envelope> {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const content = { fileKind: 'photo', mediaType: 'image/jpeg', sha256, durationMs: null, ...more } as const;
  return sealEnvelope(schoolKey, newId(), { kind: 'file', token, authorId, evidenceId, ...content }, new Uint8Array(bytes));
}

/** What becomes of envelopes that this person's session brings: `delivered`, `waits`, or the code of the refusal. */
export async function deliver(carrier: Person, ...envelopes: readonly Envelope[]): Promise<string[]> {
  const { status, body } = await carrier.send('/api/sync/deliver', { envelopes });
  if (status !== 200) throw new Error(`Delivery answered ${String(status)}: ${JSON.stringify(body)}`);
  const { outcomes } = body as { outcomes: DeliveryOutcome[] };
  if (outcomes.some(({ id }, place) => id !== envelopes[place]?.id)) throw new Error('The outcomes are not in the order of the envelopes');
  return outcomes.map((one) => (one.outcome === 'refused' ? one.code : one.outcome));
}
