import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPlace, type Place } from './place.ts';
import { openWorld, type Person, type World } from './world.ts';

/** Whom a class's board may name, and to whom: `app.board_names`, asked by everybody there is. */

let world: World;
let place: Place;
let elsewhere: Place;
let admin: Person;

beforeAll(async () => {
  world = await openWorld();
  const schoolId = await world.addSchool();
  place = await openPlace(world, schoolId);
  elsewhere = await openPlace(world, schoolId);
  admin = await world.addPerson(schoolId, 'admin');
  await world.sql`update schools set leaderboard = 'team' where id = ${schoolId}`;
  await world.giveConsent(place.student, 'leaderboard', place.parent);
  await world.as(place.student, (sql) => sql`update students set shows_on_boards = true`);
});
afterAll(() => world.close());

async function namedTo(person: Person): Promise<string[]> {
  const rows = await world.as(person, (sql) => sql<{ id: string }[]>`select student_id as id from app.board_names(${place.classId})`);
  return rows.map(({ id }) => id);
}

test('names are for the children of the class and its teacher, and for nobody else', async () => {
  for (const person of [place.student, place.newcomer, place.teacher]) expect(await namedTo(person)).toEqual([place.student.id]);
  for (const person of [place.parent, place.device, admin, elsewhere.student, elsewhere.teacher, elsewhere.parent])
    expect(await namedTo(person)).toEqual([]);
});

test('a child changes the own answer and nobody else’s, and nothing else of the profile', async () => {
  const change = (person: Person) =>
    world.as(person, (sql) => sql`update students set shows_on_boards = true where id = ${place.newcomer.id}`);
  for (const person of [place.teacher, place.parent, admin, place.student]) expect((await change(person)).count).toBe(0);
  await expect(world.as(place.student, (sql) => sql`update students set year_group = '6'`)).rejects.toMatchObject({ code: '42501' });
});

test('any of the yeses that is missing keeps the name off: the school’s, the family’s, the child’s', async () => {
  const { schoolId } = place.student;
  await world.as(place.student, (sql) => sql`update students set shows_on_boards = false`);
  expect(await namedTo(place.newcomer)).toEqual([]);
  await world.as(place.student, (sql) => sql`update students set shows_on_boards = true`);
  expect(await namedTo(place.newcomer)).toEqual([place.student.id]);
  await world.giveConsent(place.student, 'leaderboard', place.parent, 'withdrawn');
  expect(await namedTo(place.newcomer)).toEqual([]);
  await world.giveConsent(place.student, 'leaderboard', place.parent);
  await world.sql`update schools set leaderboard = 'off' where id = ${schoolId}`;
  expect(await namedTo(place.newcomer)).toEqual([]);
  await world.sql`update schools set leaderboard = 'individual' where id = ${schoolId}`;
  expect(await namedTo(place.newcomer)).toEqual([place.student.id]);
});

test('each of them has the class derived anew', async () => {
  const { schoolId } = place.student;
  const due = async (change: () => Promise<unknown>) => {
    await world.sql`delete from derivations_due where school_id = ${schoolId}`;
    await change();
    return (await world.sql`select from derivations_due where school_id = ${schoolId} and student_id = ${place.student.id}`).length > 0;
  };
  expect(await due(() => world.as(place.student, (sql) => sql`update students set shows_on_boards = false`))).toBe(true);
  expect(await due(() => world.giveConsent(place.student, 'leaderboard', place.parent, 'withdrawn'))).toBe(true);
  expect(await due(() => world.sql`update schools set leaderboard = 'team' where id = ${schoolId}`)).toBe(true);
  expect(await due(() => world.sql`update users set status = 'suspended' where id = ${place.student.id}`)).toBe(true);
  expect(await due(() => world.sql`delete from class_students where student_id = ${place.newcomer.id}`)).toBe(true);
  // What has nothing to do with boards makes nothing due.
  expect(await due(() => world.giveConsent(place.student, 'sharing', place.parent))).toBe(false);
  expect(await due(() => world.sql`update schools set colour = '#112233' where id = ${schoolId}`)).toBe(false);
});
