import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { roleUrl } from '#db/roles.ts';
import { openPool, type Database } from '#server/database/connections.ts';
import { createFileEvidenceStore } from '#server/evidence/file-evidence-store.ts';
import { createFinishing } from '#server/evidence/finishing.ts';
import { createSealedFiles } from '#server/evidence/sealed-files.ts';
import { EvidenceScene } from './evidence-scene.ts';
import { newId, send } from './person.ts';
import { photo, webm } from './sample-files.ts';
import { fetchFile, logWithFiles, tus, Upload, type Caller } from './upload.ts';

const scene = EvidenceScene.open();
let worker: Database;
beforeAll(() => {
  worker = openPool(roleUrl(scene.server.adminUrl, 'background_worker', scene.server.masterKey.toString('hex')), 2);
});
afterAll(() => worker.end());

/** Opens what has come of a file as a whole one, and does `work` once it is kept and before its row says so. */
async function finishedWhile(id: string, work: (storageKey: string) => Promise<void>) {
  const { server, maya } = scene;
  const { schoolId } = maya.signedIn.user;
  const files = createSealedFiles(await createFileEvidenceStore(server.evidenceDirectory), server.keyring);
  const whole = await photo(200, 200);
  await server.sql`update evidence set sent_bytes = ${whole.length}, sent_sha256 = ${sha256(whole)} where id = ${id}`;
  const [row] = await server.sql<{ storage_key: string }[]>`select storage_key from evidence where id = ${id}`;
  const storageKey = row?.storage_key ?? '';
  const finishing = createFinishing(worker, {
    ...files,
    open: async (stored) => {
      const file = await files.open(stored);
      return {
        ...file,
        gather: () => Promise.resolve(whole),
        keep: async (bytes) => {
          await file.keep(bytes);
          await work(stored.storageKey);
        },
      };
    },
  });
  return { outcome: await finishing.finish(schoolId, id), storageKey };
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest();
const codeOf = ({ body }: { body: unknown }) => (body as { code?: string }).code;

test('a guardian and the class’s teacher add files to a child’s homework, as the catalogue says', async () => {
  for (const person of [scene.parent, scene.teacher]) {
    const { id } = await logWithFiles(scene.maya, scene.club);
    expect((await new Upload(id, await photo(200, 200)).whole(person)).status).toBe(204);
    expect((await fetchFile(scene.maya, id)).status).toBe(200);
  }
});

test('what is begun anew while a file is being opened is not taken for it', async () => {
  const { maya } = scene;
  const { id } = await scene.begun(maya);
  const second = new Upload(id, await photo(250, 250));
  const { outcome, storageKey } = await finishedWhile(id, async () => {
    expect((await second.announce(maya)).status).toBe(201);
  });
  expect(outcome).toBeNull();
  expect((await scene.stored()).filter(({ path }) => path.includes(storageKey))).toEqual([]);
  expect(await second.offset(maya)).toBe(0);
  expect((await second.send(maya)).status).toBe(204);
});

describe('who may not', () => {
  test('add to a file hears the same as of a file that is not there', async () => {
    const { leo, riverside, teacher } = scene;
    const mine = await scene.begun(leo);
    // Leo is in another class than this teacher’s.
    for (const person of [scene.maya, riverside, teacher]) {
      const nothing = await new Upload(newId(), mine.upload.bytes).announce(person);
      for (const attempt of [
        () => mine.upload.announce(person),
        () => mine.upload.head(person),
        () => mine.upload.part(person, 262_144),
        () => tus(person, 'DELETE', mine.id),
      ]) {
        const { status, body } = await attempt();
        expect([status, body === '' ? nothing.body : body]).toEqual([404, nothing.body]);
      }
    }
    expect(await mine.upload.offset(leo)).toBe(262_144);
    expect((await mine.upload.send(leo, 262_144)).status).toBe(204);
  });

  test('read a file hears the same as of a file that is not there', async () => {
    const { id } = await scene.kept(scene.leo);
    const nothing = await fetchFile(scene.maya, newId());
    expect(nothing.status).toBe(404);
    for (const person of [scene.maya, scene.riverside, scene.teacher]) {
      const { status, bytes } = await fetchFile(person, id);
      expect([status, bytes.toString()]).toEqual([404, nothing.bytes.toString()]);
    }
    for (const path of ['x', `${id}0`]) expect((await fetchFile(scene.leo, path)).status).toBe(404);
    expect((await fetchFile(scene.parent, id)).status).toBe(200);
  });

  test('read, as a guardian of another child, what was readable to the child’s own', async () => {
    const { server, leo, parent } = scene;
    const { id } = await scene.kept(leo);
    const [other] = await server.sql<{ id: string }[]>`
      select id from parents where school_id = ${leo.signedIn.user.schoolId}
        and id not in (select parent_id from parent_students where student_id = ${leo.id}) limit 1`;
    // So that there is consent without this guardian.
    await server.sql`
      insert into parent_students (school_id, id, parent_id, student_id, relationship, has_parental_responsibility)
      values (${leo.signedIn.user.schoolId}, ${randomUUID()}, ${other?.id ?? ''}, ${leo.id}, 'guardian', true)`;
    await scene.decide(leo, 'photo', 'given');
    await scene.decide(leo, 'audio', 'given');
    const guardianship = await server.sql`
      update parent_students set until_on = current_date - 1, from_on = current_date - 9
      where parent_id = ${parent.id} and student_id = ${leo.id} returning id`;
    expect(guardianship).toHaveLength(1);
    expect((await fetchFile(parent, id)).status).toBe(404);
    expect((await fetchFile(leo, id)).status).toBe(200);
    await server.sql`update parent_students set until_on = null where id = ${String(guardianship[0]?.['id'])}`;
  });

  test('come without a session, from another site, or as somebody else', async () => {
    const { id, upload } = await scene.begun(scene.maya);
    const nobody: Caller = { url: scene.maya.url, cookie: '' };
    for (const attempt of [
      () => upload.announce(nobody),
      () => upload.head(nobody),
      () => upload.part(nobody, 262_144),
      () => tus(nobody, 'DELETE', id),
      () => send(nobody.url, `/api/evidence/${id}`),
    ]) {
      expect((await attempt()).status).toBe(401);
    }
    expect(codeOf(await upload.part(scene.maya, 262_144, 10, { origin: 'https://elsewhere.example' }))).toBe('wrong_origin');
    expect(codeOf(await upload.part(scene.maya, 262_144, 10, { 'sec-fetch-site': 'cross-site' }))).toBe('wrong_origin');
    expect(codeOf(await upload.part(scene.maya, 262_144, 10, { 'x-studystreaks-user': scene.leo.id }))).toBe('not_signed_in');
    expect((await fetchFile(scene.maya, id, { 'x-studystreaks-user': scene.leo.id })).status).toBe(401);
    expect(await upload.offset(scene.maya)).toBe(262_144);
  });

  test('say by themselves that a file is ready, or what it is', async () => {
    const { maya, server } = scene;
    const { id } = await scene.begun(maya);
    const granted = await server.sql`
      select column_name from information_schema.column_privileges
      where grantee = 'authenticated_user' and table_name = 'evidence' and privilege_type in ('INSERT', 'UPDATE')
        and column_name in ('media_type', 'bytes', 'sha256')`;
    expect(granted).toHaveLength(0);
    await expect(server.sql`update evidence set state = 'ready' where id = ${id}`).rejects.toMatchObject({ code: '23514' });
  });
});

describe('S25: consent', () => {
  test('that is not there refuses the file and keeps the homework; once it is, the file may come', async () => {
    const { maya } = scene;
    await scene.decide(maya, 'audio', 'withdrawn');
    const { completion, id } = await logWithFiles(maya, scene.club, { kind: 'audio' });
    const upload = new Upload(id, webm('A_OPUS'), { durationMs: 1000 });
    expect(await scene.receiptOf(maya, completion.id)).toMatchObject([{ state: 'refused', refusal: 'no_consent' }]);
    const { status, body } = await upload.announce(maya);
    expect([status, body]).toEqual([403, expect.objectContaining({ code: 'no_consent' })]);
    expect((await maya.pullAll('completions')).documents.some((document) => document.id === completion.id)).toBe(true);
    await scene.decide(maya, 'audio', 'given');
    expect((await upload.whole(maya)).status).toBe(204);
  });

  test('that is withdrawn between two parts stops the upload, and what was here is deleted', async () => {
    const { maya } = scene;
    const { completion, id, upload } = await scene.begun(maya);
    const paths = (await scene.storedOf(id)).map(({ path }) => path);
    expect(paths).toHaveLength(1);
    await scene.decide(maya, 'photo', 'withdrawn');
    expect(await scene.receiptOf(scene.teacher, completion.id)).toMatchObject([{ state: 'refused', refusal: 'no_consent' }]);
    const { status, body } = await upload.part(maya, 262_144);
    expect([status, body]).toEqual([403, expect.objectContaining({ code: 'no_consent' })]);
    expect((await scene.stored()).map(({ path }) => path).filter((path) => paths.includes(path))).toEqual([]);
    expect((await upload.head(maya)).status).toBe(403);
    expect((await maya.pullAll('completions')).documents.some((document) => document.id === completion.id)).toBe(true);
    await scene.decide(maya, 'photo', 'given');
  });

  test('is asked for at each request, whatever has become of the row', async () => {
    const { maya, server } = scene;
    const taken = await scene.kept(maya);
    const { completion, id, upload } = await scene.begun(maya);
    // As if nothing followed from a decision.
    await server.sql`alter table student_consents disable trigger user`;
    await scene.decide(maya, 'photo', 'withdrawn');
    await server.sql`alter table student_consents enable trigger user`;
    expect((await fetchFile(maya, taken.id)).status).toBe(404);
    const paths = (await scene.storedOf(id)).map(({ path }) => path);
    expect(paths).toHaveLength(1);
    expect(codeOf(await upload.part(maya, 262_144))).toBe('no_consent');
    expect(await scene.receiptOf(maya, completion.id)).toMatchObject([{ state: 'refused', refusal: 'no_consent' }]);
    expect((await scene.stored()).map(({ path }) => path).filter((path) => paths.includes(path))).toEqual([]);
    expect(codeOf(await upload.announce(maya))).toBe('no_consent');
    expect((await tus(maya, 'DELETE', id)).status).toBe(403);
    await scene.decide(maya, 'photo', 'given');
  });

  test('that is withdrawn while a file is being opened wins', async () => {
    const { maya, server } = scene;
    const { id } = await scene.begun(maya);
    const { outcome, storageKey } = await finishedWhile(id, async (key) => {
      await scene.decide(maya, 'photo', 'withdrawn');
      // Somebody else has deleted what was let go of, but for what comes now.
      await server.sql`delete from evidence_leftovers where storage_key = ${key}`;
    });
    expect(outcome).toBe('no_consent');
    expect((await scene.stored()).filter(({ path }) => path.includes(storageKey))).toEqual([]);
    await scene.decide(maya, 'photo', 'given');
  });

  test('that is withdrawn takes the files of that kind at once, and no others', async () => {
    const { maya } = scene;
    const taken = await scene.kept(maya);
    const recording = await logWithFiles(maya, scene.club, { kind: 'audio' });
    await new Upload(recording.id, webm('A_OPUS'), { durationMs: 1000 }).whole(maya);
    const paths = (await scene.storedOf(taken.id)).map(({ path }) => path);
    await scene.decide(maya, 'photo', 'withdrawn');
    expect((await fetchFile(maya, taken.id)).status).toBe(404);
    expect(await scene.receiptOf(scene.teacher, taken.completion.id)).toMatchObject([{ state: 'withdrawn', refusal: null }]);
    expect((await fetchFile(maya, recording.id)).status).toBe(200);
    await scene.tended(paths);
    await scene.decide(maya, 'photo', 'given');
    expect((await fetchFile(maya, taken.id)).status).toBe(404);
  });
});
