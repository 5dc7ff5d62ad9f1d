import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type postgres from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { must } from '#domain/must.ts';
import { encryptedColumns } from '#server/database/crypto/encrypted-columns.ts';
import { completion, newId, Person, review, signIns } from '../server/person.ts';
import { startTestServer, type TestServer } from '../setup/server.ts';

/**
 * A stolen dump shows no child's name, no address and no word that a child or a teacher wrote: canaries go in through every
 * door, are changed and removed again, and are then looked for in everything that a dump holds, log and sync tables included.
 */

const run = promisify(execFile);
const canaries = {
  name: 'Zuleika Wrenfeather',
  firstName: 'Zuleika',
  email: 'wrenfeather@canary.example',
  phone: '+44 7700 900471',
  login: 'zuleikawren',
  totp: 'Q0FOQVJZLVRPVFAtU0VDUkVU',
  written: 'My canary sings at seven every morning.',
  changed: 'My canary now sings at eight.',
  removed: 'This canary flew away for good.',
  comment: 'What a lovely canary, Zuleika!',
  refused: 'A canary that nobody may keep in the clear.',
  note: 'Our canary helped with the sums.',
  reason: 'Reads canary books far above the class.',
  concern: 'Came without a coat for the canary walk.',
  worry: 'The canary is hurt at home.',
  handled: 'Rang the family about the canary walk.',
  command: 'Move the canary entry to the sister.',
  hold: 'A solicitor asked about the canary.',
  outcome: 'We sent all that we have on the canary.',
  fileKey: 'VGhlIGtleSB0byB0aGUgY2FuYXJ5J3MgY2FnZQ==',
} as const;

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  await plantEverywhere();
});
afterAll(() => server.stop());

async function plantEverywhere(): Promise<void> {
  const [maya, teacher] = [await Person.signIn(server.url, signIns.maya), await Person.signIn(server.url, signIns.teacher)];
  const schoolId = maya.signedIn.user.schoolId;
  const club = String((await maya.pullAll('school')).documents.find(({ kind }) => kind === 'club')?.id);

  const cell = async (subjectId: string, table: string, column: string, row: string, text: string): Promise<void> => {
    const sealed = await server.keyring.encrypt({ schoolId, subjectId }, { table, column, row }, text);
    const key = table === 'credentials' ? 'user_id' : 'id';
    const written = await server.sql`
      update ${server.sql(table)} set ${server.sql(column)} = ${sealed} where school_id = ${schoolId} and ${server.sql(key)} = ${row}`;
    expect(written.count, `${table}.${column}`).toBe(1);
  };
  await cell(maya.id, 'users', 'name_encrypted', maya.id, canaries.name);
  await cell(maya.id, 'users', 'first_name_encrypted', maya.id, canaries.firstName);
  await cell(maya.id, 'credentials', 'login_name_encrypted', maya.id, canaries.login);
  const [parent] = await server.sql<{ id: string }[]>`select id from parents where school_id = ${schoolId} limit 1`;
  const parentId = must(parent, 'the school has parents').id;
  await cell(schoolId, 'users', 'email_encrypted', parentId, canaries.email);
  await cell(schoolId, 'parents', 'phone_encrypted', parentId, canaries.phone);
  await cell(schoolId, 'credentials', 'totp_secret_encrypted', parentId, canaries.totp);
  const index = await server.keyring.blindIndex(schoolId, 'email', canaries.email);
  await server.sql`update users set email_index = ${index} where school_id = ${schoolId} and id = ${parentId}`;

  const sealed = (subjectId: string, table: string, column: string, row: string, text: string): Promise<Buffer> =>
    server.keyring.encrypt({ schoolId, subjectId }, { table, column, row }, text);
  const id = newId();
  const [place] = await server.sql<{ guardianship: string; parent: string; completion: string; level: string; club: string }[]>`
    select guardianship.id as guardianship, guardianship.parent_id as parent, piece.id as completion, level.id as level, level.club_id as club
    from parent_students guardianship
    join homework_completions piece on piece.school_id = guardianship.school_id and piece.student_id = guardianship.student_id
    join club_levels level on level.school_id = guardianship.school_id and level.club_id = piece.club_id
    where guardianship.school_id = ${schoolId} and guardianship.student_id = ${maya.id} limit 1`;
  const at = must(place, 'Maya has a guardian, homework and levels to be on');
  await server.sql`
    insert into parent_notes (school_id, id, guardianship_id, student_id, completion_id, author_id, text_encrypted) values
    (${schoolId}, ${id}, ${at.guardianship}, ${maya.id}, ${at.completion}, ${at.parent},
      ${await sealed(maya.id, 'parent_notes', 'text_encrypted', id, canaries.note)})`;
  await server.sql`
    insert into evidence (school_id, id, completion_id, student_id, kind, state, storage_key, file_key_encrypted) values
    (${schoolId}, ${id}, ${at.completion}, ${maya.id}, 'photo', 'uploading', ${'0'.repeat(32)},
      ${await sealed(maya.id, 'evidence', 'file_key_encrypted', id, canaries.fileKey)})`;
  await server.sql`
    insert into student_levels (school_id, id, student_id, club_id, level_id, set_by, teacher_id, reason_encrypted) values
    (${schoolId}, ${id}, ${maya.id}, ${at.club}, ${at.level}, 'teacher', ${teacher.id},
      ${await sealed(maya.id, 'student_levels', 'reason_encrypted', id, canaries.reason)})`;
  await server.sql`
    insert into safeguarding_flags
      (school_id, id, student_id, reporter_id, text_encrypted, state, handled_by, handled_at, outcome_encrypted) values
    (${schoolId}, ${id}, ${maya.id}, ${teacher.id}, ${await sealed(maya.id, 'safeguarding_flags', 'text_encrypted', id, canaries.concern)},
      'handled', ${teacher.id}, now(), ${await sealed(maya.id, 'safeguarding_flags', 'outcome_encrypted', id, canaries.handled)})`;
  const worryId = newId();
  await server.sql`
    insert into safeguarding_flags (school_id, id, student_id, reporter_id, about_encrypted) values
    (${schoolId}, ${worryId}, ${maya.id}, ${maya.id},
      ${await sealed(maya.id, 'safeguarding_flags', 'about_encrypted', worryId, canaries.worry)})`;
  await server.sql`
    insert into commands (school_id, id, user_id, kind, payload_encrypted, captured_at) values
    (${schoolId}, ${id}, ${teacher.id}, 'place_on_level', ${await sealed(schoolId, 'commands', 'payload_encrypted', id, canaries.command)}, now())`;
  await server.sql`
    insert into legal_holds (school_id, id, subject_id, reason_encrypted, placed_by) values
    (${schoolId}, ${id}, ${maya.id}, ${await sealed(schoolId, 'legal_holds', 'reason_encrypted', id, canaries.hold)}, ${teacher.id})`;
  await server.sql`
    insert into data_requests (school_id, id, kind, subject_id, recorded_by, asked_on, outcome_encrypted, state, closed_on) values
    (${schoolId}, ${id}, 'access', ${maya.id}, ${teacher.id}, current_date,
      ${await sealed(schoolId, 'data_requests', 'outcome_encrypted', id, canaries.outcome)}, 'done', current_date)`;

  const kept = completion(maya.id, club, { writtenWork: canaries.written });
  const removed = completion(maya.id, club, { writtenWork: canaries.removed });
  const changed = { ...kept, writtenWork: canaries.changed };
  const answers = [
    await maya.push('completions', [{ newDocumentState: kept }, { newDocumentState: removed }]),
    await maya.push('completions', [{ newDocumentState: changed, assumedMasterState: kept }]),
    await maya.push('completions', [{ newDocumentState: { ...removed, _deleted: true }, assumedMasterState: removed }]),
    await teacher.push('reviews', [{ newDocumentState: review(kept, teacher.id, { comment: canaries.comment }) }]),
  ];
  for (const answer of answers) expect(answer).toEqual({ conflicts: [], rejections: [] });
  const refused = await maya.push('completions', [
    { newDocumentState: { ...completion(maya.id, newId()), writtenWork: canaries.refused } },
  ]);
  expect(refused.rejections).toHaveLength(1);
}

/** Every row of every table and partition as text, through SQL. */
async function dumpBySql(sql: postgres.Sql | postgres.TransactionSql = server.sql): Promise<string> {
  const tables = await sql<{ schema: string; name: string }[]>`
    select schemaname as schema, tablename as name from pg_tables where schemaname not in ('pg_catalog', 'information_schema')`;
  const parts: string[] = [];
  for (const { schema, name } of tables) {
    const rows = await sql<{ text: string }[]>`select each::text as text from ${sql(schema)}.${sql(name)} as each`;
    parts.push(name, ...rows.map(({ text }) => text));
  }
  return parts.join('\n');
}

/** As `pg_dump` writes it; null where there is none on this machine, or one that is older than the server. */
async function dumpByProgram(): Promise<string | null> {
  const [version] = await server.sql<{ major: number }[]>`select current_setting('server_version_num')::integer / 10000 as major`;
  const program = await run('pg_dump', ['--version']).then(
    ({ stdout }) => Number(/(\d+)/.exec(stdout)?.[1]),
    () => 0,
  );
  if (program < Number(version?.major)) return null;
  const { stdout } = await run('pg_dump', ['--dbname', server.adminUrl], { maxBuffer: 1 << 29 });
  return stdout;
}

/** Which canaries a text shows: as they are, in hexadecimal digits, or in base64 at any of its three offsets. */
function sung(text: string): string[] {
  const lower = text.toLowerCase();
  const shows = (canary: string): boolean =>
    lower.includes(canary.toLowerCase()) ||
    lower.includes(Buffer.from(canary).toString('hex')) ||
    [0, 1, 2].some((offset) => text.includes(base64At(canary, offset)));
  return Object.entries(canaries).flatMap(([name, canary]) => (shows(canary) ? name : []));
}

function base64At(text: string, offset: number): string {
  const encoded = Buffer.concat([Buffer.alloc(offset), Buffer.from(text)]).toString('base64');
  // The first and the last digits belong to what stands beside it.
  return encoded.slice(offset === 0 ? 0 : 4, -4);
}

test('everything that is encrypted has its canary', async () => {
  for (const { table, column } of encryptedColumns) {
    expect(
      await server.sql`select 1 from ${server.sql(table)} where ${server.sql(column)} is not null limit 1`,
      `${table}.${column}`,
    ).toHaveLength(1);
  }
});

test('no canary sings in a dump of the database', async () => {
  const dump = await dumpBySql();
  // The dump holds what it should: the log of these very writes, and the index.
  expect(dump).toContain('audit_log_');
  expect(dump).toContain('written_work_encrypted');
  expect(dump).toContain('sync_index');
  expect(dump).toContain('4 Willow');
  expect(sung(dump)).toEqual([]);
  const whole = await dumpByProgram();
  if (whole !== null) {
    expect(whole).toContain('4 Willow');
    expect(sung(whole)).toEqual([]);
  }
});

type Plant = (sql: postgres.TransactionSql, canary: string) => PromiseLike<unknown>;
const places: readonly (readonly [where: string, plant: Plant])[] = [
  ['in plain text', (sql, canary) => sql`update clubs set name = ${canary} where id = (select id from clubs limit 1)`],
  ['as bytes', (sql, canary) => sql`update classes set code_hash = ${Buffer.from(canary)} where id = (select id from classes limit 1)`],
  [
    'in the log',
    (sql, canary) => sql`update audit_log set new_values = ${sql.json({ canary })} where id = (select id from audit_log limit 1)`,
  ],
  [
    'in base64',
    (sql, canary) =>
      sql`update clubs set icon = ${Buffer.from(`a ${canary} b`).toString('base64')} where id = (select id from clubs limit 1)`,
  ],
];

test.each(places)('a canary that was planted %s is heard', async (_where, plant) => {
  let heard: string[] = [];
  const takenOut = new Error('taken out again');
  const planting = server.sql.begin(async (sql) => {
    await plant(sql, canaries.written);
    heard = sung(await dumpBySql(sql));
    throw takenOut;
  });
  await expect(planting).rejects.toBe(takenOut);
  expect(heard).toEqual(['written']);
});
