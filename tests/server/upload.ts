import { createHash } from 'node:crypto';
import { evidenceLimits } from '#domain/evidence/evidence.ts';
import { completion, newId, type Answer, type Person } from './person.ts';

/** Whose requests they are. */
export type Caller = Pick<Person, 'url' | 'cookie'>;

/** What a device does with one file: announce it, ask how far it is, send what comes next. */
export class Upload {
  readonly id: string;
  readonly bytes: Buffer;
  readonly #more: { readonly durationMs?: number; readonly sha256?: string; readonly length?: number };

  constructor(id: string, bytes: Buffer, more: { durationMs?: number; sha256?: string; length?: number } = {}) {
    this.id = id;
    this.bytes = bytes;
    this.#more = more;
  }

  announce(person: Caller, headers: Record<string, string> = {}): Promise<Answer> {
    const { durationMs, sha256 = createHash('sha256').update(this.bytes).digest('hex'), length = this.bytes.length } = this.#more;
    const pairs = { evidence: this.id, sha256, ...(durationMs !== undefined && { durationMs: String(durationMs) }) };
    return tus(person, 'POST', '', {
      'upload-length': String(length),
      'upload-metadata': Object.entries(pairs)
        .map(([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`)
        .join(','),
      ...headers,
    });
  }

  head(person: Caller): Promise<Answer> {
    return tus(person, 'HEAD', this.id);
  }

  async offset(person: Caller): Promise<number> {
    return Number((await this.head(person)).headers.get('upload-offset') ?? NaN);
  }

  part(person: Caller, offset: number, length = evidenceLimits.chunkBytes, headers: Record<string, string> = {}): Promise<Answer> {
    const bytes = this.bytes.subarray(offset, offset + length);
    return tus(
      person,
      'PATCH',
      this.id,
      { 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream', ...headers },
      bytes,
    );
  }

  /** From `offset` to the end, or to the first part that is refused. */
  async send(person: Caller, offset = 0): Promise<Answer> {
    for (let at = offset; ; at += evidenceLimits.chunkBytes) {
      const answer = await this.part(person, at);
      if (answer.status !== 204 || at + evidenceLimits.chunkBytes >= this.bytes.length) return answer;
    }
  }

  /** All of it at once. */
  async whole(person: Caller): Promise<Answer> {
    const begun = await this.announce(person);
    return begun.status === 201 ? this.send(person) : begun;
  }
}

/** A request of tus. */
export async function tus(
  { url, cookie }: Caller,
  method: string,
  id: string,
  headers: Record<string, string> = {},
  body?: Buffer,
): Promise<Answer> {
  const response = await fetch(`${url}/api/evidence/uploads${id && `/${id}`}`, {
    method,
    headers: { cookie, 'tus-resumable': '1.0.0', ...headers },
    ...(body && { body: new Uint8Array(body) }),
  });
  const text = await response.text();
  const isJson = text !== '' && (response.headers.get('content-type')?.includes('json') ?? false);
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

/** A file as it is served. */
export async function fetchFile(person: Caller, id: string, headers: Record<string, string> = {}) {
  const response = await fetch(`${person.url}/api/evidence/${id}`, { headers: { cookie: person.cookie, ...headers } });
  return { status: response.status, headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) };
}

/** Homework that names files. */
export interface Logged {
  readonly completion: ReturnType<typeof completion>;
  readonly ids: readonly string[];
  /** The first of them. */
  readonly id: string;
}

/** Pushes homework that names files, as the child whose it is. */
export async function logWithFiles(
  child: Person,
  club: string,
  { kind = 'photo', ids = [newId()], by = child }: { kind?: 'photo' | 'audio'; ids?: string[]; by?: Person } = {},
): Promise<Logged> {
  const written = completion(child.id, club, { evidenceKind: kind, writtenWork: null, evidenceIds: ids });
  const { rejections } = await by.push('completions', [{ newDocumentState: written }]);
  if (rejections.length > 0) throw new Error(`The homework was refused: ${JSON.stringify(rejections)}`);
  return { completion: written, ids, id: ids[0] ?? '' };
}
