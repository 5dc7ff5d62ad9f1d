import type { Mutant } from './mutant.ts';

/** Each breaks one rule of grants. The first is one that security.md was written for. */
export const grantMutants: readonly Mutant[] = [
  {
    change: 'requests may truncate a table',
    statements: 'grant truncate on clubs to authenticated_user',
    rule: 'grants.privileges',
    seenBy: 'nobody empties a table past its policies',
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
];
