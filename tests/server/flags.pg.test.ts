import { beforeAll, describe, expect, test } from 'vitest';
import { must } from '#domain/must.ts';
import type { Flag, FlagsAnswer } from '#server/school/flag-schemas.ts';
import { command, push } from './asking.ts';
import { EvidenceScene } from './evidence-scene.ts';
import { completion, newId, Person, send, signIns } from './person.ts';

/** A concern about a child: read online by the safeguarding lead and by whoever raised it; for all others there is none. */

const scene = EvidenceScene.open();
const concern = 'Was very quiet and wore no coat again.';
const done = { conflicts: [], rejections: [] };
let lead: Person;
/** Assists in Maya's class, and teaches Leo. */
let both: Person;
let outsiders: readonly Person[];
let pieceId: string;
let flagId: string;

beforeAll(async () => {
  const { url } = scene.server;
  lead = await Person.signIn(url, signIns.lead);
  both = await Person.signIn(url, signIns.teacher2);
  const others = await Promise.all([signIns.admin, signIns.riversideAdmin, signIns.riversideLead].map((one) => Person.signIn(url, one)));
  outsiders = [...others, both, scene.maya, scene.leo, scene.parent, scene.riverside];
  const piece = completion(scene.maya.id, scene.club, { writtenWork: 'I do not want to go home.' });
  pieceId = piece.id;
  await scene.maya.push('completions', [{ newDocumentState: piece }]);
  flagId = await raise(concern);
});

async function raise(words: string | null, completionId = pieceId): Promise<string> {
  const asked = command(scene.teacher, 'flag_to_safeguarding_lead', { studentId: scene.maya.id, completionId, words });
  expect(await push(scene.teacher, asked)).toEqual(done);
  return asked.id;
}
async function flagsOf(person: Person, state = 'open'): Promise<FlagsAnswer> {
  const { status, body } = await person.send(`/api/school/flags?state=${state}`);
  expect(status).toBe(200);
  return body as FlagsAnswer;
}
async function flagOf(person: Person, id: string, state = 'open'): Promise<Flag> {
  return must(
    (await flagsOf(person, state)).flags.find((one) => one.id === id),
    'the flag is among those',
  );
}
async function openFor(person: Person): Promise<unknown> {
  return (await person.send('/api/school/flags/open')).body;
}
const handle = (person: Person, id: string, outcome: unknown = 'Spoke with her mother.') =>
  person.send(`/api/school/flags/${id}/handle`, { outcome });

describe('a concern', () => {
  test('is told to the lead with the child, the piece and who raised it, and to whoever raised it', async () => {
    const told = {
      id: flagId,
      studentId: scene.maya.id,
      childName: 'Maya Rahman',
      className: '4 Willow',
      reporterName: 'Ms Amara Okafor',
      words: concern,
      handled: null,
      isDamaged: false,
    };
    const piece = { writtenWork: 'I do not want to go home.', taskTitle: null, files: 0 };
    expect(await flagOf(lead, flagId)).toMatchObject({ ...told, isOwn: false, isToHandle: true, piece });
    expect(await flagOf(scene.teacher, flagId)).toMatchObject({ ...told, isOwn: true, isToHandle: false, piece });
  });

  test('is nothing to anybody else, in this school or another, and nobody learns that there is one', async () => {
    for (const person of outsiders) {
      for (const state of ['open', 'handled'])
        expect(await flagsOf(person, state), person.signedIn.user.kind).toEqual({ flags: [], total: 0 });
      expect(await openFor(person)).toEqual({ open: 0 });
      expect((await handle(person, flagId)).body).toEqual((await handle(person, newId())).body);
      for (const collection of person.signedIn.collections)
        expect(JSON.stringify((await person.pullAll(collection)).documents)).not.toContain(flagId);
    }
    expect((await send(scene.server.url, '/api/school/flags?state=open')).status).toBe(401);
    expect(await flagOf(lead, flagId)).toMatchObject({ handled: null });
  });

  test('lies in no document of the lead’s own device, and no browser keeps the answer', async () => {
    for (const collection of lead.signedIn.collections) {
      const documents = JSON.stringify((await lead.pullAll(collection)).documents);
      for (const secret of [flagId, concern, scene.maya.id]) expect(documents).not.toContain(secret);
    }
    const { headers } = await lead.send('/api/school/flags?state=open');
    expect(headers.get('cache-control')).toBe('no-store');
  });

  test('is read on the record, each of them with its child, and by nobody on the record who did not', async () => {
    const readers = await scene.server.sql<{ reader: string; subject: string }[]>`
      select distinct user_id as reader, subject_id as subject from audit_log
      where action = 'READ' and entity_type = 'safeguarding_flags' and entity_id = ${flagId}`;
    expect(readers.map(({ reader }) => reader).sort()).toEqual([lead.id, scene.teacher.id].sort());
    for (const { subject } of readers) expect(subject).toBe(scene.maya.id);
    const words = await scene.server.sql`select from audit_log where (old_values::text || new_values::text) like ${`%${concern}%`}`;
    expect(words).toHaveLength(0);
  });

  test('stays when its piece is taken back', async () => {
    const piece = completion(scene.maya.id, scene.club);
    await scene.maya.push('completions', [{ newDocumentState: piece }]);
    const id = await raise(null, piece.id);
    const removal = { newDocumentState: { ...piece, _deleted: true }, assumedMasterState: piece };
    expect(await scene.maya.push('completions', [removal])).toEqual(done);
    expect(await flagOf(lead, id)).toMatchObject({ words: null, piece: null, childName: 'Maya Rahman' });
  });

  test('goes with a piece that had been logged under the wrong child: the lead is told whose it is, and neither family is', async () => {
    const piece = completion(scene.maya.id, scene.club, { writtenWork: 'Nobody was at home.' });
    await scene.maya.push('completions', [{ newDocumentState: piece }]);
    const id = await raise('Please look at this.', piece.id);
    const to = { studentId: scene.maya.id, completionId: piece.id, toStudentId: scene.leo.id, newCompletionId: newId() };
    expect(await push(both, command(both, 'move_completion', to))).toEqual(done);
    const moved = { movedTo: { childName: 'Leo Rahman' }, writtenWork: 'Nobody was at home.' };
    expect(await flagOf(lead, id)).toMatchObject({ childName: 'Maya Rahman', piece: moved, isDamaged: false });
    // Ms Okafor does not teach Leo.
    expect(await flagOf(scene.teacher, id)).toMatchObject({ childName: 'Maya Rahman', piece: null, words: 'Please look at this.' });
    const subjects = await scene.server.sql<{ id: string }[]>`
      select distinct subject_id as id from audit_log where action = 'READ' and entity_id = ${id} and user_id = ${lead.id}`;
    expect(subjects.map((one) => one.id).sort()).toEqual([scene.maya.id, scene.leo.id].sort());
    for (const child of [scene.maya, scene.leo]) expect(await flagsOf(child)).toEqual({ flags: [], total: 0 });
  });

  test('of which a word does not open any more is told of all the same, and the others too', async () => {
    const id = await raise('A word that will be damaged.');
    await scene.server.sql`
      update safeguarding_flags set text_encrypted = set_byte(text_encrypted, octet_length(text_encrypted) - 1,
        get_byte(text_encrypted, octet_length(text_encrypted) - 1) # 1) where id = ${id}`;
    expect(await flagOf(lead, id)).toMatchObject({ words: null, isDamaged: true, childName: 'Maya Rahman' });
    expect(await flagOf(lead, flagId)).toMatchObject({ words: concern, isDamaged: false });
  });
});

describe('closing a concern', () => {
  test('needs words, of a length', async () => {
    for (const outcome of ['', '   ', 'a'.repeat(2001), 7, null]) expect((await handle(lead, flagId, outcome)).status).toBe(400);
    expect((await lead.send('/api/school/flags?state=closed')).status).toBe(400);
    expect((await handle(lead, 'nothing')).status).toBe(404);
  });

  test('is not for whoever raised it, and the lead does it once: what was written stands, sealed', async () => {
    const id = await raise('Another worry.');
    expect((await handle(scene.teacher, id)).status).toBe(404);
    expect((await handle(lead, id, '  Rang home; all is well.  ')).status).toBe(204);
    const again = await handle(lead, id, 'Other words.');
    expect(await openFor(lead)).toEqual({ open: (await flagsOf(lead)).total });
    // Whoever raised one waits for nobody.
    expect(await openFor(scene.teacher)).toEqual({ open: 0 });
    expect([again.status, again.body]).toEqual([409, expect.objectContaining({ code: 'clash' })]);
    for (const person of [lead, scene.teacher]) {
      expect((await flagsOf(person)).flags.map((one) => one.id)).not.toContain(id);
      const { handled } = await flagOf(person, id, 'handled');
      expect(handled).toEqual({ at: expect.any(String) as string, byName: 'Mrs Grace Adeyemi', outcome: 'Rang home; all is well.' });
    }
    const [row] = await scene.server.sql<{ sealed: Uint8Array }[]>`
      select outcome_encrypted as sealed from safeguarding_flags where id = ${id}`;
    expect(Buffer.from(must(row, 'it is there').sealed).toString('latin1')).not.toContain('Rang home');
  });

  test('is over for a lead who is one no more, from the next request on', async () => {
    const id = await raise('One for the next lead.');
    await scene.server.sql`update user_roles set valid_until = now() where user_id = ${lead.id}`;
    expect(await flagsOf(lead)).toEqual({ flags: [], total: 0 });
    expect((await handle(lead, id)).status).toBe(404);
  });
});

test('concerns come fifty at a time, the newest first, and each once', async () => {
  for (let index = 0; index < 52; index++) await raise(null);
  const page = async (skip: number) => (await scene.teacher.send(`/api/school/flags?state=open&skip=${String(skip)}`)).body as FlagsAnswer;
  const [first, second] = [await page(0), await page(50)];
  expect(first.flags).toHaveLength(50);
  expect(first.total).toBe(50 + second.flags.length);
  const ids = [...first.flags, ...second.flags].map(({ id }) => id);
  expect(new Set(ids).size).toBe(first.total);
  const times = [...first.flags, ...second.flags].map(({ raisedAt }) => raisedAt);
  expect(times).toEqual(times.toSorted().reverse());
});
