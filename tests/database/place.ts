import { randomBytes, randomUUID } from 'node:crypto';
import type { Person, World } from './world.ts';

/** A class of a school with everything that may hang on one, and a row of every kind. */
export type Place = Awaited<ReturnType<typeof openPlace>>;

export async function openPlace(world: World, schoolId: string) {
  const { sql } = world;
  await sql`update schools set has_buddy_groups = true where id = ${schoolId}`;
  const classId = await world.addClass(schoolId);
  const [clubId, otherClubId] = [await world.addClub(schoolId), await world.addClub(schoolId)];
  const teacher = await world.addPerson(schoolId, 'teacher');
  const parent = await world.addPerson(schoolId, 'parent');
  const student = await world.addPerson(schoolId, 'student');
  const buddies = [await world.addPerson(schoolId, 'student'), await world.addPerson(schoolId, 'student')];
  const newcomer = await world.addPerson(schoolId, 'student');
  const teachingId = await world.teach(teacher, classId);
  const membershipId = await world.joinClass(student, classId);
  for (const child of [...buddies, newcomer]) await world.joinClass(child, classId);
  const guardianshipId = await world.addGuardianship(parent, student);
  await world.giveConsent(student, 'buddy_groups', parent);
  for (const child of [...buddies, newcomer]) await world.giveConsent(child, 'buddy_groups');
  const completionId = await world.addCompletion(student, clubId);
  const markedId = await world.addCompletion(student, clubId);
  const reviewId = await world.addReview(teacher, student, markedId);

  const [levelId, calendarId, evidenceId, noteId, excusedDayId, studentLevelId, flagId, studentBadgeId, badgeId] = freshIds();
  const childRequestId = randomUUID();
  const [classBoardId, schoolBoardId, groupId, buddyId, cheerId, invitationId, otherLevelId, otherBadgeId] = freshIds();
  for (const [club, level] of [
    [clubId, levelId],
    [otherClubId, otherLevelId],
  ]) {
    await sql`
      insert into club_levels (school_id, id, club_id, number, name, stage) values (${schoolId}, ${level ?? ''}, ${club ?? ''}, 1, 'Acorn', 'R')`;
  }
  await sql`
    insert into school_calendar (school_id, id, reason, name, from_on, until_on)
    values (${schoolId}, ${calendarId}, 'inset', 'INSET', '2026-01-05', '2026-01-05')`;
  await sql`
    insert into student_progress (school_id, student_id, current_run, longest_run, weeks, clubs) values (${schoolId}, ${student.id}, 1, 1, '[]', '{}')`;
  await sql`
    insert into evidence (school_id, id, completion_id, student_id, kind) values (${schoolId}, ${evidenceId}, ${completionId}, ${student.id}, 'photo')`;
  await sql`
    insert into parent_notes (school_id, id, guardianship_id, student_id, completion_id, author_id, helped)
    values (${schoolId}, ${noteId}, ${guardianshipId}, ${student.id}, ${completionId}, ${parent.id}, true)`;
  await sql`
    insert into excused_days (school_id, id, student_id, day, state, captured_at)
    values (${schoolId}, ${excusedDayId}, ${student.id}, '2026-01-06', 'excused', now())`;
  await sql`
    insert into student_levels (school_id, id, student_id, club_id, level_id, set_by, teacher_id, reason_encrypted)
    values (${schoolId}, ${studentLevelId}, ${student.id}, ${clubId}, ${levelId}, 'teacher', ${teacher.id}, ${randomBytes(8)})`;
  await sql`
    insert into safeguarding_flags (school_id, id, student_id, reporter_id, text_encrypted)
    values (${schoolId}, ${flagId}, ${student.id}, ${teacher.id}, ${randomBytes(8)})`;
  await sql`
    insert into child_requests (school_id, id, student_id, kind, topic, completion_id)
    values (${schoolId}, ${childRequestId}, ${student.id}, 'delete', 'photo', ${completionId})`;
  for (const id of [badgeId, otherBadgeId]) {
    await sql`
      insert into badges (school_id, id, name, sentence, picture, given_by) values (${schoolId}, ${id}, 'Kind', 'You were kind.', 'heart', 'teacher')`;
  }
  await sql`
    insert into student_badges (school_id, id, student_id, badge_id, given_by, teacher_id, awarded_on)
    values (${schoolId}, ${studentBadgeId}, ${student.id}, ${badgeId}, 'teacher', ${teacher.id}, '2026-01-09')`;
  await sql`
    insert into leaderboards (school_id, id, class_id, kind, monday, figures)
    values (${schoolId}, ${classBoardId}, ${classId}, 'garden', '2026-01-05', '{}')`;
  // One of its school, whichever place was opened first.
  await sql`
    insert into leaderboards (school_id, id, kind, monday, figures) values (${schoolId}, ${schoolBoardId}, 'garden', '2026-01-05', '{}')
    on conflict do nothing`;
  const [schoolBoard] = await sql<{ id: string }[]>`select id from leaderboards where school_id = ${schoolId} and class_id is null`;
  await sql.begin(async (transaction) => {
    await transaction`insert into buddy_groups (school_id, id, class_id, name) values (${schoolId}, ${groupId}, ${classId}, 'Otters')`;
    for (const [child, id] of [[student, buddyId] as const, ...buddies.map((buddy) => [buddy, randomUUID()] as const)]) {
      await transaction`
        insert into buddy_group_students (school_id, id, group_id, class_id, student_id)
        values (${schoolId}, ${id}, ${groupId}, ${classId}, ${child.id})`;
    }
  });
  await sql`update buddy_group_students set joined_at = now() where group_id = ${groupId}`;
  await sql`
    insert into buddy_cheers (school_id, id, group_id, student_id, phrase) values (${schoolId}, ${cheerId}, ${groupId}, ${student.id}, 7)`;
  const device = await world.addPerson(schoolId, 'device');
  await sql`
    insert into devices (school_id, id, class_id, name, lease_until)
    values (${schoolId}, ${device.id}, ${classId}, 'Tablet 1', now() + interval '90 days')`;
  await sql`
    insert into invitations (school_id, id, student_id, code_hash) values (${schoolId}, ${invitationId}, ${student.id}, ${randomBytes(32)})`;

  const [consentId, policyId, holdId, requestId] = freshIds();
  await sql`
    insert into student_consents (school_id, id, student_id, guardian_id, purpose, notice_version, decision)
    values (${schoolId}, ${consentId}, ${student.id}, ${parent.id}, 'photo', 1, 'given')`;
  await sql`
    insert into data_retention_policies (school_id, id, entity_type, period) values (${schoolId}, ${policyId}, 'notices', 30)
    on conflict do nothing`;
  const [policy] = await sql<{ id: string }[]>`select id from data_retention_policies where school_id = ${schoolId}`;
  await sql`
    insert into legal_holds (school_id, id, subject_id, reason_encrypted, placed_by)
    values (${schoolId}, ${holdId}, ${student.id}, ${randomBytes(8)}, ${teacher.id})`;
  await sql`insert into retention_runs (school_id) values (${schoolId}) on conflict do nothing`;
  await sql`
    insert into data_requests (school_id, id, kind, subject_id, recorded_by, asked_on)
    values (${schoolId}, ${requestId}, 'access', ${student.id}, ${teacher.id}, '2026-01-08')`;

  return {
    ...{ consentId, holdId, requestId, policyId: policy?.id ?? policyId },
    ...{ schoolId, classId, clubId, teacher, parent, student, buddies, newcomer, device },
    ...{ teachingId, membershipId, guardianshipId, completionId, markedId, reviewId, levelId, calendarId, evidenceId, noteId },
    ...{ excusedDayId, studentLevelId, flagId, studentBadgeId, badgeId, classBoardId, groupId, buddyId, cheerId, invitationId },
    ...{ childRequestId, otherClubId, otherLevelId, otherBadgeId, schoolBoardId: schoolBoard?.id ?? schoolBoardId },
    taskOfClassId: await world.addTask(schoolId, clubId, teacher, { classId }),
    taskOfStudentId: await world.addTask(schoolId, clubId, teacher, { studentId: student.id }),
    noticeAboutStudentId: await addNotice(world, schoolId, { studentId: student.id }),
  };
}

export async function addNotice(world: World, schoolId: string, about: { userId: string } | { studentId: string }): Promise<string> {
  const id = randomUUID();
  const [userId, studentId] = 'userId' in about ? [about.userId, null] : [null, about.studentId];
  await world.sql`
    insert into notices (school_id, id, audience, user_id, student_id, kind, code, message)
    values (${schoolId}, ${id}, ${userId === null ? 'student' : 'account'}, ${userId}, ${studentId}, 'rejection', 'not_allowed', 'No')`;
  return id;
}

export async function addCommand(world: World, person: Person, kind = 'place_on_level'): Promise<string> {
  const id = randomUUID();
  await world.sql`
    insert into commands (school_id, id, user_id, kind, payload_encrypted, captured_at)
    values (${person.schoolId}, ${id}, ${person.id}, ${kind}, ${randomBytes(8)}, now())`;
  return id;
}

export async function addRejectedPush(world: World, person: Person): Promise<string> {
  const id = randomUUID();
  await world.sql`
    insert into rejected_pushes (school_id, id, user_id, collection, document_id, code, payload_encrypted)
    values (${person.schoolId}, ${id}, ${person.id}, 'completions', ${randomUUID()}, 'not_allowed', ${randomBytes(8)})`;
  return id;
}

/** As many as are wanted. */
function freshIds(): [string, string, string, string, string, string, string, string, string] {
  const id = randomUUID;
  return [id(), id(), id(), id(), id(), id(), id(), id(), id()];
}
