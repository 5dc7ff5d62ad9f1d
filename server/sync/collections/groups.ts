import type * as v from 'valibot';
import type { groups } from '#domain/collections/groups.ts';
import { defineReader, type IndexRow } from './reader.ts';

type Content = Omit<v.InferInput<(typeof groups)['schema']>, 'id' | 'version'>;

interface GroupRow extends IndexRow {
  readonly name: string;
  readonly marbles: number;
  /** As jsonb tells bytes: `\x…`. */
  readonly members: readonly { readonly studentId: string; readonly firstName: string; readonly avatar: string }[];
}

/** Who has joined, by first name: each is under that child's own key. */
export const groupsReader = defineReader<GroupRow, Content>({
  select: (sql, source) => sql`
    select s.*, t.id is not null as is_present, t.*
    from ${source}
    left join lateral (
      select buddies.id, buddies.name, buddies.jar as marbles, (
          select coalesce(jsonb_agg(jsonb_build_object('studentId', member.student_id, 'firstName', member.first_name_encrypted,
            'avatar', member.avatar) order by member.student_id), '[]')
          from app.group_members(array[buddies.id]) member
        ) as members
      from buddy_groups buddies
      where buddies.school_id = app.current_school_id() and buddies.id = s.document_id
      offset 0
    ) t on not s.is_deleted`,
  subjectsOf: ({ members }) => members.map(({ studentId }) => studentId),
  toContent: (row, ciphers) => ({
    name: row.name,
    marbles: row.marbles,
    members: row.members.map(({ studentId, firstName, avatar }) => ({
      studentId,
      firstName: ciphers(studentId).decrypt(
        { table: 'users', column: 'first_name_encrypted', row: studentId },
        Buffer.from(firstName.slice(2), 'hex'),
      ),
      avatar,
    })),
  }),
});
