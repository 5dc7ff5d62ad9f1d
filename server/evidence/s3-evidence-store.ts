import type { S3Place } from './evidence-place.ts';
import { folderSegmentsOf, segmentsOf, StoreOutOfReach, type EvidenceStore } from './evidence-store.ts';
import { createS3Requests, type S3Answer, type S3Times } from './s3-requests.ts';

/**
 * An evidence store in a bucket of an object store that speaks S3. Amazon's promises are what the interface asks for: an object
 * is seen whole or not at all, and by everybody as soon as its put has been answered.
 */
export function createS3EvidenceStore(place: S3Place, times?: S3Times): EvidenceStore {
  const request = createS3Requests(place, times);
  const root = place.folder === '' ? '' : `${place.folder}/`;
  const keyOf = (path: string) => root + segmentsOf(path).join('/');

  return {
    async put(path, bytes) {
      const answer = await request('PUT', keyOf(path), { body: bytes });
      if (answer.status !== 200) throw refusal(answer);
    },
    async get(path) {
      const answer = await request('GET', keyOf(path));
      if (answer.status === 200) return answer.body;
      // Only what the store itself calls missing: another's 404, or that of a bucket, says nothing of a file.
      if (codeOf(answer) === 'NoSuchKey') return null;
      throw refusal(answer);
    },
    async delete(path) {
      const answer = await request('DELETE', keyOf(path));
      if (answer.status !== 204 && answer.status !== 200 && codeOf(answer) !== 'NoSuchKey') throw refusal(answer);
    },
    async list(folder) {
      const prefix = `${root}${folderSegmentsOf(folder).join('/')}/`;
      const paths: string[] = [];
      for (let token: string | null = ''; token !== null;) {
        const query: Record<string, string> = { 'list-type': '2', prefix, ...(token !== '' && { 'continuation-token': token }) };
        const answer = await request('GET', '', { query });
        if (answer.status !== 200) throw refusal(answer);
        const xml = answer.body.toString('utf8');
        paths.push(...textsOf(xml, 'Key').map((key) => key.slice(root.length)));
        token = nextPage(xml);
      }
      return paths;
    },
  };
}

/** A page holds a thousand keys at most. Null after the last. */
function nextPage(xml: string): string | null {
  const [token] = textsOf(xml, 'NextContinuationToken');
  if (textsOf(xml, 'IsTruncated')[0] !== 'true') return null;
  // To stop here would be to take files for missing.
  if (token === undefined || token === '') throw new StoreOutOfReach('The object store says that there is more, and not where.');
  return token;
}

function refusal(answer: S3Answer): StoreOutOfReach {
  return new StoreOutOfReach(`The object store answered ${answer.method} with ${String(answer.status)} (${codeOf(answer) ?? 'no code'})`);
}

function codeOf({ status, body }: S3Answer): string | undefined {
  return status < 300 ? undefined : textsOf(body.toString('utf8'), 'Code')[0];
}

/** What stands between the tags of that name: the answers of S3 are flat enough to be read without a parser. */
function textsOf(xml: string, name: string): string[] {
  return Array.from(xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g')), ([, text = '']) => plain(text));
}

const entities: Readonly<Record<string, string>> = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&apos;': "'", '&amp;': '&' };

function plain(text: string): string {
  return text.replaceAll(/&(?:lt|gt|quot|apos|amp);/g, (entity) => entities[entity] ?? entity);
}
