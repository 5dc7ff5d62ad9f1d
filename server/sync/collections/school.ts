import type * as v from 'valibot';
import type { school } from '#domain/collections/school.ts';
import { defineReader, type IndexRow } from './reader.ts';

type Document = v.InferInput<(typeof school)['schema']>;
type Content = Document extends infer Kind ? Omit<Kind, 'id' | 'version'> : never;

interface SchoolRow extends IndexRow {
  readonly content: Content;
}

/** Profile, clubs, calendar and badges: nothing in them is encrypted, so the database lays the documents out. */
export const schoolReader = defineReader<SchoolRow, Content>({
  select: (sql, source) => sql`
    select s.*, t.content is not null as is_present, t.content
    from ${source}
    left join lateral (
      select jsonb_build_object('kind', 'profile', 'name', name, 'slug', slug, 'timeZone', time_zone, 'colour', colour,
        'leaderboard', leaderboard, 'hasBuddyGroups', has_buddy_groups, 'gardens', case when leaderboard <> 'off' then (
          select jsonb_build_object('monday', monday, 'top', figures -> 'top')
          from leaderboards
          where school_id = app.current_school_id() and class_id is null and kind = 'garden'
          order by monday desc
          limit 1
        ) end) as content
      from schools
      where school_id = app.current_school_id() and id = s.document_id
      union all
      select jsonb_build_object(
        'kind', 'club', 'subject', subject, 'name', name, 'icon', icon, 'colour', colour, 'yearGroups', year_groups, 'strands', strands,
        'isActive', is_active, 'levels', coalesce(
          (
            select jsonb_agg(jsonb_build_object('number', number, 'name', name, 'stage', stage) order by number)
            from club_levels
            where school_id = app.current_school_id() and club_id = clubs.id
          ),
          '[]'
        )
      )
      from clubs
      where school_id = app.current_school_id() and id = s.document_id
      union all
      select jsonb_build_object('kind', 'calendar', 'reason', reason, 'name', name, 'from', from_on, 'until', until_on)
      from school_calendar
      where school_id = app.current_school_id() and id = s.document_id
      union all
      select jsonb_build_object('kind', 'badge', 'code', code, 'name', name, 'sentence', sentence, 'picture', picture, 'isActive', is_active)
      from badges
      where school_id = app.current_school_id() and id = s.document_id and given_by = 'teacher'
    ) t on not s.is_deleted`,
  subjectsOf: () => [],
  toContent: (row) => row.content,
});
