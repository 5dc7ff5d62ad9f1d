import type { Mutant } from './mutant.ts';

/** Each breaks one rule of policies. The first six are ones that security.md was written for. */
export const policyMutants: readonly Mutant[] = [
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
    change: 'a restrictive policy is made permissive',
    statements: `
      drop policy tenant on students;
      create policy tenant on students to authenticated_user, sign_in
        using (school_id = app.current_school_id()) with check (school_id = app.current_school_id())`,
    rule: 'policies.tenantPolicies',
    seenBy: 'not even rights over everything in the other school show a row of it',
  },
  {
    change: 'a policy opens where there is no tenant',
    statements: `
      alter policy worker_tenant on users using (school_id = app.current_tenant() or app.current_tenant() is null)`,
    rule: 'policies.nullTenant',
    seenBy: 'without app.enter nobody reads anything',
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
];
