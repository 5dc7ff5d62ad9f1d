import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { replaceMasterKey } from '#db/replace-master-key.ts';
import { encryptedColumns } from '#server/database/crypto/encrypted-columns.ts';
import { createKeyring } from '#server/database/crypto/keyring.ts';
import { completion, Person, signIns } from '../server/person.ts';
import { contents, EncryptionScene, schoolOf, subject } from './encryption-scene.ts';

/** What is encrypted, under which master key, and what is left of it when a child's key is erased. */

const scene = EncryptionScene.open();
const { newKeyring } = scene;

test('every encrypted column of the schema is declared, and none that is not there', async () => {
  const { server } = scene;
  const rows = await server.sql<{ name: string }[]>`select table_name || '.' || column_name as name from app.encrypted_columns()`;
  expect(encryptedColumns.map(({ table, column }) => `${table}.${column}`).toSorted()).toEqual(rows.map(({ name }) => name).toSorted());
  for (const { table, row, student } of encryptedColumns) {
    const [found] = await server.sql`
      select count(*)::integer as count from information_schema.columns
      where table_schema = 'public' and table_name = ${table} and column_name = any (${student === null ? [row] : [row, student]})`;
    expect(found?.['count'], table).toBe(student === null || student === row ? 1 : 2);
  }
});

test('another master key takes the place of the old one, also where that was cut off', async () => {
  const { server, teacher } = scene;
  const before = await contents(teacher, 'people');
  const newKey = randomBytes(32);
  const limited = { ...server.vault };
  let writes = 0;
  limited.write = (...parameters) => (++writes > 1 ? Promise.reject(new Error('the disk is full')) : server.vault.write(...parameters));
  await expect(replaceMasterKey(limited, server.masterKey, newKey)).rejects.toThrow('the disk is full');
  expect(await replaceMasterKey(server.vault, server.masterKey, newKey)).toBe(3);
  const keyring = createKeyring({ vault: server.vault, masterKey: newKey });
  const [adult] = await server.sql<
    { id: string; name: Uint8Array }[]
  >`select id, name_encrypted as name from users where id = ${teacher.id}`;
  const cell = { table: 'users', column: 'name_encrypted', row: teacher.id };
  expect(await keyring.decrypt({ schoolId: schoolOf(teacher), subjectId: schoolOf(teacher) }, cell, adult?.name ?? Buffer.of())).toBe(
    teacher.signedIn.user.displayName,
  );
  await expect(newKeyring().subject(schoolOf(teacher), schoolOf(teacher))).rejects.toThrow();
  expect(await replaceMasterKey(server.vault, newKey, server.masterKey)).toBe(3);
  expect(await contents(teacher, 'people')).toEqual(before);
});

describe('a child whose key was erased', () => {
  test('is gone from every answer, and nothing else breaks', async () => {
    const { server, maya, club } = scene;
    const school = schoolOf(maya);
    await newKeyring().cabinet.erase(subject(maya));
    // Processes that run forget the key within minutes; this one never had it.
    const { url } = await server.another();
    const adult = await Person.signIn(url, signIns.teacher);
    const completions = await adult.pullAll('completions');
    const ofMaya = await server.sql<{ id: string; has_words: boolean }[]>`
      select id, written_work_encrypted is not null as has_words from homework_completions where student_id = ${maya.id}`;
    const byId = new Map(completions.documents.map((document) => [document.id, document]));
    for (const { id, has_words: hasWords } of ofMaya) {
      if (hasWords) expect(byId.get(id)?._deleted).toBe(true);
    }
    expect(completions.documents.some(({ _deleted, writtenWork }) => !_deleted && writtenWork !== null)).toBe(true);
    const people = (await adult.pullAll('people')).documents;
    expect(people.filter(({ _deleted, studentId }) => !_deleted && studentId === maya.id).map(({ kind }) => kind)).toEqual([
      'guardian',
      'guardian',
    ]);
    expect(JSON.stringify(people)).not.toContain('Maya');

    const parent = await Person.signIn(url, signIns.parent);
    const refused = completion(maya.id, club, { writtenWork: 'Too late' });
    const [before] = await server.sql`select count(*)::integer as kept from rejected_pushes where school_id = ${school}`;
    const answer = await parent.push('completions', [{ newDocumentState: refused }]);
    expect(answer.rejections).toEqual([expect.objectContaining({ id: refused.id, code: 'unknown_reference' })]);
    expect((await server.sql`select count(*)::integer as kept from rejected_pushes where school_id = ${school}`)[0]).toEqual(before);
    expect((await parent.push('completions', [{ newDocumentState: completion(leoId(parent), club) }])).rejections).toEqual([]);

    await expect(Person.signIn(url, signIns.maya)).rejects.toThrow(/401/);
  });
});

/** The parent’s other child. */
function leoId(parent: Person): string {
  return String(parent.signedIn.access['completion.create']?.find((id) => id !== scene.maya.id));
}
