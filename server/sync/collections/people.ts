import type * as v from 'valibot';
import type { ConsentPurpose } from '#domain/consents/purposes.ts';
import type { people } from '#domain/collections/people.ts';
import { must } from '#domain/must.ts';
import { defineReader, type Ciphers, type IndexRow } from './reader.ts';

type Document = v.InferInput<(typeof people)['schema']>;
type Content = Document extends infer Kind ? Omit<Kind, 'id' | 'version'> : never;

interface PersonRow extends IndexRow {
  readonly kind: Document['kind'];
  /** Whose name it is. */
  readonly person_id: string;
  readonly student_id: string | null;
  readonly class_id: string | null;
  readonly name_encrypted: Uint8Array | null;
  readonly first_name_encrypted: Uint8Array | null;
  readonly avatar: string | null;
  readonly year_group: string | null;
  readonly started_on: string | null;
  readonly relationship: string | null;
  readonly is_primary_contact: boolean | null;
  readonly consents: ConsentPurpose[] | null;
  readonly shows_on_boards: boolean | null;
  readonly buddy_invitation: { readonly groupId: string; readonly name: string } | null;
}

/** Four kinds of document, each with its own table behind it and its own audience. */
export const peopleReader = defineReader<PersonRow, Content>({
  select: (sql, source) => sql`
    select s.*, t.kind is not null as is_present, t.*
    from ${source}
    left join lateral (
      select 'staff' as kind, u.id as person_id, null::uuid as student_id, null::uuid as class_id, u.name_encrypted, null::bytea as first_name_encrypted,
        null::text as avatar, null::text as year_group, null::date as started_on, null::text as relationship, null::boolean as is_primary_contact,
        null::text[] as consents, null::boolean as shows_on_boards, null::jsonb as buddy_invitation
      from users u
      where u.school_id = app.current_school_id() and u.id = s.document_id and u.kind in ('teacher', 'admin')
      union all
      select 'roster', st.id, st.id, cs.class_id, null, u.first_name_encrypted, st.avatar, null, null, null, null, null, null, null
      from class_students cs
      join students st on st.school_id = cs.school_id and st.id = cs.student_id
      join users u on u.school_id = st.school_id and u.id = st.id
      where cs.school_id = app.current_school_id() and cs.id = s.document_id
      union all
      select 'student', st.id, st.id, (
          select cs.class_id from class_students cs
          where cs.school_id = st.school_id and cs.student_id = st.id and cs.is_current
          order by cs.from_on desc
          limit 1
        ), u.name_encrypted, u.first_name_encrypted, st.avatar, st.year_group, st.started_on, null, null,
        app.consents(st.id), st.shows_on_boards, app.buddy_invitation(st.id)
      from students st
      join users u on u.school_id = st.school_id and u.id = st.id
      where st.school_id = app.current_school_id() and st.id = s.document_id
      union all
      select 'guardian', u.id, ps.student_id, null, u.name_encrypted, null, null, null, null, ps.relationship, ps.is_primary_contact, null, null, null
      from parent_students ps
      join users u on u.school_id = ps.school_id and u.id = ps.parent_id
      where ps.school_id = app.current_school_id() and ps.id = s.document_id
    ) t on not s.is_deleted`,
  // A child's name is under the child's own key, an adult's under the school's.
  subjectsOf: (row, schoolId) => [row.kind === 'staff' || row.kind === 'guardian' ? schoolId : row.person_id],
  toContent(row, ciphers, schoolId) {
    switch (row.kind) {
      case 'staff':
        return { kind: 'staff', userId: row.person_id, displayName: nameOf(row, ciphers, schoolId) };
      case 'roster':
        return {
          kind: 'roster',
          classId: must(row.class_id, 'a roster document has a class'),
          studentId: row.person_id,
          firstName: firstNameOf(row, ciphers),
          avatar: row.avatar ?? '',
        };
      case 'student':
        return {
          kind: 'student',
          studentId: row.person_id,
          displayName: nameOf(row, ciphers, row.person_id),
          firstName: firstNameOf(row, ciphers),
          avatar: row.avatar ?? '',
          yearGroup: must(row.year_group, 'a student has a year group'),
          startedOn: must(row.started_on, 'a student has a first day'),
          classId: row.class_id,
          consents: must(row.consents, 'a student’s document says which consents stand'),
          showsOnBoards: row.shows_on_boards ?? false,
          buddyInvitation: row.buddy_invitation,
        };
      case 'guardian':
        return {
          kind: 'guardian',
          guardianshipId: row.document_id,
          parentId: row.person_id,
          studentId: must(row.student_id, 'a guardian has a child'),
          displayName: nameOf(row, ciphers, schoolId),
          relationship: row.relationship ?? '',
          isPrimaryContact: row.is_primary_contact ?? false,
        };
    }
  },
});

function nameOf(row: PersonRow, ciphers: Ciphers, subjectId: string): string {
  return ciphers(subjectId).decrypt(
    { table: 'users', column: 'name_encrypted', row: row.person_id },
    must(row.name_encrypted, 'a person has a name'),
  );
}

function firstNameOf(row: PersonRow, ciphers: Ciphers): string {
  return ciphers(row.person_id).decrypt(
    { table: 'users', column: 'first_name_encrypted', row: row.person_id },
    must(row.first_name_encrypted, 'a child has a first name'),
  );
}
