import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { evidenceLimits } from '#domain/evidence/evidence.ts';
import { roleUrl } from '#db/roles.ts';
import { openPool, type Database } from '#server/database/connections.ts';
import { createRetention } from '#server/privacy/retention.ts';
import { eraseSubject } from '#server/vault/erasure.ts';
import { command, push } from './asking.ts';
import { deliver, sealFile, sealOf } from './envelopes.ts';
import { EvidenceScene } from './evidence-scene.ts';
import { done, mark, moved, Moving, seen, type Piece } from './moving.ts';
import { newId, review, type Person } from './person.ts';
import { photo, webm } from './sample-files.ts';
import { fetchFile, logWithFiles, tus, Upload } from './upload.ts';

/** S25: what a teacher says with a mark comes as a child's files come, and is the teacher's voice, not the child's. */

const scene = EvidenceScene.open();
const moving = new Moving(scene);
let worker: Database;
beforeAll(() => {
  worker = openPool(roleUrl(scene.server.adminUrl, 'background_worker', scene.server.masterKey.toString('hex')), 2);
});
afterAll(() => worker.end());

const spoken = webm('A_OPUS');
const uploadOf = (voiceId: string, durationMs = 20_000) => new Upload(voiceId, spoken, { durationMs });
const codeOf = ({ body }: { body: unknown }) => (body as { code?: string }).code;
const receiptOf = async (piece: Piece, voiceId: string) => (await scene.receiptOf(scene.parent, piece.id)).find(({ id }) => id === voiceId);

/** A mark that names a voice which is on its way. */
async function marked(by: Person, piece: Piece, fields: object = {}) {
  const voiceId = newId();
  return { voiceId, reviewId: await mark(by, piece, { voiceId, ...fields }) };
}

/** A mark whose voice the school has. */
async function said(by: Person, piece: Piece, fields: object = {}) {
  const given = await marked(by, piece, fields);
  expect((await uploadOf(given.voiceId).whole(by)).status).toBe(204);
  return given;
}

const undo = (by: Person, piece: Piece, restores: string) =>
  mark(by, piece, { verdict: 'restored', restores, comment: null, voiceId: null });

describe('a voice that goes with a mark', () => {
  test('is heard by the child, the child’s parents and whoever may read the piece, and by nobody else', async () => {
    const { maya, leo, parent, teacher, riverside } = scene;
    const piece = await moving.pieceOf(maya);
    const { voiceId, reviewId } = await marked(teacher, piece, { verdict: 'returned', comment: null });
    expect(await seen(maya, 'reviews', reviewId)).toMatchObject({ voiceId, comment: null });
    expect(await receiptOf(piece, voiceId)).toMatchObject({ kind: 'audio', state: 'expected' });
    expect((await uploadOf(voiceId).whole(teacher)).status).toBe(204);
    expect(await receiptOf(piece, voiceId)).toMatchObject({ state: 'ready', mediaType: 'audio/webm', durationMs: 20_000 });
    for (const person of [maya, parent, teacher, await moving.both()]) {
      const { status, bytes } = await fetchFile(person, voiceId);
      expect([status, bytes.equals(spoken)]).toEqual([200, true]);
    }
    for (const person of [leo, riverside]) expect((await fetchFile(person, voiceId)).status).toBe(404);
    // Nothing of it can be read where it lies, and each hearing is written down.
    expect((await scene.storedOf(voiceId)).map(({ bytes }) => bytes.includes('A_OPUS'))).toEqual([false]);
    const read = await scene.server.sql`select from audit_log where entity_id = ${voiceId} and action = 'READ'`;
    expect(read).toHaveLength(4);
  });

  test('is added by whoever said it alone: others hear the same as of a file that is not there', async () => {
    const { maya, leo, parent, teacher, riverside } = scene;
    const piece = await moving.pieceOf(maya);
    const { voiceId } = await marked(teacher, piece);
    const upload = uploadOf(voiceId);
    const assistant = await moving.both();
    for (const person of [maya, parent, assistant, leo, riverside]) {
      const nothing = await uploadOf(newId()).announce(person);
      const { status, body } = await upload.announce(person);
      expect([status, body]).toEqual([404, nothing.body]);
      expect((await tus(person, 'DELETE', voiceId)).status).toBe(404);
    }
    expect((await upload.whole(teacher)).status).toBe(204);
  });

  test('comes into being with a review that may be given, and by no other way', async () => {
    const { maya, parent, teacher, server } = scene;
    const piece = await moving.pieceOf(maya);
    const others = await moving.pieceOf(scene.leo);
    const refusals = async (by: Person, of: Piece, fields: object) =>
      (await by.push('reviews', [{ newDocumentState: review(of, by.id, fields) }])).rejections.map(({ code }) => code);
    const voiceId = newId();
    expect(await refusals(maya, piece, { voiceId })).toEqual(['not_allowed']);
    expect(await refusals(parent, piece, { voiceId })).toEqual(['not_allowed']);
    // Leo is in another class than this teacher’s.
    expect(await refusals(teacher, others, { voiceId })).toEqual(['not_allowed']);
    expect(await refusals(teacher, piece, { voiceId, verdict: 'void' })).toEqual(['invalid_document']);
    expect(await server.sql`select from evidence where id = ${voiceId}`).toHaveLength(0);
    const granted = await server.sql`
      select from information_schema.column_privileges
      where grantee in ('authenticated_user', 'background_worker') and table_name = 'evidence' and column_name = 'reviewer_id'
        and privilege_type in ('INSERT', 'UPDATE')`;
    expect(granted).toHaveLength(0);
  });

  test('takes no file that belongs elsewhere, and is taken by no homework', async () => {
    const { maya, teacher } = scene;
    const kept = await scene.kept(maya);
    const piece = await moving.pieceOf(maya);
    await mark(teacher, piece, { voiceId: kept.id });
    expect((await uploadOf(kept.id).announce(teacher)).status).not.toBe(201);
    expect(await receiptOf(piece, kept.id)).toBeUndefined();
    expect((await fetchFile(maya, kept.id)).status).toBe(200);
    const { voiceId } = await said(teacher, piece);
    await logWithFiles(maya, scene.club, { kind: 'audio', ids: [voiceId] });
    expect((await fetchFile(teacher, voiceId)).bytes.equals(spoken)).toBe(true);
    expect((await uploadOf(voiceId).announce(maya)).status).toBe(404);
  });

  test('is a minute long at most', async () => {
    const { maya, teacher } = scene;
    const piece = await moving.pieceOf(maya);
    const { voiceId } = await marked(teacher, piece);
    const { status, body } = await uploadOf(voiceId, evidenceLimits.voiceCommentMs + 5_000).announce(teacher);
    expect([status, body]).toEqual([422, expect.objectContaining({ code: 'too_long' })]);
    expect(await receiptOf(piece, voiceId)).toMatchObject({ state: 'refused', refusal: 'too_long' });
    const own = await logWithFiles(maya, scene.club, { kind: 'audio' });
    expect((await uploadOf(own.id, evidenceLimits.voiceCommentMs + 5_000).whole(maya)).status).toBe(204);
  });

  test('takes no room from the files of the child’s day', async () => {
    const { maya, teacher, server } = scene;
    const own = await logWithFiles(maya, scene.club);
    const piece = await moving.pieceOf(maya);
    await server.sql`
      insert into evidence (school_id, id, completion_id, student_id, kind, begun_at, sent_bytes)
      select ${maya.signedIn.user.schoolId}, gen_random_uuid(), ${own.completion.id}, ${maya.id}, 'photo', now(), 1
      from generate_series(1, ${evidenceLimits.filesADay})`;
    expect((await new Upload(own.id, await photo(30, 30)).announce(maya)).status).toBe(429);
    await said(teacher, piece);
    await server.sql`delete from evidence where completion_id = ${own.completion.id} and sent_bytes = 1`;
    expect((await new Upload(own.id, await photo(30, 30)).announce(maya)).status).toBe(201);
  });

  test('S30: is brought sealed by somebody else, after its mark and not before', async () => {
    const { maya, teacher, parent } = scene;
    const piece = await moving.pieceOf(maya);
    const voiceId = newId();
    const sealedAs = { fileKind: 'audio', mediaType: 'audio/webm', durationMs: 20_000 } as const;
    const envelope = await sealFile(sealOf(teacher), voiceId, spoken, sealedAs);
    expect(await deliver(parent, envelope)).toEqual(['waits']);
    // Nobody else’s words, and not the child’s.
    await mark(teacher, piece, { voiceId });
    expect(await deliver(parent, await sealFile(sealOf(maya), voiceId, spoken, sealedAs))).toEqual(['waits']);
    expect(await deliver(parent, envelope)).toEqual(['delivered']);
    expect((await fetchFile(maya, voiceId)).bytes.equals(spoken)).toBe(true);
  });
});

describe('S25: the child’s consent to recordings', () => {
  test('is not asked for, and none that is withdrawn takes the teacher’s voice, on its way or kept', async () => {
    const { maya, teacher } = scene;
    const own = await logWithFiles(maya, scene.club, { kind: 'audio' });
    expect((await uploadOf(own.id).whole(maya)).status).toBe(204);
    const piece = await moving.pieceOf(maya);
    const { voiceId } = await said(teacher, piece);
    const later = await marked(teacher, piece);
    expect((await uploadOf(later.voiceId).announce(teacher)).status).toBe(201);
    await scene.decide(maya, 'audio', 'withdrawn');
    expect((await fetchFile(maya, own.id)).status).toBe(404);
    expect((await fetchFile(maya, voiceId)).status).toBe(200);
    expect((await uploadOf(later.voiceId).whole(teacher)).status).toBe(204);
    const after = await moving.pieceOf(maya);
    await said(teacher, after);
    const refused = await logWithFiles(maya, scene.club, { kind: 'audio' });
    expect(codeOf(await uploadOf(refused.id).announce(maya))).toBe('no_consent');
    await scene.decide(maya, 'audio', 'given');
  });
});

describe('a mark that is taken back', () => {
  test('takes its voice back, on its way or kept, and nothing of it is left in the store', async () => {
    const { maya, teacher } = scene;
    const piece = await moving.pieceOf(maya);
    const kept = await said(teacher, piece);
    const paths = (await scene.storedOf(kept.voiceId)).map(({ path }) => path);
    expect(paths).toHaveLength(1);
    await undo(teacher, piece, kept.reviewId);
    const coming = await marked(teacher, piece);
    await undo(teacher, piece, coming.reviewId);
    for (const { voiceId } of [kept, coming]) {
      expect(await receiptOf(piece, voiceId)).toMatchObject({ state: 'withdrawn', refusal: null });
      expect((await fetchFile(teacher, voiceId)).status).toBe(404);
      expect((await uploadOf(voiceId).announce(teacher)).status).toBe(404);
    }
    await scene.tended(paths);
  });

  test('leaves the voice of a mark that stands, and homework that changes leaves it too', async () => {
    const { maya, teacher, server } = scene;
    const { completion } = await scene.kept(maya);
    const first = await said(teacher, completion, { verdict: 'returned' });
    const second = await marked(teacher, completion);
    await undo(teacher, completion, second.reviewId);
    await server.sql`update homework_completions set evidence_kind = 'show_in_class', evidence_ids = '{}' where id = ${completion.id}`;
    expect((await fetchFile(maya, first.voiceId)).status).toBe(200);
  });
});

describe('what a child asks to have deleted', () => {
  test('is the child’s own recording, and not what the teacher has said of it', async () => {
    const { maya, teacher } = scene;
    const { completion, id } = await logWithFiles(maya, scene.club, { kind: 'audio' });
    expect((await uploadOf(id).whole(maya)).status).toBe(204);
    const { voiceId } = await said(teacher, completion);
    const asked = command(maya, 'ask_for_help', { about: 'delete', topic: 'audio', completionId: completion.id });
    expect(await push(maya, asked)).toEqual(done);
    const answer = { studentId: maya.id, requestId: asked.id, answer: 'removed' };
    expect(await push(teacher, command(teacher, 'answer_child_request', answer))).toEqual(done);
    expect((await fetchFile(maya, id)).status).toBe(404);
    expect((await fetchFile(maya, voiceId)).bytes.equals(spoken)).toBe(true);
  });
});

describe('S28: an app that knows no voices', () => {
  test('is told of a mark without it, and marks without one', async () => {
    const { maya, teacher } = scene;
    const piece = await moving.pieceOf(maya);
    const { reviewId } = await said(teacher, piece);
    const old = (await maya.withApp(1).pullAll('reviews')).documents.find(({ id }) => id === reviewId);
    expect(old).toMatchObject({ verdict: 'approved' });
    expect(Object.keys(old ?? {})).not.toContain('voiceId');
    const { voiceId: _voiceId, ...written } = review(piece, teacher.id);
    expect(await teacher.withApp(1).push('reviews', [{ newDocumentState: written }])).toEqual(done);
    expect(await seen(teacher, 'reviews', written.id)).toMatchObject({ voiceId: null });
  });
});

describe('what becomes of a voice', () => {
  test('S31: it moves with its piece, sealed for the right child, without the consent that a child’s recording needs', async () => {
    const { maya, leo, server } = scene;
    const teacher = await moving.both();
    const piece = await moving.pieceOf(maya);
    const undone = await said(teacher, piece, { verdict: 'returned' });
    await undo(teacher, piece, undone.reviewId);
    const { voiceId } = await said(teacher, piece);
    await scene.decide(leo, 'audio', 'withdrawn');
    const anew = await moved(teacher, piece, leo);
    await scene.decide(leo, 'audio', 'given');
    const reviews = (await leo.pullAll('reviews')).documents.filter((one) => one['completionId'] === anew.id);
    const voices = reviews.map((one) => one['voiceId']).filter((id) => id !== null);
    expect([reviews.length, voices.length]).toEqual([3, 1]);
    const carried = String(voices[0]);
    expect(carried).not.toBe(voiceId);
    expect((await fetchFile(leo, carried)).bytes.equals(spoken)).toBe(true);
    expect((await fetchFile(maya, carried)).status).toBe(404);
    for (const id of [voiceId, carried]) expect((await fetchFile(scene.parent, id)).status).toBe(id === carried ? 200 : 404);
    expect(await server.sql`select from evidence where completion_id = ${piece.id}`).toHaveLength(0);
    // And back again: nothing of it was let go of.
    const back = await moved(teacher, anew, maya);
    const [again] = (await scene.receiptOf(maya, back.id)).map(({ id }) => id);
    expect((await fetchFile(maya, String(again))).bytes.equals(spoken)).toBe(true);
  });

  test('it goes with what the school keeps no longer, while the words stay', async () => {
    const { maya, teacher, server } = scene;
    const [old, fresh] = [await moving.pieceOf(maya), await moving.pieceOf(maya)];
    const [gone, left] = [await said(teacher, old), await said(teacher, fresh)];
    const paths = (await scene.storedOf(gone.voiceId)).map(({ path }) => path);
    await server.sql.begin(async (sql) => {
      await sql`set local session_replication_role = replica`;
      await sql`update completion_reviews set reviewed_at = now() - interval '31 days' where completion_id = ${old.id}`;
    });
    expect(await createRetention({ database: worker, keyring: server.keyring }).apply(maya.signedIn.user.schoolId)).toMatchObject({
      evidence: 1,
    });
    expect((await fetchFile(maya, gone.voiceId)).status).toBe(404);
    expect((await fetchFile(maya, left.voiceId)).status).toBe(200);
    expect(await seen(maya, 'reviews', gone.reviewId)).toMatchObject({ comment: 'Lovely work.', voiceId: gone.voiceId });
    await scene.tended(paths);
  });

  test('it goes with a child who is erased', async () => {
    const { leo, server } = scene;
    const teacher = await moving.both();
    const { voiceId } = await said(teacher, await moving.pieceOf(leo));
    const paths = (await scene.storedOf(voiceId)).map(({ path }) => path);
    expect(paths).toHaveLength(1);
    await eraseSubject(
      { schoolId: leo.signedIn.user.schoolId, subjectId: leo.id },
      { database: worker, vault: server.vault, cabinet: server.keyring.cabinet },
    );
    expect(await server.sql`select from evidence where student_id = ${leo.id}`).toHaveLength(0);
    await scene.tended(paths);
  });
});
