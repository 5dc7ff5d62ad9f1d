-- migrate:up
set local role studystreaks_owner;

create function app.queue_grants(school uuid, members uuid[]) returns void
language sql volatile security definer set search_path = ''
as $$
  insert into public.grants_due (school_id, user_id)
  select distinct school, member
  from unnest(members) as member
  where exists (select from public.users where school_id = school and id = member)
    and not exists (select from public.grants_due where school_id = school and user_id = member)
$$;

-- Everyone whose reach a student, or a class, may be part of.
create function app.users_around_student(school uuid, student uuid) returns uuid[]
language sql stable security definer set search_path = ''
as $$
  select array_agg(around.id) from (
    select student as id
    union all
    select parent_id from public.parent_students where school_id = school and student_id = student
    union all
    select teaching.teacher_id
    from public.class_students membership
    join public.teacher_classes teaching on teaching.school_id = school and teaching.class_id = membership.class_id
    where membership.school_id = school and membership.student_id = student
    union all
    select user_id from public.user_roles
    where school_id = school and scope_kind = 'class'
      and scope_target in (select class_id from public.class_students where school_id = school and student_id = student)
    union all
    select user_id from public.user_roles
    where school_id = school and ((scope_kind = 'school' and scope_target = school) or (scope_kind = 'student' and scope_target = student))
  ) around
$$;

create function app.users_around_class(school uuid, class uuid) returns uuid[]
language sql stable security definer set search_path = ''
as $$
  select array_agg(around.id) from (
    select teacher_id as id from public.teacher_classes where school_id = school and class_id = class
    union all
    select student_id from public.class_students where school_id = school and class_id = class
    union all
    select guardianship.parent_id
    from public.class_students membership
    join public.parent_students guardianship on guardianship.school_id = school and guardianship.student_id = membership.student_id
    where membership.school_id = school and membership.class_id = class
    union all
    select user_id from public.user_roles
    where school_id = school and ((scope_kind = 'school' and scope_target = school) or (scope_kind = 'class' and scope_target = class))
    union all
    select helper.user_id
    from public.class_students membership
    join public.user_roles helper
      on helper.school_id = school and helper.scope_kind = 'student' and helper.scope_target = membership.student_id
    where membership.school_id = school and membership.class_id = class
  ) around
$$;

create function app.queue_member() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  changed record;
begin
  changed := case when tg_op = 'DELETE' then old else new end;
  perform app.queue_grants(changed.school_id, array[(to_jsonb(changed) ->> tg_argv[0])::uuid]);
  return null;
end
$$;

create function app.queue_around_student() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  changed record;
begin
  changed := case when tg_op = 'DELETE' then old else new end;
  perform app.queue_grants(changed.school_id, app.users_around_student(changed.school_id, changed.id));
  return null;
end
$$;

-- The relation itself may be the one that is gone, so that nobody is found around it any more.
create function app.queue_membership() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  changed record;
begin
  changed := case when tg_op = 'DELETE' then old else new end;
  perform app.queue_grants(changed.school_id, app.users_around_student(changed.school_id, changed.student_id)
    || (select array_agg(teacher_id) from public.teacher_classes where school_id = changed.school_id and class_id = changed.class_id)
    || (select array_agg(user_id) from public.user_roles
      where school_id = changed.school_id and scope_kind = 'class' and scope_target = changed.class_id));
  return null;
end
$$;

create function app.queue_guardianship() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  changed record;
begin
  changed := case when tg_op = 'DELETE' then old else new end;
  perform app.queue_grants(changed.school_id, app.users_around_student(changed.school_id, changed.student_id) || changed.parent_id);
  return null;
end
$$;

create function app.queue_around_class() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  changed record;
begin
  changed := case when tg_op = 'DELETE' then old else new end;
  perform app.queue_grants(changed.school_id, app.users_around_class(changed.school_id, changed.id));
  return null;
end
$$;

create function app.queue_role() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  changed record;
begin
  changed := case when tg_op = 'DELETE' then old else new end;
  perform app.queue_grants(changed.school_id, (
    select array_agg(user_id) from public.user_roles
    where school_id = changed.school_id and role_id = (to_jsonb(changed) ->> tg_argv[0])::uuid));
  return null;
end
$$;

create function app.queue_school() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform app.queue_grants(new.id, (select array_agg(id) from public.users where school_id = new.id));
  return null;
end
$$;

create trigger queue_grants after update on schools for each row
when ((old.status, old.time_zone) is distinct from (new.status, new.time_zone)) execute function app.queue_school();
create trigger queue_grants after update on users for each row
when (old.status is distinct from new.status) execute function app.queue_member('id');
create trigger queue_grants after insert or update or delete on user_roles for each row execute function app.queue_member('user_id');
create trigger queue_grants after insert or update or delete on role_permissions for each row execute function app.queue_role('role_id');
create trigger queue_grants after update on roles for each row
when (old.relation is distinct from new.relation) execute function app.queue_role('id');
create trigger queue_grants after insert or delete on students for each row execute function app.queue_around_student();
create trigger queue_grants after insert or delete on classes for each row execute function app.queue_around_class();
create trigger queue_grants_again after update on classes for each row
when (old.archived_at is distinct from new.archived_at) execute function app.queue_around_class();
create trigger queue_grants after insert or update or delete on class_students for each row execute function app.queue_membership();
create trigger queue_grants after insert or update or delete on teacher_classes for each row execute function app.queue_member('teacher_id');
create trigger queue_grants after insert or update or delete on parent_students for each row execute function app.queue_guardianship();

-- Turns over what a date brings: starts and ends of roles and relations since the last time, and grants that have expired.
-- Run every minute for each school; returns how many users' grants were looked at.
create function app.turn_dates(school uuid) returns integer
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

grant execute on function app.turn_dates(uuid) to background_worker;

reset role;

-- migrate:down
set local role studystreaks_owner;

drop trigger queue_grants on parent_students;
drop trigger queue_grants on teacher_classes;
drop trigger queue_grants on class_students;
drop trigger queue_grants_again on classes;
drop trigger queue_grants on classes;
drop trigger queue_grants on students;
drop trigger queue_grants on roles;
drop trigger queue_grants on role_permissions;
drop trigger queue_grants on user_roles;
drop trigger queue_grants on users;
drop trigger queue_grants on schools;
drop function app.turn_dates(uuid), app.queue_school(), app.queue_role(), app.queue_around_class(), app.queue_guardianship(),
  app.queue_membership(), app.queue_around_student(), app.queue_member(), app.users_around_class(uuid, uuid),
  app.users_around_student(uuid, uuid), app.queue_grants(uuid, uuid[]);

reset role;
