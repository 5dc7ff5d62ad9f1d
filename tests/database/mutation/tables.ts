import type { Mutant } from './mutant.ts';

/** Each breaks one rule of tables. The first is one that security.md was written for. */
export const tableMutants: readonly Mutant[] = [
  {
    change: 'row level security is no longer forced',
    statements: 'alter table users no force row level security',
    rule: 'tables.rowSecurity',
    seenBy: 'not even the owner reads with row level security switched off',
  },
  {
    change: 'row level security is switched off',
    statements: 'alter table students disable row level security',
    rule: 'tables.rowSecurity',
    seenBy: 'not even rights over everything in the other school show a row of it',
  },
  {
    change: 'a view looks with the eyes of its owner',
    statements: 'create view everybody as select school_id, id from users; grant select on everybody to authenticated_user',
    rule: 'tables.views',
    seenBy: 'nobody reads a row of the other school',
  },
  {
    change: 'a materialised view keeps a copy',
    statements: 'create materialized view everybody as select school_id, id from users; grant select on everybody to authenticated_user',
    rule: 'tables.hardenedCopies',
    seenBy: 'nobody reads a row of the other school',
  },
  {
    change: 'the look-up across schools is read directly',
    statements: 'grant select on sign_in_lookup to sign_in; create policy reader on sign_in_lookup for select to sign_in using (true)',
    rule: 'tables.lookup',
    seenBy: 'without app.enter nobody reads anything',
  },
  { change: 'an enum is made', statements: `create type mood as enum ('easy', 'ok')`, rule: 'tables.enumerations', seenBy: null },
  { change: 'a table of people has no school', statements: 'create table pupils (id uuid)', rule: 'tables.tenancy', seenBy: null },
  {
    change: 'a table has no scope',
    statements: 'alter table clubs alter column scope_id drop not null',
    rule: 'tables.commonColumns',
    seenBy: null,
  },
  {
    change: 'a table does not say when a row came to be',
    statements: 'alter table clubs drop column created_at',
    rule: 'tables.creation',
    seenBy: null,
  },
  {
    change: 'something encrypted is text',
    statements: 'alter table users add column nickname_encrypted text',
    rule: 'tables.encryptedColumns',
    seenBy: null,
  },
  { change: 'a table is somebody else’s', statements: 'alter table clubs owner to current_user', rule: 'tables.ownership', seenBy: null },
  {
    change: 'a trigger is switched off',
    statements: 'alter table homework_completions disable trigger receive',
    rule: 'tables.triggers',
    seenBy: null,
  },
];
