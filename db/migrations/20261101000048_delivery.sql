-- migrate:up
set local role studystreaks_owner;

-- Keys that work is sealed to on devices (S30). A school's first comes with its first sign-in; one that was replaced opens for ever what
-- was sealed to it.
create table school_keys (
  school_id uuid not null,
  id uuid not null,
  scope_id uuid not null generated always as (school_id) stored,
  -- An uncompressed point of P-256.
  public_key bytea not null constraint school_keys_public_key_length check (octet_length(public_key) = 65),
  private_key_encrypted bytea not null,
  replaced_at timestamptz,
  created_at timestamptz not null default now(),
  constraint school_keys_pkey primary key (school_id, id),
  constraint school_keys_school_fkey foreign key (school_id) references schools (school_id) on delete restrict
);
create unique index idx_school_keys_current on school_keys (school_id) where replaced_at is null;

call app.isolate('school_keys');
-- Nothing to requests: a person is told the public key by the server. No delete: what was sealed to a key may still come.
grant select, insert (school_id, id, public_key, private_key_encrypted), update (replaced_at) on school_keys to background_worker;
call app.audit('school_keys');

-- What says whose sealed work is (S30): issued at each sign-in, good for delivering and for nothing else. A class device has one of its own.
create table delivery_tokens (
  school_id uuid not null,
  id uuid not null default gen_random_uuid(),
  user_id uuid not null,
  scope_id uuid not null generated always as (user_id) stored,
  -- SHA-256 of 32 random bytes, which the device alone has.
  token_hash bytea not null constraint delivery_tokens_hash_length check (octet_length(token_hash) = 32),
  device_id uuid,
  expires_at timestamptz not null default now() + interval '400 days',
  created_at timestamptz not null default now(),
  constraint delivery_tokens_pkey primary key (school_id, id),
  constraint delivery_tokens_user_fkey foreign key (school_id, user_id) references users (school_id, id) on delete cascade
);
create index idx_delivery_tokens_user on delivery_tokens (school_id, user_id);
create index idx_delivery_tokens_expires on delivery_tokens (school_id, expires_at);

call app.isolate('delivery_tokens');
-- Nothing to requests: issued by app.issue_delivery_token, asked by app.enter_delivery. No token_hash: retention looks at dates.
grant select (school_id, id, user_id, expires_at, created_at), delete on delivery_tokens to background_worker;

create trigger look_up after insert or update of token_hash or delete on delivery_tokens
for each row execute function app.look_up('delivery_token', 'token_hash');

-- None is dropped before it lapses, however many there are: work may be sealed under each, and the server cannot know under which.
create function app.issue_delivery_token(school uuid, member uuid, device uuid, hash bytea) returns void
language sql volatile security definer set search_path = ''
as $$
  insert into public.delivery_tokens (school_id, user_id, device_id, token_hash) values (school, member, device, hash)
$$;

grant execute on function app.issue_delivery_token(uuid, uuid, uuid, bytea) to sign_in;

-- Who is suspended delivers nothing meanwhile (app.enter_delivery); who has left never again.
create function app.end_delivery() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  delete from public.delivery_tokens where school_id = new.school_id and user_id = new.id;
  return null;
end
$$;

create trigger end_delivery after update of status on users
for each row when (new.status = 'left') execute function app.end_delivery();

-- Envelopes that have come: one that comes again, by whichever way, changes nothing.
create table deliveries (
  school_id uuid not null,
  id uuid not null default gen_random_uuid(),
  -- Whose work it is. An envelope's id is no secret: another's of the same id is another envelope.
  user_id uuid not null,
  scope_id uuid not null generated always as (user_id) stored,
  envelope_id uuid not null,
  -- Whose session brought it.
  carrier_id uuid not null,
  created_at timestamptz not null default now(),
  constraint deliveries_pkey primary key (school_id, id),
  constraint deliveries_once unique (school_id, user_id, envelope_id),
  constraint deliveries_user_fkey foreign key (school_id, user_id) references users (school_id, id) on delete cascade
);
create index idx_deliveries_created on deliveries (school_id, created_at);

call app.isolate('deliveries');
-- Nothing to requests: written by app.record_delivery.
grant select, delete on deliveries to background_worker;
call app.audit('deliveries');

-- The class device whose envelope this transaction applies; null for any other.
create function app.class_device() returns uuid
language sql stable parallel safe
return nullif(current_setting('app.class_device', true), '')::uuid;

create function app.carrier_id() returns uuid
language sql stable parallel safe
return nullif(current_setting('app.carrier_id', true), '')::uuid;

-- Whether this envelope of the author of this transaction comes for the first time. To be asked before anything is written: of two
-- transactions at once the second waits here, with nothing in hand.
create function app.record_delivery(envelope uuid) returns boolean
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if app.carrier_id() is null then
    raise exception 'this transaction delivers nothing' using errcode = 'insufficient_privilege';
  end if;
  insert into public.deliveries (school_id, user_id, envelope_id, carrier_id)
  values (app.current_school_id(), app.current_user_id(), envelope, app.carrier_id())
  on conflict (school_id, user_id, envelope_id) do nothing;
  return found;
end
$$;

create function app.is_delivered(envelope uuid) returns boolean
language sql stable security definer set search_path = ''
as $$
  select exists (
    select from public.deliveries
    where school_id = app.current_school_id() and user_id = app.current_user_id() and envelope_id = envelope
  )
$$;

grant execute on function app.record_delivery(uuid), app.is_delivered(uuid) to authenticated_user;

-- Behind both doors: has this transaction act for a person, and says whether their scopes were at hand. Nobody's to call but the doors'.
create function app.act_as(school uuid, member uuid, member_kind text) returns boolean
language plpgsql volatile
as $$
declare
  is_kept boolean;
  setting_names text[];
  settings text[];
begin
  if app.current_user_id() is not null then
    raise exception 'this transaction has entered already' using errcode = 'active_sql_transaction';
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
  return is_kept;
end
$$;

create or replace function app.enter(session text)
returns table (school_id uuid, user_id uuid, kind text, epoch bigint, version bigint, floor_version bigint, was_at_hand boolean)
language plpgsql volatile security definer set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
begin
  select live.school_id, live.user_id, person.kind, clock.epoch, clock.version, clock.floor_version
  into school_id, user_id, kind, epoch, version, floor_version
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
  was_at_hand := app.act_as(school_id, user_id, kind);
  return next;
end
$$;

-- The other door (S30): a live session carries the sealed work of an author of its school, who proves it by a token. A person's token
-- is for that person alone; a class device's for the children who have been in its class since it was enrolled, whether or not it was
-- revoked since: what was logged on it is theirs. The transaction acts for the author. Raises SS401 without a session, and SS403 where
-- the token does not serve: one answer for a token of another school, one that has lapsed, and an author whose access has ended.
create function app.enter_delivery(session text, hash bytea, author uuid)
returns table (school_id uuid, user_id uuid, kind text, epoch bigint, version bigint, floor_version bigint, was_at_hand boolean)
language plpgsql volatile security definer set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
  carrier uuid;
  class_device uuid;
begin
  select live.school_id, live.user_id into school_id, carrier from app.find_session(session) live;
  if not found then
    raise exception 'there is no such session' using errcode = 'SS401';
  end if;

  select person.id, person.kind, device.id, clock.epoch, clock.version, clock.floor_version
  into user_id, kind, class_device, epoch, version, floor_version
  from public.sign_in_lookup lookup
  join public.users person on person.school_id = lookup.school_id and person.id = author
  join public.school_clock clock on clock.school_id = lookup.school_id
  join public.schools school on school.school_id = lookup.school_id
  left join public.delivery_tokens token on token.school_id = lookup.school_id and token.id = lookup.subject_id
  left join public.devices device on device.school_id = lookup.school_id and device.id = lookup.subject_id
  where lookup.kind = 'delivery_token' and lookup.hash = $2 and lookup.school_id = enter_delivery.school_id and person.status = 'active'
    and (
      (token.user_id = author and token.expires_at > now())
      or (device.created_at > now() - interval '400 days' and person.kind = 'student' and exists (
        select from public.class_students member
        where member.school_id = device.school_id and member.class_id = device.class_id and member.student_id = author
          and member.from_on <= (now() at time zone school.time_zone)::date
          and (member.until_on is null or member.until_on >= (device.created_at at time zone school.time_zone)::date)
      ))
    );
  if not found then
    raise exception 'this token does not deliver for this author' using errcode = 'SS403';
  end if;

  was_at_hand := app.act_as(school_id, user_id, kind);
  perform set_config('app.carrier_id', carrier::text, true), set_config('app.class_device', coalesce(class_device::text, ''), true);
  return next;
end
$$;

grant execute on function app.enter_delivery(text, bytea, uuid) to authenticated_user;

-- As before, and what a class device logged says so: its own last contact is the one that counts, whichever child's the work is.
create or replace function app.receive_completion() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  requester uuid := app.current_user_id();
  earliest date;
  latest date;
  due date;
begin
  -- Security: scope before existence, so that the checks below are no way to ask what exists.
  if requester is not null and not coalesce(app.reaches('completion.create', new.student_id), false)
    and not coalesce(app.reaches('completion.update', new.student_id), false) then
    raise exception 'this student is out of reach' using errcode = 'insufficient_privilege';
  end if;

  if new.task_id is not null then
    select task.due_on into due from public.homework_tasks task
    where task.school_id = new.school_id and task.id = new.task_id
      and (task.student_id = new.student_id or exists (
        select from public.class_students member
        where member.school_id = new.school_id and member.student_id = new.student_id and member.class_id = task.class_id
      ));
    -- One answer for a task that is another class's and one that is not there.
    if not found then
      raise exception 'there is no such task for this student' using errcode = 'foreign_key_violation';
    end if;
  end if;

  if requester is null then
    new.logged_by := coalesce(new.logged_by, 'teacher');
    new.received_at := coalesce(new.received_at, now());
    new.effective_date := coalesce(new.effective_date, new.completion_date);
    new.status := coalesce(new.status, 'submitted');
    if tg_op = 'INSERT' then
      new.punctuality := coalesce(new.punctuality, app.punctuality(new.effective_date, due));
    end if;
    return new;
  end if;

  if tg_op = 'INSERT' then
    new.logged_by := case
      when app.class_device() is not null then 'class_device'
      when app.current_user_kind() = 'student' then 'child'
      when app.current_user_kind() = 'parent' then 'parent'
      else 'teacher' end;
    new.logged_by_user_id := requester;
    new.received_at := now();
    new.status := 'submitted';
    new.moved_from := null;
  end if;

  -- A date outside [that device's last contact − 7 days, today] is moved to the nearest day that can be, and said so.
  select (now() at time zone school.time_zone)::date, (coalesce(contact.last_contact_at, now()) at time zone school.time_zone)::date - 7
  into latest, earliest
  from public.schools school
  left join public.device_contacts contact
    on contact.school_id = school.school_id and contact.user_id = coalesce(app.class_device(), requester)
      and contact.device_id = new.device_id
  where school.school_id = new.school_id;
  new.effective_date := least(greatest(new.completion_date, earliest), latest);
  new.flags := case when new.effective_date = new.completion_date then '{}' else array['date_clamped'] end;
  new.punctuality := app.punctuality(new.effective_date, due);
  return new;
end
$$;

insert into retention_defaults (entity_type, basis, period, unit, sentence) values
  ('delivery_tokens', 'expired', 0, 'days', 'What a device says whose sealed homework is by: 400 days from the sign-in.'),
  ('deliveries', 'created', 400, 'days', 'Which sealed homework has arrived, by bare ids: 400 days.');

reset role;

-- migrate:down
set local role studystreaks_owner;

delete from data_retention_policies where entity_type in ('delivery_tokens', 'deliveries');
delete from retention_defaults where entity_type in ('delivery_tokens', 'deliveries');

create or replace function app.receive_completion() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  requester uuid := app.current_user_id();
  earliest date;
  latest date;
  due date;
begin
  -- Security: scope before existence, so that the checks below are no way to ask what exists.
  if requester is not null and not coalesce(app.reaches('completion.create', new.student_id), false)
    and not coalesce(app.reaches('completion.update', new.student_id), false) then
    raise exception 'this student is out of reach' using errcode = 'insufficient_privilege';
  end if;

  if new.task_id is not null then
    select task.due_on into due from public.homework_tasks task
    where task.school_id = new.school_id and task.id = new.task_id
      and (task.student_id = new.student_id or exists (
        select from public.class_students member
        where member.school_id = new.school_id and member.student_id = new.student_id and member.class_id = task.class_id
      ));
    -- One answer for a task that is another class's and one that is not there.
    if not found then
      raise exception 'there is no such task for this student' using errcode = 'foreign_key_violation';
    end if;
  end if;

  if requester is null then
    new.logged_by := coalesce(new.logged_by, 'teacher');
    new.received_at := coalesce(new.received_at, now());
    new.effective_date := coalesce(new.effective_date, new.completion_date);
    new.status := coalesce(new.status, 'submitted');
    if tg_op = 'INSERT' then
      new.punctuality := coalesce(new.punctuality, app.punctuality(new.effective_date, due));
    end if;
    return new;
  end if;

  if tg_op = 'INSERT' then
    new.logged_by := case app.current_user_kind() when 'student' then 'child' when 'parent' then 'parent' when 'device' then 'class_device' else 'teacher' end;
    new.logged_by_user_id := requester;
    new.received_at := now();
    new.status := 'submitted';
    new.moved_from := null;
  end if;

  -- A date outside [that device's last contact − 7 days, today] is moved to the nearest day that can be, and said so.
  select (now() at time zone school.time_zone)::date, (coalesce(contact.last_contact_at, now()) at time zone school.time_zone)::date - 7
  into latest, earliest
  from public.schools school
  left join public.device_contacts contact
    on contact.school_id = school.school_id and contact.user_id = requester and contact.device_id = new.device_id
  where school.school_id = new.school_id;
  new.effective_date := least(greatest(new.completion_date, earliest), latest);
  new.flags := case when new.effective_date = new.completion_date then '{}' else array['date_clamped'] end;
  new.punctuality := app.punctuality(new.effective_date, due);
  return new;
end
$$;

create or replace function app.enter(session text)
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

drop function app.enter_delivery(text, bytea, uuid), app.act_as(uuid, uuid, text), app.is_delivered(uuid), app.record_delivery(uuid),
  app.carrier_id(), app.class_device();
drop trigger end_delivery on users;
drop function app.end_delivery(), app.issue_delivery_token(uuid, uuid, uuid, bytea);
delete from delivery_tokens;
drop table deliveries, delivery_tokens, school_keys;
drop function app.audit_deliveries(), app.audit_deliveries_changed(), app.audit_school_keys(), app.audit_school_keys_changed();

reset role;
