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

-- Of the person whose live session this is; null for whoever signs in without a password.
create function app.credential_of_session(session text)
returns table (school_id uuid, user_id uuid, password_hash text, locked_until timestamptz)
language sql stable security definer set search_path = ''
as $$
  select live.school_id, live.user_id, credential.password_hash, credential.locked_until
  from app.find_session($1) live
  join public.credentials credential on credential.school_id = live.school_id and credential.user_id = live.user_id
$$;

-- Ends the person's other sessions, and says which.
create function app.end_other_sessions(session text) returns setof text
language sql volatile security definer set search_path = ''
as $$
  delete from public.sessions other using app.find_session($1) live
  where other.school_id = live.school_id and other.user_id = live.user_id and other.id <> live.id
  returning other.id
$$;

-- Whoever has a session that was begun with the earlier password does not keep it. Says which have ended.
create function app.change_password(session text, password_hash text) returns setof text
language sql volatile security definer set search_path = ''
as $$
  update public.credentials credential set password_hash = $2, failed_attempts = 0, locked_until = null
  from app.find_session($1) live
  where credential.school_id = live.school_id and credential.user_id = live.user_id and credential.password_hash is not null;
  select app.end_other_sessions($1);
$$;

grant execute on function app.credential_of_session(text), app.end_other_sessions(text), app.change_password(text, text) to sign_in;

reset role;

-- migrate:down
set local role studystreaks_owner;

drop function app.change_password(text, text), app.end_other_sessions(text), app.credential_of_session(text);
drop function app.own_email(), app.digests_due(date, uuid);
revoke select (school_id, id, preferences, digest_monday), update (preferences, digest_monday) on parents from background_worker;
-- Deferred checks speak now: what follows alters a table that they read.
set constraints all immediate;
alter table parents drop column digest_monday;
call app.audit('parents');

reset role;
