-- migrate:up
set local role studystreaks_owner;

-- What a user should be able to read, worked out afresh from everything it follows from (S5). One row a bucket: the union
-- of all roles that reach it. role_ends stands beside role_ids: until when each of them does, null for open end.
create function app.compute_grants(school uuid, member uuid)
returns table (audience text, scope_id uuid, on_device boolean, expires_at timestamptz, role_ids uuid[], role_ends timestamptz[])
language sql stable security definer set search_path = ''
as $$
  with held as materialized (
    select user_role.id, user_role.role_id, role.relation, user_role.scope_kind, user_role.scope_target,
      coalesce(user_role.valid_until, 'infinity') as until, place.time_zone
    from public.user_roles user_role
    join public.users person on person.school_id = user_role.school_id and person.id = user_role.user_id and person.status = 'active'
    join public.roles role on role.school_id = user_role.school_id and role.id = user_role.role_id
    join public.schools place on place.school_id = user_role.school_id and place.status = 'active'
    where user_role.school_id = school and user_role.user_id = member
      and (user_role.valid_from is null or user_role.valid_from <= now())
      and (user_role.valid_until is null or user_role.valid_until > now())
  ),
  -- Relations of today, each with the moment at which its last day ends.
  own_children as materialized (
    select held.id as role, guardianship.id as guardianship_id, guardianship.student_id,
      least(held.until, coalesce((guardianship.until_on + 1)::timestamp at time zone held.time_zone, 'infinity')) as until
    from held
    join public.parent_students guardianship on guardianship.school_id = school and guardianship.parent_id = member
    where held.relation = 'guardian' and held.scope_kind is null
      and guardianship.from_on::timestamp at time zone held.time_zone <= now()
      and (guardianship.until_on is null or (guardianship.until_on + 1)::timestamp at time zone held.time_zone > now())
  ),
  taught_classes as materialized (
    select held.id as role, held.relation, held.time_zone, teaching.class_id,
      least(held.until, coalesce((teaching.until_on + 1)::timestamp at time zone held.time_zone, 'infinity')) as until
    from held
    join public.teacher_classes teaching on teaching.school_id = school and teaching.teacher_id = member and teaching.is_active
    join public.classes class on class.school_id = school and class.id = teaching.class_id and class.archived_at is null
    where held.relation = 'staff' and held.scope_kind is null
      and teaching.from_on::timestamp at time zone held.time_zone <= now()
      and (teaching.until_on is null or (teaching.until_on + 1)::timestamp at time zone held.time_zone > now())
    union all
    select held.id, held.relation, held.time_zone, class.id, held.until
    from held
    join public.classes class on class.school_id = school and class.id = held.scope_target
    where held.scope_kind = 'class'
  ),
  named_students as materialized (
    -- Reached by name, not through a class: oneself, one's children, the one student of a role's own scope.
    select held.id as role, held.time_zone, student.id as student_id, held.until
    from held
    join public.students student on student.school_id = school
      and student.id = case when held.scope_kind = 'student' then held.scope_target else member end
    where held.scope_kind = 'student' or (held.scope_kind is null and held.relation = 'student')
    union all
    select own_children.role, held.time_zone, own_children.student_id, own_children.until
    from own_children join held on held.id = own_children.role
  ),
  class_members as materialized (
    select taught_classes.role, membership.student_id,
      least(taught_classes.until, coalesce((membership.until_on + 1)::timestamp at time zone taught_classes.time_zone, 'infinity')) as until
    from taught_classes
    join public.class_students membership on membership.school_id = school and membership.class_id = taught_classes.class_id
    where membership.from_on::timestamp at time zone taught_classes.time_zone <= now()
      and (membership.until_on is null or (membership.until_on + 1)::timestamp at time zone taught_classes.time_zone > now())
    union all
    select held.id, student.id, held.until
    from held join public.students student on student.school_id = school
    where held.scope_kind = 'school'
  ),
  reach (role, audience, scope_id, until) as (
    select id, 'school', school, until from held
    union all
    select id, 'account', member, until from held
    union all
    select role, 'class', class_id, until from taught_classes
    union all
    select role, 'class_staff', class_id, until from taught_classes
    union all
    select role, 'class_device', class_id, until from taught_classes where relation = 'device'
    union all
    select held.id, audience, class.id, held.until
    from held
    join public.classes class on class.school_id = school
    cross join (values ('class'), ('class_staff')) as known_to (audience)
    where held.scope_kind = 'school'
    union all
    select named_students.role, 'class', membership.class_id,
      least(named_students.until, coalesce((membership.until_on + 1)::timestamp at time zone named_students.time_zone, 'infinity'))
    from named_students
    join public.class_students membership on membership.school_id = school and membership.student_id = named_students.student_id
    join public.classes class on class.school_id = school and class.id = membership.class_id and class.archived_at is null
    where membership.from_on::timestamp at time zone named_students.time_zone <= now()
      and (membership.until_on is null or (membership.until_on + 1)::timestamp at time zone named_students.time_zone > now())
    union all
    select role, audience, student_id, until
    from (select role, student_id, until from named_students union all select role, student_id, until from class_members) student
    cross join (values ('student'), ('student_staff')) as known_to (audience)
    union all
    select role, 'guardianship', guardianship_id, until from own_children
    union all
    select class_members.role, 'guardianship', guardianship.id,
      least(class_members.until, coalesce((guardianship.until_on + 1)::timestamp at time zone held.time_zone, 'infinity'))
    from class_members
    join held on held.id = class_members.role
    join public.parent_students guardianship on guardianship.school_id = school and guardianship.student_id = class_members.student_id
    where guardianship.from_on::timestamp at time zone held.time_zone <= now()
      and (guardianship.until_on is null or (guardianship.until_on + 1)::timestamp at time zone held.time_zone > now())
  ),
  -- The same bucket reached by one role in several ways lasts as long as the longest of them.
  reached as (
    select role, audience, scope_id, max(until) as until from reach group by role, audience, scope_id
  )
  select reached.audience, reached.scope_id, bool_or(permission.on_device),
    nullif(max(reached.until), 'infinity'),
    array_agg(reached.role order by reached.role),
    array_agg(nullif(reached.until, 'infinity') order by reached.role)
  from reached
  join held on held.id = reached.role
  join public.role_permissions permission
    on permission.school_id = school and permission.role_id = held.role_id and permission.permission = reached.audience || '.read'
  group by reached.audience, reached.scope_id
$$;

-- Brings a user's grants in line with what they should be. A grant that is no longer due is closed, never deleted: devices
-- have to forget by it. One that has expired stays closed to what happened since, so that an extension opens another.
create function app.refresh_grants(school uuid, member uuid) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  opening jsonb;
  closing uuid[];
  tick bigint;
begin
  -- Before anything is read: what an earlier holder of the clock changed must be seen.
  perform app.hold_clock(school);

  with due as materialized (
    select * from app.compute_grants(school, member)
  ),
  open as materialized (
    select * from public.access_grants where school_id = school and user_id = member and to_version is null
  ),
  kept as (
    select open.id, due.audience, due.scope_id, due.expires_at, due.role_ids, due.role_ends,
      (open.expires_at, open.user_role_ids, open.user_role_ends) is distinct from (due.expires_at, due.role_ids, due.role_ends) as is_changed
    from open join due using (audience, scope_id, on_device)
    where open.expires_at is null or open.expires_at > now()
  ),
  adjusted as (
    update public.access_grants grants
    set expires_at = kept.expires_at, user_role_ids = kept.role_ids, user_role_ends = kept.role_ends
    from kept
    where kept.is_changed and grants.school_id = school and grants.id = kept.id
  )
  select
    (select array_agg(open.id) from open where not exists (select from kept where kept.id = open.id)),
    (select jsonb_agg(to_jsonb(due)) from due
      where not exists (select from kept where kept.audience = due.audience and kept.scope_id = due.scope_id))
  into closing, opening;

  if closing is not null or opening is not null then
    tick := app.tick(school);

    -- One that this very transaction opened was never anybody's.
    delete from public.access_grants where school_id = school and id = any (closing) and from_version = tick;
    update public.access_grants set to_version = tick where school_id = school and id = any (closing);

    insert into public.access_grants
      (school_id, user_id, audience, scope_id, on_device, from_version, expires_at, user_role_ids, user_role_ends)
    select school, member, due.audience, due.scope_id, due.on_device, tick, due.expires_at, due.role_ids, due.role_ends
    from jsonb_to_recordset(opening)
      as due (audience text, scope_id uuid, on_device boolean, expires_at timestamptz, role_ids uuid[], role_ends timestamptz[]);
  end if;
  perform app.keep_reach(school, member);
end
$$;

-- Users whose grants may have changed in the transaction that put them here; empty between transactions, since a deferred
-- trigger refreshes each of them once at commit and takes them off.
create table grants_due (
  school_id uuid not null,
  id uuid not null default gen_random_uuid(),
  user_id uuid not null,
  scope_id uuid not null generated always as (user_id) stored,
  constraint grants_due_pkey primary key (school_id, id)
);
create index idx_grants_due_user on grants_due (school_id, user_id);

call app.isolate('grants_due');
-- No grants: filled by triggers alone.

create function app.refresh_due() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  delete from public.grants_due where school_id = new.school_id and user_id = new.user_id;
  if found then
    perform app.refresh_grants(new.school_id, new.user_id);
  end if;
  return null;
end
$$;

create constraint trigger refresh after insert on grants_due
deferrable initially deferred for each row execute function app.refresh_due();

reset role;

-- migrate:down
set local role studystreaks_owner;

drop table grants_due;
drop function app.refresh_due(), app.refresh_grants(uuid, uuid), app.compute_grants(uuid, uuid);

reset role;
