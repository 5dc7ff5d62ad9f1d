-- migrate:up
set local role studystreaks_owner;

-- In every relation here from_on and until_on are days of the school's time zone, both of them included.

create table classes (
  school_id uuid not null,
  id uuid not null,
  scope_id uuid not null generated always as (id) stored,
  name text not null,
  -- What children sign in with; kept in sign_in_lookup by a trigger.
  code_hash bytea,
  academic_year text not null constraint classes_academic_year_form check (academic_year ~ '^[0-9]{4}/[0-9]{2}$'),
  year_groups text[] not null,
  -- Days a week: the target T of the streak rules.
  weekly_target integer not null constraint classes_weekly_target_in_week check (weekly_target between 1 and 5),
  archived_at timestamptz,
  created_at timestamptz not null default now(),
  constraint classes_pkey primary key (school_id, id),
  constraint classes_school_fkey foreign key (school_id) references schools (school_id) on delete restrict
);

call app.isolate('classes');
create policy reader on classes for select to authenticated_user using (app.reaches('class.read', scope_id));
grant select (school_id, id, scope_id, name, academic_year, year_groups, weekly_target, archived_at, created_at) on classes to authenticated_user;
grant select on classes to background_worker;

create table class_students (
  school_id uuid not null,
  id uuid not null,
  class_id uuid not null,
  student_id uuid not null,
  scope_id uuid not null generated always as (class_id) stored,
  from_on date not null default current_date,
  until_on date,
  -- Whether today is one of its days: set by a trigger, turned over by app.turn_dates.
  is_current boolean not null default false,
  created_at timestamptz not null default now(),
  constraint class_students_pkey primary key (school_id, id),
  constraint class_students_class_fkey foreign key (school_id, class_id) references classes (school_id, id) on delete cascade,
  constraint class_students_student_fkey foreign key (school_id, student_id) references students (school_id, id) on delete cascade,
  constraint class_students_once unique (school_id, class_id, student_id, from_on)
);
create index idx_class_students_student on class_students (school_id, student_id);

call app.isolate('class_students');
create policy class_staff on class_students for select to authenticated_user
  using (app.reaches('class_staff.read', class_id) and is_current);
create policy student on class_students for select to authenticated_user using (app.reaches('student.read', student_id));
grant select on class_students to authenticated_user, background_worker;

create table teacher_classes (
  school_id uuid not null,
  id uuid not null,
  class_id uuid not null,
  teacher_id uuid not null,
  scope_id uuid not null generated always as (class_id) stored,
  is_lead boolean not null default false,
  is_active boolean not null default true,
  from_on date not null default current_date,
  until_on date,
  -- Whether today is one of its days: set by a trigger, turned over by app.turn_dates.
  is_current boolean not null default false,
  created_at timestamptz not null default now(),
  constraint teacher_classes_pkey primary key (school_id, id),
  constraint teacher_classes_class_fkey foreign key (school_id, class_id) references classes (school_id, id) on delete cascade,
  constraint teacher_classes_teacher_fkey foreign key (school_id, teacher_id) references teachers (school_id, id) on delete cascade,
  constraint teacher_classes_once unique (school_id, class_id, teacher_id, from_on)
);
create index idx_teacher_classes on teacher_classes (school_id, teacher_id, is_active);

call app.isolate('teacher_classes');
create policy reader on teacher_classes for select to authenticated_user using (app.reaches('class.read', scope_id));
grant select on teacher_classes to authenticated_user, background_worker;

create table parent_students (
  school_id uuid not null,
  id uuid not null,
  parent_id uuid not null,
  student_id uuid not null,
  scope_id uuid not null generated always as (id) stored,
  relationship text not null,
  is_primary_contact boolean not null default false,
  has_parental_responsibility boolean not null default true,
  from_on date not null default current_date,
  until_on date,
  -- Whether today is one of its days: set by a trigger, turned over by app.turn_dates.
  is_current boolean not null default false,
  created_at timestamptz not null default now(),
  constraint parent_students_pkey primary key (school_id, id),
  constraint parent_students_parent_fkey foreign key (school_id, parent_id) references parents (school_id, id) on delete cascade,
  constraint parent_students_student_fkey foreign key (school_id, student_id) references students (school_id, id) on delete cascade,
  constraint parent_students_once unique (school_id, parent_id, student_id, from_on)
);
create index idx_parent_students on parent_students (school_id, parent_id, is_primary_contact);
create index idx_parent_students_student on parent_students (school_id, student_id);

call app.isolate('parent_students');
create policy reader on parent_students for select to authenticated_user using (app.reaches('guardianship.read', scope_id));
grant select on parent_students to authenticated_user, background_worker;

-- A document never changes its bucket (S4): a relation with other ends is another row.
create function app.keep_ends() returns trigger
language plpgsql immutable set search_path = ''
as $$
begin
  raise exception 'the ends of a row of % never change: delete it and write another', tg_table_name using errcode = 'check_violation';
end
$$;

create trigger keep_ends before update of school_id, id, class_id, student_id on class_students for each row
when ((old.school_id, old.id, old.class_id, old.student_id) is distinct from (new.school_id, new.id, new.class_id, new.student_id))
execute function app.keep_ends();
create trigger keep_ends before update of school_id, id, class_id, teacher_id on teacher_classes for each row
when ((old.school_id, old.id, old.class_id, old.teacher_id) is distinct from (new.school_id, new.id, new.class_id, new.teacher_id))
execute function app.keep_ends();
create trigger keep_ends before update of school_id, id, parent_id, student_id on parent_students for each row
when ((old.school_id, old.id, old.parent_id, old.student_id) is distinct from (new.school_id, new.id, new.parent_id, new.student_id))
execute function app.keep_ends();

create function app.today(school uuid) returns date
language sql stable security definer set search_path = ''
return (now() at time zone (select time_zone from public.schools where school_id = school))::date;

comment on function app.today(uuid) is 'The calendar day that it is at the school.';
grant execute on function app.today(uuid) to authenticated_user, background_worker;

create function app.set_current() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  today date := app.today(new.school_id);
begin
  new.is_current := new.from_on <= today and (new.until_on is null or new.until_on >= today);
  return new;
end
$$;

create trigger set_current before insert or update on class_students for each row execute function app.set_current();
create trigger set_current before insert or update on teacher_classes for each row execute function app.set_current();
create trigger set_current before insert or update on parent_students for each row execute function app.set_current();

-- Whether a person may know this child of a roster, or this parent of a guardianship, by name though `student.read` does not
-- reach them. Worked out when a policy first asks in a transaction, then kept in settings like any other reach.
create function app.knows(person uuid) returns boolean
language plpgsql stable security definer set search_path = ''
as $$
begin
  if coalesce(current_setting('app.people_known', true), '') = '' and app.current_user_id() is not null then
    perform set_config('app.people_known', 'yes', true);
    perform set_config('app.reach.people.x' || right(known.id, 1), string_agg(known.id, ','), true)
    from (
      select student_id::text as id from public.class_students
      where school_id = app.current_school_id() and class_id = any (app.scopes('class_staff.read')) and is_current
      union
      select parent_id::text from public.parent_students
      where school_id = app.current_school_id() and id = any (app.scopes('guardianship.read'))
    ) known
    group by right(known.id, 1);
  end if;
  return app.reaches('people', person);
end
$$;

grant execute on function app.knows(uuid) to authenticated_user;

create policy people on users for select to authenticated_user using (app.knows(id));
create policy people on students for select to authenticated_user using (app.knows(id));

create function app.look_up_class() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if tg_op <> 'INSERT' and old.code_hash is not null then
    delete from public.sign_in_lookup where kind = 'class_code' and hash = old.code_hash;
  end if;
  if tg_op <> 'DELETE' and new.code_hash is not null then
    insert into public.sign_in_lookup (kind, hash, school_id, subject_id) values ('class_code', new.code_hash, new.school_id, new.id);
  end if;
  return null;
end
$$;

create trigger look_up after insert or update of code_hash or delete on classes for each row execute function app.look_up_class();

reset role;

-- migrate:down
set local role studystreaks_owner;

drop policy people on students;
drop policy people on users;
drop table parent_students, teacher_classes, class_students, classes;
drop function app.look_up_class(), app.knows(uuid), app.set_current(), app.today(uuid), app.keep_ends();

reset role;
