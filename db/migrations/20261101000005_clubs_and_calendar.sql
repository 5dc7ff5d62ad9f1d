-- migrate:up
set local role studystreaks_owner;

create table clubs (
  school_id uuid not null,
  id uuid not null,
  scope_id uuid not null generated always as (school_id) stored,
  subject text not null constraint clubs_subject_known check (subject in ('mathematics', 'english', 'science', 'topic', 'other')),
  name text not null,
  icon text not null,
  colour text not null,
  year_groups text[] not null,
  strands text[] not null,
  is_active boolean not null default true,
  created_at timestamptz not null default now(),
  constraint clubs_pkey primary key (school_id, id),
  constraint clubs_school_fkey foreign key (school_id) references schools (school_id) on delete restrict
);

call app.isolate('clubs');
create policy reader on clubs for select to authenticated_user using (app.reaches('school.read', scope_id));
grant select on clubs to authenticated_user, background_worker;

create table club_levels (
  school_id uuid not null,
  id uuid not null,
  club_id uuid not null,
  scope_id uuid not null generated always as (school_id) stored,
  number integer not null constraint club_levels_number_positive check (number >= 1),
  name text not null,
  stage text not null,
  created_at timestamptz not null default now(),
  constraint club_levels_pkey primary key (school_id, id),
  constraint club_levels_club_fkey foreign key (school_id, club_id) references clubs (school_id, id) on delete cascade,
  constraint club_levels_number_unique unique (school_id, club_id, number)
);

call app.isolate('club_levels');
create policy reader on club_levels for select to authenticated_user using (app.reaches('school.read', scope_id));
grant select on club_levels to authenticated_user, background_worker;

create table school_calendar (
  school_id uuid not null,
  id uuid not null,
  scope_id uuid not null generated always as (school_id) stored,
  reason text not null constraint school_calendar_reason_known check (reason in ('holiday', 'inset', 'bank_holiday', 'closure')),
  name text not null,
  -- Days of the school's time zone, both included.
  from_on date not null,
  until_on date not null,
  created_at timestamptz not null default now(),
  constraint school_calendar_pkey primary key (school_id, id),
  constraint school_calendar_school_fkey foreign key (school_id) references schools (school_id) on delete restrict,
  constraint school_calendar_ends_after_start check (until_on >= from_on)
);
create index idx_school_calendar_from on school_calendar (school_id, from_on);

call app.isolate('school_calendar');
create policy reader on school_calendar for select to authenticated_user using (app.reaches('school.read', scope_id));
grant select on school_calendar to authenticated_user, background_worker;

reset role;

-- migrate:down
set local role studystreaks_owner;

drop table school_calendar, club_levels, clubs;

reset role;
