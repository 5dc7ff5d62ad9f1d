-- migrate:up
set local role studystreaks_owner;

-- A school's own roles, and who has which. Three rules, kept here and nowhere else:
--   nobody gives what they do not hold themselves, there and for as long
--   nobody changes their own roles, nor a role that they have
--   a role that writes an audience reads it (reads_what_it_writes, S14)

create policy reader on roles for select to authenticated_user
  using (app.reaches('role.assign', scope_id) or app.reaches('role.manage', scope_id));
create policy reader on role_permissions for select to authenticated_user
  using (app.reaches('role.assign', scope_id) or app.reaches('role.manage', scope_id));
create policy self on user_roles for select to authenticated_user using (user_id = app.current_user_id());
create policy reader on user_roles for select to authenticated_user using (app.reaches('role.assign', school_id));
-- No insert, no update, no delete: by the functions below alone.
grant select on roles, role_permissions, user_roles to authenticated_user;

-- Whether the person of this transaction holds a permission at a scope until a moment (null: for good). `any`: at whichever.
-- Class scope is held for the whole school, for that class or by teaching it; student scope also through all classes of
-- that child, since whoever reaches a student reaches each of them.
create function app.holds(permission_name text, at_kind text, at_target uuid, until timestamptz) returns boolean
language sql stable security definer set search_path = ''
as $$
  with mine as (
    select user_role.scope_kind, user_role.scope_target, role.relation, coalesce(user_role.valid_until, 'infinity') as ends,
      case
        when user_role.scope_kind = 'class' then array[user_role.scope_target]
        when user_role.scope_kind is null and role.relation = 'staff' then array(
          select teaching.class_id from public.teacher_classes teaching
          join public.classes class on class.school_id = teaching.school_id and class.id = teaching.class_id and class.archived_at is null
          where teaching.school_id = user_role.school_id and teaching.teacher_id = user_role.user_id and teaching.is_active
            and teaching.is_current
            -- Not for longer than the teaching lasts.
            and (teaching.until_on is null or teaching.until_on >= ($4 at time zone 'UTC')::date)
        )
        else '{}'
      end as classes
    from public.user_roles user_role
    join public.roles role on role.school_id = user_role.school_id and role.id = user_role.role_id
    join public.role_permissions held
      on held.school_id = user_role.school_id and held.role_id = user_role.role_id and held.permission = permission_name
    where user_role.school_id = app.current_school_id() and user_role.user_id = app.current_user_id()
      and (user_role.valid_from is null or user_role.valid_from <= now())
      and (user_role.valid_until is null or user_role.valid_until > now())
  ),
  around as (
    select array_agg(class_id) as classes from public.class_students
    where school_id = app.current_school_id() and student_id = at_target and is_current and at_kind = 'student'
  )
  select exists (
    select from mine cross join around
    where mine.ends >= coalesce(until, 'infinity') and (
      at_kind = 'any' or mine.scope_kind = 'school'
      or (at_kind in ('class', 'student') and mine.scope_kind = at_kind and mine.scope_target = at_target)
      or (at_kind = 'class' and at_target = any (mine.classes))
      or (at_kind = 'student' and around.classes <@ mine.classes))
  )
$$;

create function app.require_role_right(permission_name text) returns void
language plpgsql stable set search_path = ''
as $$
begin
  if not coalesce(app.reaches(permission_name, app.current_school_id()), false) then
    raise exception 'roles are out of reach' using errcode = 'insufficient_privilege';
  end if;
end
$$;

-- Raises unless everything that a role allows is held by the person of this transaction where it is to reach. What follows
-- from relations (self) may come to reach anybody in the school. The school's profile and one's own account are reached from
-- everywhere; a write of the whole school is held for the whole school alone.
create function app.require_held(role_given uuid, at_kind text, at_target uuid, until timestamptz) returns void
language plpgsql stable security definer set search_path = ''
as $$
declare
  lacking text;
begin
  select held.permission into lacking
  from public.role_permissions held
  join public.permissions permission on permission.name = held.permission
  where held.school_id = app.current_school_id() and held.role_id = role_given
    and not app.holds(held.permission,
      case
        when permission.audience = 'account' or permission.name = 'school.read' then 'any'
        when permission.audience = 'school' or at_kind = 'self' then 'school'
        else at_kind
      end, at_target, until)
  limit 1;
  if found then
    raise exception 'nobody gives what they do not hold: %', lacking using errcode = 'insufficient_privilege';
  end if;
end
$$;

-- A role of the school's own begins as a copy. Whoever makes it need not hold what it allows: it is nobody's yet.
create function app.copy_role(original uuid, copy uuid, copy_name text) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  school uuid := app.current_school_id();
begin
  perform app.require_role_right('role.manage');
  insert into public.roles (school_id, id, name, relation)
  select school, copy, copy_name, relation from public.roles where school_id = school and id = original;
  if not found then
    raise exception 'there is no such role' using errcode = 'foreign_key_violation';
  end if;
  insert into public.role_permissions (school_id, role_id, permission, on_device)
  select school, copy, permission, on_device from public.role_permissions where school_id = school and role_id = original;
end
$$;

-- Says anew what a role of the school's own allows, for everybody who has it: what is added must be held for the whole school.
create function app.change_role(changing uuid, allowed text[], online_only text[] default '{}') returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  school uuid := app.current_school_id();
  lacking text;
begin
  perform app.require_role_right('role.manage');
  -- In hand until the end: nobody is given the role meanwhile.
  perform from public.roles where school_id = school and id = changing and not is_template for update;
  if not found then
    raise exception 'there is no such role of the school''s own' using errcode = 'foreign_key_violation';
  end if;
  if exists (
    select from public.user_roles where school_id = school and role_id = changing and user_id = app.current_user_id()
      and (valid_until is null or valid_until > now())
  ) then
    raise exception 'nobody changes a role that they have' using errcode = 'insufficient_privilege';
  end if;

  select wanted.name into lacking
  from unnest(allowed) as wanted (name)
  join public.permissions permission on permission.name = wanted.name
  where not exists (
      select from public.role_permissions held where held.school_id = school and held.role_id = changing and held.permission = wanted.name)
    and not app.holds(wanted.name, case when permission.audience = 'account' or wanted.name = 'school.read' then 'any' else 'school' end,
      null, null)
  limit 1;
  if found then
    raise exception 'nobody gives what they do not hold: %', lacking using errcode = 'insufficient_privilege';
  end if;

  delete from public.role_permissions where school_id = school and role_id = changing and permission <> all (allowed);
  -- A permission that the catalogue does not know is refused by its key.
  insert into public.role_permissions as held (school_id, role_id, permission, on_device)
  select distinct school, changing, wanted.name, wanted.name <> all (online_only) from unnest(allowed) as wanted (name)
  on conflict (school_id, role_id, permission) do update set on_device = excluded.on_device
  where held.on_device <> excluded.on_device;
end
$$;

-- Raises unless this person may have a role of this kind: children, guardians and devices have roles of their own.
create function app.require_fitting(member uuid, role_given uuid) returns void
language plpgsql stable security definer set search_path = ''
as $$
declare
  school uuid := app.current_school_id();
  relation text := (select role.relation from public.roles role where role.school_id = school and role.id = role_given);
  member_kind text := (select person.kind from public.users person where person.school_id = school and person.id = member);
begin
  if relation is null or member_kind is null then
    raise exception 'there is no such person or role' using errcode = 'foreign_key_violation';
  end if;
  if not (case relation
    when 'student' then member_kind = 'student'
    when 'device' then member_kind = 'device'
    when 'guardian' then exists (select from public.parents where school_id = school and id = member)
    else member_kind in ('teacher', 'admin', 'parent')
  end) then
    raise exception 'this role is not for such a person' using errcode = 'check_violation';
  end if;
end
$$;

-- Gives a person a role: at `school`, `class`, `student` or `self` (what their relations reach), from and until when.
create function app.give_role(
  assignment uuid, member uuid, role_given uuid, at_kind text, at_target uuid, starts timestamptz default null, ends timestamptz default null)
returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  school uuid := app.current_school_id();
begin
  perform app.require_role_right('role.assign');
  if member = app.current_user_id() then
    raise exception 'nobody changes their own roles' using errcode = 'insufficient_privilege';
  end if;
  -- In hand until the end: what it allows does not change meanwhile.
  perform from public.roles where school_id = school and id = role_given for share;
  perform app.require_fitting(member, role_given);
  if not (case at_kind
    when 'school' then at_target = school
    when 'class' then exists (select from public.classes where school_id = school and id = at_target)
    when 'student' then exists (select from public.students where school_id = school and id = at_target)
    when 'self' then at_target is null
    else false
  end) then
    raise exception 'there is no such scope' using errcode = 'foreign_key_violation';
  end if;
  perform app.require_held(role_given, at_kind, at_target, ends);
  insert into public.user_roles (school_id, id, user_id, role_id, scope_kind, scope_target, valid_from, valid_until)
  values (school, assignment, member, role_given, nullif(at_kind, 'self'), at_target, starts, ends);
end
$$;

-- Changes from and until when somebody has a role; what is given for longer has to be held for as long.
create function app.date_role(assignment uuid, starts timestamptz, ends timestamptz) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  school uuid := app.current_school_id();
  given public.user_roles;
begin
  perform app.require_role_right('role.assign');
  select * into given from public.user_roles where school_id = school and id = assignment for update;
  if not found then
    raise exception 'there is no such role of a person' using errcode = 'foreign_key_violation';
  end if;
  if given.user_id = app.current_user_id() then
    raise exception 'nobody changes their own roles' using errcode = 'insufficient_privilege';
  end if;
  perform from public.roles where school_id = school and id = given.role_id for share;
  perform app.require_held(given.role_id, coalesce(given.scope_kind, 'self'), given.scope_target, ends);
  update public.user_roles set valid_from = starts, valid_until = ends where school_id = school and id = assignment;
end
$$;

-- Ends a role now. Whoever assigns roles ends any but their own: taking away gives nothing.
create function app.end_role(assignment uuid) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  school uuid := app.current_school_id();
begin
  perform app.require_role_right('role.assign');
  perform from public.user_roles where school_id = school and id = assignment and user_id <> app.current_user_id() for update;
  if not found then
    raise exception 'there is no such role of somebody else' using errcode = 'insufficient_privilege';
  end if;
  -- One that had not begun never was.
  delete from public.user_roles where school_id = school and id = assignment and valid_from > now();
  update public.user_roles set valid_until = now() where school_id = school and id = assignment and (valid_until is null or valid_until > now());
end
$$;

grant execute on function app.copy_role(uuid, uuid, text), app.change_role(uuid, text[], text[]),
  app.give_role(uuid, uuid, uuid, text, uuid, timestamptz, timestamptz), app.date_role(uuid, timestamptz, timestamptz), app.end_role(uuid)
to authenticated_user;

alter table user_roles add constraint user_roles_ends_after_start check (valid_until >= valid_from);

reset role;

-- migrate:down
set local role studystreaks_owner;

alter table user_roles drop constraint user_roles_ends_after_start;
drop function app.end_role(uuid), app.date_role(uuid, timestamptz, timestamptz),
  app.give_role(uuid, uuid, uuid, text, uuid, timestamptz, timestamptz), app.require_fitting(uuid, uuid),
  app.change_role(uuid, text[], text[]), app.copy_role(uuid, uuid, text), app.require_held(uuid, text, uuid, timestamptz),
  app.require_role_right(text), app.holds(text, text, uuid, timestamptz);
revoke select on roles, role_permissions, user_roles from authenticated_user;
drop policy reader on user_roles;
drop policy self on user_roles;
drop policy reader on role_permissions;
drop policy reader on roles;

reset role;
