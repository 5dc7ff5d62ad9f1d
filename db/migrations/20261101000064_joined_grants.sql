-- migrate:up
set local role studystreaks_owner;

-- As before, but that a child reads a buddy group from when it has joined.
create or replace function app.compute_grants(school uuid, member uuid)
returns table (audience text, scope_id uuid, on_device boolean, expires_at timestamptz, role_ids uuid[], role_ends timestamptz[])
language sql stable security definer set search_path = ''
as $$
  with held as materialized (
    select user_role.id, user_role.role_id, role.relation, user_role.scope_kind, user_role.scope_target,
      coalesce(user_role.valid_until, 'infinity') as until, place.time_zone, place.has_buddy_groups
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
    union all
    -- A device belongs to the class it is enrolled for, until its lease ends.
    select held.id, held.relation, held.time_zone, device.class_id, least(held.until, device.lease_until)
    from held
    join public.devices device on device.school_id = school and device.id = member and device.revoked_at is null
      and device.lease_until > now()
    join public.classes class on class.school_id = school and class.id = device.class_id and class.archived_at is null
    where held.relation = 'device' and held.scope_kind is null
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
    union all
    -- Buddy groups: of a class for its staff, of everybody for the school, of a child for that child while it is in the class.
    select taught_classes.role, 'group', buddies.id, taught_classes.until
    from taught_classes
    join held on held.id = taught_classes.role and held.has_buddy_groups
    join public.buddy_groups buddies
      on buddies.school_id = school and buddies.class_id = taught_classes.class_id and buddies.dissolved_at is null
    union all
    select held.id, 'group', buddies.id, held.until
    from held
    join public.buddy_groups buddies on buddies.school_id = school and buddies.dissolved_at is null
    where held.scope_kind = 'school' and held.has_buddy_groups
    union all
    select named_students.role, 'group', buddies.id,
      least(named_students.until, consented.until,
        coalesce((membership.until_on + 1)::timestamp at time zone named_students.time_zone, 'infinity'))
    from named_students
    cross join lateral (select app.consented_until(school, named_students.student_id, 'buddy_groups') as until) consented
    join held on held.id = named_students.role and held.has_buddy_groups
    join public.buddy_group_students buddy
      on buddy.school_id = school and buddy.student_id = named_students.student_id and buddy.left_at is null
      and buddy.joined_at is not null
    join public.buddy_groups buddies on buddies.school_id = school and buddies.id = buddy.group_id and buddies.dissolved_at is null
    join public.classes class on class.school_id = school and class.id = buddies.class_id and class.archived_at is null
    join public.class_students membership
      on membership.school_id = school and membership.class_id = buddies.class_id and membership.student_id = buddy.student_id
    where consented.until > now() and membership.from_on::timestamp at time zone named_students.time_zone <= now()
      and (membership.until_on is null or (membership.until_on + 1)::timestamp at time zone named_students.time_zone > now())
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

-- Nobody sees a buddy who has not joined, has left the class or the school, or whose guardians do not agree.
create or replace function app.group_members(groups uuid[])
returns table (group_id uuid, student_id uuid, first_name_encrypted bytea, avatar text)
language sql stable security definer set search_path = ''
as $$
  select membership.group_id, student.id, person.first_name_encrypted, student.avatar
  from public.buddy_group_students membership
  join public.students student on student.school_id = membership.school_id and student.id = membership.student_id
  join public.users person on person.school_id = student.school_id and person.id = student.id
  where membership.school_id = app.current_school_id() and membership.group_id = any (groups) and membership.left_at is null
    and membership.joined_at is not null and person.status = 'active'
    and app.reaches('group.read', membership.group_id)
    and exists (
      select from public.class_students belongs
      where belongs.school_id = membership.school_id and belongs.class_id = membership.class_id
        and belongs.student_id = membership.student_id and belongs.is_current
    )
    and app.has_consent(membership.school_id, membership.student_id, 'buddy_groups')
$$;

create trigger touch_groups_again after update on users for each row
when (old.status is distinct from new.status) execute function app.touch_groups_of();

-- What was worked out before: nobody has joined yet, and everybody is invited.
select app.queue_grants(school_id, array_agg(student_id)) from buddy_group_students where left_at is null group by school_id;
insert into stamps_due (school_id, kind, collections, documents)
select school_id, 'touched', array['groups', 'people'], array_agg(group_id) || array_agg(student_id)
from buddy_group_students where left_at is null group by school_id;

reset role;

-- migrate:down
set local role studystreaks_owner;

drop trigger touch_groups_again on users;

create or replace function app.group_members(groups uuid[])
returns table (group_id uuid, student_id uuid, first_name_encrypted bytea, avatar text)
language sql stable security definer set search_path = ''
as $$
  select membership.group_id, student.id, person.first_name_encrypted, student.avatar
  from public.buddy_group_students membership
  join public.students student on student.school_id = membership.school_id and student.id = membership.student_id
  join public.users person on person.school_id = student.school_id and person.id = student.id
  where membership.school_id = app.current_school_id() and membership.group_id = any (groups) and membership.left_at is null
    and app.reaches('group.read', membership.group_id)
    and app.has_consent(membership.school_id, membership.student_id, 'buddy_groups')
$$;

create or replace function app.compute_grants(school uuid, member uuid)
returns table (audience text, scope_id uuid, on_device boolean, expires_at timestamptz, role_ids uuid[], role_ends timestamptz[])
language sql stable security definer set search_path = ''
as $$
  with held as materialized (
    select user_role.id, user_role.role_id, role.relation, user_role.scope_kind, user_role.scope_target,
      coalesce(user_role.valid_until, 'infinity') as until, place.time_zone, place.has_buddy_groups
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
    union all
    -- A device belongs to the class it is enrolled for, until its lease ends.
    select held.id, held.relation, held.time_zone, device.class_id, least(held.until, device.lease_until)
    from held
    join public.devices device on device.school_id = school and device.id = member and device.revoked_at is null
      and device.lease_until > now()
    join public.classes class on class.school_id = school and class.id = device.class_id and class.archived_at is null
    where held.relation = 'device' and held.scope_kind is null
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
    union all
    -- Buddy groups: of a class for its staff, of everybody for the school, of a child for that child while it is in the class.
    select taught_classes.role, 'group', buddies.id, taught_classes.until
    from taught_classes
    join held on held.id = taught_classes.role and held.has_buddy_groups
    join public.buddy_groups buddies
      on buddies.school_id = school and buddies.class_id = taught_classes.class_id and buddies.dissolved_at is null
    union all
    select held.id, 'group', buddies.id, held.until
    from held
    join public.buddy_groups buddies on buddies.school_id = school and buddies.dissolved_at is null
    where held.scope_kind = 'school' and held.has_buddy_groups
    union all
    select named_students.role, 'group', buddies.id,
      least(named_students.until, consented.until,
        coalesce((membership.until_on + 1)::timestamp at time zone named_students.time_zone, 'infinity'))
    from named_students
    cross join lateral (select app.consented_until(school, named_students.student_id, 'buddy_groups') as until) consented
    join held on held.id = named_students.role and held.has_buddy_groups
    join public.buddy_group_students buddy
      on buddy.school_id = school and buddy.student_id = named_students.student_id and buddy.left_at is null
    join public.buddy_groups buddies on buddies.school_id = school and buddies.id = buddy.group_id and buddies.dissolved_at is null
    join public.classes class on class.school_id = school and class.id = buddies.class_id and class.archived_at is null
    join public.class_students membership
      on membership.school_id = school and membership.class_id = buddies.class_id and membership.student_id = buddy.student_id
    where consented.until > now() and membership.from_on::timestamp at time zone named_students.time_zone <= now()
      and (membership.until_on is null or (membership.until_on + 1)::timestamp at time zone named_students.time_zone > now())
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

select app.queue_grants(school_id, array_agg(student_id)) from buddy_group_students where left_at is null group by school_id;

reset role;
