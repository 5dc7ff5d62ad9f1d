import postgres, { type Sql } from 'postgres';
import { v7 as uuidv7 } from 'uuid';
import * as v from 'valibot';
import { randomFor, type Random } from '#db/seed/random.ts';
import { collections } from '#domain/collections/index.ts';
import { clubId, studentId, type ClubId, type StudentId } from '#domain/ids.ts';
import { must } from '#domain/must.ts';
import type { Keyring } from '#server/database/crypto/keyring.ts';

/** The class of the demo teacher that is filled up. */
export const demo = {
  school: 'oak-hill',
  email: 'teacher@oak-hill.example',
  password: 'streaks-demo',
  classCode: 'WILLOW4',
  child: 'maya',
  pictures: [1, 5, 9],
};

interface Slice {
  readonly schoolId: string;
  readonly teacherId: string;
  readonly studentIds: readonly StudentId[];
  readonly clubIds: readonly ClubId[];
}

const sentences = [
  'First I read two chapters of my book out loud to my grandma and she asked me what I thought would happen next.',
  'I did the seven times table with my dad in the car, forwards and backwards, and then mixed up.',
  'The hardest word was “necessary”, because I always forget that it has one collar and two sleeves.',
  'I wrote a story about a badger who wants to learn how to swim but is afraid of the ducks.',
  'We measured the kitchen with a tape and drew it on squared paper, one square for ten centimetres.',
  'I practised the piece with the left hand alone and then slowly with both hands, five times each.',
  'My favourite part was when the seed turned into a shoot; I drew it every day for a week.',
  'I got stuck at question six and asked my sister, and then I could do the rest alone.',
];

/**
 * Adds homework, receipts and marks to the demo teacher's class until the teacher's devices hold exactly `target`
 * documents, in many small transactions as life would, sealed and stamped like everything else. Waits for the server to
 * derive what follows.
 */
export async function fillClass(adminUrl: string, keyring: Keyring, target: number): Promise<void> {
  const sql = postgres(adminUrl, { max: 1, onnotice: () => undefined });
  try {
    const slice = await findSlice(sql, keyring);
    await derived(sql);
    const missing = target - (await countSlice(sql, slice));
    if (missing < 0) throw new Error(`The demo class is larger than the bench's ${String(target)} documents.`);
    // A completion brings its receipt; most are marked too.
    const completions = Math.ceil(missing / 3);
    const reviews = missing - 2 * completions;
    const batch = 50;
    for (let from = 0; from < completions; from += batch) {
      await insertHomework(sql, keyring, slice, { from, until: Math.min(from + batch, completions), reviewsUntil: reviews });
    }
    await derived(sql);
    await sql`vacuum analyze`;
    const count = await countSlice(sql, slice);
    if (count !== target) throw new Error(`The teacher's devices would hold ${String(count)} documents, not ${String(target)}.`);
  } finally {
    await sql.end();
  }
}

/** Resolves when the server has derived status and progress of every student. */
export async function derived(sql: Sql): Promise<void> {
  for (let looks = 0; looks < 1200; looks++) {
    const [due] = await sql`select from derivations_due limit 1`;
    if (!due) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('The server did not derive the status and progress of the students within a minute.');
}

async function findSlice(sql: Sql, keyring: Keyring): Promise<Slice> {
  const [school] = await sql<{ id: string }[]>`select id from schools where slug = ${demo.school}`;
  const schoolId = must(school, 'the demo school is there').id;
  const [teacher] = await sql<{ id: string }[]>`
    select id from users where school_id = ${schoolId} and email_index = ${await keyring.blindIndex(schoolId, 'email', demo.email)}`;
  const students = await sql<{ id: string }[]>`
    select membership.student_id as id
    from class_students membership
    join classes class on class.school_id = membership.school_id and class.id = membership.class_id
    where class.school_id = ${schoolId} and class.code_hash = ${await keyring.lookupHash('class_code', demo.classCode)} and membership.is_current
    order by membership.student_id`;
  const clubs = await sql<{ id: string }[]>`select id from clubs where school_id = ${schoolId} order by id`;
  return {
    schoolId,
    teacherId: must(teacher, 'the demo teacher is there').id,
    studentIds: students.map(({ id }) => v.parse(studentId, id)),
    clubIds: clubs.map(({ id }) => v.parse(clubId, id)),
  };
}

/** What app.digest would say, without a session. */
async function countSlice(sql: Sql, { schoolId, teacherId }: Slice): Promise<number> {
  const audiences = Object.values(collections).flatMap((collection) =>
    collection.audiences.map((audience) => ({ collection: collection.name, audience })),
  );
  const [row] = await sql<{ count: number }[]>`
    select count(*)::integer as count
    from access_grants grants
    join sync_index entry on entry.school_id = grants.school_id and entry.audience = grants.audience and entry.scope_id = grants.scope_id
      and not entry.is_deleted and not entry.is_archived
    join jsonb_to_recordset(${sql.json(audiences)}) as synced(collection text, audience text)
      on synced.collection = entry.collection and synced.audience = entry.audience
    where grants.school_id = ${schoolId} and grants.user_id = ${teacherId} and grants.to_version is null and grants.on_device`;
  return must(row, 'a count has a row').count;
}

interface Part {
  readonly from: number;
  readonly until: number;
  readonly reviewsUntil: number;
}

async function insertHomework(sql: Sql, keyring: Keyring, slice: Slice, { from, until, reviewsUntil }: Part): Promise<void> {
  const { schoolId, teacherId, studentIds } = slice;
  const ciphers = await keyring.subjects(schoolId, [...studentIds]);
  const completions: object[] = [];
  const reviews: object[] = [];
  for (let number = from; number < until; number++) {
    const random = randomFor('bench', String(number));
    const homework = someHomework(slice, random, number);
    const cipher = must(ciphers.get(homework.studentId), 'a child has a key');
    const at = new Date(`${homework.completionDate}T16:30:00Z`).toISOString();
    const id = uuidv7();
    const isMarked = number < reviewsUntil;
    completions.push({
      school_id: schoolId,
      id,
      student_id: homework.studentId,
      club_id: homework.clubId,
      completion_date: homework.completionDate,
      evidence_kind: homework.evidenceKind,
      written_work_encrypted: cipher.encrypt(
        { table: 'homework_completions', column: 'written_work_encrypted', row: id },
        homework.writtenWork,
      ),
      minutes: homework.minutes,
      feeling: homework.feeling,
      captured_at: at,
      clock_offset_ms: random.int(-400, 400),
      logged_by: 'child',
      logged_by_user_id: homework.studentId,
      received_at: at,
      effective_date: homework.completionDate,
      status: isMarked ? 'approved' : 'submitted',
    });
    if (!isMarked) continue;
    const reviewId = uuidv7();
    reviews.push({
      school_id: schoolId,
      id: reviewId,
      completion_id: id,
      student_id: homework.studentId,
      reviewer_id: teacherId,
      verdict: 'approved',
      comment_encrypted: random.chance(0.4)
        ? cipher.encrypt(
            { table: 'completion_reviews', column: 'comment_encrypted', row: reviewId },
            `Well done. ${random.pick(sentences)}`,
          )
        : null,
      star: random.chance(0.1),
      captured_at: at,
      reviewed_at: at,
    });
  }
  await sql.begin(async (transaction) => {
    await transaction`set local role studystreaks_owner`;
    await transaction`insert into homework_completions ${transaction(completions)}`;
    if (reviews.length > 0) await transaction`insert into completion_reviews ${transaction(reviews)}`;
  });
}

/** One child's work of one of the last hundred days, with the few sentences that a child writes. */
export function someHomework({ studentIds, clubIds }: Pick<Slice, 'studentIds' | 'clubIds'>, random: Random, number: number) {
  const daysAgo = 1 + (number % 100);
  return {
    studentId: must(studentIds[number % studentIds.length], 'the class has children'),
    clubId: random.pick(clubIds),
    evidenceKind: 'written' as const,
    completionDate: new Date(Date.now() - daysAgo * 86_400_000).toISOString().slice(0, 10),
    writtenWork: random.shuffle(sentences).slice(0, random.int(1, 4)).join(' '),
    minutes: random.int(5, 45),
    feeling: random.pick(['easy', 'ok', 'tricky'] as const),
  };
}
