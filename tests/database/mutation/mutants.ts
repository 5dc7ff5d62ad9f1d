import type { IsolationCheck } from '../isolation/checks.ts';
import type { RuleName } from '../rules/index.ts';

export interface Mutant {
  /** What somebody might do to the schema one day. */
  readonly change: string;
  readonly statements: string;
  /** The rule that names it. */
  readonly rule: RuleName;
  /** The test of the wall that sees something pass; null where nothing passes yet, and the rule alone stands in the way. */
  readonly seenBy: IsolationCheck | null;
}

/** Each breaks one rule. The first eleven are the ones that security.md was written for. */
export const mutants: readonly Mutant[] = [
  {
    change: 'a tenant policy is dropped',
    statements: 'drop policy worker_tenant on users',
    rule: 'policies.tenantPolicies',
    seenBy: 'a job of one school reads no row of the other, nor does the auditor',
  },
  {
    change: 'a tenant policy is simply true',
    statements: 'alter policy tenant on users using (true) with check (true)',
    rule: 'policies.tenantPolicies',
    seenBy: 'not even rights over everything in the other school show a row of it',
  },
  {
    change: 'a tenant policy no longer checks what is written',
    statements: 'alter policy tenant on homework_completions with check (true)',
    rule: 'policies.tenantPolicies',
    seenBy: 'nobody writes into the other school, with whatever rights',
  },
  {
    change: 'row level security is no longer forced',
    statements: 'alter table users no force row level security',
    rule: 'tables.rowSecurity',
    seenBy: 'not even the owner reads with row level security switched off',
  },
  {
    change: 'a restrictive policy is made permissive',
    statements: `
      drop policy tenant on students;
      create policy tenant on students to authenticated_user, sign_in
        using (school_id = app.current_school_id()) with check (school_id = app.current_school_id())`,
    rule: 'policies.tenantPolicies',
    seenBy: 'not even rights over everything in the other school show a row of it',
  },
  {
    change: 'requests may read past row level security',
    statements: 'alter role authenticated_user bypassrls',
    rule: 'roles.powers',
    seenBy: 'nobody reads a row of the other school',
  },
  {
    change: 'a policy opens where there is no tenant',
    statements: `
      alter policy worker_tenant on users using (school_id = app.current_tenant() or app.current_tenant() is null)`,
    rule: 'policies.nullTenant',
    seenBy: 'without app.enter nobody reads anything',
  },
  {
    change: 'a key is the id alone',
    statements: `
      alter table homework_completions drop constraint homework_completions_pkey cascade,
        add constraint homework_completions_pkey primary key (id)`,
    rule: 'keys.primaryKeys',
    seenBy: 'an id that another school has is free: nothing tells of it',
  },
  {
    change: 'requests may truncate a table',
    statements: 'grant truncate on clubs to authenticated_user',
    rule: 'grants.privileges',
    seenBy: 'nobody empties a table past its policies',
  },
  {
    change: 'a function that policies ask is volatile',
    statements: `
      create or replace function app.current_school_id() returns uuid language plpgsql volatile
      as $$ begin return nullif(current_setting('app.school_id', true), '')::uuid; end $$`,
    rule: 'policies.policyFunctions',
    seenBy: 'what a request reads it finds by its school’s index, not by asking every row of every school',
  },
  {
    change: 'a definer function follows the search path of whoever calls it',
    statements: `
      create or replace function app.head() returns table (epoch bigint, version bigint)
      language sql stable security definer
      as $$ select clock.epoch, clock.version from school_clock clock where clock.school_id = app.current_school_id() $$`,
    rule: 'functions.definers',
    seenBy: 'nobody’s own tables answer for the real ones',
  },

  {
    change: 'a tenant policy of requests opens where there is no tenant',
    statements: `
      alter policy tenant on students using (school_id = app.current_school_id() or app.current_school_id() is null)`,
    rule: 'policies.nullTenant',
    seenBy: 'without app.enter not even forged rights show anything',
  },
  {
    change: 'a tenant policy of jobs no longer checks what is written',
    statements: 'alter policy worker_tenant on student_progress with check (true)',
    rule: 'policies.tenantPolicies',
    seenBy: 'a job of one school does not write into the other',
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
    change: 'a unique key reaches across schools',
    statements: 'create unique index idx_homework_completions_id on homework_completions (id)',
    rule: 'keys.uniqueKeys',
    seenBy: 'an id that another school has is free: nothing tells of it',
  },
  {
    change: 'a reference leaves the school out',
    statements: `
      create unique index clubs_id on clubs (id);
      alter table homework_completions drop constraint homework_completions_club_fkey,
        add constraint homework_completions_club_fkey foreign key (club_id) references clubs (id) on delete restrict`,
    rule: 'keys.foreignKeys',
    seenBy: 'a row cannot refer to another school’s',
  },
  {
    change: 'a function is everybody’s',
    statements: 'grant execute on function app.touched_since(uuid, bigint) to public',
    rule: 'functions.everybody',
    seenBy: 'what is for jobs or for signing in to call is refused to requests',
  },
  {
    change: 'requests may call what signing in calls',
    statements: 'grant execute on function app.class_roster(uuid, uuid) to authenticated_user',
    rule: 'functions.signingIn',
    seenBy: 'what is for jobs or for signing in to call is refused to requests',
  },
  {
    change: 'requests may ask for passwords',
    statements: 'grant select on credentials to authenticated_user',
    rule: 'grants.secrets',
    seenBy: 'secrets are refused, not merely empty',
  },
  {
    change: 'signing in may read a table',
    statements: 'grant select (password_hash) on credentials to sign_in',
    rule: 'grants.signingIn',
    seenBy: 'secrets are refused, not merely empty',
  },
  {
    change: 'requests may act as the owner',
    statements: 'grant studystreaks_owner to authenticated_user',
    rule: 'grants.membership',
    seenBy: 'nobody acts as another role',
  },
  {
    change: 'the look-up across schools is read directly',
    statements: 'grant select on sign_in_lookup to sign_in; create policy reader on sign_in_lookup for select to sign_in using (true)',
    rule: 'tables.lookup',
    seenBy: 'without app.enter nobody reads anything',
  },
  {
    change: 'a partition is granted beside its parent',
    statements: `
      create table moods (school_id uuid not null, id uuid not null, primary key (school_id, id)) partition by hash (school_id);
      create table moods_all partition of moods for values with (modulus 1, remainder 0);
      insert into moods select school_id, id from users;
      call app.isolate('moods');
      grant select on moods_all to authenticated_user`,
    rule: 'grants.partitions',
    seenBy: 'nobody reads a row of the other school',
  },

  {
    change: 'a policy is for everybody',
    statements: 'create policy everybody on clubs using (id = app.current_user_id())',
    rule: 'policies.namedRoles',
    seenBy: null,
  },
  {
    change: 'a policy asks for no right',
    statements: 'create policy anybody on clubs for select to authenticated_user using (school_id = app.current_school_id())',
    rule: 'policies.rights',
    seenBy: null,
  },
  {
    change: 'a policy holds a subquery',
    statements: `
      create policy own on clubs for select to authenticated_user
        using (exists (select from classes where classes.id = app.current_user_id()))`,
    rule: 'policies.subqueries',
    seenBy: null,
  },
  {
    change: 'a policy calls a function that queries',
    statements: `
      create function app.is_mine(club uuid) returns boolean language sql stable security definer set search_path = ''
      as $$ select exists (select from public.clubs where id = club) $$;
      create policy own on clubs for select to authenticated_user using (app.is_mine(id) and id = app.current_user_id())`,
    rule: 'policies.policyDefiners',
    seenBy: null,
  },
  {
    change: 'a policy uses an operator that is not leakproof',
    statements: `
      create policy own on clubs for select to authenticated_user using (year_groups && array['4'] and id = app.current_user_id())`,
    rule: 'policies.policyOperators',
    seenBy: null,
  },
  {
    change: 'the owner’s own policy is dropped',
    statements: 'drop policy owner on clubs',
    rule: 'policies.ownerPolicy',
    seenBy: null,
  },
  {
    change: 'an index does not begin with the school',
    statements: 'create index idx_students_year on students (year_group)',
    rule: 'keys.indexes',
    seenBy: null,
  },
  {
    change: 'a reference sets null',
    statements: `
      alter table homework_completions drop constraint homework_completions_task_fkey, add constraint homework_completions_task_fkey
        foreign key (school_id, task_id) references homework_tasks (school_id, id) on delete set null (task_id)`,
    rule: 'keys.references',
    seenBy: null,
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
  {
    change: 'a function claims to be leakproof',
    statements: 'alter function app.today(uuid) leakproof',
    rule: 'functions.leakproof',
    seenBy: null,
  },
  {
    change: 'another function says whose transaction it is',
    statements: `
      create function app.become(school uuid) returns text language sql
      as $$ select set_config('app.school_id', school::text, true) $$`,
    rule: 'functions.oneDoor',
    seenBy: null,
  },
  {
    change: 'a definer function runs what it is given',
    statements: `
      create function app.run(statement text) returns void language plpgsql security definer set search_path = ''
      as $$ begin execute statement; end $$;
      grant execute on function app.run(text) to authenticated_user`,
    rule: 'functions.builtStatements',
    seenBy: null,
  },
  {
    change: 'requests may make tables',
    statements: 'grant create on schema public to authenticated_user',
    rule: 'functions.making',
    seenBy: null,
  },
  { change: 'a table is everybody’s', statements: 'grant select on students to public', rule: 'grants.everybody', seenBy: null },
  { change: 'the auditor may write', statements: 'grant update (name) on clubs to auditor', rule: 'grants.auditing', seenBy: null },
  {
    change: 'a grant is too wide',
    statements: 'grant update on homework_completions to authenticated_user',
    rule: 'grants.columns',
    seenBy: null,
  },
  {
    change: 'a row may change its school',
    statements: 'grant update (school_id) on homework_completions to authenticated_user',
    rule: 'grants.identity',
    seenBy: null,
  },
  {
    change: 'a grant has no policy',
    statements: 'grant delete on school_calendar to authenticated_user',
    rule: 'grants.open',
    seenBy: null,
  },
  {
    change: 'a right may be handed on',
    statements: 'grant select on clubs to authenticated_user with grant option',
    rule: 'grants.privileges',
    seenBy: null,
  },
  { change: 'the owner may sign in', statements: 'alter role studystreaks_owner login', rule: 'roles.owner', seenBy: null },
  {
    change: 'a role has no limit of connections',
    statements: 'alter role sign_in connection limit -1',
    rule: 'roles.connections',
    seenBy: null,
  },
  {
    change: 'a role waits for ever',
    statements: 'alter role authenticated_user reset lock_timeout',
    rule: 'roles.timeouts',
    seenBy: null,
  },
];
