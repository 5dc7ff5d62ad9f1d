import type * as v from 'valibot';
import type { classes } from '#domain/collections/classes.ts';
import { boardDocument, type BoardFigures, type BoardName } from './board-document.ts';
import { defineReader, type IndexRow } from './reader.ts';

type Content = Omit<v.InferInput<(typeof classes)['schema']>, 'id' | 'version'>;

interface ClassRow extends IndexRow {
  readonly name: string;
  readonly academic_year: string;
  readonly year_groups: string[];
  readonly weekly_target: number;
  readonly staff: string[];
  readonly board: BoardFigures | null;
  /** Whom the board may name to this person, at this moment. */
  readonly board_names: readonly BoardName[] | null;
}

export const classesReader = defineReader<ClassRow, Content>({
  select: (sql, source) => sql`
    select s.*, t.id is not null as is_present, t.*
    from ${source}
    left join lateral (
      select id, name, academic_year, year_groups, weekly_target, array(
        select teacher_id from teacher_classes
        where school_id = app.current_school_id() and class_id = classes.id and is_active and is_current
        order by is_lead desc, teacher_id
      ) as staff, board.figures as board, case when board.has_names then (
        select jsonb_agg(jsonb_build_object('studentId', student_id, 'firstName', encode(first_name_encrypted, 'base64'), 'avatar', avatar))
        from app.board_names(classes.id)
      ) end as board_names
      from classes
      left join lateral (
        select jsonb_build_object(
          'monday', max(monday),
          'gardens', coalesce(jsonb_agg(jsonb_build_object('monday', monday, 'stage', figures -> 'stage') order by monday desc)
            filter (where kind = 'garden'), '[]'),
          'effort', coalesce((array_agg(figures -> 'children' order by monday desc) filter (where kind = 'effort'))[1], '[]'),
          'places', case when school.leaderboard = 'individual' then
            coalesce((array_agg(figures -> 'places' order by monday desc) filter (where kind = 'individual'))[1], '[]') end
        ) as figures, bool_or(kind <> 'garden') as has_names
        from schools school
        join leaderboards shown on shown.school_id = school.school_id and shown.class_id = classes.id
        where school.school_id = app.current_school_id() and school.leaderboard <> 'off'
          and shown.monday > app.today(app.current_school_id()) - 28
        group by school.leaderboard
      ) board on true
      where school_id = app.current_school_id() and id = s.document_id
      offset 0
    ) t on not s.is_deleted`,
  subjectsOf: (row) => row.board_names?.map(({ studentId }) => studentId) ?? [],
  toContent: (row, ciphers) => ({
    name: row.name,
    academicYear: row.academic_year,
    yearGroups: row.year_groups,
    weeklyTarget: row.weekly_target,
    staff: row.staff,
    board: row.board && boardDocument(row.board, row.board_names ?? [], ciphers),
  }),
});
