import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { evidenceLimits } from '#domain/evidence/evidence.ts';
import { roleUrl } from '#db/roles.ts';
import { openPool, type Database } from '#server/database/connections.ts';
import { createKeyring } from '#server/database/crypto/keyring.ts';
import { createRotation } from '#server/database/crypto/rotation.ts';
import { openEvidenceStore } from '#server/evidence/open-evidence-store.ts';
import { createRetention } from '#server/privacy/retention.ts';
import { eraseSubject } from '#server/vault/erasure.ts';
import { startS3Server, type S3Server } from '../setup/s3-server.ts';
import { EvidenceScene } from './evidence-scene.ts';
import { newId, review } from './person.ts';
import { jpegFrame, photo, webm } from './sample-files.ts';
import { fetchFile, logWithFiles, tus, Upload, type Caller } from './upload.ts';

const scene = EvidenceScene.open();
let worker: Database;
beforeAll(() => {
  worker = openPool(roleUrl(scene.server.adminUrl, 'background_worker', scene.server.masterKey.toString('hex')), 2);
});
afterAll(() => worker.end());

describe('at rest', () => {
  test('nothing in the store can be read, or says whose it is, on its way or kept', async () => {
    const words = 'the canary sang into the microphone';
    const recording = Buffer.concat([webm('A_OPUS'), Buffer.from(words)]);
    const logged = await logWithFiles(scene.maya, scene.club, { kind: 'audio' });
    await new Upload(logged.id, recording, { durationMs: 1000 }).whole(scene.maya);
    await scene.kept(scene.maya);
    await scene.begun(scene.maya);
    const files = await scene.stored();
    expect(files.length).toBeGreaterThan(2);
    for (const { path, bytes } of files) {
      for (const trace of [words, 'A_OPUS', jpegFrame]) expect(bytes.includes(trace)).toBe(false);
      for (const id of [scene.maya.id, logged.id, logged.completion.id]) expect(path).not.toContain(id);
    }
  });

  test('a file opens after its child’s key was replaced, and nothing of it was written anew', async () => {
    const { server, maya } = scene;
    const { id } = await scene.kept(maya);
    const before = await scene.storedOf(id);
    const subject = { schoolId: maya.signedIn.user.schoolId, subjectId: maya.id };
    const [old] = await server.sql`select file_key_encrypted from evidence where id = ${id}`;
    const keyring = createKeyring({ vault: server.vault, masterKey: server.masterKey });
    await createRotation({ database: worker, keyring }).begin(subject);
    const later = () => new Date(Date.now() + 11 * 60_000);
    expect(await createRotation({ database: worker, keyring, clock: later }).advance(subject.schoolId)).toEqual([]);
    expect(await server.sql`select file_key_encrypted from evidence where id = ${id}`).not.toEqual([old]);
    expect((await fetchFile(maya, id)).status).toBe(200);
    expect(await scene.storedOf(id)).toEqual(before);
  });

  test('each reading is in the audit log, with whose file it was and no word of it', async () => {
    const { id } = await scene.kept(scene.maya);
    await fetchFile(scene.teacher, id);
    const rows = await scene.server.sql`
      select user_id, action, subject_id, new_values from audit_log where entity_type = 'evidence' and entity_id = ${id} and action = 'READ'`;
    expect(rows).toEqual([
      expect.objectContaining({
        user_id: scene.teacher.id,
        subject_id: scene.maya.id,
        new_values: expect.objectContaining({ kind: 'photo' }) as unknown,
      }),
    ]);
  });

  test('what became of files is counted, without saying whose', async () => {
    const metrics = await (await fetch(scene.server.metricsUrl ?? '')).text();
    expect(metrics).toMatch(/studystreaks_evidence_files_total\{outcome="ready"\} [1-9]/);
    expect(metrics).toMatch(/studystreaks_request_seconds_count\{[^}]*route="\/api\/evidence\/uploads\/:id"/);
    expect(metrics).not.toContain(scene.maya.id);
  });
});

describe('a child’s day', () => {
  const announced = async (count: number, bytes: Buffer, length = bytes.length) => {
    const logged = await Promise.all(
      Array.from({ length: Math.ceil(count / 8) }, () => logWithFiles(scene.maya, scene.club, { ids: Array.from({ length: 8 }, newId) })),
    );
    const uploads = logged.flatMap(({ ids }) => ids.map((id) => new Upload(id, bytes, { length }))).slice(0, count);
    const answers = await Promise.all(uploads.map((upload) => upload.announce(scene.maya)));
    return uploads.map((upload, index) => ({ upload, status: answers[index]?.status, answer: answers[index] }));
  };
  const dayPasses = () => scene.server.sql`update evidence set begun_at = begun_at - interval '1 day' where student_id = ${scene.maya.id}`;

  test('has room for sixty files, whoever sends them and however many at once; the rest waits for the next', async () => {
    await dayPasses();
    const small = await photo(20, 20);
    const outcomes = await announced(64, small);
    expect(outcomes.filter(({ status }) => status === 201)).toHaveLength(evidenceLimits.filesADay);
    const [late] = outcomes.filter(({ status }) => status !== 201);
    expect(late).toMatchObject({ status: 429, answer: { body: { code: 'too_many_files_today' } } });
    const wait = Number(late?.answer?.headers.get('retry-after'));
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(25 * 3600);
    // What has begun goes on, and the same again is no other file.
    const begun = outcomes.find(({ status }) => status === 201)?.upload;
    expect((await begun?.announce(scene.maya))?.status).toBe(201);
    expect((await begun?.send(scene.maya))?.status).toBe(204);
    // Another person’s sending takes from the same room; another child has a room of their own.
    expect((await late?.upload.announce(scene.teacher))?.status).toBe(429);
    await scene.kept(scene.leo);
    await dayPasses();
    expect((await late?.upload.whole(scene.maya))?.status).toBe(204);
  });

  test('has room for a hundred megabytes', async () => {
    await dayPasses();
    const outcomes = await announced(11, await photo(20, 20), evidenceLimits.bytes);
    expect(outcomes.map(({ status }) => status).sort()).toEqual([...Array<number>(10).fill(201), 429]);
    await dayPasses();
  });
});

describe('in a bucket of an object store', () => {
  let bucket: S3Server;
  let maya: Caller;
  beforeAll(async () => {
    bucket = await startS3Server();
    const { url } = await scene.server.another({ evidenceStore: await openEvidenceStore(bucket.place) });
    maya = { url, cookie: scene.maya.cookie };
  });
  afterAll(() => bucket.stop());

  test('a file comes in part by part, is kept whole, sealed, and read', async () => {
    const { id } = await logWithFiles(scene.maya, scene.club);
    const upload = new Upload(id, await photo());
    await upload.announce(maya);
    expect((await upload.part(maya, 0)).status).toBe(204);
    expect([...bucket.objects.keys()]).toEqual([expect.stringMatching(/^[0-9a-f-]{36}\/[0-9a-f]{32}\/0-262144$/)]);
    expect((await upload.send(maya, await upload.offset(maya))).status).toBe(204);
    expect([...bucket.objects.keys()]).toEqual([expect.stringMatching(/\/whole$/)]);
    for (const [key, bytes] of bucket.objects) {
      expect(bytes.includes(jpegFrame)).toBe(false);
      for (const trace of [scene.maya.id, id]) expect(key).not.toContain(trace);
    }
    const { status, bytes } = await fetchFile(maya, id);
    expect([status, bytes.includes(jpegFrame)]).toEqual([200, true]);
    bucket.objects.clear();
  });

  test('a store that cannot be reached is said to be, and what was sent is gone on with', async () => {
    const { id } = await logWithFiles(scene.maya, scene.club);
    const upload = new Upload(id, await photo());
    await upload.announce(maya);
    expect((await upload.part(maya, 0)).status).toBe(204);
    bucket.failNext('cut', 'cut', 'cut');
    const { status, headers, body } = await upload.part(maya, 262_144);
    expect([status, body, headers.get('retry-after')]).toEqual([503, expect.objectContaining({ code: 'unavailable' }), '5']);
    expect((await upload.send(maya, await upload.offset(maya))).status).toBe(204);
    expect((await fetchFile(maya, id)).status).toBe(200);
    bucket.objects.clear();
  });

  test('what is given up is deleted before the answer says so', async () => {
    const { id } = await logWithFiles(scene.maya, scene.club);
    const upload = new Upload(id, await photo());
    await upload.announce(maya);
    await upload.part(maya, 0);
    expect(bucket.objects.size).toBe(1);
    expect((await tus(maya, 'DELETE', id)).status).toBe(204);
    expect(bucket.objects.size).toBe(0);
  });
});

describe('what is over', () => {
  test('goes 30 days after it was marked, and with the school year at the latest', async () => {
    const { server, maya, teacher } = scene;
    const [old, fresh, lastYear, undone] = [await scene.kept(maya), await scene.kept(maya), await scene.kept(maya), await scene.kept(maya)];
    const marks = [old, fresh, undone].map(({ completion }) => review(completion, teacher.id));
    await teacher.push(
      'reviews',
      marks.map((newDocumentState) => ({ newDocumentState })),
    );
    const takenBack = review(undone.completion, teacher.id, { verdict: 'restored', restores: marks[2]?.id, comment: null });
    await teacher.push('reviews', [{ newDocumentState: takenBack }]);
    await server.sql.begin(async (sql) => {
      await sql`set local session_replication_role = replica`;
      await sql`
        update completion_reviews set reviewed_at = now() - interval '31 days'
        where completion_id in (${old.completion.id}, ${undone.completion.id})`;
      await sql`
        update homework_completions set effective_date = (date_trunc('year', now() - interval '8 months') + interval '8 months - 1 day')::date
        where id = ${lastYear.completion.id}`;
    });
    const paths = (await Promise.all([old, lastYear].map(({ id }) => scene.storedOf(id)))).flat().map(({ path }) => path);
    const retention = createRetention({ database: worker, keyring: server.keyring });
    const { schoolId } = maya.signedIn.user;
    expect((await retention.preview(schoolId)).find(({ entityType }) => entityType === 'evidence')?.count).toBe(2);
    expect(await retention.apply(schoolId)).toMatchObject({ evidence: 2 });
    const left = await server.sql`select id from evidence where id = any (${[old, fresh, lastYear, undone].map(({ id }) => id)}::uuid[])`;
    expect(left.map(({ id }) => String(id)).sort()).toEqual([fresh.id, undone.id].sort());
    await scene.tended(paths);
  });

  test('is swept where no row names it', async () => {
    const { id } = await scene.kept(scene.maya);
    const [file] = await scene.storedOf(id);
    await scene.server.sql.begin(async (sql) => {
      await sql`set local session_replication_role = replica`;
      await sql`delete from evidence where id = ${id}`;
    });
    await scene.tended([file?.path ?? '']);
  });

  test('goes with a child who is erased, and cannot be opened meanwhile', async () => {
    const { server, maya } = scene;
    const { id } = await scene.kept(maya);
    const paths = (await scene.storedOf(id)).map(({ path }) => path);
    await eraseSubject(
      { schoolId: maya.signedIn.user.schoolId, subjectId: maya.id },
      { database: worker, vault: server.vault, cabinet: server.keyring.cabinet },
    );
    expect(await server.sql`select from evidence where student_id = ${maya.id}`).toHaveLength(0);
    await scene.tended(paths);
  });
});
