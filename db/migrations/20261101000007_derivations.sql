-- migrate:up
set local role studystreaks_owner;

-- Students whose status and progress must be derived again. The same student may stand here several times: a unique key
-- would make transactions wait for one another, with the school's clock in hand.
create table derivations_due (
  school_id uuid not null,
  id uuid not null default gen_random_uuid(),
  student_id uuid not null,
  scope_id uuid not null generated always as (student_id) stored,
  created_at timestamptz not null default now(),
  constraint derivations_due_pkey primary key (school_id, id)
);
create index idx_derivations_due_student on derivations_due (school_id, student_id);

call app.isolate('derivations_due');
grant select, delete on derivations_due to background_worker;

create function app.schools_to_derive() returns setof uuid
language sql stable security definer set search_path = ''
as $$ select distinct school_id from public.derivations_due $$;

comment on function app.schools_to_derive() is 'Where the job has work: it sees the rows of one school at a time.';
grant execute on function app.schools_to_derive() to background_worker;

-- Once a transaction and student, as far as is seen at a glance. Only a row of this very transaction counts: one that is
-- committed may be in the hands of a job that has already read what it derives from.
create function app.queue_derivations(school uuid, students uuid[]) returns void
language sql volatile security definer set search_path = ''
as $$
  insert into public.derivations_due (school_id, student_id)
  select school, student
  from unnest(students) as student
  where not exists (
    select from public.derivations_due due
    where due.school_id = school and due.student_id = student and due.xmin = pg_current_xact_id()::xid
  )
$$;

-- What a student's status and progress follow from (server/derive reads the queue after commit).
create function app.derive_students() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  insert into public.derivations_due (school_id, student_id)
  select distinct school_id, student_id from changed
  where not exists (
    select from public.derivations_due due
    where due.school_id = changed.school_id and due.student_id = changed.student_id and due.xmin = pg_current_xact_id()::xid
  );
  return null;
end
$$;

create function app.derive_student() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform app.queue_derivations(new.school_id, array[new.student_id]);
  return null;
end
$$;

call app.follow('homework_completions', 'derive', 'app.derive_students()', null);
create trigger derive_again after update of club_id, task_id, completion_date on homework_completions for each row
when ((old.club_id, old.task_id, old.completion_date) is distinct from (new.club_id, new.task_id, new.completion_date))
execute function app.derive_student();
call app.follow('completion_reviews', 'derive', 'app.derive_students()', null);
call app.follow('class_students', 'derive', 'app.derive_students()');

create function app.derive_schools() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform app.queue_derivations(student.school_id, array_agg(student.id))
  from public.students student where student.school_id in (select school_id from changed) group by student.school_id;
  return null;
end
$$;

call app.follow('school_calendar', 'derive', 'app.derive_schools()');

create function app.derive_class() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform app.queue_derivations(new.school_id, (
    select array_agg(student_id) from public.class_students where school_id = new.school_id and class_id = new.id and is_current));
  return null;
end
$$;

create trigger derive after update of weekly_target on classes for each row
when (old.weekly_target is distinct from new.weekly_target) execute function app.derive_class();

create function app.derive_own() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform app.queue_derivations(new.school_id, array[new.id]);
  return null;
end
$$;

create trigger derive after insert on students for each row execute function app.derive_own();
create trigger derive_again after update of started_on, left_on on students for each row
when ((old.started_on, old.left_on) is distinct from (new.started_on, new.left_on)) execute function app.derive_own();

reset role;

-- migrate:down
set local role studystreaks_owner;

drop table derivations_due;
drop function app.derive_students(), app.derive_student(), app.derive_schools(), app.derive_class(), app.derive_own() cascade;
drop function app.queue_derivations(uuid, uuid[]), app.schools_to_derive();

reset role;
