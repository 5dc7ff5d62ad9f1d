-- migrate:up
set local role studystreaks_owner;

-- A tablet that a teacher has enrolled for a class: a profile of a user of kind `device`. Children sign in on it with pictures.
create table devices (
  school_id uuid not null,
  id uuid not null,
  class_id uuid not null,
  scope_id uuid not null generated always as (class_id) stored,
  name text not null constraint devices_name_length check (char_length(name) between 1 and 60),
  -- SHA-256 of the token with which sealed envelopes are delivered (S30): it opens nothing, and says whose they are.
  delivery_token_hash bytea constraint devices_delivery_token_hash_length check (octet_length(delivery_token_hash) = 32),
  enrolled_by uuid,
  -- A term at most: then it has to be enrolled again.
  lease_until timestamptz not null,
  revoked_at timestamptz,
  created_at timestamptz not null default now(),
  constraint devices_pkey primary key (school_id, id),
  constraint devices_user_fkey foreign key (school_id, id) references users (school_id, id) on delete cascade,
  constraint devices_class_fkey foreign key (school_id, class_id) references classes (school_id, id) on delete cascade,
  constraint devices_lease_a_term check (lease_until <= created_at + interval '150 days')
);
comment on table devices is 'Enrolled class devices, each with the public token under which its sealed work is delivered.';
create index idx_devices_class on devices (school_id, class_id);

call app.isolate('devices');
create policy reader on devices for select to authenticated_user using (app.reaches('class_staff.read', scope_id));
create policy changer on devices for update to authenticated_user
  using (app.reaches('device.enrol', class_id)) with check (app.reaches('device.enrol', class_id));
grant select (school_id, id, class_id, scope_id, name, enrolled_by, lease_until, revoked_at, created_at) on devices to authenticated_user;
-- No insert: a device is enrolled with its user, by app.enrol_device. No class_id: for another class it is enrolled anew.
-- No delete: it is revoked, and its token goes on delivering what children logged on it.
grant update (name, revoked_at) on devices to authenticated_user;
grant select on devices to background_worker;

create trigger look_up after insert or update of delivery_token_hash or delete on devices
for each row execute function app.look_up('delivery_token', 'delivery_token_hash');
create trigger keep_ends before update of school_id, id, class_id on devices for each row
when ((old.school_id, old.id, old.class_id) is distinct from (new.school_id, new.id, new.class_id)) execute function app.keep_ends();

-- Enrols a device for a class of the person of this transaction: its user, its place and the role that goes with it.
create function app.enrol_device(device uuid, for_class uuid, device_name text, name_encrypted bytea, token_hash bytea, lease timestamptz)
returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  school uuid := app.current_school_id();
begin
  if not coalesce(app.reaches('device.enrol', for_class), false) then
    raise exception 'this class is out of reach' using errcode = 'insufficient_privilege';
  end if;
  insert into public.users (school_id, id, kind, name_encrypted) values (school, device, 'device', $4);
  insert into public.devices (school_id, id, class_id, name, delivery_token_hash, enrolled_by, lease_until)
  values (school, device, for_class, device_name, token_hash, app.current_user_id(), lease);
  insert into public.user_roles (school_id, user_id, role_id, valid_until)
  select school, device, id, lease from public.roles where school_id = school and name = 'class_device' and is_template;
end
$$;

grant execute on function app.enrol_device(uuid, uuid, text, bytea, bytea, timestamptz) to authenticated_user;

-- The school's invitation of one adult to one child: a printed code, used once, within 30 days.
create table invitations (
  school_id uuid not null,
  id uuid not null,
  student_id uuid not null,
  scope_id uuid not null generated always as (student_id) stored,
  code_hash bytea not null,
  created_by uuid,
  expires_at timestamptz not null default now() + interval '30 days',
  used_by uuid,
  used_at timestamptz,
  revoked_at timestamptz,
  created_at timestamptz not null default now(),
  constraint invitations_pkey primary key (school_id, id),
  constraint invitations_code_unique unique (school_id, code_hash),
  constraint invitations_student_fkey foreign key (school_id, student_id) references students (school_id, id) on delete cascade,
  constraint invitations_used_by_fkey foreign key (school_id, used_by) references parents (school_id, id) on delete cascade,
  constraint invitations_thirty_days check (expires_at <= created_at + interval '30 days'),
  constraint invitations_used_by_somebody check ((used_by is null) = (used_at is null)),
  constraint invitations_used_or_revoked check (used_at is null or revoked_at is null),
  constraint invitations_used_in_time check (used_at <= expires_at)
);
comment on table invitations is 'Codes by which a parent joins one child: hashed, for 30 days, used once, revocable.';
create index idx_invitations_student on invitations (school_id, student_id);
create index idx_invitations_used_by on invitations (school_id, used_by) where used_by is not null;

call app.isolate('invitations');
create policy reader on invitations for select to authenticated_user using (app.reaches('invitation.manage', school_id));
create policy author on invitations for insert to authenticated_user with check (app.reaches('invitation.manage', school_id));
create policy changer on invitations for update to authenticated_user
  using (app.reaches('invitation.manage', school_id)) with check (app.reaches('invitation.manage', school_id));
-- No code_hash: nobody needs it who does not have the code.
grant select (school_id, id, student_id, scope_id, created_by, expires_at, used_by, used_at, revoked_at, created_at) on invitations
  to authenticated_user;
grant insert (school_id, id, student_id, code_hash, expires_at) on invitations to authenticated_user;
-- Only revoked by hand; it is used through sign-in. No delete: who was let in, and when, is kept until retention removes it.
grant update (revoked_at) on invitations to authenticated_user;
grant select (school_id, id, student_id, scope_id, created_by, expires_at, used_by, used_at, revoked_at, created_at), delete on invitations
  to background_worker;

create trigger look_up after insert or update of code_hash or delete on invitations
for each row execute function app.look_up('invitation', 'code_hash');

create function app.invite() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  new.created_by := coalesce(app.current_user_id(), new.created_by);
  return new;
end
$$;

create trigger invite before insert on invitations for each row execute function app.invite();

create function app.keep_used() returns trigger
language plpgsql immutable set search_path = ''
as $$
begin
  raise exception 'an invitation is used or revoked once' using errcode = 'check_violation';
end
$$;

create trigger keep_used before update on invitations for each row
when (old.used_at is not null or old.revoked_at is not null) execute function app.keep_used();

-- Everyone whose reach a student, or a class, may be part of: the devices of the class too.
create function app.devices_of_classes(school uuid, classes uuid[]) returns uuid[]
language sql stable security definer set search_path = ''
as $$ select array_agg(id) from public.devices where school_id = school and class_id = any (classes) $$;

create function app.queue_devices() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  -- Of the class itself, of the class that a child joins or leaves, or of the classes of a child.
  perform app.queue_grants(changed.school_id, app.devices_of_classes(changed.school_id, array_agg(changed.class_id)))
  from (
    select school_id, (to_jsonb(changed) ->> tg_argv[0])::uuid as class_id from changed where tg_argv[0] <> 'student_id'
    union all
    select member.school_id, member.class_id
    from changed
    join public.class_students member
      on member.school_id = changed.school_id and member.student_id = (to_jsonb(changed) ->> tg_argv[0])::uuid
    where tg_argv[0] = 'student_id'
  ) changed
  group by changed.school_id;
  return null;
end
$$;

call app.follow('classes', 'queue_devices', 'app.queue_devices(''id'')');
call app.follow('buddy_groups', 'queue_devices', 'app.queue_devices(''class_id'')');
call app.follow('class_students', 'queue_devices', 'app.queue_devices(''class_id'')');
call app.follow('parent_students', 'queue_devices', 'app.queue_devices(''student_id'')');
create trigger queue_grants after insert or update or delete on devices for each row execute function app.queue_member('id');

-- As before, and leases that end.
create or replace function app.turn_dates(school uuid) returns integer
language plpgsql volatile security definer set search_path = ''
as $$
declare
  today date := app.today(school);
  since timestamptz;
  members uuid[];
begin
  -- set_current works it out; these updates stamp and queue like any other.
  update public.class_students set from_on = from_on
  where school_id = school and is_current <> (from_on <= today and (until_on is null or until_on >= today));
  update public.teacher_classes set from_on = from_on
  where school_id = school and is_current <> (from_on <= today and (until_on is null or until_on >= today));
  update public.parent_students set from_on = from_on
  where school_id = school and is_current <> (from_on <= today and (until_on is null or until_on >= today));

  -- Only now: whoever holds the clock must not wait for rows that others hold while they wait for the clock.
  perform app.hold_clock(school);
  select dates_turned_at into strict since from public.school_clock where school_id = school;

  select array_agg(due.user_id) into members
  from (
    select user_id from public.user_roles
    where school_id = school and ((valid_from > since and valid_from <= now()) or (valid_until > since and valid_until <= now()))
    union
    select user_id from public.access_grants where school_id = school and to_version is null and expires_at <= now()
    union
    select id from public.devices where school_id = school and lease_until > since and lease_until <= now()
  ) due;
  perform app.queue_grants(school, members);

  update public.school_clock set dates_turned_at = now() where school_id = school;
  return coalesce(cardinality(members), 0);
end
$$;

reset role;

-- migrate:down
set local role studystreaks_owner;

create or replace function app.turn_dates(school uuid) returns integer
language plpgsql volatile security definer set search_path = ''
as $$
declare
  today date := app.today(school);
  since timestamptz;
  members uuid[];
begin
  -- set_current works it out; these updates stamp and queue like any other.
  update public.class_students set from_on = from_on
  where school_id = school and is_current <> (from_on <= today and (until_on is null or until_on >= today));
  update public.teacher_classes set from_on = from_on
  where school_id = school and is_current <> (from_on <= today and (until_on is null or until_on >= today));
  update public.parent_students set from_on = from_on
  where school_id = school and is_current <> (from_on <= today and (until_on is null or until_on >= today));

  -- Only now: whoever holds the clock must not wait for rows that others hold while they wait for the clock.
  perform app.hold_clock(school);
  select dates_turned_at into strict since from public.school_clock where school_id = school;

  select array_agg(due.user_id) into members
  from (
    select user_id from public.user_roles
    where school_id = school and ((valid_from > since and valid_from <= now()) or (valid_until > since and valid_until <= now()))
    union
    select user_id from public.access_grants where school_id = school and to_version is null and expires_at <= now()
  ) due;
  perform app.queue_grants(school, members);

  update public.school_clock set dates_turned_at = now() where school_id = school;
  return coalesce(cardinality(members), 0);
end
$$;

drop function app.queue_devices() cascade;
drop function app.devices_of_classes(uuid, uuid[]);
drop function app.enrol_device(uuid, uuid, text, bytea, bytea, timestamptz);
delete from sign_in_lookup where kind in ('delivery_token', 'invitation');
drop table invitations, devices;
drop function app.keep_used(), app.invite();

reset role;
