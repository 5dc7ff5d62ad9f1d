import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { Upload as TusUpload } from 'tus-js-client';
import { describe, expect, test } from 'vitest';
import { evidenceLimits } from '#domain/evidence/evidence.ts';
import { createFileEvidenceStore } from '#server/evidence/file-evidence-store.ts';
import { createSealedFiles } from '#server/evidence/sealed-files.ts';
import { EvidenceScene } from './evidence-scene.ts';
import { newId } from './person.ts';
import { photo } from './sample-files.ts';
import { fetchFile, logWithFiles, tus, Upload } from './upload.ts';

const scene = EvidenceScene.open();

describe('S25: homework that names files', () => {
  test('says in its receipt that they are expected, and is whole without them', async () => {
    const { completion, ids } = await logWithFiles(scene.maya, scene.club, { ids: [newId(), newId()] });
    expect(await scene.receiptOf(scene.teacher, completion.id)).toEqual(
      ids.map((id) => ({ id, kind: 'photo', state: 'expected', mediaType: null, durationMs: null, refusal: null })),
    );
  });

  test('withdraws a file when it names it no more, adds one that is new, and takes one back', async () => {
    const [kept, dropped, added] = [newId(), newId(), newId()];
    const { completion } = await logWithFiles(scene.maya, scene.club, { ids: [kept, dropped] });
    expect((await new Upload(dropped, await photo(200, 200)).whole(scene.maya)).status).toBe(204);
    const before = await scene.storedOf(dropped);
    expect(before).toHaveLength(1);
    const edited = { ...completion, evidenceIds: [kept, added] };
    await scene.maya.push('completions', [{ newDocumentState: edited, assumedMasterState: completion }]);
    const states = async () => Object.fromEntries((await scene.receiptOf(scene.maya, completion.id)).map(({ id, state }) => [id, state]));
    expect(await states()).toEqual({ [kept]: 'expected', [dropped]: 'withdrawn', [added]: 'expected' });
    expect((await fetchFile(scene.maya, dropped)).status).toBe(404);
    await scene.maya.push('completions', [{ newDocumentState: completion, assumedMasterState: edited }]);
    expect(await states()).toEqual({ [kept]: 'expected', [dropped]: 'expected', [added]: 'withdrawn' });
    expect((await new Upload(dropped, await photo(200, 200)).whole(scene.maya)).status).toBe(204);
  });

  test('never takes over another child’s file, and says nothing of it', async () => {
    const { completion: secret, id } = await logWithFiles(scene.leo, scene.club);
    const own = await logWithFiles(scene.maya, scene.club, { ids: [id] });
    expect(await scene.receiptOf(scene.maya, own.completion.id)).toEqual([]);
    const tried = new Upload(id, await photo(100, 100));
    const unknown = new Upload(newId(), tried.bytes);
    for (const attempt of ['announce', 'head', 'send'] as const) {
      const [taken, free] = [await tried[attempt](scene.maya), await unknown[attempt](scene.maya)];
      expect([taken.status, taken.body]).toEqual([404, free.body]);
      expect(free.status).toBe(404);
    }
    const [row] = await scene.server.sql`select student_id, completion_id, state from evidence where id = ${id}`;
    expect(row).toEqual({ student_id: scene.leo.id, completion_id: secret.id, state: 'expected' });
  });

  test('of which another piece of the same child’s homework tells too, leaves them with the first', async () => {
    const first = await logWithFiles(scene.maya, scene.club);
    const second = await logWithFiles(scene.maya, scene.club, { ids: [first.id] });
    expect(await scene.receiptOf(scene.maya, first.completion.id)).toHaveLength(1);
    expect(await scene.receiptOf(scene.maya, second.completion.id)).toEqual([]);
  });

  test('takes its files along when it is removed', async () => {
    const { completion, id } = await logWithFiles(scene.maya, scene.club);
    await new Upload(id, await photo(300, 300)).whole(scene.maya);
    const [{ path } = { path: '' }] = await scene.storedOf(id);
    await scene.maya.push('completions', [{ newDocumentState: { ...completion, _deleted: true }, assumedMasterState: completion }]);
    expect(await scene.server.sql`select from evidence where id = ${id}`).toHaveLength(0);
    // The next file that is let go of takes the other along, and so does the upkeep of every minute.
    const another = await logWithFiles(scene.maya, scene.club);
    await new Upload(another.id, Buffer.from('nothing of this kind')).whole(scene.maya);
    expect((await scene.stored()).map((file) => file.path)).not.toContain(path);
  });
});

describe('an upload', () => {
  test('goes on where it was cut off, in another process too, without an address that was kept', async () => {
    const { completion, id } = await logWithFiles(scene.maya, scene.club);
    const upload = new Upload(id, await photo());
    expect(upload.bytes.length).toBeGreaterThan(2 * evidenceLimits.chunkBytes);
    const begun = await upload.announce(scene.maya);
    expect([begun.status, begun.headers.get('location'), begun.headers.get('upload-offset')]).toEqual([
      201,
      `/api/evidence/uploads/${id}`,
      '0',
    ]);
    expect(new Date(begun.headers.get('upload-expires') ?? '').getTime()).toBeGreaterThan(Date.now() + 6 * 86_400_000);
    expect((await upload.part(scene.maya, 0)).headers.get('upload-offset')).toBe('262144');
    expect((await scene.receiptOf(scene.teacher, completion.id))[0]?.state).toBe('uploading');

    const restarted = await scene.server.another();
    const again = { url: restarted.url, cookie: scene.maya.cookie };
    expect((await upload.announce(again)).headers.get('upload-offset')).toBe('262144');
    expect(await upload.offset(again)).toBe(262_144);
    expect((await upload.send(again, 262_144)).status).toBe(204);
    await restarted.stop();

    const head = await upload.head(scene.maya);
    expect([head.status, head.headers.get('upload-offset')]).toEqual([200, String(upload.bytes.length)]);
    expect(await scene.receiptOf(scene.teacher, completion.id)).toEqual([
      { id, kind: 'photo', state: 'ready', mediaType: 'image/jpeg', durationMs: null, refusal: null },
    ]);
    const { status, headers, bytes } = await fetchFile(scene.teacher, id);
    expect([status, headers.get('content-type'), headers.get('content-length')]).toEqual([200, 'image/jpeg', String(bytes.length)]);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-disposition')).toBe('inline; filename="homework.jpg"');
    expect(headers.get('content-security-policy')).toMatch(/default-src 'none'.*; sandbox$/);
    expect(await sharp(bytes).metadata()).toMatchObject({ format: 'jpeg', width: 1200, height: 700 });
  });

  test('by the client of tus itself arrives, and is resumed by it', async () => {
    const { id } = await logWithFiles(scene.maya, scene.club);
    const bytes = await photo();
    const upload = new Upload(id, bytes);
    await upload.announce(scene.maya);
    await upload.part(scene.maya, 0);
    const sent: number[] = [];
    await new Promise<void>((resolve, reject) => {
      new TusUpload(bytes, {
        uploadUrl: `${scene.server.url}/api/evidence/uploads/${id}`,
        chunkSize: 262_144,
        headers: { cookie: scene.maya.cookie },
        retryDelays: null,
        onProgress: (offset) => sent.push(offset),
        onSuccess: () => {
          resolve();
        },
        onError: reject,
      }).start();
    });
    expect(Math.min(...sent)).toBeGreaterThanOrEqual(262_144);
    expect((await fetchFile(scene.maya, id)).status).toBe(200);
  });

  test('from its first byte by the client of tus itself arrives, and again does no harm', async () => {
    const { id } = await logWithFiles(scene.maya, scene.club);
    const bytes = await photo(400, 400);
    const start = () =>
      new Promise<void>((resolve, reject) => {
        new TusUpload(bytes, {
          endpoint: `${scene.server.url}/api/evidence/uploads`,
          chunkSize: 262_144,
          headers: { cookie: scene.maya.cookie },
          retryDelays: [0, 0],
          metadata: { evidence: id, sha256: createHash('sha256').update(bytes).digest('hex') },
          onSuccess: () => {
            resolve();
          },
          onError: reject,
        }).start();
      });
    await start();
    const [before] = await scene.server.sql`select storage_key, sha256 from evidence where id = ${id}`;
    await start();
    expect(await scene.server.sql`select storage_key, sha256 from evidence where id = ${id}`).toEqual([before]);
  });

  test('by two tabs at once is one file', async () => {
    const { id } = await logWithFiles(scene.maya, scene.club);
    const upload = new Upload(id, await photo());
    await Promise.all([upload.announce(scene.maya), upload.announce(scene.maya)]);
    const answers = await Promise.all([upload.part(scene.maya, 0), upload.part(scene.maya, 0), upload.part(scene.maya, 0, 1000)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 409, 409]);
    expect((await upload.send(scene.maya, await upload.offset(scene.maya))).status).toBe(204);
  });

  test('that is given up leaves nothing, and may begin anew', async () => {
    const { completion, id } = await logWithFiles(scene.maya, scene.club);
    const upload = new Upload(id, await photo());
    await upload.announce(scene.maya);
    await upload.part(scene.maya, 0);
    expect(await scene.storedOf(id)).toHaveLength(1);
    const before = await scene.stored();
    expect((await tus(scene.maya, 'DELETE', id)).status).toBe(204);
    expect(await scene.stored()).toHaveLength(before.length - 1);
    expect((await upload.head(scene.maya)).status).toBe(404);
    expect((await scene.receiptOf(scene.maya, completion.id))[0]?.state).toBe('expected');
    expect((await upload.whole(scene.maya)).status).toBe(204);
  });

  test('of another file under the same id begins anew while it is on its way, and never replaces one that is kept', async () => {
    const { id } = await logWithFiles(scene.maya, scene.club);
    const [first, second] = [new Upload(id, await photo()), new Upload(id, await photo(500, 500))];
    await first.announce(scene.maya);
    await first.part(scene.maya, 0);
    expect((await second.announce(scene.maya)).headers.get('upload-offset')).toBe('0');
    expect((await second.send(scene.maya)).status).toBe(204);
    const { status, body } = await first.announce(scene.maya);
    expect([status, body]).toEqual([409, expect.objectContaining({ code: 'upload_conflict' })]);
  });

  test('speaks tus 1.0.0 and says what of it', async () => {
    const options = await tus(scene.maya, 'OPTIONS', '');
    expect(options.status).toBe(204);
    expect(options.headers.get('tus-extension')).toBe('creation,expiration,termination');
    expect(options.headers.get('tus-max-size')).toBe('10485760');
    const { id } = await logWithFiles(scene.maya, scene.club);
    const upload = new Upload(id, await photo(100, 100));
    expect((await upload.announce(scene.maya, { 'tus-resumable': '0.2.2' })).status).toBe(412);
    for (const headers of [
      { 'upload-length': 'many' },
      { 'upload-length': '0' },
      { 'upload-metadata': 'evidence' },
      { 'upload-metadata': '' },
    ]) {
      expect((await upload.announce(scene.maya, headers)).status).toBe(400);
    }
    await upload.announce(scene.maya);
    expect((await upload.part(scene.maya, 0, 100, { 'upload-offset': 'x' })).status).toBe(400);
    expect((await upload.part(scene.maya, 0, 100, { 'content-type': 'application/json' })).status).toBe(415);
    expect((await upload.part(scene.maya, 50, 100)).status).toBe(409);
  });

  test('in parts of more than 256 KB, or past its length, is 413', async () => {
    const { id } = await logWithFiles(scene.maya, scene.club);
    const upload = new Upload(id, await photo(), { length: 300_000 });
    await upload.announce(scene.maya);
    expect((await upload.part(scene.maya, 0, 262_145)).status).toBe(413);
    expect((await upload.part(scene.maya, 0)).status).toBe(204);
    expect((await upload.part(scene.maya, 262_144)).status).toBe(413);
    expect(await upload.offset(scene.maya)).toBe(262_144);
  });

  test('whose days are over is forgotten by the upkeep, and may begin anew', async () => {
    const { completion, id } = await logWithFiles(scene.maya, scene.club);
    const upload = new Upload(id, await photo());
    await upload.announce(scene.maya);
    await upload.part(scene.maya, 0);
    await scene.server.sql`update evidence set upload_expires_at = now() - interval '1 second' where id = ${id}`;
    expect((await upload.head(scene.maya)).status).toBe(404);
    expect((await upload.part(scene.maya, 262_144)).status).toBe(404);
    const [{ path } = { path: '' }] = await scene.storedOf(id);
    const upkeep = await scene.server.another(); // The upkeep begins with its server.
    await expect.poll(async () => (await scene.stored()).map((file) => file.path), { timeout: 20_000 }).not.toContain(path);
    await upkeep.stop();
    expect((await scene.receiptOf(scene.maya, completion.id))[0]?.state).toBe('expected');
    expect((await upload.whole(scene.maya)).status).toBe(204);
  });

  test('that a process left between its last byte and its opening is opened by whoever asks', async () => {
    const { id } = await logWithFiles(scene.maya, scene.club);
    const upload = new Upload(id, await photo(300, 300));
    await upload.announce(scene.maya);
    const files = createSealedFiles(await createFileEvidenceStore(scene.server.evidenceDirectory), scene.server.keyring);
    const [row] = await scene.server.sql`select * from evidence where id = ${id}`;
    const file = await files.open({
      schoolId: scene.maya.signedIn.user.schoolId,
      studentId: scene.maya.id,
      evidenceId: id,
      storageKey: String(row?.['storage_key']),
      sealedAs: null,
      fileKeyEncrypted: row?.['file_key_encrypted'] as Uint8Array,
    });
    await file.addPart(0, upload.bytes);
    expect(await upload.offset(scene.maya)).toBe(upload.bytes.length);
    expect((await fetchFile(scene.maya, id)).status).toBe(200);
  });
});
