import { isAbsolute, resolve } from 'node:path';
import { StartError } from '../start-error.ts';

/** A bucket of an object store that speaks S3, and how to get in. */
export interface S3Place {
  readonly kind: 's3';
  readonly bucket: string;
  /** Names and slashes, before all paths; empty where the whole bucket is the store. */
  readonly folder: string;
  readonly region: string;
  /** Null: Amazon's own. */
  readonly endpoint: URL | null;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Where photos and recordings lie. */
export type EvidencePlace = { readonly kind: 'file'; readonly directory: string } | S3Place;

/** The variables that every tool for S3 reads. */
export interface S3Variables {
  readonly AWS_REGION?: string | undefined;
  readonly AWS_ENDPOINT_URL_S3?: string | undefined;
  readonly AWS_ACCESS_KEY_ID?: string | undefined;
  readonly AWS_SECRET_ACCESS_KEY?: string | undefined;
}

/** A bucket's name, and perhaps folders in it, by the rules of Amazon S3. */
const s3Address = /^s3:([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])((?:\/[a-z0-9][a-z0-9-]*)*)$/;

/** What is said of a wrong address. */
export const evidencePlaceRule =
  'must be file: and a folder, such as file:.data/evidence, or s3: and a bucket, such as s3:homework-files or s3:homework-files/oak-hill';

export function isEvidencePlace(text: string): boolean {
  return isFolder(text) || s3Address.test(text);
}

/**
 * @param text of which `isEvidencePlace` holds
 * @throws StartError naming the variable that a bucket needs and that is not set
 */
export function evidencePlace(text: string, variables: S3Variables): EvidencePlace {
  const match = s3Address.exec(text);
  if (!match) return { kind: 'file', directory: resolve(folderPath(text)) };
  const [, bucket = '', folder = ''] = match;
  return {
    kind: 's3',
    bucket,
    folder: folder.slice(1),
    region: needed(variables, 'AWS_REGION', 'the region of the bucket, such as eu-west-2'),
    endpoint: variables.AWS_ENDPOINT_URL_S3 === undefined ? null : new URL(variables.AWS_ENDPOINT_URL_S3),
    accessKeyId: needed(variables, 'AWS_ACCESS_KEY_ID', 'the id of a key that may read and write the bucket'),
    secretAccessKey: needed(variables, 'AWS_SECRET_ACCESS_KEY', 'the secret of the key in AWS_ACCESS_KEY_ID'),
  };
}

/** `file:.data/vault`, `file:/srv/vault` and `file:///srv/vault` all name a folder. */
export function folderPath(text: string): string {
  const path = text.slice('file:'.length);
  return isAbsolute(path) ? path.replace(/^\/+/, '/') : path;
}

export function isFolder(text: string): boolean {
  return text.startsWith('file:') && folderPath(text) !== '';
}

function needed(variables: S3Variables, name: keyof S3Variables, what: string): string {
  const value = variables[name];
  if (value === undefined) throw new StartError(`${name} must be set where EVIDENCE_STORE is a bucket: ${what}. Set it, and start again.`);
  return value;
}
