import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { beforeAll, describe, expect, test } from 'vitest';
import { collections, type CollectionName } from '#domain/collections/index.ts';
import { digestLine, type WireDocument } from '#domain/sync/protocol.ts';
import { completion, newId, Person, signIns } from './person.ts';
import { SchoolScene } from './school-scene.ts';

/** What a pull shows, to whom, and what a device that has it all holds. */

const scene = SchoolScene.open();
let admin: Person;
beforeAll(async () => {
  admin = await Person.signIn(scene.server.url, signIns.admin);
});

const ids = (documents: readonly WireDocument[]) => documents.map(({ id }) => id);

describe('a pulled document', () => {
  test.each(['maya', 'parent', 'teacher', 'admin'] as const)('is what its collection says, for %s', async (who) => {
    const person = { maya: scene.maya, parent: scene.parent, teacher: scene.teacher, admin }[who];
    for (const name of person.signedIn.collections as CollectionName[]) {
      const { documents } = await person.pullAll(name);
      if (!['notices', 'tasks', 'commands', 'notes', 'excused_days'].includes(name))
        expect([name, documents.length > 0]).toEqual([name, true]);
      for (const { _deleted: isDeleted, ...document } of documents) {
        expect(isDeleted).toBe(false);
        expect(v.safeParse(collections[name].schema, document).issues).toBeUndefined();
      }
    }
  });

  test('shows each person what they may see, decrypted', async () => {
    const people = async (person: Person) => (await person.pullAll('people')).documents;
    const ofMaya = await people(scene.maya);
    expect(ofMaya).toContainEqual(expect.objectContaining({ kind: 'student', studentId: scene.maya.id, firstName: 'Maya' }));
    expect(ofMaya.filter(({ kind }) => kind === 'roster' || kind === 'guardian')).toEqual([]);
    expect(ofMaya.filter(({ kind, studentId }) => kind === 'student' && studentId !== scene.maya.id)).toEqual([]);
    const ofParent = await people(scene.parent);
    expect(
      ofParent
        .filter(({ kind }) => kind === 'student')
        .map(({ studentId }) => studentId)
        .sort(),
    ).toEqual([scene.maya.id, scene.leo.id].sort());
    const ofTeacher = await people(scene.teacher);
    expect(ofTeacher.filter(({ kind }) => kind === 'roster').length).toBeGreaterThan(10);
    expect(ofTeacher).toContainEqual(expect.objectContaining({ kind: 'guardian', studentId: scene.maya.id, parentId: scene.parent.id }));
    expect(ofTeacher).toContainEqual(expect.objectContaining({ kind: 'staff', displayName: 'Ms Amara Okafor' }));
  });

  test('is nobody else’s: every completion is of a child within reach, and all of those are there', async () => {
    for (const person of [scene.maya, scene.leo, scene.parent, scene.teacher]) {
      const { documents } = await person.pullAll('completions');
      const reach = person.signedIn.access['student.read'] ?? [];
      const rows = await scene.server.sql`select id from homework_completions where student_id = any (${[...reach]}::uuid[])`;
      expect(ids(documents).sort()).toEqual(rows.map(({ id }) => String(id)).sort());
      expect(documents.every(({ studentId }) => reach.includes(String(studentId)))).toBe(true);
    }
  });

  test('does not reach the device of an administrator where it is to be read online only (S5)', async () => {
    const { documents } = await admin.pullAll('completions');
    expect(documents).toEqual([]);
  });
});

describe('S7: where the index says more than the policies', () => {
  test('a document that the index puts into somebody’s bucket by mistake comes as a tombstone, and raises the alarm', async () => {
    const [before] = await scene.server.sql<{ documentId: string; scopeId: string }[]>`
      select document_id as "documentId", scope_id as "scopeId" from sync_index
      where collection = 'completions' and scope_id = ${scene.leo.id} and not is_deleted limit 1`;
    const put = (scopeId: string) =>
      scene.server.sql.begin(async (sql) => {
        await sql`set local session_replication_role = replica`;
        await sql`update sync_index set scope_id = ${scopeId} where document_id = ${before?.documentId ?? ''}`;
      });
    await put(scene.maya.id);
    const { documents } = await scene.maya.pullAll('completions');
    await put(before?.scopeId ?? '');
    const [denied, ...others] = documents.filter(({ id }) => id === before?.documentId);
    expect(others).toEqual([]);
    expect(denied).toEqual({
      id: before?.documentId,
      version: expect.any(Number) as number,
      _deleted: true,
      studentId: '00000000-0000-0000-0000-000000000000',
      completionDate: '1970-01-01',
    });
    const metrics = await (await fetch(scene.server.metricsUrl ?? '')).text();
    expect(metrics).toContain('studystreaks_denied_documents_total{collection="completions"} 1');
  });
});

describe('S23: the digest', () => {
  const hashOf = (documents: readonly WireDocument[]) => {
    const hash = createHash('sha256');
    for (const { id, version } of documents.toSorted((one, other) => (one.id < other.id ? -1 : 1))) hash.update(digestLine(id, version));
    return hash.digest('hex');
  };

  test('matches what a caught-up device holds', async () => {
    for (const person of [scene.maya, scene.parent, scene.teacher]) {
      const asked = await Promise.all(
        person.signedIn.collections.map(async (name) => {
          const { documents } = await person.pullAll(name);
          return [name, { count: documents.length, hash: hashOf(documents) }] as const;
        }),
      );
      const { body } = await person.send('/api/sync/digest', { schema: 1, collections: Object.fromEntries(asked) });
      const { epoch } = (await person.pullAll('people')).checkpoint;
      expect(body).toEqual({ epoch, collections: Object.fromEntries(asked.map(([name]) => [name, { matches: true }])) });
    }
  });

  test('names every id and version where it differs', async () => {
    const { documents } = await scene.maya.pullAll('reviews');
    const { body } = await scene.maya.send('/api/sync/digest', {
      schema: 1,
      collections: { reviews: { count: documents.length - 1, hash: hashOf(documents.slice(1)) } },
    });
    const { versions } = (body as { collections: { reviews: { versions: [number, string][] } } }).collections.reviews;
    expect(versions).toEqual(
      documents.map(({ id, version }) => [version, id]).toSorted((one, other) => (String(one[1]) < String(other[1]) ? -1 : 1)),
    );
  });
});

describe('what follows from a push', () => {
  test('is derived after the commit, and comes with the next pull', async () => {
    const before = await scene.maya.pullAll('progress');
    const receipts = await scene.maya.pullAll('receipts');
    const { documents: done } = await scene.maya.pullAll('completions');
    const written = completion(scene.maya.id, String(done[0]?.['clubId']), { id: newId() });
    await scene.maya.push('completions', [{ newDocumentState: written }]);
    await expect.poll(async () => (await scene.maya.pullAll('progress', before.checkpoint)).documents.length, { timeout: 10_000 }).toBe(1);
    const receipt = (await scene.maya.pullAll('receipts', receipts.checkpoint)).documents.find(({ id }) => id === written.id);
    expect(receipt).toMatchObject({ studentId: scene.maya.id, loggedBy: 'child', status: 'submitted' });
  });
});

test('S2: what is archived is a tombstone, the short way and the long, though policies show it still', async () => {
  const { checkpoint, documents } = await scene.maya.pullAll('completions');
  const written = completion(scene.maya.id, String(documents[0]?.['clubId']));
  await scene.maya.push('completions', [{ newDocumentState: written }]);
  const { schoolId } = scene.maya.signedIn.user;
  await scene.server.sql.begin(async (sql) => {
    const [clock] = await sql<{ tick: number }[]>`select app.tick(${schoolId})::float8 as tick`;
    await sql`update sync_index set is_archived = true, version = ${clock?.tick ?? 0} where document_id = ${written.id}`;
  });
  const [version] = checkpoint.forward;
  for (const forward of [checkpoint.forward, [version, '00000000-0000-0000-0000-000000000000'] as [number, string]]) {
    const page = await scene.maya.pullAll('completions', { ...checkpoint, forward });
    const archived = page.documents.find(({ id }) => id === written.id);
    expect(archived).toMatchObject({ id: written.id, _deleted: true });
    expect(archived).not.toHaveProperty('writtenWork');
  }
});
