import type * as v from 'valibot';
import type { classes } from '#domain/collections/classes.ts';
import { defineReader, type IndexRow } from './reader.ts';

type Content = Omit<v.InferInput<(typeof classes)['schema']>, 'id' | 'version'>;

interface ClassRow extends IndexRow {
  readonly name: string;
  readonly academic_year: string;
  readonly year_groups: string[];
  readonly weekly_target: number;
  readonly staff: string[];
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
      ) as staff
      from classes
      where school_id = app.current_school_id() and id = s.document_id
      offset 0
    ) t on not s.is_deleted`,
  subjectsOf: () => [],
  toContent: (row) => ({
    name: row.name,
    academicYear: row.academic_year,
    yearGroups: row.year_groups,
    weeklyTarget: row.weekly_target,
    staff: row.staff,
  }),
});
