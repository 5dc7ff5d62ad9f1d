-- migrate:up
set local role studystreaks_owner;

insert into permissions (name, audience, kind, sentence) values
  ('evidence.create', 'student', 'write', 'Add photos and recordings to a child’s homework.'),
  ('excused_day.create', 'student', 'write', 'Excuse a child from homework for a day, or take that back.'),
  ('note.create', 'guardianship', 'write', 'Write notes between a parent and the child’s teachers.'),
  ('level.place', 'student_staff', 'write', 'Place a child on a level, with a reason.'),
  ('badge.award', 'student', 'write', 'Give a child a badge that teachers give.'),
  ('badge.manage', 'school', 'write', 'Make badges of the school’s own.'),
  ('safeguarding_flag.create', 'student', 'write', 'Flag a concern about a child to the safeguarding lead.'),
  ('safeguarding_flag.handle', 'student', 'write', 'See and handle every concern about a child.'),
  ('group.form', 'class_staff', 'write', 'Form, change and dissolve the buddy groups of a class.'),
  ('cheer.send', 'group', 'write', 'Send cheers to one’s buddy group.'),
  ('command.send', 'account', 'write', 'Ask for what is done at the school, such as moving an entry.'),
  ('device.enrol', 'class_staff', 'write', 'Enrol and revoke the devices of a class.'),
  ('invitation.manage', 'school', 'write', 'Invite parents, and revoke invitations.'),
  ('school.update', 'school', 'write', 'Change the school’s profile and settings.'),
  ('role.manage', 'school', 'write', 'Make roles of the school’s own, and change what they allow.'),
  ('role.assign', 'school', 'write', 'Give people roles, and end them.');

insert into role_template_permissions (role_name, permission, on_device)
select role_name, permission, not (permission = any (online_only))
from (values
  ('student', array['evidence.create', 'cheer.send'], array[]::text[]),
  ('parent', array['evidence.create', 'excused_day.create', 'note.create'], array[]::text[]),
  ('teacher', array['evidence.create', 'excused_day.create', 'note.create', 'level.place', 'badge.award', 'safeguarding_flag.create',
    'group.form', 'command.send', 'device.enrol'], array[]::text[]),
  ('teaching_assistant', array['evidence.create', 'excused_day.create', 'safeguarding_flag.create', 'command.send'], array[]::text[]),
  ('school_admin', array['badge.manage', 'device.enrol', 'invitation.manage', 'school.update', 'role.manage', 'role.assign'], array[]::text[]),
  ('safeguarding_lead', array['student.read', 'guardianship.read', 'safeguarding_flag.create', 'safeguarding_flag.handle', 'role.assign'],
    array['student.read', 'guardianship.read'])
) as template (role_name, permissions, online_only)
cross join unnest(template.permissions) as permission;

-- Schools that are there already have the same templates as new ones.
insert into role_permissions (school_id, role_id, permission, on_device)
select role.school_id, role.id, template.permission, template.on_device
from roles role
join role_template_permissions template on template.role_name = role.name
where role.is_template
on conflict do nothing;

-- A write that reaches the whole school comes from a role given for the whole school: every role reads the school, and one
-- that is given for a class, or for what its relations reach, must not change the school by that.
create or replace function app.compute_reach(school uuid, member uuid) returns table (name text, setting text)
language sql stable security definer set search_path = ''
as $$
  with granted as materialized (
    select grants.audience, grants.scope_id::text as scope, grants.user_role_ids, grants.user_role_ends
    from public.access_grants grants
    where grants.school_id = school and grants.user_id = member and grants.to_version is null
      and (grants.expires_at is null or grants.expires_at > now())
  ),
  writable as materialized (
    select permission.name, permission.audience, array_agg(user_role.id) as user_role_ids
    from public.user_roles user_role
    join public.role_permissions held on held.school_id = user_role.school_id and held.role_id = user_role.role_id
    join public.permissions permission on permission.name = held.permission and permission.kind = 'write'
    where user_role.school_id = school and user_role.user_id = member
      and (user_role.valid_from is null or user_role.valid_from <= now())
      and (user_role.valid_until is null or user_role.valid_until > now())
      and (permission.audience <> 'school' or user_role.scope_kind = 'school')
    group by permission.name, permission.audience
  ),
  reach (permission, scope) as (
    select granted.audience || '.read', granted.scope from granted
    union all
    select writable.name, granted.scope
    from writable
    join granted on granted.audience = writable.audience
    where exists (
      select from unnest(granted.user_role_ids, granted.user_role_ends) as source (user_role_id, until)
      where source.user_role_id = any (writable.user_role_ids) and (source.until is null or source.until > now())
    )
  ),
  part as materialized (
    select reach.permission, right(reach.scope, 1) as digit, string_agg(reach.scope, ',') as scopes
    from reach group by reach.permission, right(reach.scope, 1)
  )
  select 'app.reach.' || part.permission || '.x' || part.digit, part.scopes from part
  union all
  select 'app.scopes.' || part.permission, '{' || string_agg(part.scopes, ',') || '}' from part group by part.permission
$$;

reset role;

-- migrate:down
set local role studystreaks_owner;

create or replace function app.compute_reach(school uuid, member uuid) returns table (name text, setting text)
language sql stable security definer set search_path = ''
as $$
  with granted as materialized (
    select grants.audience, grants.scope_id::text as scope, grants.user_role_ids, grants.user_role_ends
    from public.access_grants grants
    where grants.school_id = school and grants.user_id = member and grants.to_version is null
      and (grants.expires_at is null or grants.expires_at > now())
  ),
  writable as materialized (
    select permission.name, permission.audience, array_agg(user_role.id) as user_role_ids
    from public.user_roles user_role
    join public.role_permissions held on held.school_id = user_role.school_id and held.role_id = user_role.role_id
    join public.permissions permission on permission.name = held.permission and permission.kind = 'write'
    where user_role.school_id = school and user_role.user_id = member
      and (user_role.valid_from is null or user_role.valid_from <= now())
      and (user_role.valid_until is null or user_role.valid_until > now())
    group by permission.name, permission.audience
  ),
  reach (permission, scope) as (
    select granted.audience || '.read', granted.scope from granted
    union all
    select writable.name, granted.scope
    from writable
    join granted on granted.audience = writable.audience
    where exists (
      select from unnest(granted.user_role_ids, granted.user_role_ends) as source (user_role_id, until)
      where source.user_role_id = any (writable.user_role_ids) and (source.until is null or source.until > now())
    )
  ),
  part as materialized (
    select reach.permission, right(reach.scope, 1) as digit, string_agg(reach.scope, ',') as scopes
    from reach group by reach.permission, right(reach.scope, 1)
  )
  select 'app.reach.' || part.permission || '.x' || part.digit, part.scopes from part
  union all
  select 'app.scopes.' || part.permission, '{' || string_agg(part.scopes, ',') || '}' from part group by part.permission
$$;

-- Custom roles lose them too; the permissions that are left are the ones of before.
delete from role_permissions where permission in (
  select name from permissions where kind = 'write' and name not in ('completion.create', 'completion.update', 'completion.review'));
delete from role_template_permissions where permission in (
  select name from permissions where kind = 'write' and name not in ('completion.create', 'completion.update', 'completion.review'));
delete from permissions where kind = 'write' and name not in ('completion.create', 'completion.update', 'completion.review');

delete from role_permissions held using roles role
where role.school_id = held.school_id and role.id = held.role_id and role.name = 'safeguarding_lead' and role.is_template
  and held.permission in ('student.read', 'guardianship.read');
delete from role_template_permissions where role_name = 'safeguarding_lead' and permission in ('student.read', 'guardianship.read');

reset role;
