import { describe, expect, test } from 'vitest';
import { completion, newId, Person, signIns } from './person.ts';
import { found, nothingWrong, push, settledCounts } from './pushing.ts';
import { SchoolScene } from './school-scene.ts';

/** What a device pushes is stored once, on what it assumed, however often it comes. */

const scene = SchoolScene.open();

describe('homework that is pushed', () => {
  test('arrives, encrypted, with author and time from the server (S12)', async () => {
    const written = completion(scene.maya.id, scene.club, { writtenWork: 'A canary sang in the oak.' });
    expect(await push(scene.maya, written)).toEqual(nothingWrong);
    const { _deleted, version, ...content } = written;
    expect(await found(scene.teacher, 'completions', written.id)).toMatchObject(content);
    const [row] = await scene.server.sql`select * from homework_completions where id = ${written.id}`;
    expect(row).toMatchObject({ logged_by: 'child', logged_by_user_id: scene.maya.id, status: 'submitted' });
    expect(Buffer.from(row?.['written_work_encrypted'] as Uint8Array).toString('latin1')).not.toContain('canary');
    expect([_deleted, version]).toEqual([false, 0]);
  });

  test('by a parent for one of their children says so', async () => {
    const written = completion(scene.leo.id, scene.club);
    expect(await push(scene.parent, written)).toEqual(nothingWrong);
    expect(await found(scene.leo, 'receipts', written.id)).toMatchObject({ loggedBy: 'parent' });
  });

  test('can be edited on what was assumed, and removed, until it is marked', async () => {
    const written = completion(scene.maya.id, scene.club);
    await push(scene.maya, written);
    const edited = { ...written, minutes: 30, writtenWork: null, feeling: 'tricky' };
    expect(await push(scene.maya, edited, written)).toEqual(nothingWrong);
    expect(await found(scene.maya, 'completions', written.id)).toMatchObject({ minutes: 30, writtenWork: null, feeling: 'tricky' });
    const { checkpoint } = await scene.teacher.pullAll('completions');
    expect(await push(scene.maya, { ...edited, _deleted: true }, edited)).toEqual(nothingWrong);
    expect((await scene.teacher.pullAll('completions', checkpoint)).documents).toEqual([
      expect.objectContaining({ id: written.id, _deleted: true }),
    ]);
    expect(await scene.server.sql`select 1 from homework_completions where id = ${written.id}`).toHaveLength(0);
  });

  test('with a date that the device’s clock cannot mean is moved and credited, never refused', async () => {
    const written = completion(scene.maya.id, scene.club, { completionDate: '2019-05-05' });
    expect(await push(scene.maya, written)).toEqual(nothingWrong);
    const receipt = await found(scene.maya, 'receipts', written.id);
    expect(receipt).toMatchObject({ flags: ['date_clamped'] });
    expect(String(receipt?.['effectiveDate']) > '2020').toBe(true);
    expect(await found(scene.maya, 'completions', written.id)).toMatchObject({ completionDate: '2019-05-05' });
  });

  test('of three weeks offline counts on its days: contact waits for what is unsent', async () => {
    const device = newId();
    const threeWeeksAgo = new Date(Date.now() - 21 * 86_400_000);
    const credentials = { ...signIns.maya, device };
    const offline = await Person.signIn(scene.server.url, credentials);
    await scene.server.sql`update device_contacts set last_contact_at = ${threeWeeksAgo} where device_id = ${device}`;
    await offline.send('/api/sync/pull', { schema: 1, device, unsent: 3, collections: {} });
    const day = new Date(Date.now() - 18 * 86_400_000).toISOString().slice(0, 10);
    const written = completion(scene.maya.id, scene.club, { completionDate: day });
    expect(await offline.push('completions', [{ newDocumentState: written }], { device })).toEqual(nothingWrong);
    expect(await found(scene.maya, 'receipts', written.id)).toMatchObject({ effectiveDate: day, flags: [] });
    await offline.send('/api/sync/pull', { schema: 1, device, unsent: 0, collections: {} });
    const contact = async () =>
      (
        await scene.server
          .sql`select last_contact_at > now() - interval '1 minute' as is_now from device_contacts where device_id = ${device}`
      )[0]?.['is_now'] as boolean;
    await expect.poll(contact).toBe(true);
  });
});

describe('S13: a request that is sent again', () => {
  test('after its answer was lost changes nothing: writes, edits, removals, refusals', async () => {
    const first = completion(scene.maya.id, scene.club);
    const second = completion(scene.maya.id, scene.club);
    const edited = { ...first, minutes: 59 };
    const strange = { ...completion(scene.maya.id, scene.club), points: 500 };
    const requests = [
      [{ newDocumentState: first }, { newDocumentState: second }],
      [{ newDocumentState: edited, assumedMasterState: first }],
      [{ newDocumentState: { ...second, _deleted: true }, assumedMasterState: second }],
      [{ newDocumentState: strange }],
    ];
    for (const rows of requests) {
      const answer = await scene.maya.push('completions', rows);
      const before = await settledCounts(scene.server);
      expect(await scene.maya.push('completions', rows)).toEqual(answer);
      expect(await scene.maya.push('completions', rows)).toEqual(answer);
      expect(await settledCounts(scene.server)).toEqual(before);
    }
  });

  test('late, after the entry was removed, does not bring it back', async () => {
    const written = completion(scene.maya.id, scene.club);
    await push(scene.maya, written);
    await push(scene.maya, { ...written, _deleted: true }, written);
    const { conflicts, rejections } = await push(scene.maya, written);
    expect(conflicts).toEqual([expect.objectContaining({ id: written.id, _deleted: true })]);
    expect(rejections).toEqual([]);
    expect(await found(scene.maya, 'completions', written.id)).toBeUndefined();
  });

  test('S17: by two tabs at once is applied once, for both', async () => {
    const rows = Array.from({ length: 20 }, () => ({ newDocumentState: completion(scene.maya.id, scene.club) }));
    const answers = await Promise.all([
      scene.maya.push('completions', rows),
      scene.maya.push('completions', rows.toReversed()),
      scene.maya.push('completions', rows),
    ]);
    expect(answers).toEqual([nothingWrong, nothingWrong, nothingWrong]);
    const stored = await scene.server
      .sql`select id from homework_completions where id = any (${rows.map(({ newDocumentState: { id } }) => id)})`;
    expect(stored).toHaveLength(20);
  });
});

describe('S13: compare-and-set', () => {
  test('never overwrites what the device has not seen: not without an assumed state, nor with an old one', async () => {
    const written = completion(scene.maya.id, scene.club);
    await push(scene.maya, written);
    const byParent = { ...written, minutes: 44 };
    await push(scene.parent, byParent, written);
    const stands = await found(scene.maya, 'completions', written.id);
    for (const assumed of [undefined, null, written]) {
      expect(await push(scene.maya, { ...written, minutes: 7 }, assumed)).toEqual({ conflicts: [stands], rejections: [] });
      expect(await push(scene.maya, { ...written, _deleted: true }, assumed)).toEqual({ conflicts: [stands], rejections: [] });
    }
    expect(stands).toMatchObject({ minutes: 44 });
    expect(await found(scene.maya, 'completions', written.id)).toEqual(stands);
  });

  test('takes the same moment for the same, however it is written', async () => {
    const written = completion(scene.maya.id, scene.club, { capturedAt: '2026-01-01T09:30:00+01:00' });
    await push(scene.maya, written);
    expect(await push(scene.maya, { ...written, capturedAt: '2026-01-01T08:30:00Z' })).toEqual(nothingWrong);
    expect(await push(scene.maya, { ...written, minutes: 3 }, written)).toEqual(nothingWrong);
  });
});
