import { expect, test, vi } from 'vitest';
import { addDays, dateInZone } from '#domain/calendar/dates.ts';
import { expectedDays } from '#domain/calendar/expected-days.ts';
import { consentPurposes } from '#domain/consents/purposes.ts';
import { isCode } from '#domain/invitations/code.ts';
import { statusFromReviews } from '#domain/marking/status.ts';
import { stickers } from '#domain/marking/stickers.ts';
import { must } from '#domain/must.ts';
import { streakInput } from '#domain/streaks/streak-input.ts';
import { streak } from '#domain/streaks/streak.ts';
import { generateDemoSchools } from './generate.ts';
import type { Child, DemoSchool } from './model.ts';

// Whole schools are drawn here, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000 });

const now = new Date('2026-11-24T16:30:00Z');
const [oakHill, riverside] = schoolsAt(now, 'full');

function schoolsAt(moment: Date, size: 'full' | 'small'): [DemoSchool, DemoSchool] {
  const [first, second] = generateDemoSchools(moment, size);
  return [must(first, 'Oak Hill is the first school'), must(second, 'Riverside is the second')];
}

function childOf(school: DemoSchool, code: string, loginName: string): Child {
  const one = must(
    school.classes.find((each) => each.code === code),
    'the class is there',
  );
  return must(
    school.children.find((child) => child.classId === one.id && child.loginName === loginName),
    'the child is there',
  );
}

function streakOf(school: DemoSchool, child: Child, moment: Date) {
  return streak(
    streakInput({
      startedOn: child.startedOn,
      closures: school.calendar,
      target: must(
        school.classes.find((one) => one.id === child.classId),
        'a child has a class',
      ).weeklyTarget,
      today: dateInZone(moment, 'Europe/London'),
      entries: school.completions
        .filter((one) => one.studentId === child.id)
        .map((one) => ({ date: one.effectiveDate, status: one.status })),
      excused: [],
      closedWeeks: [],
    }),
  );
}

test('the same moment gives the same schools, to the letter', () => {
  expect(JSON.stringify(schoolsAt(now, 'full'))).toBe(JSON.stringify([oakHill, riverside]));
});

test('the schools are as large as documented', () => {
  const parents = oakHill.adults.filter((adult) => adult.kind === 'parent');
  expect(oakHill.classes).toHaveLength(14);
  expect(oakHill.children).toHaveLength(420);
  expect(oakHill.adults.filter((adult) => adult.kind === 'teacher')).toHaveLength(20);
  expect(parents.length).toBeGreaterThan(560);
  expect(parents.length).toBeLessThan(660);
  expect(oakHill.completions.length).toBeGreaterThanOrEqual(20_000);
  expect(oakHill.clubs.map((club) => club.levels.length)).toEqual([21, 21, 21, 21]);
  expect(riverside.classes).toHaveLength(2);
  expect(riverside.children).toHaveLength(40);
});

test('about 85% is reviewed, some of it returned with a comment, and tried again', () => {
  const waiting = oakHill.completions.filter((one) => one.status === 'submitted').length;
  expect(waiting / oakHill.completions.length).toBeGreaterThan(0.1);
  expect(waiting / oakHill.completions.length).toBeLessThan(0.2);
  expect(oakHill.completions.filter((one) => one.previousAttemptId !== null).length).toBeGreaterThan(500);
  for (const review of oakHill.reviews) if (review.verdict === 'returned') expect(review.comment).not.toBeNull();
});

test('people can be told apart: pictures and login names within a class, addresses within a school', () => {
  for (const school of [oakHill, riverside]) {
    for (const children of Map.groupBy(school.children, (child) => child.classId).values()) {
      expect(new Set(children.map((child) => child.avatar)).size).toBe(children.length);
      expect(new Set(children.map((child) => child.loginName)).size).toBe(children.length);
    }
    expect(new Set(school.adults.map((adult) => adult.email)).size).toBe(school.adults.length);
  }
});

test('every id is a UUIDv7 and used once', () => {
  const ids = [oakHill, riverside].flatMap((school) => [
    school.id,
    ...[
      school.calendar,
      school.clubs,
      school.adults,
      school.classes,
      school.children,
      school.guardianships,
      school.tasks,
      school.completions,
      school.reviews,
      school.excusedDays,
      school.consents,
      school.invitations,
      school.buddyGroups,
      school.buddyGroups.flatMap((group) => [...group.members, ...group.cheers]),
    ].flatMap((rows) => rows.map((row) => row.id)),
    ...school.children.map((child) => child.membershipId),
    ...school.clubs.flatMap((club) => club.levels.map((level) => level.id)),
  ]);
  expect(new Set(ids).size).toBe(ids.length);
  const malformed = ids.filter((id) => !/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id));
  expect(malformed).toEqual([]);
});

test('nothing happened later than now, nor on a day that is still to come', () => {
  for (const school of [oakHill, riverside]) {
    const times = [...school.completions.map((one) => one.receivedAt), ...school.reviews.map((review) => review.reviewedAt)];
    times.push(...school.invitations.flatMap(({ issuedAt, used, revokedAt }) => [issuedAt, used?.at ?? issuedAt, revokedAt ?? issuedAt]));
    expect(times.filter((time) => time > now.toISOString())).toEqual([]);
    expect(school.completions.filter((one) => one.effectiveDate > '2026-11-24')).toEqual([]);
  }
});

test('work, tasks and reviews belong together', () => {
  const completionsById = new Map(oakHill.completions.map((one) => [one.id, one]));
  const tasksById = new Map(oakHill.tasks.map((task) => [task.id, task]));
  const classByChild = new Map(oakHill.children.map((child) => [child.id, child.classId]));
  const reviewsByCompletion = Map.groupBy(oakHill.reviews, (review) => review.completionId);
  const wrong = oakHill.completions.filter((one) => {
    const task = one.taskId === null ? null : must(tasksById.get(one.taskId), 'a task is there');
    const previous = one.previousAttemptId === null ? null : must(completionsById.get(one.previousAttemptId), 'an attempt is there');
    return (
      (task !== null &&
        (task.classId !== classByChild.get(one.studentId) || task.clubId !== one.clubId || one.effectiveDate < task.opensOn)) ||
      (previous !== null && (previous.studentId !== one.studentId || previous.status !== 'returned')) ||
      (one.evidenceKind === 'written') !== (one.writtenWork !== null) ||
      statusFromReviews(reviewsByCompletion.get(one.id) ?? []) !== one.status
    );
  });
  expect(wrong).toEqual([]);
});

test('days are excused in weeks with next to no homework, and never one that was done', () => {
  const doneDays = new Set(oakHill.completions.map((one) => `${one.studentId} ${one.effectiveDate}`));
  const guardians = new Set(oakHill.guardianships.map((one) => `${one.parentId} ${one.studentId}`));
  expect(oakHill.excusedDays.length).toBeGreaterThan(100);
  expect(oakHill.excusedDays.filter((one) => doneDays.has(`${one.studentId} ${one.day}`))).toEqual([]);
  expect(oakHill.excusedDays.filter((one) => !guardians.has(`${one.setBy} ${one.studentId}`))).toEqual([]);
});

test('Maya has buddies of her class who have cheered, and one who has not answered yet', () => {
  const maya = childOf(oakHill, 'WILLOW4', 'maya');
  const [group] = oakHill.buddyGroups;
  const members = must(group, 'Oak Hill has a group').members.map((member) => member.studentId);
  expect(members).toHaveLength(4);
  expect(members).toContain(maya.id);
  expect(oakHill.children.filter((child) => members.includes(child.id)).map((child) => child.classId)).toEqual(
    members.map(() => maya.classId),
  );
  const joined = group?.members.filter(({ joinedAt }) => joinedAt !== null).map(({ studentId }) => studentId);
  expect(joined).toEqual(members.slice(0, 3));
  expect(joined).toContain(maya.id);
  expect(new Set(group?.cheers.map((cheer) => cheer.studentId))).toEqual(new Set(joined));
  expect(riverside.buddyGroups).toEqual([]);
});

test('guardians with parental responsibility have answered each purpose, and buddies’ have agreed', () => {
  const responsible = oakHill.guardianships.filter((one) => one.hasParentalResponsibility);
  expect(oakHill.consents).toHaveLength(responsible.length * consentPurposes.length);
  expect(new Set(oakHill.consents.map(({ decision }) => decision))).toEqual(new Set(['given', 'withdrawn']));
  const buddies = new Set(oakHill.buddyGroups.flatMap((group) => group.members.map(({ studentId }) => studentId)));
  const ofBuddies = oakHill.consents.filter(({ studentId, purpose }) => purpose === 'buddy_groups' && buddies.has(studentId));
  expect(new Set(ofBuddies.map(({ studentId }) => studentId))).toEqual(buddies);
  expect(ofBuddies.filter(({ decision }) => decision === 'withdrawn')).toEqual([]);
});

test('no text has a slot left unfilled', () => {
  const texts = [
    ...oakHill.tasks.flatMap((task) => [task.title, task.instructions]),
    ...oakHill.completions.map((one) => one.writtenWork ?? ''),
  ];
  expect(texts.filter((text) => /[{}]|undefined/.test(text))).toEqual([]);
});

test('Maya and Leo have a run to show, work that waits, and one piece that came back', () => {
  for (const [code, name, picture] of [
    ['WILLOW4', 'maya', '1-5-9'],
    ['ACORN1', 'leo', '2-4-6'],
  ] as const) {
    const child = childOf(oakHill, code, name);
    const own = oakHill.completions.filter((one) => one.studentId === child.id);
    expect(child.pictures).toBe(picture);
    expect(streakOf(oakHill, child, now).currentRun).toBeGreaterThan(25);
    expect(own.filter((one) => one.status === 'submitted').map((one) => one.effectiveDate)).toEqual(['2026-11-23', '2026-11-24']);
    const returned = own.filter((one) => one.status === 'returned');
    const answered = new Set(own.map((one) => one.previousAttemptId));
    expect(returned.filter((one) => !answered.has(one.id) && one.effectiveDate >= '2026-11-18')).toHaveLength(1);
  }
  const states = streakOf(oakHill, childOf(oakHill, 'ACORN1', 'leo'), now).weeks.map((week) => week.state);
  expect(states.filter((state) => state === 'rested')).toHaveLength(1);
  expect(states).not.toContain('ended');
});

test('the small variant has the same people with the same ids, and Maya’s and Leo’s whole histories', () => {
  const [small] = schoolsAt(now, 'small');
  expect(small.classes.map((one) => one.code)).toEqual(['ACORN1', 'WILLOW4']);
  expect(small.children).toHaveLength(60);
  for (const child of small.children) expect(oakHill.children).toContainEqual(child);
  for (const adult of small.adults) expect(oakHill.adults).toContainEqual(adult);
  const maya = childOf(small, 'WILLOW4', 'maya');
  expect(small.completions.filter((one) => one.studentId === maya.id)).toEqual(
    oakHill.completions.filter((one) => one.studentId === maya.id),
  );
  expect(small.completions.length).toBeLessThan(600);
});

test('seeded the next day, what was there before is the same', () => {
  const [later] = schoolsAt(new Date('2026-11-25T16:30:00Z'), 'full');
  const laterById = new Map(later.completions.map((one) => [one.id, one]));
  const settled = oakHill.completions.filter(
    (one) => one.effectiveDate < '2026-11-15' && one.studentId !== childOf(oakHill, 'WILLOW4', 'maya').id,
  );
  const changed = settled.filter((one) => laterById.get(one.id)?.writtenWork !== one.writtenWork);
  expect(changed).toEqual([]);
});

test('a young term has the term before it, so that the history is as long', () => {
  expect(schoolsAt(new Date('2027-09-20T18:00:00Z'), 'full')[0].completions.length).toBeGreaterThanOrEqual(20_000);
});

test('whatever day it is, there is a term of history and work of today and yesterday', () => {
  for (let today = '2026-09-01'; today < '2027-09-30'; today = addDays(today, 23)) {
    const moment = new Date(`${today}T18:00:00Z`);
    const [school] = schoolsAt(moment, 'small');
    const maya = childOf(school, 'WILLOW4', 'maya');
    const days = school.completions.filter((one) => one.studentId === maya.id).map((one) => one.effectiveDate);
    expect(days, today).toEqual(expect.arrayContaining([today, addDays(today, -1)]));
    expect(expectedDays(school.calendar, addDays(today, 1), addDays(today, 62)).length, today).toBeLessThan(45);
    expect(streakOf(school, maya, moment).currentRun, today).toBeGreaterThan(10);
  }
});

test('some approvals have a sticker, of each kind, and nothing else has one', () => {
  const stuck = oakHill.reviews.filter(({ sticker }) => sticker !== null);
  expect(new Set(stuck.map(({ sticker }) => sticker)).size).toBe(stickers.length);
  expect(stuck.filter(({ verdict }) => verdict !== 'approved')).toEqual([]);
  expect(stuck.length).toBeLessThan(oakHill.reviews.length / 4);
});

test('the office has letters to parents of every kind, each with a code that can be typed', () => {
  const { invitations } = oakHill;
  expect(invitations.every(({ code }) => isCode(code))).toBe(true);
  expect(new Set(invitations.map(({ code }) => code)).size).toBe(invitations.length);
  expect(invitations.filter(({ used }) => used !== null)).toHaveLength(1);
  expect(invitations.filter(({ revokedAt }) => revokedAt !== null)).toHaveLength(1);
  const rest = invitations.filter(({ used, revokedAt }) => used === null && revokedAt === null);
  expect(rest.filter(({ expiresAt }) => expiresAt > now.toISOString())).toHaveLength(3);
  expect(rest.filter(({ expiresAt }) => expiresAt <= now.toISOString())).toHaveLength(1);
});
