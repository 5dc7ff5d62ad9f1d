-- migrate:up
set local role studystreaks_owner;

-- The one door: every request's transaction begins here. Looks the live session up and sets, for this transaction alone,
-- school, user, kind and the scopes of each permission. Says too where the school's clock stands, from which version on every
-- tombstone is there, and whether the scopes were at hand. Raises SS401 when there is no such session. A transaction acts for
-- one session from beginning to end.
create function app.enter(session text)
returns table (school_id uuid, user_id uuid, kind text, epoch bigint, version bigint, floor_version bigint, was_at_hand boolean)
language plpgsql volatile security definer set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
  school uuid;
  member uuid;
  member_kind text;
  clock_epoch bigint;
  clock_version bigint;
  clock_floor bigint;
  is_kept boolean;
  setting_names text[];
  settings text[];
begin
  if app.current_user_id() is not null then
    raise exception 'this transaction has entered already' using errcode = 'active_sql_transaction';
  end if;

  select live.school_id, live.user_id, person.kind, clock.epoch, clock.version, clock.floor_version
  into school, member, member_kind, clock_epoch, clock_version, clock_floor
  from public.sign_in_lookup lookup
  join public.sessions live on live.school_id = lookup.school_id and live.id = session
  join public.users person on person.school_id = live.school_id and person.id = live.user_id
  join public.school_clock clock on clock.school_id = live.school_id
  where lookup.kind = 'session'
    -- Anything but 64 hex digits finds nothing.
    and lookup.hash = case when session ~ '^[0-9a-f]{64}$' then decode(session, 'hex') end
    and live.expires_at > now() and live.absolute_expires_at > now() and person.status = 'active';
  if not found then
    raise exception 'there is no such session' using errcode = 'SS401';
  end if;

  perform set_config('app.school_id', school::text, true), set_config('app.user_id', member::text, true),
    set_config('app.user_kind', member_kind, true);

  select kept.names, kept.settings into setting_names, settings
  from public.access_reach kept
  where kept.school_id = school and kept.user_id = member and (kept.holds_until is null or kept.holds_until > now());
  is_kept := found;
  if not is_kept then
    select array_agg(reach.name), array_agg(reach.setting) into setting_names, settings from app.compute_reach(school, member) reach;
  end if;
  -- Perform, not select into: that would stop at the first row.
  perform set_config(reach.name, reach.setting, true) from unnest(setting_names, settings) as reach (name, setting);

  return query select school, member, member_kind, clock_epoch, clock_version, clock_floor, is_kept;
end
$$;

grant execute on function app.enter(text) to authenticated_user;

create function app.access() returns jsonb
language sql stable
return (
  select coalesce(jsonb_object_agg(name, to_jsonb(app.scopes(name))), '{}') from permissions where app.scopes(name) is not null
);

comment on function app.access() is '{permission: [scope ids]} of the person of this transaction.';
grant execute on function app.access() to authenticated_user;

create function app.on_device_audiences() returns text[]
language sql stable security definer set search_path = ''
return (
  select coalesce(array_agg(distinct audience order by audience), '{}') from public.access_grants
  where school_id = app.current_school_id() and user_id = app.current_user_id() and to_version is null and on_device
    and (expires_at is null or expires_at > now())
);

comment on function app.on_device_audiences() is 'The audiences of which this person''s devices hold documents.';
grant execute on function app.on_device_audiences() to authenticated_user;

-- A job works for one school at a time.
create function app.enter_worker(school uuid) returns void
language sql volatile
as $$ select set_config('app.current_tenant', school::text, true) $$;

grant execute on function app.enter_worker(uuid) to background_worker, auditor;

-- A device with nothing unsent has been in contact: work that it sends later is not older than a week before now.
create function app.touch_device(device uuid, offset_ms bigint default null) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  insert into public.device_contacts as contact (school_id, user_id, device_id, clock_offset_ms)
  values (app.current_school_id(), app.current_user_id(), device, offset_ms)
  on conflict (school_id, user_id, device_id) do update
  set last_contact_at = now(), clock_offset_ms = coalesce(excluded.clock_offset_ms, contact.clock_offset_ms)
  where contact.last_contact_at < now() - interval '1 minute';
exception
  -- Two tabs of one device at the same moment: the other one has said it.
  when serialization_failure then null;
end
$$;

grant execute on function app.touch_device(uuid, bigint) to authenticated_user;

-- What sign_in may do is this list and nothing else. Schools and people that are not active are not there.

create function app.school_by_slug(slug_hash bytea)
returns table (school_id uuid, name text)
language sql stable security definer set search_path = ''
as $$
  select school.school_id, school.name
  from public.sign_in_lookup lookup
  join public.schools school on school.school_id = lookup.school_id and school.status = 'active'
  where lookup.kind = 'school_slug' and lookup.hash = $1
$$;

create function app.adult_credential(school uuid, email_index bytea)
returns table (user_id uuid, kind text, password_hash text, totp_secret_encrypted bytea, failed_attempts integer, locked_until timestamptz)
language sql stable security definer set search_path = ''
as $$
  select person.id, person.kind, credential.password_hash, credential.totp_secret_encrypted, credential.failed_attempts,
    credential.locked_until
  from public.users person
  join public.credentials credential on credential.school_id = person.school_id and credential.user_id = person.id
  where person.school_id = school and person.email_index = $2 and person.status = 'active'
$$;

create function app.class_by_code(code_hash bytea)
returns table (school_id uuid, class_id uuid, class_name text, picture_sign_in_anywhere boolean)
language sql stable security definer set search_path = ''
as $$
  select class.school_id, class.id, class.name, school.picture_sign_in_anywhere
  from public.sign_in_lookup lookup
  join public.classes class on class.school_id = lookup.school_id and class.id = lookup.subject_id and class.archived_at is null
  join public.schools school on school.school_id = class.school_id and school.status = 'active'
  where lookup.kind = 'class_code' and lookup.hash = $1
$$;

create function app.class_roster(school uuid, class uuid)
returns table (student_id uuid, first_name_encrypted bytea, avatar text, login_index bytea, login_name_encrypted bytea)
language sql stable security definer set search_path = ''
as $$
  select student.id, person.first_name_encrypted, student.avatar, credential.login_index, credential.login_name_encrypted
  from public.class_students membership
  join public.students student on student.school_id = membership.school_id and student.id = membership.student_id
  join public.users person on person.school_id = student.school_id and person.id = student.id and person.status = 'active'
  join public.credentials credential on credential.school_id = student.school_id and credential.user_id = student.id
  where membership.school_id = school and membership.class_id = $2 and membership.is_current and credential.login_index is not null
$$;

create function app.child_credential(school uuid, class uuid, login_index bytea)
returns table (user_id uuid, kind text, picture_code_hash text, failed_attempts integer, locked_until timestamptz)
language sql stable security definer set search_path = ''
as $$
  select person.id, person.kind, credential.picture_code_hash, credential.failed_attempts, credential.locked_until
  from public.credentials credential
  join public.users person on person.school_id = credential.school_id and person.id = credential.user_id and person.kind = 'student'
    and person.status = 'active'
  where credential.school_id = school and credential.login_index = $3
    and exists (
      select from public.class_students membership
      where membership.school_id = school and membership.class_id = $2 and membership.student_id = person.id and membership.is_current
    )
$$;

-- From the fifth failure on, each locks twice as long as the one before: 30 seconds … an hour.
create function app.record_failure(school uuid, member uuid)
returns table (failed_attempts integer, locked_until timestamptz)
language sql volatile security definer set search_path = ''
as $$
  update public.credentials credential
  set failed_attempts = credential.failed_attempts + 1,
    locked_until = case when credential.failed_attempts + 1 >= 5
      then now() + least(interval '30 seconds' * power(2, least(credential.failed_attempts - 4, 12)), interval '1 hour')
      else credential.locked_until end
  where credential.school_id = school and credential.user_id = member
  returning credential.failed_attempts, credential.locked_until
$$;

create function app.record_success(school uuid, member uuid) returns void
language sql volatile security definer set search_path = ''
as $$
  update public.credentials set failed_attempts = 0, locked_until = null
  where school_id = school and user_id = member and (failed_attempts <> 0 or locked_until is not null);
  update public.users set last_seen_at = now() where school_id = school and id = member;
$$;

create function app.create_session(
  school uuid, session text, member uuid, device uuid, ends_at timestamptz, absolutely_ends_at timestamptz, from_address text default null)
returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  insert into public.sign_in_lookup (kind, hash, school_id, subject_id) values ('session', decode(session, 'hex'), school, member);
  insert into public.sessions (school_id, id, user_id, device_id, expires_at, absolute_expires_at, address)
  values (school, session, member, device, least(ends_at, absolutely_ends_at), absolutely_ends_at, from_address);
end
$$;

-- A live session, as app.enter would take it.
create function app.find_session(session text)
returns table (id text, school_id uuid, user_id uuid, device_id uuid, expires_at timestamptz, absolute_expires_at timestamptz, kind text)
language sql stable security definer set search_path = ''
as $$
  select live.id, live.school_id, live.user_id, live.device_id, live.expires_at, live.absolute_expires_at, person.kind
  from public.sign_in_lookup lookup
  join public.sessions live on live.school_id = lookup.school_id and live.id = session
  join public.users person on person.school_id = live.school_id and person.id = live.user_id and person.status = 'active'
  where live.expires_at > now() and lookup.kind = 'session' and lookup.hash = case when session ~ '^[0-9a-f]{64}$' then decode(session, 'hex') end
$$;

create function app.extend_session(session text, ends_at timestamptz) returns void
language sql volatile security definer set search_path = ''
as $$
  update public.sessions live set expires_at = least(ends_at, live.absolute_expires_at)
  from public.sign_in_lookup lookup
  where lookup.kind = 'session' and lookup.hash = case when session ~ '^[0-9a-f]{64}$' then decode(session, 'hex') end
    and live.school_id = lookup.school_id and live.id = session
$$;

create function app.end_session(session text) returns void
language sql volatile security definer set search_path = ''
as $$
  delete from public.sessions live
  using public.sign_in_lookup lookup
  where lookup.kind = 'session' and lookup.hash = case when session ~ '^[0-9a-f]{64}$' then decode(session, 'hex') end
    and live.school_id = lookup.school_id and live.id = session
$$;

create function app.end_sessions_of(school uuid, member uuid) returns void
language sql volatile security definer set search_path = ''
as $$ delete from public.sessions where school_id = school and user_id = member $$;

-- Kept a week after their end (retention).
create function app.delete_expired_sessions() returns integer
language plpgsql volatile security definer set search_path = ''
as $$
declare
  deleted integer;
begin
  delete from public.sessions where expires_at < now() - interval '7 days';
  get diagnostics deleted = row_count;
  return deleted;
end
$$;

create function app.register_device(school uuid, member uuid, device uuid) returns void
language sql volatile security definer set search_path = ''
as $$
  insert into public.device_contacts (school_id, user_id, device_id) values (school, member, device)
  on conflict (school_id, user_id, device_id) do nothing
$$;

grant execute on function
  app.school_by_slug(bytea), app.adult_credential(uuid, bytea), app.class_by_code(bytea), app.class_roster(uuid, uuid),
  app.child_credential(uuid, uuid, bytea), app.record_failure(uuid, uuid), app.record_success(uuid, uuid),
  app.create_session(uuid, text, uuid, uuid, timestamptz, timestamptz, text), app.find_session(text),
  app.extend_session(text, timestamptz), app.end_session(text), app.end_sessions_of(uuid, uuid),
  app.delete_expired_sessions(), app.register_device(uuid, uuid, uuid)
to sign_in;
grant execute on function app.delete_expired_sessions() to background_worker;

reset role;

-- migrate:down
set local role studystreaks_owner;

drop function app.register_device(uuid, uuid, uuid), app.delete_expired_sessions(), app.end_sessions_of(uuid, uuid), app.end_session(text),
  app.extend_session(text, timestamptz), app.find_session(text),
  app.create_session(uuid, text, uuid, uuid, timestamptz, timestamptz, text), app.record_success(uuid, uuid),
  app.record_failure(uuid, uuid), app.child_credential(uuid, uuid, bytea), app.class_roster(uuid, uuid), app.class_by_code(bytea),
  app.adult_credential(uuid, bytea), app.school_by_slug(bytea), app.touch_device(uuid, bigint), app.enter_worker(uuid),
  app.on_device_audiences(), app.access(), app.enter(text);

reset role;
