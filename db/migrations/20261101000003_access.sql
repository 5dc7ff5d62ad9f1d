-- migrate:up
set local role studystreaks_owner;

-- The catalogue of src/domain/permissions/catalogue.ts; a test compares the two. The same for every school.
create table permissions (
  name text not null constraint permissions_pkey primary key,
  audience text not null constraint permissions_audience_known check (
    audience in ('school', 'class', 'class_staff', 'class_device', 'student', 'guardianship', 'student_staff', 'group', 'account')
  ),
  kind text not null constraint permissions_kind_known check (kind in ('read', 'write')),
  sentence text not null,
  constraint permissions_read_name check ((kind = 'read') = (name = audience || '.read'))
);

insert into permissions (name, audience, kind, sentence) values
  ('school.read', 'school', 'read', 'See the school’s profile, calendar, clubs and staff.'),
  ('class.read', 'class', 'read', 'See a class: its name, year groups, weekly target and tasks.'),
  ('class_staff.read', 'class_staff', 'read', 'See the roster of a class: first names and pictures.'),
  ('class_device.read', 'class_device', 'read', 'Sign children in with their pictures on a class device.'),
  ('student.read', 'student', 'read', 'See a child’s profile, homework, marks and run.'),
  ('guardianship.read', 'guardianship', 'read', 'See how a parent and a child belong together, and that parent’s notes.'),
  ('student_staff.read', 'student_staff', 'read', 'See what staff keep about a child.'),
  ('group.read', 'group', 'read', 'See a buddy group and its cheers.'),
  ('account.read', 'account', 'read', 'See one’s own notices.'),
  ('completion.create', 'student', 'write', 'Log homework for a child.'),
  ('completion.update', 'student', 'write', 'Change logged homework that is not marked yet.'),
  ('completion.review', 'student', 'write', 'Mark homework: approve it or ask to try again.');

grant select on permissions to authenticated_user, background_worker;

-- What every new school's roles are copied from: src/domain/permissions/roles.ts, compared by a test.
-- relation: where a role's reach comes from when user_roles names no scope of its own.
create table role_templates (
  name text not null constraint role_templates_pkey primary key,
  relation text not null constraint role_templates_relation_known check (relation in ('student', 'guardian', 'staff', 'device', 'none'))
);

create table role_template_permissions (
  role_name text not null,
  permission text not null,
  on_device boolean not null,
  constraint role_template_permissions_pkey primary key (role_name, permission),
  constraint role_template_permissions_role_fkey foreign key (role_name) references role_templates (name) on delete cascade,
  constraint role_template_permissions_permission_fkey foreign key (permission) references permissions (name) on delete restrict
);

insert into role_templates (name, relation) values
  ('student', 'student'),
  ('parent', 'guardian'),
  ('teacher', 'staff'),
  ('teaching_assistant', 'staff'),
  ('class_device', 'device'),
  ('school_admin', 'none'),
  ('data_protection_lead', 'none'),
  ('safeguarding_lead', 'none');

insert into role_template_permissions (role_name, permission, on_device)
select role_name, permission, not (permission = any (online_only))
from (values
  ('student', array['school.read', 'class.read', 'student.read', 'group.read', 'account.read', 'completion.create', 'completion.update'],
    array[]::text[]),
  ('parent', array['school.read', 'class.read', 'student.read', 'guardianship.read', 'account.read', 'completion.create', 'completion.update'],
    array[]::text[]),
  ('teacher', array['school.read', 'class.read', 'class_staff.read', 'student.read', 'guardianship.read', 'student_staff.read', 'group.read',
    'account.read', 'completion.create', 'completion.update', 'completion.review'], array['group.read']),
  ('teaching_assistant', array['school.read', 'class.read', 'class_staff.read', 'student.read', 'account.read', 'completion.create',
    'completion.review'], array[]::text[]),
  ('class_device', array['school.read', 'class.read', 'class_staff.read', 'class_device.read', 'account.read'], array[]::text[]),
  ('school_admin', array['school.read', 'class.read', 'class_staff.read', 'student.read', 'guardianship.read', 'student_staff.read', 'group.read',
    'account.read'], array['class_staff.read', 'student.read', 'guardianship.read', 'student_staff.read', 'group.read']),
  ('data_protection_lead', array['school.read', 'class.read', 'account.read'], array[]::text[]),
  ('safeguarding_lead', array['school.read', 'class.read', 'account.read'], array[]::text[])
) as template (role_name, permissions, online_only)
cross join unnest(template.permissions) as permission;

create table roles (
  school_id uuid not null,
  id uuid not null default gen_random_uuid(),
  scope_id uuid not null generated always as (school_id) stored,
  name text not null,
  relation text not null constraint roles_relation_known check (relation in ('student', 'guardian', 'staff', 'device', 'none')),
  is_template boolean not null default false,
  created_at timestamptz not null default now(),
  constraint roles_pkey primary key (school_id, id),
  constraint roles_school_fkey foreign key (school_id) references schools (school_id) on delete restrict,
  constraint roles_name_unique unique (school_id, name)
);

call app.isolate('roles');
-- No grants yet: roles are administered by nobody's request so far.

create table role_permissions (
  school_id uuid not null,
  id uuid not null default gen_random_uuid(),
  role_id uuid not null,
  scope_id uuid not null generated always as (school_id) stored,
  permission text not null,
  -- False: read online only, never on the person's devices (S5). Says nothing for a write permission.
  on_device boolean not null default true,
  created_at timestamptz not null default now(),
  constraint role_permissions_pkey primary key (school_id, id),
  constraint role_permissions_once unique (school_id, role_id, permission),
  constraint role_permissions_role_fkey foreign key (school_id, role_id) references roles (school_id, id) on delete cascade,
  constraint role_permissions_permission_fkey foreign key (permission) references permissions (name) on delete restrict
);

call app.isolate('role_permissions');

create table user_roles (
  school_id uuid not null,
  id uuid not null default gen_random_uuid(),
  user_id uuid not null,
  role_id uuid not null,
  scope_id uuid not null generated always as (user_id) stored,
  -- Null: reach comes from the role's relation. Otherwise everything within this school, class or student.
  scope_kind text constraint user_roles_scope_kind_known check (scope_kind in ('school', 'class', 'student')),
  scope_target uuid,
  valid_from timestamptz,
  valid_until timestamptz,
  created_at timestamptz not null default now(),
  constraint user_roles_pkey primary key (school_id, id),
  constraint user_roles_user_fkey foreign key (school_id, user_id) references users (school_id, id) on delete cascade,
  constraint user_roles_role_fkey foreign key (school_id, role_id) references roles (school_id, id) on delete restrict,
  constraint user_roles_scope_whole check ((scope_kind is null) = (scope_target is null)),
  constraint user_roles_school_scope_own check (scope_kind is distinct from 'school' or scope_target = school_id)
);
create index idx_user_roles_user on user_roles (school_id, user_id);
create index idx_user_roles_role on user_roles (school_id, role_id);
create index idx_user_roles_scope on user_roles (school_id, scope_kind, scope_target) where scope_kind is not null;

call app.isolate('user_roles');

-- The one materialised answer to "who sees what" (S5). Written by app.refresh_grants alone.
create table access_grants (
  school_id uuid not null,
  id uuid not null default gen_random_uuid(),
  user_id uuid not null,
  audience text not null,
  scope_id uuid not null,
  on_device boolean not null,
  from_version bigint not null,
  -- Null while open.
  to_version bigint,
  expires_at timestamptz,
  -- Which roles it comes from, and until when each gives it: app.enter works write scopes out from these, so that a write
  -- never reaches further than a read (S14).
  user_role_ids uuid[] not null,
  user_role_ends timestamptz[] not null,
  created_at timestamptz not null default now(),
  constraint access_grants_pkey primary key (school_id, id),
  constraint access_grants_user_fkey foreign key (school_id, user_id) references users (school_id, id) on delete cascade,
  constraint access_grants_ends_after_start check (to_version >= from_version)
);
create unique index idx_access_grants_open on access_grants (school_id, user_id, audience, scope_id) where to_version is null;
create index idx_access_grants_closed on access_grants (school_id, user_id, to_version) where to_version is not null;
create index idx_access_grants_opened_at on access_grants (school_id, from_version);
create index idx_access_grants_closed_at on access_grants (school_id, to_version) where to_version is not null;
create index idx_access_grants_expiry on access_grants (school_id, expires_at) where to_version is null and expires_at is not null;

call app.isolate('access_grants');
-- No grants: read by app.enter and app.changes, which show a person their own alone.

-- A school begins with every template role.
create function app.copy_role_templates() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  insert into public.roles (school_id, name, relation, is_template)
  select new.id, template.name, template.relation, true from public.role_templates template;

  insert into public.role_permissions (school_id, role_id, permission, on_device)
  select role.school_id, role.id, template.permission, template.on_device
  from public.roles role
  join public.role_template_permissions template on template.role_name = role.name
  where role.school_id = new.id;
  return null;
end
$$;

create trigger copy_role_templates after insert on schools for each row execute function app.copy_role_templates();

-- A write permission needs its audience's read permission in the same role (S14). Deferred: a role may be put together in any order.
create function app.check_role_reads_what_it_writes() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  changed record;
begin
  changed := case when tg_op = 'DELETE' then old else new end;
  if exists (
    select from public.role_permissions held
    join public.permissions permission on permission.name = held.permission and permission.kind = 'write'
    where held.school_id = changed.school_id and held.role_id = changed.role_id
      and not exists (
        select from public.role_permissions reading
        where reading.school_id = held.school_id and reading.role_id = held.role_id
          and reading.permission = permission.audience || '.read'
      )
  ) then
    raise exception 'a role cannot hold a write permission without reading its audience' using errcode = 'check_violation';
  end if;
  return null;
end
$$;

create constraint trigger reads_what_it_writes after insert or update or delete on role_permissions
deferrable initially deferred for each row execute function app.check_role_reads_what_it_writes();

reset role;

-- migrate:down
set local role studystreaks_owner;

drop trigger copy_role_templates on schools;
drop table access_grants, user_roles, role_permissions, roles, role_template_permissions, role_templates, permissions;
drop function app.check_role_reads_what_it_writes(), app.copy_role_templates();

reset role;
