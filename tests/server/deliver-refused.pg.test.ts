import { describe, expect, test } from 'vitest';
import { createSchoolKeyPair } from '#domain/delivery/envelope.ts';
import { noticesOf } from './asking.ts';
import { deliver, sealNew, sealOf, sealRows } from './envelopes.ts';
import { completion, newId } from './person.ts';
import { found } from './pushing.ts';
import { SchoolScene } from './school-scene.ts';

/** S30: what becomes of sealed work that is at odds with what is here, or cannot be opened or taken. */

const scene = SchoolScene.open();

type Stored = Readonly<Record<string, unknown>> & { readonly id: string };

describe('S15, S30: sealed work at odds with what is here', () => {
  /** A piece that the parent has changed since the device saw it. */
  async function changedByParent(fields: object) {
    const written = completion(scene.maya.id, scene.club, { minutes: 10, writtenWork: 'First.' });
    await scene.maya.push('completions', [{ newDocumentState: written }]);
    await scene.parent.push('completions', [{ newDocumentState: { ...written, ...fields }, assumedMasterState: written }]);
    return written;
  }
  const bring = async (newDocumentState: Stored, assumedMasterState: Stored) =>
    deliver(scene.teacher, await sealRows(sealOf(scene.maya), [{ newDocumentState, assumedMasterState }]));

  test('is merged by field: what only one side changed stands', async () => {
    const written = await changedByParent({ minutes: 40 });
    expect(await bring({ ...written, writtenWork: 'Second.' }, written)).toEqual(['delivered']);
    expect(await found(scene.maya, 'completions', written.id)).toMatchObject({ minutes: 40, writtenWork: 'Second.' });
    expect(await noticesOf(scene.maya, written.id)).toEqual([]);
  });

  test('loses a field that both changed, which is kept and told to its author alone', async () => {
    const written = await changedByParent({ minutes: 40 });
    expect(await bring({ ...written, minutes: 25, feeling: 'tricky' }, written)).toEqual(['delivered']);
    expect(await found(scene.maya, 'completions', written.id)).toMatchObject({ minutes: 40, feeling: 'tricky' });
    expect(await noticesOf(scene.maya, written.id)).toMatchObject([{ code: 'clash' }]);
    expect(await noticesOf(scene.teacher, written.id)).toEqual([]);
    expect(await scene.server.sql`select from rejected_pushes where document_id = ${written.id}`).toHaveLength(1);
  });

  test('removes nothing that somebody else has changed since', async () => {
    const written = await changedByParent({ minutes: 40 });
    expect(await bring({ ...written, _deleted: true }, written)).toEqual(['delivered']);
    expect(await found(scene.maya, 'completions', written.id)).toMatchObject({ minutes: 40 });
  });

  test('is kept and told where what it changes is gone', async () => {
    const written = completion(scene.maya.id, scene.club);
    await scene.maya.push('completions', [{ newDocumentState: written }]);
    await scene.maya.push('completions', [{ newDocumentState: { ...written, _deleted: true }, assumedMasterState: written }]);
    expect(await bring({ ...written, writtenWork: 'Written meanwhile.' }, written)).toEqual(['delivered']);
    expect(await scene.rowsOf(written.id)).toBe(0);
    expect(await noticesOf(scene.maya, written.id)).toMatchObject([{ code: 'clash' }]);
  });
});

describe('S30: an envelope that cannot be opened or taken', () => {
  test('is refused, and keeps none beside it back', async () => {
    const [one, two] = [completion(scene.maya.id, scene.club), completion(scene.maya.id, scene.club)];
    const seal = sealOf(scene.maya);
    const good = [await sealNew(seal, one), await sealNew(seal, two)] as const;
    const pair = await createSchoolKeyPair();
    const broken = [
      { ...good[0], id: newId() },
      { ...good[1], ciphertext: `${good[1].ciphertext.slice(0, -4)}AAAA` },
      { ...good[1], ciphertext: '' },
      { ...good[1], ephemeralKey: 'AAAA' },
      { ...good[1], keyId: newId() },
      await sealNew({ ...seal, schoolKey: { ...seal.schoolKey, publicKey: pair.publicKey } }, completion(scene.maya.id, scene.club)),
    ] as const;
    expect(await deliver(scene.maya, good[0], ...broken, good[1])).toEqual([
      'delivered',
      ...broken.map(() => 'invalid_document'),
      'delivered',
    ]);
    expect([await scene.rowsOf(one.id), await scene.rowsOf(two.id)]).toEqual([1, 1]);
  });

  test('of a collection that is only pulled, with one document twice, or of no schema, changes nothing', async () => {
    const row = { newDocumentState: completion(scene.maya.id, scene.club) };
    const seal = sealOf(scene.maya);
    expect(
      await deliver(
        scene.maya,
        await sealRows(seal, [row], { collection: 'receipts' }),
        await sealRows(seal, [row, row]),
        await sealRows(seal, [row], { schema: 0 }),
      ),
    ).toEqual(['invalid_document', 'invalid_document', 'too_old']);
    expect(await scene.rowsOf(row.newDocumentState.id)).toBe(0);
  });

  test('of a newer app waits until the server has caught up', async () => {
    expect(await deliver(scene.maya, await sealRows(sealOf(scene.maya), [], { schema: 99 }))).toEqual(['waits']);
  });

  test('makes a request that is none: no envelope, too many, or a field too much', async () => {
    const envelope = await sealNew(sealOf(scene.maya), completion(scene.maya.id, scene.club));
    for (const envelopes of [[], Array.from({ length: 51 }, () => envelope), [{ ...envelope, authorId: scene.leo.id }]])
      expect((await scene.maya.send('/api/sync/deliver', { envelopes })).status).toBe(400);
  });

  test('makes a request that is larger than 16 MB, and no smaller one, too large', async () => {
    const envelope = await sealNew(sealOf(scene.maya), completion(scene.maya.id, scene.club));
    const padded = (bytes: number) => scene.maya.send('/api/sync/deliver', { envelopes: [{ ...envelope, ciphertext: 'A'.repeat(bytes) }] });
    expect((await padded(17 * 1024 * 1024)).status).toBe(413);
    expect((await padded(15 * 1024 * 1024)).status).toBe(200);
  });

  test('comes 120 times a minute at most, from one person', async () => {
    const statuses = await Promise.all(
      Array.from({ length: 130 }, async () => (await scene.riverside.send('/api/sync/deliver', { envelopes: [] })).status),
    );
    expect(new Set(statuses)).toEqual(new Set([400, 429]));
    const { status, headers } = await scene.riverside.send('/api/sync/deliver', { envelopes: [] });
    expect([status, Number(headers.get('retry-after')) > 0]).toEqual([429, true]);
    expect((await scene.maya.send('/api/sync/deliver', { envelopes: [] })).status).toBe(400);
  });
});
