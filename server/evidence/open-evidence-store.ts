import { randomUUID } from 'node:crypto';
import { StartError } from '../start-error.ts';
import type { EvidencePlace, S3Place } from './evidence-place.ts';
import { StoreOutOfReach, type EvidenceStore } from './evidence-store.ts';
import { createFileEvidenceStore } from './file-evidence-store.ts';
import { createS3EvidenceStore } from './s3-evidence-store.ts';

/**
 * The evidence store that the environment names, tried out: a key that may not write is found now, and not by a child's photo.
 *
 * @throws StartError
 */
export async function openEvidenceStore(place: EvidencePlace): Promise<EvidenceStore> {
  if (place.kind === 'file') return createFileEvidenceStore(place.directory);
  const store = createS3EvidenceStore(place);
  try {
    await tryOut(store);
  } catch (error) {
    if (!(error instanceof StoreOutOfReach)) throw error;
    throw new StartError(sentence(place, error), { cause: error });
  }
  return store;
}

async function tryOut(store: EvidenceStore): Promise<void> {
  // No school's folder, and of this process alone.
  const folder = `start-check/${randomUUID()}/`;
  const path = `${folder}whole`;
  await store.put(path, Buffer.from('sealed'));
  const found = await store.get(path);
  const listed = await store.list(folder);
  await store.delete(path);
  if (found?.toString() !== 'sealed' || listed.length !== 1) throw new StoreOutOfReach('The object store does not give back what it took');
}

function sentence({ bucket, endpoint }: S3Place, { message }: StoreOutOfReach): string {
  const settings = `EVIDENCE_STORE, AWS_REGION, ${endpoint ? 'AWS_ENDPOINT_URL_S3, ' : ''}AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY`;
  return (
    `The bucket ${bucket} cannot be used for photos and recordings. ${message}. Check ${settings}: ` +
    'the bucket has to be there, and the key has to let it be listed and objects be put, got and deleted. Then start again.'
  );
}
