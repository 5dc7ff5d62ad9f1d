import { worryTopics } from '#domain/collections/child-requests.ts';
import { SealBroken } from '../database/crypto/envelope.ts';
import type { Keyring } from '../database/crypto/keyring.ts';
import type { Cell } from '../database/crypto/subject-cipher.ts';
import { UnknownKey } from '../database/crypto/subject-cipher.ts';
import type { Transaction } from '../database/connections.ts';
import type { Entered } from '../database/enter.ts';
import { Problem } from '../http/problem.ts';
import type { Flag, FlagsAnswer, FlagsQuery } from './flag-schemas.ts';

const atATime = 50;

interface FlagRow {
  readonly id: string;
  readonly created_at: string;
  readonly student_id: string;
  readonly reporter_id: string;
  readonly text_encrypted: Uint8Array | null;
  readonly about_encrypted: Uint8Array | null;
  readonly handled_by: string | null;
  readonly handled_at: string | null;
  readonly outcome_encrypted: Uint8Array | null;
  readonly is_own: boolean;
  readonly is_to_handle: boolean;
  readonly child_name: Uint8Array | null;
  readonly class_name: string | null;
  readonly reporter_name: Uint8Array | null;
  readonly handler_name: Uint8Array | null;
  readonly piece_id: string | null;
  readonly owner_id: string | null;
  readonly owner_name: Uint8Array | null;
  readonly club_name: string | null;
  readonly task_title: string | null;
  readonly done_on: string | null;
  readonly written_work: Uint8Array | null;
  readonly files: number | null;
}

/**
 * Concerns that the policies show: to the safeguarding lead all, to whoever raised some those. To all others there is none.
 * Each that is read is recorded, with its child.
 */
export async function readFlags(
  sql: Transaction,
  { schoolId }: Entered,
  keyring: Keyring,
  { state, skip }: FlagsQuery,
): Promise<FlagsAnswer> {
  const [[counted], rows] = await Promise.all([
    sql<{ total: number }[]>`
      select count(*)::integer as total from safeguarding_flags where school_id = app.current_school_id() and state = ${state}`,
    sql<FlagRow[]>`
      select flag.id, flag.created_at, flag.student_id, flag.reporter_id, flag.text_encrypted, flag.about_encrypted, flag.handled_by, flag.handled_at,
        flag.outcome_encrypted, flag.reporter_id = app.current_user_id() as is_own,
        coalesce(app.reaches('safeguarding_flag.handle', flag.student_id), false) as is_to_handle,
        child.name_encrypted as child_name, class.name as class_name, reporter.name_encrypted as reporter_name,
        handler.name_encrypted as handler_name, piece.id as piece_id, piece.student_id as owner_id,
        owner.name_encrypted as owner_name, club.name as club_name, task.title as task_title,
        piece.completion_date as done_on, piece.written_work_encrypted as written_work, cardinality(piece.evidence_ids) as files
      from safeguarding_flags flag
      left join users child on child.school_id = flag.school_id and child.id = flag.student_id
      left join lateral (
        select name from class_students member
        join classes on classes.school_id = member.school_id and classes.id = member.class_id
        where member.school_id = flag.school_id and member.student_id = flag.student_id and member.is_current
        order by member.from_on desc
        limit 1
      ) class on true
      left join users reporter on reporter.school_id = flag.school_id and reporter.id = flag.reporter_id
      left join users handler on handler.school_id = flag.school_id and handler.id = flag.handled_by
      -- A piece that was logged under the wrong child has moved, maybe more than once.
      left join lateral (
        with recursive trail as (
          select id, moved_away_at from homework_completions where school_id = flag.school_id and id = flag.completion_id
          union
          select anew.id, anew.moved_away_at
          from trail
          join homework_completions anew on anew.school_id = flag.school_id and anew.moved_from = trail.id
        )
        select id from trail where moved_away_at is null limit 1
      ) standing on true
      left join homework_completions piece on piece.school_id = flag.school_id and piece.id = standing.id
      left join users owner on owner.school_id = piece.school_id and owner.id = piece.student_id
      left join clubs club on club.school_id = piece.school_id and club.id = piece.club_id
      left join homework_tasks task on task.school_id = piece.school_id and task.id = piece.task_id
      where flag.school_id = app.current_school_id() and flag.state = ${state}
      order by coalesce(flag.handled_at, flag.created_at) desc, flag.id
      limit ${atATime} offset ${skip}`,
  ]);
  // Of whom something was read: the child whom it is about, and whose piece it is.
  const reads = rows.flatMap((row) =>
    [...new Set([row.student_id, row.owner_id ?? row.student_id])].map((studentId) => [row.id, studentId] as const),
  );
  await sql`
    select app.record_read('safeguarding_flags', id, student_id, null)
    from unnest(${reads.map(([id]) => id)}::uuid[], ${reads.map(([, studentId]) => studentId)}::uuid[]) as read (id, student_id)`;
  const subjectIds = [schoolId, ...new Set(reads.map(([, studentId]) => studentId))];
  const flags = await keyring.opening(schoolId, subjectIds, (ciphers, isSecondTry) =>
    rows.map((row) =>
      toFlag(row, schoolId, (subjectId, cell, sealed) => {
        try {
          return ciphers.get(subjectId)?.decrypt(cell, sealed);
        } catch (error) {
          // One cell that does not open must not keep the others from being read; it is told of.
          if (error instanceof SealBroken || (isSecondTry && error instanceof UnknownKey)) return undefined;
          throw error;
        }
      }),
    ),
  );
  return { flags, total: counted?.total ?? 0 };
}

/** How many concerns wait for whoever has entered to handle them. Nothing of them is read. */
export async function countOpenFlags(sql: Transaction): Promise<number> {
  const [counted] = await sql<{ open: number }[]>`
    select count(*)::integer as open from safeguarding_flags
    where school_id = app.current_school_id() and state = 'open' and app.reaches('safeguarding_flag.handle', student_id)`;
  return counted?.open ?? 0;
}

/** Undefined: it does not open. */
type Open = (subjectId: string, cell: Cell, sealed: Uint8Array) => string | undefined;

function toFlag(row: FlagRow, schoolId: string, open: Open): Flag {
  let isDamaged = false;
  const opened = (subjectId: string, cell: Cell, sealed: Uint8Array | null): string | null => {
    const text = sealed && open(subjectId, cell, sealed);
    if (text === undefined) isDamaged = true;
    return text ?? null;
  };
  const staffName = (id: string | null, sealed: Uint8Array | null) =>
    id === null ? null : opened(schoolId, { table: 'users', column: 'name_encrypted', row: id }, sealed);
  const ofChild = (table: string, column: string, id: string, sealed: Uint8Array | null, studentId = row.student_id) =>
    opened(studentId, { table, column, row: id }, sealed);
  const isFromChild = row.reporter_id === row.student_id;
  const about = ofChild('safeguarding_flags', 'about_encrypted', row.id, row.about_encrypted);
  const { id, piece_id: pieceId, owner_id: ownerId, done_on: doneOn } = row;
  const content = {
    childName: ofChild('users', 'name_encrypted', row.student_id, row.child_name),
    reporterName: isFromChild ? null : staffName(row.reporter_id, row.reporter_name),
    worry: worryTopics.find((topic) => topic === about) ?? null,
    words: ofChild('safeguarding_flags', 'text_encrypted', id, row.text_encrypted),
    piece:
      pieceId === null || ownerId === null || doneOn === null
        ? null
        : {
            movedTo:
              ownerId === row.student_id ? null : { childName: ofChild('users', 'name_encrypted', ownerId, row.owner_name, ownerId) },
            clubName: row.club_name,
            taskTitle: row.task_title,
            doneOn,
            writtenWork: ofChild('homework_completions', 'written_work_encrypted', pieceId, row.written_work, ownerId),
            files: row.files ?? 0,
          },
    handled:
      row.handled_at === null
        ? null
        : {
            at: row.handled_at,
            byName: staffName(row.handled_by, row.handler_name),
            outcome: ofChild('safeguarding_flags', 'outcome_encrypted', id, row.outcome_encrypted),
          },
  };
  return {
    id,
    raisedAt: row.created_at,
    studentId: row.student_id,
    className: row.class_name,
    isFromChild,
    isOwn: row.is_own,
    isToHandle: row.is_to_handle,
    ...content,
    isDamaged,
  };
}

/**
 * Writes down what was done about a concern, as the person who has entered.
 *
 * @throws Problem `not_found` where there is none that is theirs to handle, `clash` where somebody has handled it meanwhile
 */
export async function handleFlag(sql: Transaction, { schoolId }: Entered, keyring: Keyring, id: string, outcome: string): Promise<void> {
  const [flag] = await sql<{ studentId: string; state: string }[]>`
    select student_id as "studentId", state from safeguarding_flags
    where school_id = app.current_school_id() and id = ${id} and app.reaches('safeguarding_flag.handle', student_id)
    for no key update`;
  if (!flag) throw new Problem('not_found');
  if (flag.state !== 'open') throw new Problem('clash');
  const cell = { table: 'safeguarding_flags', column: 'outcome_encrypted', row: id };
  await sql`
    update safeguarding_flags
    set state = 'handled', handled_by = app.current_user_id(), handled_at = now(),
      outcome_encrypted = ${await keyring.encrypt({ schoolId, subjectId: flag.studentId }, cell, outcome)}
    where school_id = app.current_school_id() and id = ${id}`;
}
