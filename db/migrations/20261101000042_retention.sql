-- migrate:up
set local role studystreaks_owner;

-- How long each kind of record is kept where a school says nothing, which is also the longest that it may say:
-- server/privacy/retention-defaults.ts; a test compares the two. The same for every school.
create table retention_defaults (
  entity_type text not null constraint retention_defaults_pkey primary key,
  -- What the period counts from.
  basis text not null constraint retention_defaults_basis_known check (
    basis in ('created', 'expired', 'left', 'closed', 'reviewed', 'academic_year')
  ),
  period integer not null constraint retention_defaults_period_not_negative check (period >= 0),
  unit text not null constraint retention_defaults_unit_known check (unit in ('days', 'months', 'academic_years')),
  sentence text not null
);

insert into retention_defaults (entity_type, basis, period, unit, sentence) values
  ('evidence', 'reviewed', 30, 'days', 'Photos and recordings: 30 days after they are marked, and at most to the end of the school year.'),
  ('completions', 'academic_year', 1, 'academic_years', 'Homework and its marks: the current school year and the one before.'),
  ('tasks', 'academic_year', 1, 'academic_years', 'Tasks that no homework belongs to any more: the current school year and the one before.'),
  ('earlier_years', 'academic_year', 30, 'days', 'Homework of earlier school years leaves people’s devices 30 days into the new one.'),
  ('notices', 'created', 90, 'days', 'Notices: 90 days.'),
  ('refused_pushes', 'created', 30, 'days', 'Homework that the server refused, kept so that it can be saved: 30 days.'),
  ('sessions', 'expired', 7, 'days', 'Sign-ins: 7 days after they end.'),
  ('profiles', 'left', 30, 'days', 'A person’s account, with points, runs and badges: 30 days after they leave.'),
  ('consents', 'left', 12, 'months', 'What guardians agreed to: a year after the child leaves.'),
  ('requests', 'closed', 36, 'months', 'Data protection requests and complaints: 3 years after they are closed.'),
  ('audit', 'created', 12, 'months', 'Who did what to which record: a year.'),
  ('tombstones', 'closed', 400, 'days', 'Marks of what was deleted or is no longer shown, bare ids that devices forget by: 400 days.');

grant select on retention_defaults to authenticated_user, background_worker;

-- What a school keeps for a shorter time. An inactive row is as none: the default holds, nothing is kept longer.
create table data_retention_policies (
  school_id uuid not null,
  id uuid not null default gen_random_uuid(),
  scope_id uuid not null generated always as (school_id) stored,
  entity_type text not null,
  basis text not null,
  period integer not null constraint data_retention_policies_period_not_negative check (period >= 0),
  unit text not null,
  is_active boolean not null default true,
  -- What was due before this day is gone: said by the job.
  deletion_date date,
  created_at timestamptz not null default now(),
  constraint data_retention_policies_pkey primary key (school_id, id),
  constraint data_retention_policies_school_fkey foreign key (school_id) references schools (school_id) on delete restrict,
  constraint data_retention_policies_entity_unique unique (school_id, entity_type)
);

call app.isolate('data_retention_policies');
create policy reader on data_retention_policies for select to authenticated_user using (app.reaches('school.read', scope_id));
create policy setter on data_retention_policies for insert to authenticated_user with check (app.reaches('retention.set', school_id));
create policy changer on data_retention_policies for update to authenticated_user
  using (app.reaches('retention.set', school_id)) with check (app.reaches('retention.set', school_id));
grant select on data_retention_policies to authenticated_user, background_worker;
-- No basis, no unit: the default's. No delete: a row is made inactive.
grant insert (school_id, id, entity_type, period, is_active), update (period, is_active) on data_retention_policies to authenticated_user;
grant update (deletion_date) on data_retention_policies to background_worker;

create function app.check_retention() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  standard record;
begin
  select * into standard from public.retention_defaults where entity_type = new.entity_type;
  if not found then
    raise exception 'there is no retention of %', new.entity_type using errcode = 'foreign_key_violation';
  end if;
  if new.period > standard.period then
    raise exception 'a school may keep for a shorter time, never for longer' using errcode = 'check_violation';
  end if;
  -- Older devices have to hear of what is gone for as long as they may come back.
  if new.entity_type = 'tombstones' and new.period < 100 then
    raise exception 'devices that were away for a term must still be told what is gone' using errcode = 'check_violation';
  end if;
  new.basis := standard.basis;
  new.unit := standard.unit;
  return new;
end
$$;

create trigger check_retention before insert or update on data_retention_policies for each row execute function app.check_retention();

-- Nothing about a held person is removed by retention or erasure, whatever the policies say.
create table legal_holds (
  school_id uuid not null,
  id uuid not null,
  subject_id uuid not null,
  scope_id uuid not null generated always as (subject_id) stored,
  reason_encrypted bytea not null,
  placed_by uuid not null,
  -- Days of the school's time zone, both included.
  from_on date not null default current_date,
  until_on date,
  created_at timestamptz not null default now(),
  constraint legal_holds_pkey primary key (school_id, id),
  constraint legal_holds_school_fkey foreign key (school_id) references schools (school_id) on delete restrict,
  constraint legal_holds_ends_after_start check (until_on is null or until_on >= from_on)
);
create index idx_legal_holds_subject on legal_holds (school_id, subject_id);

call app.isolate('legal_holds');
create policy holder on legal_holds for select to authenticated_user using (app.reaches('legal_hold.place', school_id));
create policy placer on legal_holds for insert to authenticated_user
  with check (app.reaches('legal_hold.place', school_id) and placed_by = app.current_user_id());
create policy ender on legal_holds for update to authenticated_user
  using (app.reaches('legal_hold.place', school_id)) with check (app.reaches('legal_hold.place', school_id));
grant select on legal_holds to authenticated_user;
-- No delete, no other subject: a hold is ended, and stays to be seen.
grant insert (school_id, id, subject_id, reason_encrypted, placed_by, from_on, until_on), update (until_on) on legal_holds to authenticated_user;
-- No reason: the job needs to know who, not why.
grant select (school_id, id, scope_id, subject_id, from_on, until_on, created_at) on legal_holds to background_worker;

-- What the job has removed, a row a run; one that was cut off is gone on with.
create table retention_runs (
  school_id uuid not null,
  id uuid not null default gen_random_uuid(),
  scope_id uuid not null generated always as (school_id) stored,
  -- By entity type, how many.
  removed jsonb not null default '{}',
  finished_at timestamptz,
  created_at timestamptz not null default now(),
  constraint retention_runs_pkey primary key (school_id, id),
  constraint retention_runs_school_fkey foreign key (school_id) references schools (school_id) on delete restrict
);

call app.isolate('retention_runs');
create policy reader on retention_runs for select to authenticated_user using (app.reaches('retention.set', school_id));
grant select on retention_runs to authenticated_user;
-- No delete: what was removed stays said.
grant select, insert (school_id, id), update (removed, finished_at) on retention_runs to background_worker;

insert into permissions (name, audience, kind, sentence) values
  ('legal_hold.place', 'school', 'write', 'Keep what is known of a person from being deleted, and end that.'),
  ('retention.set', 'school', 'write', 'Shorten how long the school keeps records, and see what was removed.');
insert into role_template_permissions (role_name, permission, on_device) values
  ('data_protection_lead', 'legal_hold.place', true),
  ('data_protection_lead', 'retention.set', true);
insert into role_permissions (school_id, role_id, permission, on_device)
select role.school_id, role.id, added.permission, true
from roles role cross join (values ('legal_hold.place'), ('retention.set')) as added (permission)
where role.is_template and role.name = 'data_protection_lead';

-- Whoever is held today. Ask once a statement: `<> all ((select app.held_subjects(…))::uuid[])`.
create function app.held_subjects(school uuid) returns uuid[]
language sql stable security definer set search_path = ''
as $$
  select coalesce(array_agg(distinct hold.subject_id), '{}')
  from public.legal_holds hold
  where hold.school_id = school and hold.from_on <= app.today(school) and (hold.until_on is null or hold.until_on >= app.today(school))
$$;

create function app.is_held(school uuid, subject uuid) returns boolean
language sql stable security definer set search_path = ''
as $$ select subject = any (app.held_subjects(school)) $$;

grant execute on function app.held_subjects(uuid), app.is_held(uuid, uuid) to background_worker;

reset role;

-- migrate:down
set local role studystreaks_owner;

drop function app.is_held(uuid, uuid), app.held_subjects(uuid);
delete from role_permissions where permission in ('legal_hold.place', 'retention.set');
delete from role_template_permissions where permission in ('legal_hold.place', 'retention.set');
delete from permissions where name in ('legal_hold.place', 'retention.set');
drop table retention_runs, legal_holds, data_retention_policies, retention_defaults;
drop function app.check_retention();

reset role;
