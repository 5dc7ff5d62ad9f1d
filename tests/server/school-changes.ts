import { randomUUID } from 'node:crypto';
import type postgres from 'postgres';

type Pick = <Item>(items: readonly Item[]) => Item;

/** Something that changes at Oak Hill, written past the server: as an import, a job or another process writes it. */
export interface Change {
  readonly name: string;
  /** @returns how many rows it changed */
  readonly make: (sql: postgres.TransactionSql, pick: Pick) => Promise<{ readonly count: number }>;
}

type Rows = Promise<readonly { readonly id: string }[]>;

/** One of these rows; a new id, which nothing has, where there are none any more. */
async function oneOf(rows: Rows, pick: Pick): Promise<string> {
  const ids = (await rows).map(({ id }) => id);
  return ids.length === 0 ? randomUUID() : pick(ids);
}

const oakHill = (sql: postgres.TransactionSql) => sql`(select id from schools where slug = 'oak-hill')`;

/** Children of the class of whom much is to be seen, signed in or not. */
const children = (sql: postgres.TransactionSql): Rows => sql<{ id: string }[]>`
  select member.student_id as id
  from class_students member
  join classes class on class.school_id = member.school_id and class.id = member.class_id and class.name = '4 Willow'
  where member.is_current order by 1`;

/** Those of them whose session a change of theirs does not end. */
const awayChildren = (sql: postgres.TransactionSql): Rows => sql<{ id: string }[]>`
  select member.student_id as id
  from class_students member
  join classes class on class.school_id = member.school_id and class.id = member.class_id and class.name = '4 Willow'
  where member.is_current and not exists (select from sessions where user_id = member.student_id) order by 1`;

const rowsOf = (sql: postgres.TransactionSql, table: string): Rows =>
  sql<{ id: string }[]>`select id from ${sql(table)} where school_id = ${oakHill(sql)} order by id`;

/** Of a row of this table a column is set to one of these, whatever it was. */
function sets(name: string, table: string, column: string, values: readonly (string | number | boolean | null)[]): Change {
  return {
    name,
    make: async (sql, pick) =>
      sql`update ${sql(table)} set ${sql({ [column]: pick(values) })} where id = ${await oneOf(rowsOf(sql, table), pick)}`,
  };
}

/** … of a child of the class. */
function setsChild(name: string, table: string, column: string, values: readonly (string | boolean | null)[], who = children): Change {
  return {
    name,
    make: async (sql, pick) => sql`update ${sql(table)} set ${sql({ [column]: pick(values) })} where id = ${await oneOf(who(sql), pick)}`,
  };
}

/** The days of something around a child of the class end, or begin again. */
function ends(name: string, table: string): Change {
  return {
    name,
    make: async (sql, pick) => {
      const child = await oneOf(awayChildren(sql), pick);
      return pick([true, false])
        ? sql`update ${sql(table)} set from_on = current_date - 30, until_on = current_date - 1 where student_id = ${child}`
        : sql`update ${sql(table)} set until_on = null where until_on is not null`;
    },
  };
}

/** Each kind of change that a document can follow from. */
export const changes: readonly Change[] = [
  sets('the school has another colour', 'schools', 'colour', ['#2f6f4f', '#2b5f83']),
  sets('boards are switched', 'schools', 'leaderboard', ['off', 'team', 'individual']),
  sets('buddy groups are switched', 'schools', 'has_buddy_groups', [true, false]),
  sets('a club is opened or closed', 'clubs', 'is_active', [true, false]),
  sets('a level has another name', 'club_levels', 'name', ['Seedling', 'Sprout', 'Great Oak']),
  sets('a class has another target', 'classes', 'weekly_target', [2, 3, 4, 5]),
  sets('a badge is taken out of use or back', 'badges', 'is_active', [true, false]),
  sets('a holiday has another name', 'school_calendar', 'name', ['Half-term', 'Snow', 'Trip']),
  sets('a task has another title', 'homework_tasks', 'title', ['Shadows', 'Fractions of a cake', 'Rivers']),
  sets('a group has another name', 'buddy_groups', 'name', ['Otters', 'Kites']),
  sets('a piece took another time', 'homework_completions', 'minutes', [5, 10, 20, null]),
  sets('a piece is judged', 'homework_completions', 'status', ['submitted', 'approved', 'returned']),
  sets('a guardian is the first to be asked, or not', 'parent_students', 'is_primary_contact', [true, false]),
  sets('a guardian has responsibility, or not', 'parent_students', 'has_parental_responsibility', [true, false]),
  sets('a teacher leads, or not', 'teacher_classes', 'is_lead', [true, false]),
  setsChild('a child has another picture', 'students', 'avatar', ['fox-1', 'owl-2', 'badger-3']),
  setsChild('a child says yes or no to boards', 'students', 'shows_on_boards', [true, false]),
  setsChild('a child goes up a year', 'students', 'year_group', ['4', '5']),
  setsChild('a child is suspended or back', 'users', 'status', ['active', 'suspended'], awayChildren),
  ends('a child leaves the class or is back', 'class_students'),
  ends('a guardian leaves or is back', 'parent_students'),
  {
    name: 'a guardian decides',
    make: async (sql, pick) => {
      const guardianship = await oneOf(rowsOf(sql, 'parent_students'), pick);
      return sql`
        insert into student_consents (school_id, id, student_id, guardian_id, purpose, notice_version, decision)
        select school_id, ${randomUUID()}, student_id, parent_id, ${pick(['leaderboard', 'buddy_groups', 'photo', 'audio'])}, 1,
          ${pick(['given', 'withdrawn'])}
        from parent_students where id = ${guardianship}`;
    },
  },
  {
    name: 'a piece gets a photo',
    make: async (sql, pick) => sql`
      insert into evidence (school_id, id, completion_id, student_id, kind)
      select school_id, ${randomUUID()}, id, student_id, 'photo'
      from homework_completions where id = ${await oneOf(rowsOf(sql, 'homework_completions'), pick)}`,
  },
  {
    name: 'a photo is withdrawn, or expected again',
    make: async (sql, pick) => sql`
      update evidence set state = case state when 'expected' then 'withdrawn' else 'expected' end, refusal = null
      where school_id = ${oakHill(sql)} and kind = ${pick(['photo'])}`,
  },
  {
    name: 'a day is closed',
    make: (sql, pick) => sql`
      insert into school_calendar (school_id, id, reason, name, from_on, until_on)
      values (${oakHill(sql)}, ${randomUUID()}, 'closure', 'Boiler', current_date + ${pick([1, 2, 3])}::integer, current_date + 4)`,
  },
  {
    name: 'a closed day is none',
    make: async (sql, pick) => sql`delete from school_calendar where id = ${await oneOf(rowsOf(sql, 'school_calendar'), pick)}`,
  },
  {
    name: 'a child leaves a group',
    make: async (sql, pick) => {
      const member = await oneOf(sql<{ id: string }[]>`select id from buddy_group_students where left_at is null order by id`, pick);
      return sql`update buddy_group_students set left_at = now() where id = ${member}`;
    },
  },
  {
    name: 'a child is excused',
    make: async (sql, pick) => sql`
      insert into excused_days (school_id, id, student_id, day, state, captured_at)
      values (${oakHill(sql)}, ${randomUUID()}, ${await oneOf(children(sql), pick)}, current_date + ${pick([1, 2])}::integer, 'excused', now())`,
  },
];
