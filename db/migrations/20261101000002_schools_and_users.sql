-- migrate:up
set local role studystreaks_owner;

create table schools (
  id uuid not null,
  school_id uuid not null generated always as (id) stored,
  scope_id uuid not null generated always as (id) stored,
  name text not null,
  slug text not null constraint schools_slug_form check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
  -- What sign-in looks a school up by; kept in sign_in_lookup by a trigger.
  slug_hash bytea not null,
  urn text constraint schools_urn_form check (urn ~ '^[0-9]{6}$'),
  dfe_number text constraint schools_dfe_number_form check (dfe_number ~ '^[0-9]{3}/[0-9]{4}$'),
  nation text not null default 'england'
    constraint schools_nation_known check (nation in ('england', 'wales', 'scotland', 'northern_ireland')),
  time_zone text not null default 'Europe/London',
  colour text not null default '#2f6f4f' constraint schools_colour_form check (colour ~ '^#[0-9a-f]{6}$'),
  status text not null default 'active' constraint schools_status_known check (status in ('active', 'suspended')),
  -- Pictures sign a child in on any device, not on an enrolled one alone; demo schools allow it.
  picture_sign_in_anywhere boolean not null default false,
  created_at timestamptz not null default now(),
  constraint schools_pkey primary key (school_id)
);

call app.isolate('schools');
create policy reader on schools for select to authenticated_user using (app.reaches('school.read', scope_id));
grant select (id, school_id, scope_id, name, slug, nation, time_zone, colour, status, created_at) on schools to authenticated_user;
grant select on schools to background_worker;

-- Which school a hash belongs to: the one table that is unique across schools, since nobody knows the school yet when it
-- is asked. Not a tenant table: reached by definer functions alone, no grants at all.
create table sign_in_lookup (
  kind text not null constraint sign_in_lookup_kind_known check (kind in ('session', 'class_code', 'school_slug')),
  hash bytea not null,
  school_id uuid not null,
  subject_id uuid not null,
  constraint sign_in_lookup_pkey primary key (kind, hash),
  constraint sign_in_lookup_school_fkey foreign key (school_id) references schools (school_id) on delete restrict
);
create index idx_sign_in_lookup_subject on sign_in_lookup (school_id, subject_id);

alter table sign_in_lookup enable row level security;
alter table sign_in_lookup force row level security;
create policy owner on sign_in_lookup to studystreaks_owner using (true) with check (true);

create table users (
  school_id uuid not null,
  id uuid not null,
  scope_id uuid not null generated always as (id) stored,
  kind text not null constraint users_kind_known check (kind in ('student', 'parent', 'teacher', 'admin', 'device')),
  status text not null default 'active' constraint users_status_known check (status in ('active', 'suspended', 'left')),
  name_encrypted bytea not null,
  -- Students only: what a class sees of a child.
  first_name_encrypted bytea,
  email_encrypted bytea,
  email_index bytea,
  last_seen_at timestamptz,
  created_at timestamptz not null default now(),
  constraint users_pkey primary key (school_id, id),
  constraint users_school_fkey foreign key (school_id) references schools (school_id) on delete restrict,
  constraint users_email_unique unique (school_id, email_index),
  constraint users_children_have_no_email check (kind <> 'student' or (email_encrypted is null and email_index is null))
);
create index idx_users_school_id on users (school_id, kind);

call app.isolate('users');
create policy self on users for select to authenticated_user using (id = app.current_user_id());
create policy staff on users for select to authenticated_user
  using (kind in ('teacher', 'admin') and app.reaches('school.read', school_id));
create policy student on users for select to authenticated_user using (app.reaches('student.read', id));
-- Policies for the people of a roster and for guardians follow with the relations that lead to them.
-- No email: nobody's screen needs another's address.
grant select (school_id, id, scope_id, kind, status, name_encrypted, first_name_encrypted, created_at) on users to authenticated_user;
grant select (school_id, id, scope_id, kind, status, created_at) on users to background_worker;

create table credentials (
  school_id uuid not null,
  user_id uuid not null,
  id uuid not null generated always as (user_id) stored,
  scope_id uuid not null generated always as (user_id) stored,
  password_hash text,
  totp_secret_encrypted bytea,
  picture_code_hash text,
  -- Blind index of class id and login name, and the name itself under the child's key for the own-picture screen.
  login_index bytea,
  login_name_encrypted bytea,
  failed_attempts integer not null default 0,
  locked_until timestamptz,
  created_at timestamptz not null default now(),
  constraint credentials_pkey primary key (school_id, user_id),
  constraint credentials_user_fkey foreign key (school_id, user_id) references users (school_id, id) on delete cascade,
  constraint credentials_login_unique unique (school_id, login_index)
);

call app.isolate('credentials');
-- No grants: secrets are read by the authentication functions alone.

create table sessions (
  school_id uuid not null,
  -- SHA-256 of the token, in hex.
  id text not null constraint sessions_id_form check (id ~ '^[0-9a-f]{64}$'),
  user_id uuid not null,
  scope_id uuid not null generated always as (user_id) stored,
  device_id uuid,
  expires_at timestamptz not null,
  absolute_expires_at timestamptz not null,
  -- Staff only.
  address text,
  created_at timestamptz not null default now(),
  constraint sessions_pkey primary key (school_id, id),
  constraint sessions_user_fkey foreign key (school_id, user_id) references users (school_id, id) on delete cascade,
  constraint sessions_never_outlive check (expires_at <= absolute_expires_at)
);
create index idx_sessions_user on sessions (school_id, user_id);
create index idx_sessions_expires on sessions (school_id, expires_at);

call app.isolate('sessions');
-- No grants: reached by the authentication functions alone.

-- Profiles, one to one with users: their id is the user's.

create table teachers (
  school_id uuid not null,
  id uuid not null,
  scope_id uuid not null generated always as (school_id) stored,
  title text,
  qualifications text,
  created_at timestamptz not null default now(),
  constraint teachers_pkey primary key (school_id, id),
  constraint teachers_user_fkey foreign key (school_id, id) references users (school_id, id) on delete cascade
);

call app.isolate('teachers');
create policy reader on teachers for select to authenticated_user using (app.reaches('school.read', scope_id));
grant select (school_id, id, scope_id, title, created_at) on teachers to authenticated_user;

create table students (
  school_id uuid not null,
  id uuid not null,
  scope_id uuid not null generated always as (id) stored,
  year_group text not null,
  started_on date not null,
  left_on date,
  avatar text not null default '',
  created_at timestamptz not null default now(),
  constraint students_pkey primary key (school_id, id),
  constraint students_user_fkey foreign key (school_id, id) references users (school_id, id) on delete cascade,
  constraint students_leave_after_start check (left_on is null or left_on >= started_on)
);
create index idx_students_school_year on students (school_id, year_group);

call app.isolate('students');
create policy reader on students for select to authenticated_user using (app.reaches('student.read', scope_id));
grant select (school_id, id, scope_id, year_group, started_on, left_on, avatar, created_at) on students to authenticated_user;
grant select on students to background_worker;

create table parents (
  school_id uuid not null,
  id uuid not null,
  scope_id uuid not null generated always as (id) stored,
  phone_encrypted bytea,
  created_at timestamptz not null default now(),
  constraint parents_pkey primary key (school_id, id),
  constraint parents_user_fkey foreign key (school_id, id) references users (school_id, id) on delete cascade
);

call app.isolate('parents');
create policy self on parents for select to authenticated_user using (id = app.current_user_id());
grant select (school_id, id, scope_id, created_at) on parents to authenticated_user;

create table school_admins (
  school_id uuid not null,
  id uuid not null,
  scope_id uuid not null generated always as (school_id) stored,
  job_title text,
  created_at timestamptz not null default now(),
  constraint school_admins_pkey primary key (school_id, id),
  constraint school_admins_user_fkey foreign key (school_id, id) references users (school_id, id) on delete cascade
);

call app.isolate('school_admins');
create policy reader on school_admins for select to authenticated_user using (app.reaches('school.read', scope_id));
grant select (school_id, id, scope_id, job_title, created_at) on school_admins to authenticated_user;

create function app.look_up_school() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if tg_op = 'UPDATE' then
    delete from public.sign_in_lookup where kind = 'school_slug' and hash = old.slug_hash;
  end if;
  insert into public.sign_in_lookup (kind, hash, school_id, subject_id) values ('school_slug', new.slug_hash, new.id, new.id);
  return null;
end
$$;

create trigger look_up after insert or update of slug_hash on schools for each row execute function app.look_up_school();

-- Suspension ends sessions at once (S27); every other change of rights acts through grants.
create function app.end_sessions_of_inactive() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  delete from public.sessions where school_id = new.school_id and user_id = new.id;
  return null;
end
$$;

create trigger end_sessions after update of status on users
for each row when (new.status <> 'active') execute function app.end_sessions_of_inactive();

create function app.forget_session() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  delete from public.sign_in_lookup where kind = 'session' and hash = decode(old.id, 'hex');
  return null;
end
$$;

create trigger forget after delete on sessions for each row execute function app.forget_session();

reset role;

-- migrate:down
set local role studystreaks_owner;

drop table school_admins, parents, students, teachers, sessions, credentials, users, sign_in_lookup, schools;
drop function app.forget_session(), app.end_sessions_of_inactive(), app.look_up_school();

reset role;
