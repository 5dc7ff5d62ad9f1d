import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { Upload as TusUpload } from 'tus-js-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EvidenceReceipt } from '#domain/evidence/evidence.ts';
import { startTestServer, type TestServer } from '../setup/server.ts';
import { newId, Person, signIns } from './person.ts';
import { fetchFile, logWithFiles, tus, Upload } from './upload.ts';

let server: TestServer;
let maya: Person;
let leo: Person;
let parent: Person;
let teacher: Person;
let riverside: Person;
let club: string;
beforeAll(async () => {
  server = await startTestServer({ metricsPort: 0 });
  [maya, leo, parent, teacher, riverside] = (await Promise.all(
    (['maya', 'leo', 'parent', 'teacher', 'riversideTeacher'] as const).map((who) => Person.signIn(server.url, signIns[who])),
  )) as [Person, Person, Person, Person, Person];
  club = String((await maya.pullAll('school')).documents.find(({ kind }) => kind === 'club')?.id);
  for (const child of [maya, leo]) for (const purpose of ['photo', 'audio'] as const) await decide(child, purpose, 'given');
});
afterAll(() => server.stop());

/** All guardians of the child say so. */
async function decide(child: Person, purpose: 'photo' | 'audio', decision: 'given' | 'withdrawn') {
  await server.sql`
    insert into student_consents (school_id, id, student_id, guardian_id, purpose, notice_version, decision)
    select school_id, gen_random_uuid(), student_id, parent_id, ${purpose}, 1, ${decision} from parent_students
    where student_id = ${child.id} and is_current and has_parental_responsibility`;
}

/** A picture of noise: it does not shrink, so that it takes several parts. */
function noise(width: number, height: number, options: { alpha?: boolean } = {}) {
  return sharp({
    create: {
      width,
      height,
      channels: options.alpha ? 4 : 3,
      background: '#8899aa',
      noise: { type: 'gaussian', mean: 128, sigma: 60 },
    },
  });
}
const photo = (width = 900, height = 700) => noise(width, height).jpeg({ quality: 90 }).toBuffer();

async function receiptOf(person: Person, completionId: string): Promise<EvidenceReceipt[]> {
  const { documents } = await person.pullAll('receipts');
  return documents.find(({ id }) => id === completionId)?.['evidence'] as EvidenceReceipt[];
}

/** All that lies in the store. */
async function stored(): Promise<{ path: string; bytes: Buffer }[]> {
  const entries = await readdir(server.evidenceDirectory, { recursive: true, withFileTypes: true });
  return Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => {
        const path = join(entry.parentPath, entry.name);
        return { path, bytes: await readFile(path) };
      }),
  );
}

async function storedOf(id: string) {
  const [row] = await server.sql<{ storage_key: string | null }[]>`select storage_key from evidence where id = ${id}`;
  const key = row?.storage_key ?? 'nowhere';
  return (await stored()).filter(({ path }) => path.includes(key));
}

async function refusal(person: Person, kind: 'photo' | 'audio', bytes: Buffer, more: ConstructorParameters<typeof Upload>[2] = {}) {
  const { completion, id } = await logWithFiles(person, club, { kind });
  const before = (await stored()).length;
  const { status, body } = await new Upload(id, bytes, more).whole(person);
  expect((await stored()).length).toBe(before);
  const [receipt] = await receiptOf(person, completion.id);
  return { status, code: (body as { code?: string }).code, receipt: receipt && [receipt.state, receipt.refusal] };
}

describe('S25: homework that names files', () => {
  test('says in its receipt that they are expected, and is whole without them', async () => {
    const { completion, ids } = await logWithFiles(maya, club, { ids: [newId(), newId()] });
    expect(await receiptOf(teacher, completion.id)).toEqual(
      ids.map((id) => ({ id, kind: 'photo', state: 'expected', mediaType: null, durationMs: null, refusal: null })),
    );
  });

  test('withdraws a file when it names it no more, adds one that is new, and takes one back', async () => {
    const [kept, dropped, added] = [newId(), newId(), newId()];
    const { completion } = await logWithFiles(maya, club, { ids: [kept, dropped] });
    expect((await new Upload(dropped, await photo(200, 200)).whole(maya)).status).toBe(204);
    const before = await storedOf(dropped);
    expect(before).toHaveLength(1);
    const edited = { ...completion, evidenceIds: [kept, added] };
    await maya.push('completions', [{ newDocumentState: edited, assumedMasterState: completion }]);
    const states = async () => Object.fromEntries((await receiptOf(maya, completion.id)).map(({ id, state }) => [id, state]));
    expect(await states()).toEqual({ [kept]: 'expected', [dropped]: 'withdrawn', [added]: 'expected' });
    expect((await fetchFile(maya, dropped)).status).toBe(404);
    await maya.push('completions', [{ newDocumentState: completion, assumedMasterState: edited }]);
    expect(await states()).toEqual({ [kept]: 'expected', [dropped]: 'expected', [added]: 'withdrawn' });
    expect((await new Upload(dropped, await photo(200, 200)).whole(maya)).status).toBe(204);
  });

  test('never takes over another child’s file, and says nothing of it', async () => {
    const { completion: secret, id } = await logWithFiles(leo, club);
    const own = await logWithFiles(maya, club, { ids: [id] });
    expect(await receiptOf(maya, own.completion.id)).toEqual([]);
    const tried = new Upload(id, await photo(100, 100));
    const unknown = new Upload(newId(), tried.bytes);
    for (const attempt of ['announce', 'head', 'send'] as const) {
      const [taken, free] = [await tried[attempt](maya), await unknown[attempt](maya)];
      expect([taken.status, taken.body]).toEqual([404, free.body]);
      expect(free.status).toBe(404);
    }
    const [row] = await server.sql`select student_id, completion_id, state from evidence where id = ${id}`;
    expect(row).toEqual({ student_id: leo.id, completion_id: secret.id, state: 'expected' });
  });

  test('of which another piece of the same child’s homework tells too, leaves them with the first', async () => {
    const first = await logWithFiles(maya, club);
    const second = await logWithFiles(maya, club, { ids: [first.id] });
    expect(await receiptOf(maya, first.completion.id)).toHaveLength(1);
    expect(await receiptOf(maya, second.completion.id)).toEqual([]);
  });

  test('takes its files along when it is removed', async () => {
    const { completion, id } = await logWithFiles(maya, club);
    await new Upload(id, await photo(300, 300)).whole(maya);
    const [{ path } = { path: '' }] = await storedOf(id);
    await maya.push('completions', [{ newDocumentState: { ...completion, _deleted: true }, assumedMasterState: completion }]);
    expect(await server.sql`select from evidence where id = ${id}`).toHaveLength(0);
    // The next file that is let go of takes the other along, and so does the upkeep of every minute.
    const another = await logWithFiles(maya, club);
    await new Upload(another.id, Buffer.from('nothing of this kind')).whole(maya);
    expect((await stored()).map((file) => file.path)).not.toContain(path);
  });
});

describe('an upload', () => {
  test('goes on where it was cut off, in another process too, without an address that was kept', async () => {
    const { completion, id } = await logWithFiles(maya, club);
    const upload = new Upload(id, await photo());
    expect(upload.bytes.length).toBeGreaterThan(2 * 262_144);
    const begun = await upload.announce(maya);
    expect([begun.status, begun.headers.get('location'), begun.headers.get('upload-offset')]).toEqual([
      201,
      `/api/evidence/uploads/${id}`,
      '0',
    ]);
    expect(new Date(begun.headers.get('upload-expires') ?? '').getTime()).toBeGreaterThan(Date.now() + 6 * 86_400_000);
    expect((await upload.part(maya, 0)).headers.get('upload-offset')).toBe('262144');
    expect((await receiptOf(teacher, completion.id))[0]?.state).toBe('uploading');

    const restarted = await server.another();
    const again = { ...maya, url: restarted.url, cookie: maya.cookie } as Person;
    expect((await upload.announce(again)).headers.get('upload-offset')).toBe('262144');
    expect(await upload.offset(again)).toBe(262_144);
    expect((await upload.send(again, 262_144)).status).toBe(204);
    await restarted.stop();

    const head = await upload.head(maya);
    expect([head.status, head.headers.get('upload-offset')]).toEqual([200, String(upload.bytes.length)]);
    expect(await receiptOf(teacher, completion.id)).toEqual([
      { id, kind: 'photo', state: 'ready', mediaType: 'image/jpeg', durationMs: null, refusal: null },
    ]);
    const { status, headers, bytes } = await fetchFile(teacher, id);
    expect([status, headers.get('content-type'), headers.get('content-length')]).toEqual([200, 'image/jpeg', String(bytes.length)]);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-disposition')).toBe('inline; filename="homework.jpg"');
    expect(headers.get('content-security-policy')).toMatch(/default-src 'none'.*; sandbox$/);
    expect(await sharp(bytes).metadata()).toMatchObject({ format: 'jpeg', width: 900, height: 700 });
  });

  test('by the client of tus itself arrives, and is resumed by it', async () => {
    const { id } = await logWithFiles(maya, club);
    const bytes = await photo();
    const upload = new Upload(id, bytes);
    await upload.announce(maya);
    await upload.part(maya, 0);
    const sent: number[] = [];
    await new Promise<void>((resolve, reject) => {
      new TusUpload(bytes, {
        uploadUrl: `${server.url}/api/evidence/uploads/${id}`,
        chunkSize: 262_144,
        headers: { cookie: maya.cookie },
        retryDelays: null,
        onProgress: (offset) => sent.push(offset),
        onSuccess: () => {
          resolve();
        },
        onError: reject,
      }).start();
    });
    expect(Math.min(...sent)).toBeGreaterThanOrEqual(262_144);
    expect((await fetchFile(maya, id)).status).toBe(200);
  });

  test('from its first byte by the client of tus itself arrives, and again does no harm', async () => {
    const { id } = await logWithFiles(maya, club);
    const bytes = await photo(400, 400);
    const { createHash } = await import('node:crypto');
    const start = () =>
      new Promise<void>((resolve, reject) => {
        new TusUpload(bytes, {
          endpoint: `${server.url}/api/evidence/uploads`,
          chunkSize: 262_144,
          headers: { cookie: maya.cookie },
          retryDelays: [0, 0],
          metadata: { evidence: id, sha256: createHash('sha256').update(bytes).digest('hex') },
          onSuccess: () => {
            resolve();
          },
          onError: reject,
        }).start();
      });
    await start();
    const [before] = await server.sql`select storage_key, sha256 from evidence where id = ${id}`;
    await start();
    expect(await server.sql`select storage_key, sha256 from evidence where id = ${id}`).toEqual([before]);
  });

  test('by two tabs at once is one file', async () => {
    const { id } = await logWithFiles(maya, club);
    const upload = new Upload(id, await photo());
    await Promise.all([upload.announce(maya), upload.announce(maya)]);
    const answers = await Promise.all([upload.part(maya, 0), upload.part(maya, 0), upload.part(maya, 0, 1000)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 409, 409]);
    expect((await upload.send(maya, await upload.offset(maya))).status).toBe(204);
  });

  test('that is given up leaves nothing, and may begin anew', async () => {
    const { completion, id } = await logWithFiles(maya, club);
    const upload = new Upload(id, await photo());
    await upload.announce(maya);
    await upload.part(maya, 0);
    expect(await storedOf(id)).toHaveLength(1);
    const before = await stored();
    expect((await tus(maya, 'DELETE', id)).status).toBe(204);
    expect(await stored()).toHaveLength(before.length - 1);
    expect((await upload.head(maya)).status).toBe(404);
    expect((await receiptOf(maya, completion.id))[0]?.state).toBe('expected');
    expect((await upload.whole(maya)).status).toBe(204);
  });

  test('of another file under the same id begins anew while it is on its way, and never replaces one that is kept', async () => {
    const { id } = await logWithFiles(maya, club);
    const [first, second] = [new Upload(id, await photo()), new Upload(id, await photo(500, 500))];
    await first.announce(maya);
    await first.part(maya, 0);
    expect((await second.announce(maya)).headers.get('upload-offset')).toBe('0');
    expect((await second.send(maya)).status).toBe(204);
    const { status, body } = await first.announce(maya);
    expect([status, body]).toEqual([409, expect.objectContaining({ code: 'upload_conflict' })]);
  });

  test('speaks tus 1.0.0 and says what of it', async () => {
    const options = await tus(maya, 'OPTIONS', '');
    expect(options.status).toBe(204);
    expect(options.headers.get('tus-extension')).toBe('creation,expiration,termination');
    expect(options.headers.get('tus-max-size')).toBe('10485760');
    const { id } = await logWithFiles(maya, club);
    const upload = new Upload(id, await photo(100, 100));
    expect((await upload.announce(maya, { 'tus-resumable': '0.2.2' })).status).toBe(412);
    for (const headers of [
      { 'upload-length': 'many' },
      { 'upload-length': '0' },
      { 'upload-metadata': 'evidence' },
      { 'upload-metadata': '' },
    ]) {
      expect((await upload.announce(maya, headers)).status).toBe(400);
    }
    await upload.announce(maya);
    expect((await upload.part(maya, 0, 100, { 'upload-offset': 'x' })).status).toBe(400);
    expect((await upload.part(maya, 0, 100, { 'content-type': 'application/json' })).status).toBe(415);
    expect((await upload.part(maya, 50, 100)).status).toBe(409);
  });

  test('in parts of more than 256 KB, or past its length, is 413', async () => {
    const { id } = await logWithFiles(maya, club);
    const upload = new Upload(id, await photo(), { length: 300_000 });
    await upload.announce(maya);
    expect((await upload.part(maya, 0, 262_145)).status).toBe(413);
    expect((await upload.part(maya, 0)).status).toBe(204);
    expect((await upload.part(maya, 262_144)).status).toBe(413);
    expect(await upload.offset(maya)).toBe(262_144);
  });

  test('whose days are over is forgotten by the upkeep, and may begin anew', async () => {
    const { completion, id } = await logWithFiles(maya, club);
    const upload = new Upload(id, await photo());
    await upload.announce(maya);
    await upload.part(maya, 0);
    await server.sql`update evidence set upload_expires_at = now() - interval '1 second' where id = ${id}`;
    expect((await upload.head(maya)).status).toBe(404);
    expect((await upload.part(maya, 262_144)).status).toBe(404);
    const [{ path } = { path: '' }] = await storedOf(id);
    const upkeep = await server.another(); // The upkeep begins with its server.
    await expect.poll(async () => (await stored()).map((file) => file.path), { timeout: 20_000 }).not.toContain(path);
    await upkeep.stop();
    expect((await receiptOf(maya, completion.id))[0]?.state).toBe('expected');
    expect((await upload.whole(maya)).status).toBe(204);
  });

  test('that a process left between its last byte and its opening is opened by whoever asks', async () => {
    const { id } = await logWithFiles(maya, club);
    const upload = new Upload(id, await photo(300, 300));
    await upload.announce(maya);
    const { createSealedFiles } = await import('#server/evidence/sealed-files.ts');
    const { createFileEvidenceStore } = await import('#server/evidence/file-evidence-store.ts');
    const files = createSealedFiles(await createFileEvidenceStore(server.evidenceDirectory), server.keyring);
    const [row] = await server.sql`select * from evidence where id = ${id}`;
    const file = await files.open({
      schoolId: maya.signedIn.user.schoolId,
      studentId: maya.id,
      evidenceId: id,
      storageKey: String(row?.['storage_key']),
      fileKeyEncrypted: row?.['file_key_encrypted'] as Uint8Array,
    });
    await file.addPart(0, upload.bytes);
    expect(await upload.offset(maya)).toBe(upload.bytes.length);
    expect((await fetchFile(maya, id)).status).toBe(200);
  });
});
