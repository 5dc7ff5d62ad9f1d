import { randomBytes } from 'node:crypto';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { evidenceLimits } from '#domain/evidence/evidence.ts';
import { deliver, sealFile, sealNew, sealOf } from './envelopes.ts';
import { EvidenceScene } from './evidence-scene.ts';
import { completion, newId } from './person.ts';
import { heic, photo } from './sample-files.ts';
import { fetchFile, logWithFiles } from './upload.ts';

/** S25, S30: photos and recordings in envelopes are taken as uploads of their author are. */

const scene = EvidenceScene.open();

const stateOf = async (completionId: string) => (await scene.receiptOf(scene.parent, completionId))[0];

describe('a sealed photo', () => {
  test('that comes with its homework is kept as an upload is: made anew, sealed, for those who may see it', async () => {
    const id = newId();
    const written = completion(scene.maya.id, scene.club, { evidenceKind: 'photo', writtenWork: null, evidenceIds: [id] });
    const seal = sealOf(scene.maya);
    const bytes = await photo(900, 600);
    expect(await deliver(scene.leo, await sealNew(seal, written), await sealFile(seal, id, bytes))).toEqual(['delivered', 'delivered']);
    expect(await stateOf(written.id)).toMatchObject({ id, state: 'ready', mediaType: 'image/jpeg' });
    const file = await fetchFile(scene.teacher, id);
    expect(await sharp(file.bytes).metadata()).toMatchObject({ format: 'jpeg', width: 900, height: 600 });
    expect(file.bytes.equals(bytes)).toBe(false);
    const stored = await scene.storedOf(id);
    expect(stored.map(({ bytes: sealed }) => sealed.includes(file.bytes.subarray(100, 140)))).toEqual([false]);
    expect((await fetchFile(scene.leo, id)).status).toBe(404);
  });

  test('waits for its homework, and another child’s file looks the same', async () => {
    const id = newId();
    const seal = sealOf(scene.maya);
    const envelope = await sealFile(seal, id, await photo(300, 200));
    const others = await logWithFiles(scene.leo, scene.club);
    expect(await deliver(scene.maya, envelope, await sealFile(seal, others.id, await photo(300, 200)))).toEqual(['waits', 'waits']);
    expect(await stateOf(others.completion.id)).toMatchObject({ state: 'expected' });
    const written = completion(scene.maya.id, scene.club, { evidenceKind: 'photo', writtenWork: null, evidenceIds: [id] });
    expect(await deliver(scene.maya, await sealNew(seal, written), envelope)).toEqual(['delivered', 'delivered']);
  });

  test('that comes again, at once or after its homework was removed, changes nothing', async () => {
    const { completion: written, id } = await logWithFiles(scene.maya, scene.club);
    const envelope = await sealFile(sealOf(scene.maya), id, await photo(300, 300));
    const carriers = [scene.maya, scene.teacher, scene.parent];
    const first = await Promise.all(carriers.map((carrier) => deliver(carrier, envelope)));
    // Who is overtaken tries again, and hears the same.
    expect(first.flat().every((became) => became === 'delivered' || became === 'waits')).toBe(true);
    for (const carrier of carriers) expect(await deliver(carrier, envelope)).toEqual(['delivered']);
    expect(await scene.storedOf(id)).toHaveLength(1);
    await scene.maya.push('completions', [{ newDocumentState: { ...written, _deleted: true }, assumedMasterState: written }]);
    expect(await deliver(scene.teacher, envelope)).toEqual(['delivered']);
    expect(await scene.server.sql`select from evidence where id = ${id}`).toHaveLength(0);
  });

  test('goes on with an upload of the same file that was cut off', async () => {
    const { completion: written, id, upload } = await scene.begun(scene.maya);
    expect(await deliver(scene.teacher, await sealFile(sealOf(scene.maya), id, upload.bytes))).toEqual(['delivered']);
    expect(await stateOf(written.id)).toMatchObject({ state: 'ready' });
  });

  test('under an id that another file has is refused, and that one stays', async () => {
    const { id } = await scene.kept(scene.maya);
    const before = (await fetchFile(scene.maya, id)).bytes;
    expect(await deliver(scene.maya, await sealFile(sealOf(scene.maya), id, await photo(200, 100)))).toEqual(['upload_conflict']);
    expect((await fetchFile(scene.maya, id)).bytes.equals(before)).toBe(true);
  });

  test('that nobody can open, is broken, empty or too large, is refused with the reason, which its receipt tells too', async () => {
    const seal = sealOf(scene.maya);
    const refused = async (bytes: Buffer, more: { sha256?: string } = {}) => {
      const { completion: written, id } = await logWithFiles(scene.maya, scene.club);
      const [code] = await deliver(scene.teacher, await sealFile(seal, id, bytes, more));
      const stored = (await scene.storedOf(id)).length;
      return { code, receipt: (await stateOf(written.id))?.refusal, stored };
    };
    expect(await refused(heic)).toEqual({ code: 'unsupported_photo', receipt: 'unsupported_photo', stored: 0 });
    expect(await refused(await photo(50, 50), { sha256: 'ab'.repeat(32) })).toEqual({ code: 'broken', receipt: 'broken', stored: 0 });
    expect(await refused(randomBytes(10 * 1024 * 1024 + 1))).toEqual({ code: 'too_large', receipt: 'too_large', stored: 0 });
    expect(await refused(Buffer.of())).toEqual({ code: 'broken', receipt: null, stored: 0 });
  });

  test('waits for tomorrow where a child’s files of today are too many', async () => {
    const { completion: written, id } = await logWithFiles(scene.leo, scene.club);
    const envelope = await sealFile(sealOf(scene.leo), id, await photo(200, 200));
    const begun = (at: string) => scene.server.sql`
      insert into evidence (school_id, id, completion_id, student_id, kind, begun_at)
      select school_id, gen_random_uuid(), id, student_id, 'photo', ${at}::text::timestamptz
      from homework_completions cross join generate_series(1, ${evidenceLimits.filesADay}) where id = ${written.id}`;
    await begun('now');
    expect(await deliver(scene.leo, envelope)).toEqual(['waits']);
    await scene.server.sql`update evidence set begun_at = now() - interval '1 day' where completion_id = ${written.id}`;
    expect(await deliver(scene.leo, envelope)).toEqual(['delivered']);
  });

  test('of several parts is kept whole', async () => {
    const { completion: written, id } = await logWithFiles(scene.maya, scene.club);
    const bytes = await photo(2200, 1600);
    expect(bytes.length).toBeGreaterThan(2 * 1024 * 1024);
    expect(await deliver(scene.teacher, await sealFile(sealOf(scene.maya), id, bytes))).toEqual(['delivered']);
    expect(await stateOf(written.id)).toMatchObject({ state: 'ready' });
  });

  test('of a hash or a length of sound that can be none is no envelope', async () => {
    const seal = sealOf(scene.maya);
    const { id } = await logWithFiles(scene.maya, scene.club);
    const bytes = await photo(50, 50);
    for (const more of [{ sha256: 'x' }, { durationMs: -1 }, { durationMs: 0.5 }, { durationMs: 1e300 }])
      expect(await deliver(scene.maya, await sealFile(seal, id, bytes, more))).toEqual(['invalid_document']);
  });

  test('without consent leaves nothing behind', async () => {
    const { completion: written, id } = await logWithFiles(scene.leo, scene.club);
    await scene.decide(scene.leo, 'photo', 'withdrawn');
    expect(await deliver(scene.teacher, await sealFile(sealOf(scene.leo), id, await photo(200, 200)))).toEqual(['no_consent']);
    expect(await stateOf(written.id)).toMatchObject({ state: 'refused', refusal: 'no_consent' });
    expect(await scene.storedOf(id)).toEqual([]);
    await scene.decide(scene.leo, 'photo', 'given');
  });
});
