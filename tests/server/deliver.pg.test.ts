import { describe, expect, test } from 'vitest';
import { roleUrl } from '#db/roles.ts';
import { openPool } from '#server/database/connections.ts';
import { createSchoolKeys } from '#server/delivery/school-keys.ts';
import { noticesOf } from './asking.ts';
import { deliver, sealNew, sealOf, sealRows } from './envelopes.ts';
import { completion, newId, Person, review, send, signIns } from './person.ts';
import { found } from './pushing.ts';
import { SchoolScene } from './school-scene.ts';

/** S30: work that was sealed on a device arrives by anybody's session of the school, and with the rights of its author alone. */

const scene = SchoolScene.open();

describe('S30: what signing in brings', () => {
  test('is the school’s key and a token; who is signed in already is told the key alone', async () => {
    const { body } = await scene.maya.send('/api/auth/session');
    const { schoolKey, token } = scene.maya.signedIn.delivery;
    expect(token).toMatch(/^[\w-]{43}$/);
    expect((body as { delivery: unknown }).delivery).toEqual({ schoolKey, token: null });
    expect(scene.teacher.signedIn.delivery.schoolKey).toEqual(schoolKey);
    expect(scene.riverside.signedIn.delivery.schoolKey.id).not.toBe(schoolKey.id);
    const hashes = await scene.server.sql`select token_hash from delivery_tokens where user_id = ${scene.maya.id}`;
    expect(JSON.stringify(hashes)).not.toContain(token);
  });

  test('is another token each time, and the earlier ones go on delivering', async () => {
    const device = newId();
    const first = await Person.signIn(scene.server.url, { ...signIns.maya, device });
    const second = await Person.signIn(scene.server.url, { ...signIns.maya, device });
    const [one, two] = [completion(scene.maya.id, scene.club), completion(scene.maya.id, scene.club)];
    expect(await deliver(second, await sealNew(sealOf(first), one), await sealNew(sealOf(second), two))).toEqual([
      'delivered',
      'delivered',
    ]);
    expect([await scene.rowsOf(one.id), await scene.rowsOf(two.id)]).toEqual([1, 1]);
  });
});

describe('S30: sealed homework', () => {
  test('that somebody else brings is its author’s: by them, for those who may see it, and nothing is answered of it', async () => {
    const written = completion(scene.maya.id, scene.club, { writtenWork: 'An owl flew over the oak.' });
    const envelope = await sealNew(sealOf(scene.maya), written);
    const { status, body } = await scene.teacher.send('/api/sync/deliver', { envelopes: [envelope] });
    expect([status, body]).toEqual([200, { outcomes: [{ id: envelope.id, outcome: 'delivered' }] }]);
    expect(await found(scene.maya, 'completions', written.id)).toMatchObject({ writtenWork: 'An owl flew over the oak.' });
    expect(await found(scene.maya, 'receipts', written.id)).toMatchObject({ loggedBy: 'child' });
    const log = await scene.server.sql<{ userId: string; entity: string; carrier: string | null }[]>`
      select user_id as "userId", entity_type as entity, new_values ->> 'carrier_id' as carrier from audit_log
      where entity_id = ${written.id} or new_values ->> 'envelope_id' = ${envelope.id} order by 2`;
    expect([...log]).toEqual([
      { userId: scene.maya.id, entity: 'deliveries', carrier: scene.teacher.id },
      { userId: scene.maya.id, entity: 'homework_completions', carrier: null },
    ]);
  });

  test('comes by a session that could not have written it, and not by one of another school, nor by none', async () => {
    const written = completion(scene.maya.id, scene.club);
    const envelope = await sealNew(sealOf(scene.maya), written);
    expect(await deliver(scene.riverside, envelope)).toEqual(['invalid_document']);
    const { status } = await send(scene.server.url, '/api/sync/deliver', { body: { envelopes: [envelope] } });
    expect([status, await scene.rowsOf(written.id)]).toEqual([401, 0]);
    expect(await deliver(scene.leo, envelope)).toEqual(['delivered']);
  });

  test('sealed to another school’s key under a token of this one is nobody’s there', async () => {
    const seal = { ...sealOf(scene.maya), schoolKey: scene.riverside.signedIn.delivery.schoolKey };
    const written = completion(scene.maya.id, scene.club);
    expect(await deliver(scene.riverside, await sealNew(seal, written))).toEqual(['not_allowed']);
    expect(await scene.rowsOf(written.id)).toBe(0);
  });

  test('is its token’s person’s and nobody else’s', async () => {
    const written = completion(scene.leo.id, scene.club);
    const seal = { ...sealOf(scene.maya), authorId: scene.leo.id };
    expect(await deliver(scene.leo, await sealNew(seal, written))).toEqual(['not_allowed']);
    const unknown = { ...sealOf(scene.maya), token: 'A'.repeat(43) };
    expect(await deliver(scene.maya, await sealNew(unknown, completion(scene.maya.id, scene.club)))).toEqual(['not_allowed']);
    expect(await scene.rowsOf(written.id)).toBe(0);
  });

  test('of somebody suspended is not taken until they are back', async () => {
    const author = await Person.signIn(scene.server.url, signIns.teacher2);
    const written = completion(scene.leo.id, scene.club);
    const envelope = await sealNew(sealOf(author), written);
    await scene.server.sql`update users set status = 'suspended' where id = ${author.id}`;
    expect(await deliver(scene.teacher, envelope)).toEqual(['not_allowed']);
    await scene.server.sql`update users set status = 'active' where id = ${author.id}`;
    expect(await deliver(scene.teacher, envelope)).toEqual(['delivered']);
    expect(await scene.rowsOf(written.id)).toBe(1);
  });

  test('that meets a fault of the server is not there, and may be brought again', async () => {
    const written = completion(scene.maya.id, scene.club);
    const envelope = await sealNew(sealOf(scene.maya), written);
    await scene.server.sql`revoke execute on function app.record_delivery(uuid) from authenticated_user`;
    const { status } = await scene.maya.send('/api/sync/deliver', { envelopes: [envelope] });
    await scene.server.sql`grant execute on function app.record_delivery(uuid) to authenticated_user`;
    expect([status, await scene.rowsOf(written.id)]).toEqual([500, 0]);
    expect(await deliver(scene.maya, envelope)).toEqual(['delivered']);
  });

  test('to a key that was replaced still opens, and the next who sign in seal to the new one', async () => {
    const { server, maya, club } = scene;
    const earlier = await sealNew(sealOf(maya), completion(maya.id, club));
    const database = openPool(roleUrl(server.adminUrl, 'background_worker', server.masterKey.toString('hex')), 1);
    await createSchoolKeys(database, server.keyring).replace(maya.signedIn.user.schoolId);
    await database.end();
    const restarted = await server.another();
    const again = await Person.signIn(restarted.url, signIns.maya);
    expect(again.signedIn.delivery.schoolKey).not.toEqual(maya.signedIn.delivery.schoolKey);
    expect(await deliver(maya, earlier, await sealNew(sealOf(again), completion(maya.id, club)))).toEqual(['delivered', 'delivered']);
    await restarted.stop();
  });

  test('that its author may not write is set aside with a notice to them, whoever brings it', async () => {
    const written = completion(scene.leo.id, scene.club, { writtenWork: 'Not mine to write.' });
    expect(await deliver(scene.teacher, await sealNew(sealOf(scene.maya), written))).toEqual(['delivered']);
    expect(await scene.rowsOf(written.id)).toBe(0);
    expect(await noticesOf(scene.maya, written.id)).toMatchObject([{ code: 'not_allowed' }]);
    expect(await noticesOf(scene.teacher, written.id)).toEqual([]);
    const kept = await scene.server.sql`select user_id from rejected_pushes where document_id = ${written.id}`;
    expect([...kept]).toEqual([{ user_id: scene.maya.id }]);
  });

  test('with one row that is refused keeps none of the others back', async () => {
    const good = completion(scene.maya.id, scene.club);
    const strange = { ...completion(scene.maya.id, scene.club), points: 500 };
    const late = completion(scene.maya.id, scene.club, { taskId: newId() });
    expect(await deliver(scene.maya, await sealNew(sealOf(scene.maya), strange, late, good))).toEqual(['delivered']);
    expect(await scene.rowsOf(good.id)).toBe(1);
    expect(await noticesOf(scene.maya, strange.id)).toMatchObject([{ code: 'invalid_document' }]);
    expect(await noticesOf(scene.maya, late.id)).toMatchObject([{ code: 'unknown_reference' }]);
  });

  test('of several collections is applied in its order', async () => {
    const written = completion(scene.maya.id, scene.club);
    const mark = review(written, scene.teacher.id);
    const rows = (newDocumentState: typeof written | typeof mark) => [{ newDocumentState }];
    const envelope = await sealRows(sealOf(scene.teacher), [], {
      pushes: [
        { collection: 'completions', rows: rows(written) },
        { collection: 'reviews', rows: rows(mark) },
      ],
    });
    expect(await deliver(scene.leo, envelope)).toEqual(['delivered']);
    expect(await found(scene.maya, 'receipts', written.id)).toMatchObject({ loggedBy: 'teacher' });
    expect(await found(scene.maya, 'reviews', mark.id)).toMatchObject({ verdict: 'approved' });
  });

  test('of a date before its author’s device was last in contact is moved as a push’s is', async () => {
    const written = completion(scene.maya.id, scene.club, { completionDate: '2019-05-05' });
    expect(await deliver(scene.maya, await sealNew(sealOf(scene.maya), written))).toEqual(['delivered']);
    expect(await found(scene.maya, 'receipts', written.id)).toMatchObject({ flags: ['date_clamped'] });
  });
});

describe('S30: work of a class device', () => {
  /** A tablet of Maya's class, and what it seals with. */
  async function enrolled() {
    const { club, teacher, server } = scene;
    const classId = String(teacher.signedIn.access['device.enrol']?.[0]);
    const { body } = await teacher.send('/api/school/devices', { classId, name: 'Blue tablet' });
    const { id, token, secret } = body as { id: string; token: string; secret: string };
    const tablet = await Person.signIn(server.url, { deviceSecret: secret, device: newId() });
    const { schoolKey } = tablet.signedIn.delivery;
    return { id, tablet, club, sealFor: (authorId: string) => ({ schoolKey, token, authorId }) };
  }

  test('is the child’s who logged it, says that it was logged there, and comes by the device’s own session', async () => {
    const { tablet, club, sealFor } = await enrolled();
    expect(tablet.signedIn.delivery.token).toBeNull();
    const written = completion(scene.maya.id, club);
    expect(await deliver(tablet, await sealNew(sealFor(scene.maya.id), written))).toEqual(['delivered']);
    expect(await found(scene.maya, 'receipts', written.id)).toMatchObject({ loggedBy: 'class_device', flags: [] });
    expect(await found(scene.teacher, 'completions', written.id)).toMatchObject({ writtenWork: written.writtenWork });
  });

  test('still comes when the device was revoked, by anybody’s session', async () => {
    const { id, tablet, club, sealFor } = await enrolled();
    const envelope = await sealNew(sealFor(scene.maya.id), completion(scene.maya.id, club));
    expect((await scene.teacher.send(`/api/school/devices/${id}/revoke`, {})).status).toBe(204);
    expect((await tablet.send('/api/sync/deliver', { envelopes: [envelope] })).status).toBe(401);
    expect(await deliver(scene.leo, envelope)).toEqual(['delivered']);
  });

  test('is nobody’s of another class, no adult’s, and not the device’s own; nor does it reach another child', async () => {
    const { id, tablet, club, sealFor } = await enrolled();
    const written = completion(scene.leo.id, club);
    for (const author of [scene.leo.id, scene.parent.id, scene.teacher.id, id])
      expect(await deliver(tablet, await sealNew(sealFor(author), written))).toEqual(['not_allowed']);
    expect(await deliver(tablet, await sealNew(sealFor(scene.maya.id), written))).toEqual(['delivered']);
    expect(await scene.rowsOf(written.id)).toBe(0);
    expect(await noticesOf(scene.maya, written.id)).toMatchObject([{ code: 'not_allowed' }]);
  });
});

describe('S13, S30: an envelope that comes again', () => {
  test('by another way, at once or later, changes nothing, not even after somebody edited or removed what was in it', async () => {
    const written = completion(scene.maya.id, scene.club);
    const envelope = await sealNew(sealOf(scene.maya), written);
    const carriers = [scene.maya, scene.teacher, scene.parent, scene.leo];
    expect(await Promise.all(carriers.map((carrier) => deliver(carrier, envelope)))).toEqual(carriers.map(() => ['delivered']));
    expect(await scene.rowsOf(written.id)).toBe(1);
    const edited = { ...written, minutes: 44 };
    await scene.parent.push('completions', [{ newDocumentState: edited, assumedMasterState: written }]);
    expect(await deliver(scene.teacher, envelope)).toEqual(['delivered']);
    expect(await found(scene.maya, 'completions', written.id)).toMatchObject({ minutes: 44 });
    await scene.maya.push('completions', [{ newDocumentState: { ...edited, _deleted: true }, assumedMasterState: edited }]);
    expect(await deliver(scene.teacher, envelope)).toEqual(['delivered']);
    expect(await scene.rowsOf(written.id)).toBe(0);
    expect(await noticesOf(scene.maya, written.id)).toEqual([]);
    expect(await scene.server.sql`select from deliveries where envelope_id = ${envelope.id}`).toHaveLength(1);
  });

  test('is not taken for another person’s of the same id', async () => {
    const id = newId();
    const [own, other] = [completion(scene.maya.id, scene.club), completion(scene.leo.id, scene.club)];
    const first = await sealRows(sealOf(scene.leo), [{ newDocumentState: other }], { id });
    const second = await sealRows(sealOf(scene.maya), [{ newDocumentState: own }], { id });
    expect(await deliver(scene.leo, first)).toEqual(['delivered']);
    expect(await deliver(scene.leo, second)).toEqual(['delivered']);
    expect([await scene.rowsOf(own.id), await scene.rowsOf(other.id)]).toEqual([1, 1]);
  });
});
