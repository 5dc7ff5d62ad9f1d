import type * as v from 'valibot';
import type { progress } from '#domain/collections/progress.ts';
import { defineReader, type IndexRow } from './reader.ts';

type Content = Omit<v.InferInput<(typeof progress)['schema']>, 'id' | 'version'>;

interface ProgressRow extends IndexRow {
  readonly student_id: string;
  readonly current_run: number;
  readonly longest_run: number;
  readonly weeks: Content['weeks'];
  readonly clubs: Content['clubs'];
  readonly points: number;
  readonly level: number;
  readonly club_levels: NonNullable<Content['clubLevels']>;
  readonly badges: NonNullable<Content['badges']>;
  readonly opening: NonNullable<Content['opening']> | null;
  readonly given: NonNullable<Content['given']>;
}

export const progressReader = defineReader<ProgressRow, Content>({
  select: (sql, source) => sql`
    select s.*, t.student_id is not null as is_present, t.*
    from ${source}
    left join lateral (
      select student_id, current_run, longest_run, weeks, clubs, points, level, club_levels, badges, opening, coalesce(
          (
            select jsonb_agg(jsonb_build_object('badgeId', badge_id, 'on', awarded_on, 'teacherId', teacher_id) order by awarded_on, id)
            from student_badges
            where school_id = app.current_school_id() and student_id = s.document_id and given_by = 'teacher'
          ),
          '[]'
        ) as given
      from student_progress
      where school_id = app.current_school_id() and student_id = s.document_id
      offset 0
    ) t on not s.is_deleted`,
  subjectsOf: () => [],
  toContent: (row) => ({
    studentId: row.student_id,
    currentRun: row.current_run,
    longestRun: row.longest_run,
    weeks: row.weeks,
    clubs: row.clubs,
    points: row.points,
    level: row.level,
    clubLevels: row.club_levels,
    badges: row.badges,
    opening: row.opening,
    given: row.given,
  }),
});
