import type { Mutant } from './mutant.ts';

/** Each breaks one rule of functions. The first is one that security.md was written for. */
export const functionMutants: readonly Mutant[] = [
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
];
