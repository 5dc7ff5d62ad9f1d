-- migrate:up
set local role studystreaks_owner;

-- What a class device checks a child's three pictures by, with no network: a salted PBKDF2 of them beside the slower hash that the
-- server checks by (src/domain/picture-codes). Both are written together.
alter table credentials add column picture_verifier_encrypted bytea;
call app.audit('credentials');

-- What an enrolled device signs in with, as its hash; it leads to the school.
alter table devices add column secret_hash bytea constraint devices_secret_hash_length check (octet_length(secret_hash) = 32);
call app.audit('devices');

alter table sign_in_lookup drop constraint sign_in_lookup_kind_known;
alter table sign_in_lookup add constraint sign_in_lookup_kind_known
  check (kind in ('session', 'class_code', 'school_slug', 'card', 'invitation', 'delivery_token', 'device'));

create trigger look_up_secret after insert or update of secret_hash or delete on devices
for each row execute function app.look_up('device', 'secret_hash');

-- As before, with what the device signs in with.
drop function app.enrol_device(uuid, uuid, text, bytea, bytea, timestamptz);
create function app.enrol_device(
  device uuid, for_class uuid, device_name text, name_encrypted bytea, token_hash bytea, lease timestamptz, secret_hash bytea default null)
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
  insert into public.devices (school_id, id, class_id, name, delivery_token_hash, secret_hash, enrolled_by, lease_until)
  values (school, device, for_class, device_name, token_hash, $7, app.current_user_id(), lease);
  insert into public.user_roles (school_id, user_id, role_id, valid_until)
  select school, device, id, lease from public.roles where school_id = school and name = 'class_device' and is_template;
end
$$;

grant execute on function app.enrol_device(uuid, uuid, text, bytea, bytea, timestamptz, bytea) to authenticated_user;

-- A revoked device is nobody any more: its sessions end, and with its role every grant. Its token goes on delivering.
create function app.end_device() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  delete from public.sessions where school_id = new.school_id and user_id = new.id;
  update public.user_roles set valid_until = now()
  where school_id = new.school_id and user_id = new.id and (valid_until is null or valid_until > now());
  return null;
end
$$;

create trigger end_device after update of revoked_at on devices
for each row when (old.revoked_at is null and new.revoked_at is not null) execute function app.end_device();

-- When the devices of the caller's classes were last in contact, whoever used them.
create function app.device_last_contacts() returns table (device_id uuid, last_contact_at timestamptz)
language sql stable security definer set search_path = ''
as $$
  select device.id, max(contact.last_contact_at)
  from public.devices device
  join public.device_contacts contact on contact.school_id = device.school_id and contact.user_id = device.id
  where device.school_id = app.current_school_id() and device.class_id = any (app.scopes('device.enrol'))
  group by device.id
$$;

grant execute on function app.device_last_contacts() to authenticated_user;

-- The enrolled device that a secret is of. One that is revoked, or whose lease is over, is not there.
create function app.device_by_secret(secret_hash bytea)
returns table (school_id uuid, user_id uuid, lease_until timestamptz)
language sql stable security definer set search_path = ''
as $$
  select device.school_id, device.id, device.lease_until
  from public.sign_in_lookup lookup
  join public.devices device on device.school_id = lookup.school_id and device.id = lookup.subject_id
    and device.revoked_at is null and device.lease_until > now()
  join public.users person on person.school_id = device.school_id and person.id = device.id and person.status = 'active'
  join public.classes class on class.school_id = device.school_id and class.id = device.class_id and class.archived_at is null
  join public.schools school on school.school_id = device.school_id and school.status = 'active'
  where lookup.kind = 'device' and lookup.hash = $1
$$;

-- The class of the enrolled device whose live session this is.
create function app.class_of_device_session(session text) returns uuid
language sql stable security definer set search_path = ''
as $$
  select device.class_id
  from app.find_session(session) live
  join public.devices device on device.school_id = live.school_id and device.id = live.user_id
    and device.revoked_at is null and device.lease_until > now()
$$;

grant execute on function app.device_by_secret(bytea), app.class_of_device_session(text) to sign_in;

-- One document a membership: what an enrolled device of the class signs the child in by. Nobody else is ever told.
-- Security: the devices' own audience, asked here, since no policy shows a credential.
create function app.picture_code(membership uuid)
returns table (class_id uuid, student_id uuid, picture_verifier_encrypted bytea, consents text[])
language sql stable security definer set search_path = ''
as $$
  select member.class_id, member.student_id, credential.picture_verifier_encrypted, app.consents(member.school_id, member.student_id)
  from public.class_students member
  join public.users person on person.school_id = member.school_id and person.id = member.student_id and person.status = 'active'
  join public.credentials credential on credential.school_id = member.school_id and credential.user_id = member.student_id
  where member.school_id = app.current_school_id() and member.id = membership and member.is_current
    and credential.picture_verifier_encrypted is not null and app.reaches('class_device.read', member.class_id)
$$;

grant execute on function app.picture_code(uuid) to authenticated_user;

create function app.stamp_picture_codes(school uuid, memberships uuid[]) returns void
language sql volatile security definer set search_path = ''
as $$
  insert into public.stamps_due (school_id, kind, collections, documents, audience, scopes)
  select school, case when due.is_there then 'stamped' else 'gone' end, array['picture_codes'], array_agg(due.id), 'class_device',
    array_agg(due.class_id)
  from (
    select member.id, member.class_id,
      member.is_current and person.status = 'active' and coalesce(credential.picture_verifier_encrypted is not null, false) as is_there
    from public.class_students member
    join public.users person on person.school_id = member.school_id and person.id = member.student_id
    left join public.credentials credential on credential.school_id = member.school_id and credential.user_id = member.student_id
    where member.school_id = school and member.id = any (memberships)
  ) due
  where due.is_there or exists (
    select from public.sync_index known
    where known.school_id = school and known.collection = 'picture_codes' and known.document_id = due.id
  )
  group by due.is_there
$$;

create function app.current_memberships(school uuid, students uuid[]) returns uuid[]
language sql stable security definer set search_path = ''
as $$
  select coalesce(array_agg(id), '{}') from public.class_students
  where school_id = school and student_id = any (students) and is_current
$$;

-- Of children that come and go.
create function app.stamp_picture_memberships() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if tg_op = 'DELETE' then
    insert into public.stamps_due (school_id, kind, collections, documents)
    select school_id, 'gone', array['picture_codes'], array_agg(id) from changed group by school_id;
  else
    perform app.stamp_picture_codes(school_id, array_agg(id)) from changed group by school_id;
  end if;
  return null;
end
$$;

call app.follow('class_students', 'stamp_picture_codes', 'app.stamp_picture_memberships()');

-- stamp_picture_code(column): of one child, who has other pictures, or may no longer sign in.
create function app.stamp_picture_code() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  one record;
begin
  one := case when tg_op = 'DELETE' then old else new end;
  perform app.stamp_picture_codes(
    one.school_id, app.current_memberships(one.school_id, array[(to_jsonb(one) ->> tg_argv[0])::uuid]));
  return null;
end
$$;

-- By the hash: re-encryption leaves it as it is, and stamps nothing (S2).
create trigger stamp_picture_code after insert on credentials for each row
when (new.picture_code_hash is not null) execute function app.stamp_picture_code('user_id');
create trigger stamp_picture_code_removed after delete on credentials for each row
when (old.picture_code_hash is not null) execute function app.stamp_picture_code('user_id');
create trigger stamp_picture_code_changed after update on credentials for each row
when (old.picture_code_hash is distinct from new.picture_code_hash
  or (old.picture_verifier_encrypted is null) <> (new.picture_verifier_encrypted is null))
execute function app.stamp_picture_code('user_id');
create trigger stamp_picture_code after update of status on users for each row
when (new.kind = 'student' and old.status is distinct from new.status) execute function app.stamp_picture_code('id');

-- The device asks for a photo or a voice where the child's guardians allow it.
create function app.touch_picture_codes() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  insert into public.stamps_due (school_id, kind, collections, documents)
  select school_id, 'touched', array['picture_codes'], app.current_memberships(school_id, array_agg(student_id)) from changed group by school_id;
  return null;
end
$$;

call app.follow('student_consents', 'touch_picture_codes', 'app.touch_picture_codes()');
call app.follow('parent_students', 'touch_picture_codes', 'app.touch_picture_codes()');

-- A teacher lets a child try again who has missed the pictures too often; class devices hear of it by the document's version.
create function app.unlock_child(student uuid) returns boolean
language plpgsql volatile security definer set search_path = ''
as $$
declare
  school uuid := app.current_school_id();
  memberships uuid[];
begin
  -- Security: scope before existence.
  select array_agg(id) into memberships from public.class_students
  where school_id = school and student_id = student and is_current and app.reaches('device.enrol', class_id);
  if memberships is null then
    return false;
  end if;
  update public.credentials set failed_attempts = 0, locked_until = null where school_id = school and user_id = student;
  insert into public.stamps_due (school_id, kind, collections, documents) values (school, 'touched', array['picture_codes'], memberships);
  return true;
end
$$;

grant execute on function app.unlock_child(uuid) to authenticated_user;

reset role;

-- migrate:down
set local role studystreaks_owner;

drop function app.unlock_child(uuid);
drop trigger touch_picture_codes_added on parent_students;
drop trigger touch_picture_codes_removed on parent_students;
drop trigger touch_picture_codes_changed on parent_students;
drop function app.touch_picture_codes() cascade;
drop function app.stamp_picture_code() cascade;
drop function app.stamp_picture_memberships() cascade;
drop function app.current_memberships(uuid, uuid[]), app.stamp_picture_codes(uuid, uuid[]), app.picture_code(uuid),
  app.class_of_device_session(text), app.device_by_secret(bytea), app.device_last_contacts();
drop function app.end_device() cascade;
drop function app.enrol_device(uuid, uuid, text, bytea, bytea, timestamptz, bytea);

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

drop trigger look_up_secret on devices;
delete from sign_in_lookup where kind = 'device';
alter table sign_in_lookup drop constraint sign_in_lookup_kind_known;
alter table sign_in_lookup add constraint sign_in_lookup_kind_known
  check (kind in ('session', 'class_code', 'school_slug', 'card', 'invitation', 'delivery_token'));
alter table devices drop column secret_hash;
call app.audit('devices');
delete from sync_index where collection = 'picture_codes';
alter table credentials drop column picture_verifier_encrypted;
call app.audit('credentials');

reset role;
