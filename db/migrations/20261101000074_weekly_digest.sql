-- migrate:up
set local role studystreaks_owner;

-- The Monday of the last week of which a parent was sent a digest: one mail a week, however often its job runs. No history of mails.
alter table parents add column digest_monday date;
call app.audit('parents');
-- Whether a parent wants it, and in which language; a mail's link stops it with nobody signed in.
grant select (school_id, id, preferences, digest_monday), update (preferences, digest_monday) on parents to background_worker;

-- Of this job's school, or of one parent there: whom to send the digest of that week, and which children it tells of, a row a child. Security: a child
-- only while a guardianship of today leads to it and the parent's grant of it is open; nobody who has left.
create function app.digests_due(monday date, only_parent uuid default null)
returns table (parent_id uuid, email_encrypted bytea, language text, student_id uuid, first_name_encrypted bytea)
language sql stable security definer set search_path = ''
as $$
  select parent.id, person.email_encrypted, coalesce(parent.preferences ->> 'language', 'en-GB'), child.id, child.first_name_encrypted
  from public.parents parent
  join public.users person on person.school_id = parent.school_id and person.id = parent.id and person.status = 'active'
    and person.email_encrypted is not null
  join public.parent_students guardianship on guardianship.school_id = parent.school_id and guardianship.parent_id = parent.id
    and guardianship.is_current
  join public.users child on child.school_id = parent.school_id and child.id = guardianship.student_id and child.status = 'active'
  where parent.school_id = app.current_tenant() and parent.preferences -> 'weeklyDigest' = 'true'::jsonb
    and parent.digest_monday is distinct from $1 and (only_parent is null or parent.id = only_parent)
    and exists (
      select from public.access_grants grants
      where grants.school_id = parent.school_id and grants.user_id = parent.id and grants.audience = 'student'
        and grants.scope_id = child.id and grants.to_version is null and (grants.expires_at is null or grants.expires_at > now()))
  order by parent.id, child.id
$$;

comment on function app.digests_due(date, uuid) is 'Parents who want the weekly digest and were not sent that of this week, with each of their children.';
grant execute on function app.digests_due(date, uuid) to background_worker;

-- Whoever chooses a mail sees where it would go: their own address, and nobody else's.
create function app.own_email() returns bytea
language sql stable security definer set search_path = ''
return (select email_encrypted from public.users where school_id = app.current_school_id() and id = app.current_user_id());

comment on function app.own_email() is 'The sealed email address of the person of this transaction.';
grant execute on function app.own_email() to authenticated_user;

reset role;

-- migrate:down
set local role studystreaks_owner;

drop function app.own_email(), app.digests_due(date, uuid);
revoke select (school_id, id, preferences, digest_monday), update (preferences, digest_monday) on parents from background_worker;
-- Deferred checks speak now: what follows alters a table that they read.
set constraints all immediate;
alter table parents drop column digest_monday;
call app.audit('parents');

reset role;
