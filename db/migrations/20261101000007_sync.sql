-- migrate:up
set local role studystreaks_owner;

-- One clock a school (S1). ticked_by and ticked_at name the transaction that last advanced it: one tick a transaction.
create table school_clock (
  school_id uuid not null,
  id uuid not null generated always as (school_id) stored,
  scope_id uuid not null generated always as (school_id) stored,
  -- Another epoch: the database was restored, and every device starts again (S3).
  epoch bigint not null default 1,
  version bigint not null default 0,
  ticked_by xid8,
  ticked_at timestamptz,
  -- Up to when app.turn_dates has turned starts and ends over.
  dates_turned_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  constraint school_clock_pkey primary key (school_id),
  constraint school_clock_school_fkey foreign key (school_id) references schools (school_id) on delete cascade
);

call app.isolate('school_clock');
-- No grants: read through app.head.

-- One row a document, kept when its row is gone, so that deletion is real and a tombstone is only an id (S2).
-- No foreign keys: it outlives what it speaks of, and every change of a synced row passes here.
create table sync_index (
  school_id uuid not null,
  collection text not null,
  document_id uuid not null,
  id uuid not null generated always as (document_id) stored,
  audience text not null,
  scope_id uuid not null,
  version bigint not null,
  created_version bigint not null,
  is_deleted boolean not null default false,
  is_archived boolean not null default false,
  constraint sync_index_pkey primary key (school_id, collection, document_id)
);
-- The one index that a pull reads, a range a bucket.
create index idx_sync_index_bucket on sync_index (school_id, audience, scope_id, collection, version, document_id);
create index idx_sync_index_version on sync_index (school_id, version);

call app.isolate('sync_index');
-- No grants: read through app.changes and app.digest.

create table device_contacts (
  school_id uuid not null,
  user_id uuid not null,
  device_id uuid not null,
  id uuid not null generated always as (device_id) stored,
  scope_id uuid not null generated always as (user_id) stored,
  -- When the device last had nothing unsent: its work cannot be older than a week before that.
  last_contact_at timestamptz not null default now(),
  clock_offset_ms bigint,
  created_at timestamptz not null default now(),
  constraint device_contacts_pkey primary key (school_id, user_id, device_id),
  constraint device_contacts_user_fkey foreign key (school_id, user_id) references users (school_id, id) on delete cascade
);

call app.isolate('device_contacts');
-- No grants: advanced by app.touch_device alone.

-- What a push refused, kept so that no work is lost (S15).
create table rejected_pushes (
  school_id uuid not null,
  id uuid not null,
  user_id uuid not null,
  scope_id uuid not null generated always as (user_id) stored,
  collection text not null,
  document_id uuid not null,
  code text not null,
  payload_encrypted bytea not null,
  created_at timestamptz not null default now(),
  constraint rejected_pushes_pkey primary key (school_id, id),
  constraint rejected_pushes_user_fkey foreign key (school_id, user_id) references users (school_id, id) on delete cascade
);
create index idx_rejected_pushes_user on rejected_pushes (school_id, user_id, created_at);

call app.isolate('rejected_pushes');
create policy own on rejected_pushes for select to authenticated_user using (user_id = app.current_user_id());
create policy author on rejected_pushes for insert to authenticated_user with check (user_id = app.current_user_id());
-- No payload: it is written for the help desk, the device keeps its own copy. No update, no delete: retention removes it.
grant select (school_id, id, user_id, collection, document_id, code, created_at) on rejected_pushes to authenticated_user;
grant insert (school_id, id, user_id, collection, document_id, code, payload_encrypted) on rejected_pushes to authenticated_user;

create table notices (
  school_id uuid not null,
  id uuid not null,
  audience text not null constraint notices_audience_known check (audience in ('account', 'student')),
  user_id uuid,
  student_id uuid,
  scope_id uuid not null generated always as (case audience when 'account' then user_id else student_id end) stored,
  kind text not null constraint notices_kind_known check (kind in ('rejection')),
  code text not null,
  message text not null,
  collection text,
  document_id uuid,
  created_at timestamptz not null default now(),
  constraint notices_pkey primary key (school_id, id),
  constraint notices_user_fkey foreign key (school_id, user_id) references users (school_id, id) on delete cascade,
  constraint notices_student_fkey foreign key (school_id, student_id) references students (school_id, id) on delete cascade,
  -- An account's notice names no child: it would outlive the right to know of that child (S27).
  constraint notices_one_audience check (case audience when 'account' then user_id is not null and student_id is null else student_id is not null end)
);
create index idx_notices_scope on notices (school_id, scope_id, created_at);
create index idx_notices_user on notices (school_id, user_id);

call app.isolate('notices');
create policy account on notices for select to authenticated_user
  using (audience = 'account' and app.reaches('account.read', scope_id));
create policy student on notices for select to authenticated_user
  using (audience = 'student' and app.reaches('student.read', scope_id));
create policy own on notices for insert to authenticated_user
  with check (audience = 'account' and user_id = app.current_user_id());
create policy about_student on notices for insert to authenticated_user
  with check (audience = 'student' and app.reaches('student.read', student_id));
grant select on notices to authenticated_user;
-- No update, no delete: retention removes them after 90 days.
grant insert (school_id, id, audience, user_id, student_id, kind, code, message, collection, document_id) on notices to authenticated_user;

create function app.start_clock() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  insert into public.school_clock (school_id) values (new.id);
  return null;
end
$$;

create trigger start_clock after insert on schools for each row execute function app.start_clock();

-- Takes the school's clock in hand until the transaction ends. Whoever holds it sees all that earlier holders committed,
-- since each statement of a READ COMMITTED transaction looks anew; a longer snapshot would not, hence the check.
create function app.hold_clock(school uuid) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'synced rows are changed in READ COMMITTED transactions only' using errcode = 'invalid_transaction_state';
  end if;
  perform pg_advisory_xact_lock(hashtextextended(school::text, 7011));
end
$$;

-- The version of this transaction (S1): the first call advances the clock, later ones repeat its answer. Lock order is
-- commit order, so a version that can be seen has none below it still to come.
create function app.tick(school uuid) returns bigint
language plpgsql volatile security definer set search_path = ''
as $$
declare
  tick bigint;
begin
  select version into tick from public.school_clock
  where school_id = school and ticked_by = pg_current_xact_id() and ticked_at = transaction_timestamp();
  if found then
    return tick;
  end if;
  perform app.hold_clock(school);
  update public.school_clock
  set version = version + 1, ticked_by = pg_current_xact_id(), ticked_at = transaction_timestamp()
  where school_id = school
  returning version into strict tick;
  return tick;
end
$$;

create function app.stamp_document(school uuid, collection_name text, document uuid, audience_name text, scope uuid, is_gone boolean)
returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  tick bigint := app.tick(school);
begin
  insert into public.sync_index as stamped (school_id, collection, document_id, audience, scope_id, version, created_version, is_deleted)
  values (school, collection_name, document, audience_name, scope, tick, tick, is_gone)
  on conflict (school_id, collection, document_id) do update
  set version = excluded.version, is_deleted = excluded.is_deleted
  where (stamped.version, stamped.is_deleted) is distinct from (excluded.version, excluded.is_deleted)
    and (stamped.audience, stamped.scope_id) = (excluded.audience, excluded.scope_id);
  -- Nothing written: stamped already in this transaction, or an id that was taken in another bucket, where it stays for ever (S4).
  if not found and not exists (
    select from public.sync_index
    where school_id = school and collection = collection_name and document_id = document and audience = audience_name and scope_id = scope
  ) then
    raise exception 'this id belongs to another document' using errcode = 'unique_violation';
  end if;
end
$$;

-- A document whose content follows from another row too: stamped if it is there, never brought back.
create function app.touch_document(school uuid, collection_name text, document uuid) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  tick bigint := app.tick(school);
begin
  update public.sync_index set version = tick
  where school_id = school and collection = collection_name and document_id = document and not is_deleted and version <> tick;
end
$$;

-- stamp(collection, audience): the deferred trigger of a synced table. The scope is the row's, or the school's where that
-- is the audience; audience 'row' means the row's own column.
create function app.stamp() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  changed record;
  audience_name text := tg_argv[1];
begin
  changed := case when tg_op = 'DELETE' then old else new end;
  if audience_name = 'row' then
    audience_name := changed.audience;
  end if;
  perform app.stamp_document(
    changed.school_id, tg_argv[0], changed.id, audience_name,
    case audience_name when 'school' then changed.school_id else changed.scope_id end, tg_op = 'DELETE');
  return null;
end
$$;

-- The roster lists who is in the class now.
create function app.stamp_roster() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  changed record;
begin
  changed := case when tg_op = 'DELETE' then old else new end;
  if changed.is_current or exists (
    select from public.sync_index where school_id = changed.school_id and collection = 'people' and document_id = changed.id
  ) then
    perform app.stamp_document(changed.school_id, 'people', changed.id, 'class_staff', changed.class_id, tg_op = 'DELETE' or not changed.is_current);
  end if;
  -- The child's own document says which class it is in.
  perform app.touch_document(changed.school_id, 'people', changed.student_id);
  return null;
end
$$;

-- touch(collection, column): the document that this column names says something of this row.
create function app.touch() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  changed record;
begin
  changed := case when tg_op = 'DELETE' then old else new end;
  perform app.touch_document(changed.school_id, tg_argv[0], (to_jsonb(changed) ->> tg_argv[1])::uuid);
  return null;
end
$$;

-- A person's name, or a child's picture, stands in several documents.
create function app.touch_person() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform app.touch_document(new.school_id, 'people', new.id);
  perform app.touch_document(new.school_id, 'people', id)
  from public.class_students where school_id = new.school_id and student_id = new.id and is_current;
  perform app.touch_document(new.school_id, 'people', id)
  from public.parent_students where school_id = new.school_id and parent_id = new.id;
  return null;
end
$$;

create constraint trigger stamp_school after insert on schools
deferrable initially deferred for each row execute function app.stamp('school', 'school');
create constraint trigger stamp_school_again after update on schools
deferrable initially deferred for each row
when ((old.name, old.slug, old.time_zone, old.colour) is distinct from (new.name, new.slug, new.time_zone, new.colour))
execute function app.stamp('school', 'school');
create constraint trigger stamp_school after insert or update or delete on clubs
deferrable initially deferred for each row execute function app.stamp('school', 'school');
create constraint trigger touch_club after insert or update or delete on club_levels
deferrable initially deferred for each row execute function app.touch('school', 'club_id');
create constraint trigger stamp_school after insert or update or delete on school_calendar
deferrable initially deferred for each row execute function app.stamp('school', 'school');

-- Staff: users that a whole school may know by name.
create constraint trigger stamp_staff after insert on users
deferrable initially deferred for each row when (new.kind in ('teacher', 'admin')) execute function app.stamp('people', 'school');
create constraint trigger stamp_staff_gone after delete on users
deferrable initially deferred for each row when (old.kind in ('teacher', 'admin')) execute function app.stamp('people', 'school');
create constraint trigger touch_person after update on users
deferrable initially deferred for each row
when ((old.name_encrypted, old.first_name_encrypted) is distinct from (new.name_encrypted, new.first_name_encrypted))
execute function app.touch_person();

create constraint trigger stamp_people after insert or update or delete on students
deferrable initially deferred for each row execute function app.stamp('people', 'student');
create constraint trigger touch_person after update on students
deferrable initially deferred for each row when (old.avatar is distinct from new.avatar) execute function app.touch_person();
create constraint trigger stamp_people after insert or update or delete on class_students
deferrable initially deferred for each row execute function app.stamp_roster();
create constraint trigger stamp_people after insert or update or delete on parent_students
deferrable initially deferred for each row execute function app.stamp('people', 'guardianship');

create constraint trigger stamp_classes after insert or update or delete on classes
deferrable initially deferred for each row execute function app.stamp('classes', 'class');
create constraint trigger touch_class after insert or update or delete on teacher_classes
deferrable initially deferred for each row execute function app.touch('classes', 'class_id');

create constraint trigger stamp_tasks after insert or update or delete on homework_tasks
deferrable initially deferred for each row execute function app.stamp('tasks', 'row');

create constraint trigger stamp_completions after insert or delete on homework_completions
deferrable initially deferred for each row execute function app.stamp('completions', 'student');
create constraint trigger stamp_completions_again after update on homework_completions
deferrable initially deferred for each row
when (
  (old.club_id, old.task_id, old.previous_attempt_id, old.completion_date, old.evidence_kind, old.written_work_encrypted,
    old.evidence_ids, old.minutes, old.feeling, old.captured_at, old.clock_offset_ms)
  is distinct from
  (new.club_id, new.task_id, new.previous_attempt_id, new.completion_date, new.evidence_kind, new.written_work_encrypted,
    new.evidence_ids, new.minutes, new.feeling, new.captured_at, new.clock_offset_ms)
)
execute function app.stamp('completions', 'student');
create constraint trigger stamp_receipts after insert or delete on homework_completions
deferrable initially deferred for each row execute function app.stamp('receipts', 'student');
create constraint trigger stamp_receipts_again after update on homework_completions
deferrable initially deferred for each row
when (
  (old.logged_by, old.received_at, old.effective_date, old.status, old.punctuality, old.flags)
  is distinct from
  (new.logged_by, new.received_at, new.effective_date, new.status, new.punctuality, new.flags)
)
execute function app.stamp('receipts', 'student');

create constraint trigger stamp_reviews after insert or update or delete on completion_reviews
deferrable initially deferred for each row execute function app.stamp('reviews', 'student');
create constraint trigger stamp_progress after insert or delete on student_progress
deferrable initially deferred for each row execute function app.stamp('progress', 'student');
create constraint trigger stamp_progress_again after update on student_progress
deferrable initially deferred for each row when (old.* is distinct from new.*) execute function app.stamp('progress', 'student');
create constraint trigger stamp_notices after insert or update or delete on notices
deferrable initially deferred for each row execute function app.stamp('notices', 'row');

reset role;

-- migrate:down
set local role studystreaks_owner;

drop trigger stamp_progress_again on student_progress;
drop trigger stamp_progress on student_progress;
drop trigger stamp_reviews on completion_reviews;
drop trigger stamp_receipts_again on homework_completions;
drop trigger stamp_receipts on homework_completions;
drop trigger stamp_completions_again on homework_completions;
drop trigger stamp_completions on homework_completions;
drop trigger stamp_tasks on homework_tasks;
drop trigger touch_class on teacher_classes;
drop trigger stamp_classes on classes;
drop trigger stamp_people on parent_students;
drop trigger stamp_people on class_students;
drop trigger touch_person on students;
drop trigger stamp_people on students;
drop trigger touch_person on users;
drop trigger stamp_staff_gone on users;
drop trigger stamp_staff on users;
drop trigger stamp_school on school_calendar;
drop trigger touch_club on club_levels;
drop trigger stamp_school on clubs;
drop trigger stamp_school_again on schools;
drop trigger stamp_school on schools;
drop trigger start_clock on schools;
drop table notices, rejected_pushes, device_contacts, sync_index, school_clock;
drop function app.touch_person(), app.touch(), app.stamp_roster(), app.stamp(), app.touch_document(uuid, text, uuid),
  app.stamp_document(uuid, text, uuid, text, uuid, boolean), app.tick(uuid), app.hold_clock(uuid), app.start_clock();

reset role;
