import type { TransactionSql } from 'postgres';
import type { badgePictures } from '#domain/badges/pictures.ts';
import { must } from '#domain/must.ts';
import { insertRows } from './insert-rows.ts';
import type { Child, DemoSchool } from './model.ts';
import { foundedAt, seedId } from './seed-id.ts';

interface OwnBadge {
  readonly name: string;
  readonly sentence: string;
  readonly picture: (typeof badgePictures)[number];
  readonly isActive: boolean;
}

/** Badges of the school's own; one is out of use by now. */
const ownBadges: readonly OwnBadge[] = [
  { name: 'Good Friend', sentence: 'You helped a friend with their homework.', picture: 'heart', isActive: true },
  { name: 'Brave Try', sentence: 'You tried something that was hard for you.', picture: 'kite', isActive: true },
  { name: 'Harvest Helper', sentence: 'You helped at the harvest fair.', picture: 'apple', isActive: false },
];

/** Every so many children of a class have one from their teacher. */
const everyNth = 6;

/** The school's own badges, and which of them and of Teacher's Spark children were given. */
export async function insertBadges(sql: TransactionSql, school: DemoSchool): Promise<void> {
  const own = { school_id: school.id };
  const idOf = (name: string) => seedId(foundedAt, school.slug, 'badge', name);
  await insertRows(
    sql,
    'badges',
    ownBadges.map(({ name, sentence, picture, isActive }) => ({
      ...own,
      ...{ id: idOf(name), name, sentence, picture, given_by: 'teacher', is_active: isActive },
      created_at: new Date(foundedAt).toISOString(),
    })),
  );
  const [found] = await sql<{ id: string }[]>`select id from badges where school_id = ${school.id} and code = 'teachers_spark'`;
  const spark = must(found, 'every school has Teacher’s Spark').id;

  const lastDayOf = new Map(school.completions.map(({ studentId, effectiveDate }) => [studentId, effectiveDate]));
  const given = (child: Child, badge: string) => {
    const teacher = school.classes.find(({ id }) => id === child.classId)?.staff.find(({ isLead }) => isLead);
    const day = lastDayOf.get(child.id);
    if (teacher === undefined || day === undefined) return [];
    const id = seedId(foundedAt, school.slug, 'given badge', child.id);
    const to = { ...own, id, student_id: child.id, badge_id: badge };
    return [{ ...to, given_by: 'teacher', teacher_id: teacher.teacherId, awarded_on: day }];
  };
  await insertRows(
    sql,
    'student_badges',
    school.children.flatMap((child, index) => {
      if (child.history !== 'drawn') return given(child, idOf(child.history === 'maya' ? 'Good Friend' : 'Brave Try'));
      if (index % everyNth !== 0) return [];
      const { name } = must(ownBadges[(index / everyNth) % ownBadges.length], 'the remainder is a place in the list');
      return given(child, index % (2 * everyNth) === 0 ? spark : idOf(name));
    }),
  );
}
