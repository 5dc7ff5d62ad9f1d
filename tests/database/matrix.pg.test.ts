import postgres from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { roleTemplates, type RoleTemplateName } from '#domain/permissions/roles.ts';
import { lines } from './matrix-table.ts';
import type { Actor, Distance, Line } from './matrix-words.ts';
import { addCommand, addNotice, addRejectedPush, openPlace, type Place } from './place.ts';
import { openWorld, type Person, type Transaction, type World } from './world.ts';

/**
 * Every role template × every tenant table × select, insert, update, delete × own class, other class, other school. What is to
 * be expected follows from the catalogue, the templates and matrix-table.ts; the policies are what is tested.
 */

const operations = ['select', 'insert', 'update', 'delete'] as const;
type Operation = (typeof operations)[number];

let world: World;
const placesByDistance = new Map<Distance, Place>();
const actors: Actor[] = [];
let checked = 0;
let allowed = 0;

beforeAll(async () => {
  world = await openWorld();
  const [oak, riverside] = [await world.addSchool(), await world.addSchool()];
  const own = await openPlace(world, oak);
  placesByDistance.set('own', own);
  placesByDistance.set('other class', await openPlace(world, oak));
  placesByDistance.set('other school', await openPlace(world, riverside));
  for (const role of Object.values(roleTemplates).map(({ name }) => name)) {
    const person = await personFor(role, own);
    actors.push({
      role,
      person,
      accountRows: {
        notices: await addNotice(world, oak, { userId: person.id }),
        commands: await addCommand(world, person),
        asked: await addCommand(world, person, 'ask_for_help'),
        rejected_pushes: await addRejectedPush(world, person),
      },
    });
  }
});
afterAll(async () => {
  console.log(`matrix: ${String(checked)} cells checked, ${String(allowed)} of them allowed, over ${String(lines.length)} kinds of rows`);
  await world.close();
});

/** Whoever has this role and belongs to the place. */
async function personFor(role: RoleTemplateName, place: Place): Promise<Person> {
  switch (role) {
    case 'student':
      return place.student;
    case 'parent':
      return place.parent;
    case 'teacher':
      return place.teacher;
    case 'class_device':
      return place.device;
    case 'teaching_assistant': {
      const assistant = await world.addPerson(place.schoolId, 'teacher', role);
      await world.teach(assistant, place.classId);
      return assistant;
    }
    case 'school_admin':
    case 'data_protection_lead':
    case 'safeguarding_lead': {
      const lead = await world.addPerson(place.schoolId, 'admin', null);
      await world.giveRole(place.schoolId, lead.id, role, { kind: 'school', target: place.schoolId });
      return lead;
    }
  }
}

/** Rolled back, whatever comes of it. */
class Undo extends Error {}

/** Whether the operation did something; false where it was denied or found no row. Any other refusal is a fault of the test. */
async function succeeds(
  sql: Transaction,
  line: Line,
  operation: Operation,
  actor: Actor,
  distance: Distance,
  place: Place,
): Promise<boolean> {
  const circumstance = { actor, distance, place };
  const [table, key, row] = [sql(line.table), sql(line.key ?? 'id'), line.row(circumstance)];
  let count = 0;
  try {
    await sql.savepoint(async (savepoint) => {
      switch (operation) {
        case 'select':
          count = (await savepoint`select school_id from ${table} where school_id = ${place.schoolId} and ${key} = ${row}`).count;
          break;
        case 'insert': {
          const fresh = line.fresh?.(circumstance);
          count = (await (fresh ? savepoint`insert into ${table} ${sql(fresh)}` : savepoint`insert into ${table} default values`)).count;
          break;
        }
        case 'update': {
          const column = sql(line.changes ?? 'school_id');
          count = (await savepoint`update ${table} set ${column} = ${column} where school_id = ${place.schoolId} and ${key} = ${row}`)
            .count;
          break;
        }
        case 'delete':
          count = (await savepoint`delete from ${table} where school_id = ${place.schoolId} and ${key} = ${row}`).count;
      }
      throw new Undo();
    });
  } catch (error) {
    if (error instanceof Undo) return count > 0;
    if (error instanceof postgres.PostgresError && error.code === '42501') return false;
    throw new Error(`${actor.role} ${operation} ${line.table} ${line.rows ?? ''} (${distance})`, { cause: error });
  }
  return false;
}

function isAllowed(line: Line, operation: Operation, actor: Actor, distance: Distance, place: Place): boolean {
  const rule = operation === 'select' ? line.read : line[operation];
  return rule?.({ actor, distance, place }) ?? false;
}

test('every tenant table has its line', async () => {
  const rows = await world.sql<{ name: string }[]>`
    select c.relname as name from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attname = 'school_id' and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition and c.relname <> 'sign_in_lookup'`;
  expect(new Set(lines.map(({ table }) => table))).toEqual(new Set(rows.map(({ name }) => name)));
});

const roles = Object.values(roleTemplates).map(({ name }) => name);

test.each(roles)('%s does what the catalogue says, on every table, and nothing else', async (role) => {
  const actor = actors.find((one) => one.role === role);
  if (!actor) throw new Error('every role has somebody');
  const wrong: string[] = [];
  await world.as(actor.person, async (sql) => {
    for (const line of lines) {
      for (const [distance, place] of placesByDistance) {
        for (const operation of operations) {
          const wanted = isAllowed(line, operation, actor, distance, place);
          const found = await succeeds(sql, line, operation, actor, distance, place);
          if (found !== wanted) {
            wrong.push(
              `${operation} ${line.table} ${line.rows ?? ''} (${distance}): ${wanted ? 'should be allowed' : 'should be refused'}`,
            );
          }
          checked++;
          if (wanted) allowed++;
        }
      }
    }
  });
  expect(wrong).toEqual([]);
});

test('whatever a table lets anybody do, somebody may do and somebody may not', () => {
  const place = placesByDistance.get('own');
  if (!place) throw new Error('there is an own place');
  for (const line of lines) {
    for (const operation of operations) {
      if (operation !== 'select' && !line[operation]) continue;
      const outcomes = new Set(
        actors.flatMap((actor) => [...placesByDistance].map(([distance, there]) => isAllowed(line, operation, actor, distance, there))),
      );
      const isClosed = operation === 'select' && !outcomes.has(true);
      expect(outcomes.size === 2 || isClosed, `${operation} ${line.table} ${line.rows ?? ''}`).toBe(true);
    }
  }
});
