-- migrate:up
set local role studystreaks_owner;

create table homework_tasks (
  school_id uuid not null,
  id uuid not null,
  club_id uuid not null,
  class_id uuid,
  student_id uuid,
  audience text not null generated always as (case when class_id is null then 'student' else 'class' end) stored,
  scope_id uuid not null generated always as (coalesce(class_id, student_id)) stored,
  -- Shared by the rows of one task that was set for several classes or children.
  task_group_id uuid not null,
  title text not null constraint homework_tasks_title_length check (char_length(title) between 1 and 200),
  instructions text not null default '',
  strand text,
  level integer,
  evidence_kinds text[] not null
    constraint homework_tasks_evidence_known check (evidence_kinds <@ array['photo', 'audio', 'written', 'show_in_class']),
  opens_on date not null,
  due_on date,
  set_by uuid not null,
  created_at timestamptz not null default now(),
  constraint homework_tasks_pkey primary key (school_id, id),
  constraint homework_tasks_club_fkey foreign key (school_id, club_id) references clubs (school_id, id) on delete restrict,
  constraint homework_tasks_class_fkey foreign key (school_id, class_id) references classes (school_id, id) on delete cascade,
  constraint homework_tasks_student_fkey foreign key (school_id, student_id) references students (school_id, id) on delete cascade,
  constraint homework_tasks_set_by_fkey foreign key (school_id, set_by) references users (school_id, id) on delete restrict,
  constraint homework_tasks_one_audience check ((class_id is null) <> (student_id is null)),
  constraint homework_tasks_due_after_opening check (due_on is null or due_on >= opens_on)
);
create index idx_homework_tasks_scope on homework_tasks (school_id, scope_id, due_on);

call app.isolate('homework_tasks');
create policy class on homework_tasks for select to authenticated_user using (app.reaches('class.read', class_id));
create policy student on homework_tasks for select to authenticated_user using (app.reaches('student.read', student_id));
grant select on homework_tasks to authenticated_user, background_worker;

create table homework_completions (
  school_id uuid not null,
  id uuid not null,
  student_id uuid not null,
  scope_id uuid not null generated always as (student_id) stored,
  -- The client's columns: what the person who logged it owns.
  club_id uuid not null,
  task_id uuid,
  previous_attempt_id uuid,
  completion_date date not null,
  evidence_kind text not null
    constraint homework_completions_evidence_known check (evidence_kind in ('photo', 'audio', 'written', 'show_in_class')),
  written_work_encrypted bytea,
  evidence_ids uuid[] not null default '{}' constraint homework_completions_evidence_few check (cardinality(evidence_ids) <= 8),
  minutes integer constraint homework_completions_minutes_in_day check (minutes between 0 and 600),
  feeling text constraint homework_completions_feeling_known check (feeling in ('easy', 'ok', 'tricky')),
  captured_at timestamptz not null,
  clock_offset_ms bigint,
  -- The device that sent it, as the server's session tells.
  device_id uuid,
  -- The server's columns, delivered as receipts: set by app.receive_completion and derived by background_worker.
  logged_by text not null constraint homework_completions_logged_by_known check (logged_by in ('child', 'parent', 'teacher', 'class_device')),
  logged_by_user_id uuid,
  received_at timestamptz not null,
  effective_date date not null,
  status text not null constraint homework_completions_status_known check (status in ('submitted', 'approved', 'returned', 'void')),
  punctuality text constraint homework_completions_punctuality_known check (punctuality in ('early', 'on_time', 'late')),
  flags text[] not null default '{}' constraint homework_completions_flags_known check (flags <@ array['date_clamped']),
  moved_from uuid,
  created_at timestamptz not null default now(),
  constraint homework_completions_pkey primary key (school_id, id),
  -- Also what references to an attempt go by: a reference never leads to another child's work (S14).
  constraint homework_completions_of_student unique (school_id, student_id, id),
  constraint homework_completions_student_fkey foreign key (school_id, student_id) references students (school_id, id) on delete cascade,
  constraint homework_completions_club_fkey foreign key (school_id, club_id) references clubs (school_id, id) on delete restrict,
  constraint homework_completions_task_fkey foreign key (school_id, task_id) references homework_tasks (school_id, id) on delete restrict,
  constraint homework_completions_previous_fkey foreign key (school_id, student_id, previous_attempt_id)
    references homework_completions (school_id, student_id, id) on delete no action deferrable initially immediate,
  constraint homework_completions_logger_fkey foreign key (school_id, logged_by_user_id) references users (school_id, id) on delete restrict,
  constraint homework_completions_not_its_own_attempt check (previous_attempt_id <> id)
);
create index idx_homework_school_date on homework_completions (school_id, completion_date);
create index idx_homework_student_date on homework_completions (school_id, student_id, effective_date);
create index idx_homework_task on homework_completions (school_id, task_id) where task_id is not null;
create index idx_homework_previous on homework_completions (school_id, student_id, previous_attempt_id) where previous_attempt_id is not null;

call app.isolate('homework_completions');
create policy reader on homework_completions for select to authenticated_user using (app.reaches('student.read', scope_id));
create policy logger on homework_completions for insert to authenticated_user
  with check (app.reaches('completion.create', student_id));
create policy changer on homework_completions for update to authenticated_user
  using (app.reaches('completion.update', student_id)) with check (app.reaches('completion.update', student_id));
create policy remover on homework_completions for delete to authenticated_user using (app.reaches('completion.update', student_id));
grant select, delete on homework_completions to authenticated_user;
-- No status, received_at, effective_date, logged_by …: the server's columns are never the client's (S12).
grant insert (school_id, id, student_id, club_id, task_id, previous_attempt_id, completion_date, evidence_kind, written_work_encrypted,
  evidence_ids, minutes, feeling, captured_at, clock_offset_ms, device_id) on homework_completions to authenticated_user;
-- No student_id: work never changes its bucket (S4); it is moved by a command that writes it anew.
grant update (club_id, task_id, previous_attempt_id, completion_date, evidence_kind, written_work_encrypted,
  evidence_ids, minutes, feeling, captured_at, clock_offset_ms) on homework_completions to authenticated_user;
-- No written work: what is derived does not follow from words.
grant select (school_id, id, student_id, scope_id, club_id, task_id, previous_attempt_id, completion_date, evidence_kind, minutes, captured_at,
  clock_offset_ms, device_id, logged_by, received_at, effective_date, status, punctuality, flags, created_at),
  update (effective_date, status, punctuality, flags) on homework_completions to background_worker;

create table completion_reviews (
  school_id uuid not null,
  id uuid not null,
  completion_id uuid not null,
  student_id uuid not null,
  scope_id uuid not null generated always as (student_id) stored,
  reviewer_id uuid not null,
  verdict text not null constraint completion_reviews_verdict_known check (verdict in ('approved', 'returned', 'void', 'restored')),
  -- The review that a `restored` one takes back.
  restores uuid,
  comment_encrypted bytea,
  sticker text constraint completion_reviews_sticker_length check (char_length(sticker) <= 40),
  star boolean not null default false,
  captured_at timestamptz not null,
  reviewed_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  constraint completion_reviews_pkey primary key (school_id, id),
  constraint completion_reviews_of_completion unique (school_id, completion_id, id),
  constraint completion_reviews_completion_fkey foreign key (school_id, student_id, completion_id)
    references homework_completions (school_id, student_id, id) on delete cascade,
  constraint completion_reviews_restores_fkey foreign key (school_id, completion_id, restores)
    references completion_reviews (school_id, completion_id, id) on delete no action,
  constraint completion_reviews_reviewer_fkey foreign key (school_id, reviewer_id) references users (school_id, id) on delete restrict,
  constraint completion_reviews_restored_names_one check ((verdict = 'restored') = (restores is not null))
);
create index idx_completion_reviews_student on completion_reviews (school_id, student_id);
create index idx_completion_reviews_reviewer on completion_reviews (school_id, reviewer_id);

call app.isolate('completion_reviews');
create policy reader on completion_reviews for select to authenticated_user using (app.reaches('student.read', scope_id));
create policy reviewer on completion_reviews for insert to authenticated_user
  with check (app.reaches('completion.review', student_id) and reviewer_id = app.current_user_id());
grant select on completion_reviews to authenticated_user;
grant select (school_id, id, completion_id, student_id, scope_id, reviewer_id, verdict, restores, star, captured_at, reviewed_at, created_at)
  on completion_reviews to background_worker;
-- No reviewed_at: the server's time. No update, no delete: append only, undo adds a row.
grant insert (school_id, id, completion_id, student_id, reviewer_id, verdict, restores, comment_encrypted, sticker, star, captured_at)
  on completion_reviews to authenticated_user;

create table student_progress (
  school_id uuid not null,
  student_id uuid not null,
  id uuid not null generated always as (student_id) stored,
  scope_id uuid not null generated always as (student_id) stored,
  current_run integer not null,
  longest_run integer not null,
  weeks jsonb not null,
  clubs jsonb not null,
  created_at timestamptz not null default now(),
  constraint student_progress_pkey primary key (school_id, student_id),
  constraint student_progress_student_fkey foreign key (school_id, student_id) references students (school_id, id) on delete cascade,
  constraint student_progress_runs_order check (current_run between 0 and longest_run)
);

call app.isolate('student_progress');
create policy reader on student_progress for select to authenticated_user using (app.reaches('student.read', scope_id));
grant select on student_progress to authenticated_user;
-- Derived: nobody's request writes it. No delete: it goes with its student.
grant select, insert (school_id, student_id, current_run, longest_run, weeks, clubs), update (current_run, longest_run, weeks, clubs)
  on student_progress to background_worker;

create function app.punctuality(done_on date, due_on date) returns text
language sql immutable parallel safe
return case when due_on is null then null when done_on < due_on then 'early' when done_on = due_on then 'on_time' else 'late' end;

-- What the server adds to a completion, whatever a client claims (S12). A request has a current user; seeds and jobs have
-- none and may state the server's columns themselves.
create function app.receive_completion() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  requester uuid := app.current_user_id();
  earliest date;
  latest date;
  due date;
begin
  -- Security: scope before existence, so that the checks below are no way to ask what exists.
  if requester is not null and not coalesce(app.reaches('completion.create', new.student_id), false)
    and not coalesce(app.reaches('completion.update', new.student_id), false) then
    raise exception 'this student is out of reach' using errcode = 'insufficient_privilege';
  end if;

  if new.task_id is not null then
    select task.due_on into due from public.homework_tasks task
    where task.school_id = new.school_id and task.id = new.task_id
      and (task.student_id = new.student_id or exists (
        select from public.class_students member
        where member.school_id = new.school_id and member.student_id = new.student_id and member.class_id = task.class_id
      ));
    -- One answer for a task that is another class's and one that is not there.
    if not found then
      raise exception 'there is no such task for this student' using errcode = 'foreign_key_violation';
    end if;
  end if;

  if requester is null then
    new.logged_by := coalesce(new.logged_by, 'teacher');
    new.received_at := coalesce(new.received_at, now());
    new.effective_date := coalesce(new.effective_date, new.completion_date);
    new.status := coalesce(new.status, 'submitted');
    if tg_op = 'INSERT' then
      new.punctuality := coalesce(new.punctuality, app.punctuality(new.effective_date, due));
    end if;
    return new;
  end if;

  if tg_op = 'INSERT' then
    new.logged_by := case app.current_user_kind() when 'student' then 'child' when 'parent' then 'parent' when 'device' then 'class_device' else 'teacher' end;
    new.logged_by_user_id := requester;
    new.received_at := now();
    new.status := 'submitted';
    new.moved_from := null;
  end if;

  -- A date outside [that device's last contact − 7 days, today] is moved to the nearest day that can be, and said so.
  select (now() at time zone school.time_zone)::date, (coalesce(contact.last_contact_at, now()) at time zone school.time_zone)::date - 7
  into latest, earliest
  from public.schools school
  left join public.device_contacts contact
    on contact.school_id = school.school_id and contact.user_id = requester and contact.device_id = new.device_id
  where school.school_id = new.school_id;
  new.effective_date := least(greatest(new.completion_date, earliest), latest);
  new.flags := case when new.effective_date = new.completion_date then '{}' else array['date_clamped'] end;
  new.punctuality := app.punctuality(new.effective_date, due);
  return new;
end
$$;

create trigger receive before insert on homework_completions for each row execute function app.receive_completion();
create trigger receive_again before update of completion_date, task_id on homework_completions for each row
when ((old.completion_date, old.task_id) is distinct from (new.completion_date, new.task_id)) execute function app.receive_completion();

-- What has been judged is not changed under the judgement. Removing is stricter: reviews, even those taken back, are never deleted.
create function app.keep_marked() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if app.current_user_id() is not null and exists (
    select from public.completion_reviews review
    where review.school_id = old.school_id and review.completion_id = old.id
      and (tg_op = 'DELETE' or (review.verdict <> 'restored' and not exists (
        select from public.completion_reviews undo
        where undo.school_id = review.school_id and undo.completion_id = review.completion_id and undo.restores = review.id
      )))
  ) then
    raise exception 'already_marked' using errcode = 'SS409';
  end if;
  return case when tg_op = 'DELETE' then old else new end;
end
$$;

create trigger keep_marked before update of club_id, task_id, previous_attempt_id, completion_date, evidence_kind, written_work_encrypted,
  evidence_ids, minutes, feeling, captured_at, clock_offset_ms or delete on homework_completions
for each row execute function app.keep_marked();

reset role;

-- migrate:down
set local role studystreaks_owner;

drop table student_progress, completion_reviews, homework_completions, homework_tasks;
drop function app.keep_marked(), app.receive_completion(), app.punctuality(date, date);

reset role;
