import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { roleUrl } from '#db/roles.ts';
import { openPool, type Database } from '#server/database/connections.ts';
import { encryptedColumns } from '#server/database/crypto/encrypted-columns.ts';
import type { Keyring } from '#server/database/crypto/keyring.ts';
import { createRotation, type RotationOptions } from '#server/database/crypto/rotation.ts';
import type { PushResponse } from '#domain/sync/protocol.ts';
import { completion, Person, signIns } from '../server/person.ts';
import { contents, EncryptionScene, schoolOf, subject } from './encryption-scene.ts';

/** A key that another takes the place of while everybody works. The tests go on from each other: what one wrote the next re-encrypts. */

const scene = EncryptionScene.open();
const { newKeyring } = scene;
let worker: Database;
beforeAll(() => {
  worker = openPool(roleUrl(scene.server.adminUrl, 'background_worker', scene.server.masterKey.toString('hex')), 3);
});
afterAll(() => worker.end());

const later = () => new Date(Date.now() + 11 * 60_000);

const rotationWith = (options: Partial<RotationOptions> = {}) =>
  createRotation({ database: worker, keyring: newKeyring(), cellsAtATime: 4, ...options });

/** Every encrypted cell of the school: how many cells each key seals. */
async function cellsByKey(schoolId: string): Promise<Map<string, number>> {
  const cells = new Map<string, number>();
  for (const { table, column } of encryptedColumns) {
    const rows = await scene.server.sql<{ key: string; count: number }[]>`
      select encode(substr(${scene.server.sql(column)}, 2, 16), 'hex') as key, count(*)::integer as count from ${scene.server.sql(table)}
      where school_id = ${schoolId} and ${scene.server.sql(column)} is not null group by 1`;
    for (const { key, count } of rows) cells.set(key, (cells.get(key) ?? 0) + count);
  }
  return cells;
}

/** Does `work` as the teacher, in a process that has no key in memory. */
async function inFreshProcess(work: (teacher: Person) => Promise<void>): Promise<void> {
  const process = await scene.server.another();
  await work(await Person.signIn(process.url, signIns.teacher));
  await process.stop();
}

async function versions(schoolId: string) {
  return scene.server.sql`select collection, document_id, version from sync_index where school_id = ${schoolId} order by 1, 2`;
}

describe('a child’s key that is replaced', () => {
  test('leaves no read or write to fail in any process, stamps nothing, and is retired when it seals nothing', async () => {
    const { server, maya, teacher, club } = scene;
    const other = await server.another();
    const [mayaThere, teacherThere] = [await Person.signIn(other.url, signIns.maya), await Person.signIn(other.url, signIns.teacher)];
    const written = [];
    for (let count = 0; count < 30; count++) written.push(completion(maya.id, club, { writtenWork: `Before, number ${String(count)}` }));
    await maya.push(
      'completions',
      written.map((newDocumentState) => ({ newDocumentState })),
    );
    // Both processes have the old key in memory.
    await Promise.all([contents(teacher, 'completions'), contents(teacherThere, 'completions')]);
    const [oldKey] = await keysOf(maya);
    const before = new Map(written.map(({ version: _, ...content }) => [content.id, content]));

    let isRotating = true;
    const answers: PushResponse[] = [];
    const seen: Map<string, unknown>[] = [];
    const busy = [
      [maya, teacher],
      [mayaThere, teacherThere],
    ].map(async ([child, adult]) => {
      while (isRotating && child && adult) {
        const document = completion(maya.id, club, { writtenWork: 'Meanwhile' });
        answers.push(await child.push('completions', [{ newDocumentState: document }]));
        seen.push(await contents(adult, 'completions'));
      }
    });
    try {
      const rotation = rotationWith();
      await rotation.begin(subject(maya));
      await rotation.advance(schoolOf(maya));
      // A process that has been there for a while: what it reads first after the change is under the key that it does not know.
      seen.push(await contents(teacherThere, 'completions'), await contents(teacher, 'completions'));
    } finally {
      isRotating = false;
      await Promise.all(busy);
    }

    expect(answers.length).toBeGreaterThan(0);
    for (const answer of answers) expect(answer).toEqual({ conflicts: [], rejections: [] });
    for (const documents of seen) for (const [id, content] of before) expect(documents.get(id)).toEqual(content);

    // Ten minutes on, when no process has the old key in memory as the one that seals.
    expect(await rotationWith({ clock: later }).advance(schoolOf(maya))).toEqual([]);
    expect((await cellsByKey(schoolOf(maya))).has(oldKey ?? '')).toBe(false);
    expect(await keysOf(maya)).not.toContain(oldKey);
    await other.stop();
    await inFreshProcess(async (fresh) => {
      const documents = await contents(fresh, 'completions');
      for (const [id, content] of before) expect(documents.get(id)).toEqual(content);
    });
  });

  test('stamps nothing (S2), and is one entry a batch in the log', async () => {
    const { server, maya } = scene;
    const school = schoolOf(maya);
    await expect
      .poll(async () => (await server.sql`select 1 from derivations_due where school_id = ${school}`).length, { timeout: 20_000 })
      .toBe(0);
    const before = await versions(school);
    const [count] =
      await server.sql`select count(*)::integer as rows from audit_log where school_id = ${school} and action = 'UPDATE' and entity_type <> 'encryption_keys'`;
    const rotation = rotationWith({ cellsAtATime: 1000 });
    await rotation.begin(subject(maya));
    await rotation.advance(school);
    expect(await versions(school)).toEqual(before);
    const [after] =
      await server.sql`select count(*)::integer as rows from audit_log where school_id = ${school} and action = 'UPDATE' and entity_type <> 'encryption_keys'`;
    expect(after).toEqual(count);
    const entries = await server.sql`
      select new_values from audit_log where school_id = ${school} and entity_type = 'encryption_keys' and entity_id = ${maya.id}
        and new_values ->> 'table' = 'homework_completions' and (new_values ->> 'reencrypted')::integer > 4`;
    expect(entries).toHaveLength(1);
    await rotationWith({ clock: later }).advance(school);
  });

  test('is not retired before every process has let go of it, nor while it seals something; the gauge says how much', async () => {
    const { server, maya } = scene;
    const school = schoolOf(maya);
    const [oldKey = ''] = await keysOf(maya);
    const rotation = rotationWith();
    await rotation.begin(subject(maya));
    const [sealed] = await server.sql<{ cells: number }[]>`
      select count(*)::integer as cells from homework_completions where student_id = ${maya.id} and substr(written_work_encrypted, 2, 16) = decode(${oldKey}, 'hex')`;
    expect(sealed?.cells).toBeGreaterThan(30);
    expect(await rotation.advance(school)).toEqual([{ keyId: oldKey, cells: 0 }]);
    expect(await keysOf(maya)).toContain(oldKey);

    // A cell that another process sealed with the old key a moment ago, and that does not open: it is never lost sight of.
    const [row] = await server.sql<{ id: string; was: Uint8Array }[]>`
      select id, written_work_encrypted as was from homework_completions where student_id = ${maya.id} and written_work_encrypted is not null limit 1`;
    const broken = Buffer.concat([Buffer.of(1), Buffer.from(oldKey, 'hex'), randomBytes(40)]);
    await server.sql`update homework_completions set written_work_encrypted = ${broken} where id = ${row?.id ?? ''}`;
    expect(await rotationWith({ clock: later }).advance(school)).toEqual([{ keyId: oldKey, cells: 1 }]);
    expect(await keysOf(maya)).toContain(oldKey);
    const watched = await server.another({ metricsPort: 0 });
    const gauge = async () => (await fetch(String(watched.metricsUrl))).text();
    await expect.poll(gauge, { timeout: 20_000 }).toContain(`studystreaks_cells_under_old_keys{key="${oldKey}"} 1`);
    await watched.stop();

    await server.sql`update homework_completions set written_work_encrypted = ${row?.was ?? null} where id = ${row?.id ?? ''}`;
    expect(await rotationWith({ clock: later }).advance(school)).toEqual([]);
    expect(await keysOf(maya)).not.toContain(oldKey);
  });

  test('goes on where it was cut off, in another process too', async () => {
    const { maya, teacher } = scene;
    const school = schoolOf(maya);
    const before = await contents(teacher, 'completions');
    let batches = 0;
    const keyring = newKeyring();
    const failing: Keyring = {
      ...keyring,
      opening: (...parameters) => (++batches > 3 ? Promise.reject(new Error('the machine stopped')) : keyring.opening(...parameters)),
    };
    const rotation = rotationWith({ keyring: failing });
    await rotation.begin(subject(maya));
    const [oldKey = ''] = await keysOf(maya);
    await expect(rotation.advance(school)).rejects.toThrow('the machine stopped');
    const half = (await cellsByKey(school)).get(oldKey) ?? 0;
    expect(half).toBeGreaterThan(0);
    // Begun again it makes no third key.
    await rotationWith().begin(subject(maya));
    expect(await keysOf(maya)).toHaveLength(2);
    expect(await rotationWith({ clock: later }).advance(school)).toEqual([]);
    expect((await cellsByKey(school)).has(oldKey)).toBe(false);
    await inFreshProcess(async (fresh) => expect(await contents(fresh, 'completions')).toEqual(before));
  });
});

describe('a school’s key that is replaced', () => {
  test('re-encrypts what is the school’s, wraps its children’s keys anew, and is then needed by nobody', async () => {
    const { server, teacher } = scene;
    const school = schoolOf(teacher);
    const before = await contents(teacher, 'people');
    const [oldKey = ''] = await keysOf({ schoolId: school, subjectId: school });
    const rotation = rotationWith({ cellsAtATime: 50 });
    await rotation.begin({ schoolId: school, subjectId: school });
    expect(await rotation.advance(school)).toEqual([{ keyId: oldKey, cells: 0 }]);
    // A process with the old keys in memory reads what is under the new ones, and signs people in.
    expect(await contents(teacher, 'people')).toEqual(before);
    await Person.signIn(server.url, signIns.parent);
    expect(await rotationWith({ clock: later }).advance(school)).toEqual([]);
    // Forty days on the old key is gone from the vault altogether.
    await rotationWith({ clock: () => new Date(Date.now() + 41 * 86_400_000) }).advance(school);
    const object = await server.vault.read(`keys/${school}/${school}.json`);
    expect(Buffer.from(object?.bytes ?? []).toString()).not.toContain(oldKey);
    await inFreshProcess(async (fresh) => {
      expect(await contents(fresh, 'people')).toEqual(before);
      expect((await contents(fresh, 'completions')).size).toBeGreaterThan(30);
    });
    await Person.signIn(server.url, signIns.admin);
  });
});

describe('re-encryption', () => {
  test('is no way to change words unseen: without a rotation under way nothing is replaced', async () => {
    const { server, maya } = scene;
    const school = schoolOf(maya);
    const [row] = await server.sql<{ id: string; was: Uint8Array }[]>`
      select id, written_work_encrypted as was from homework_completions where student_id = ${maya.id} and written_work_encrypted is not null limit 1`;
    const replace = (becomes: Buffer) =>
      worker.begin(async (sql) => {
        await sql`select app.enter_worker(${school})`;
        const cells = [{ row_id: row?.id ?? '', was: hex(row?.was ?? []), becomes: hex(becomes) }];
        await sql`select app.replace_cells(gen_random_uuid(), 'homework_completions', 'written_work_encrypted', 'id', ${sql.json(cells)})`;
      });
    await expect(replace(randomBytes(row?.was.length ?? 0))).rejects.toMatchObject({ code: '23514' });
    await expect(
      worker.begin(async (sql) => {
        await sql`select app.enter_worker(${school})`;
        await sql`select * from app.sealed_cells('users', 'status', 'id', null, null, '\\x00', gen_random_uuid(), 1)`;
      }),
    ).rejects.toMatchObject({ code: '42703' });
  });

  test('is not what a request says that it is: the log and the stamp follow all the same', async () => {
    const { server, maya } = scene;
    const [row] = await server.sql<{ id: string }[]>`select id from clubs where school_id = ${schoolOf(maya)} limit 1`;
    const id = row?.id ?? '';
    const seen = async () => server.sql`
      select (select count(*)::integer from audit_log where entity_id = ${id}) as entries, (select version::integer from sync_index where document_id = ${id}) as version`;
    const [before] = await seen();
    await server.sql.begin(async (sql) => {
      await sql`select set_config('app.reencrypting', 'on', true)`;
      await sql`update clubs set is_active = not is_active where id = ${id}`;
    });
    const [after] = await seen();
    expect(after?.['entries']).toBe(Number(before?.['entries']) + 1);
    expect(after?.['version']).toBeGreaterThan(Number(before?.['version']));
  });
});

function hex(bytes: Iterable<number>): string {
  return `\\x${Buffer.from([...bytes]).toString('hex')}`;
}

/** Ids of the subject's keys that open, the one that seals last. */
async function keysOf(one: Person | { schoolId: string; subjectId: string }): Promise<string[]> {
  const { schoolId, subjectId } = one instanceof Person ? subject(one) : one;
  const object = await scene.server.vault.read(`keys/${schoolId}/${subjectId}.json`);
  const file = JSON.parse(Buffer.from(object?.bytes ?? []).toString()) as { keys: { id: string; retiredAt?: string }[] };
  return file.keys.flatMap(({ id, retiredAt }) => (retiredAt === undefined ? id : []));
}
