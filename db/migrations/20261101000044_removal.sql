-- migrate:up
set local role studystreaks_owner;

-- What the retention job may take away, one school at a time; each due day follows from the school's policies in
-- server/privacy/retention.

grant select (school_id, id, user_id, student_id, created_at), delete on notices to background_worker;
grant select (school_id, id, user_id, created_at), delete on rejected_pushes to background_worker;
grant delete on homework_completions, homework_tasks, student_consents to background_worker;

-- When an adult left; a child's day stands in its profile.
alter table users add column left_on date;
-- The account is a shell: others' records still refer to it.
alter table users add column erased_on date;
call app.audit('users');

create function app.note_leaving() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  new.left_on := case when new.status = 'left' then coalesce(new.left_on, app.today(new.school_id)) end;
  return new;
end
$$;

create trigger note_leaving before insert or update of status on users for each row execute function app.note_leaving();

grant select (left_on, erased_on) on users to background_worker;

-- Whose account is to be erased: children that left before the day, guardians whose last child did, staff that left.
create function app.accounts_to_erase(before date, at_most integer)
returns table (user_id uuid, kind text, due_on date)
language sql stable security definer set search_path = ''
as $$
  select person.id, person.kind, coalesce(student.left_on, person.left_on, person.created_at::date)
  from public.users person
  left join public.students student on student.school_id = person.school_id and student.id = person.id
  where person.school_id = app.current_tenant() and person.erased_on is null
    and person.id <> all ((select app.held_subjects(app.current_tenant()))::uuid[])
    and case person.kind
      when 'student' then student.left_on < before
      when 'parent' then person.created_at < before and not exists (
        select from public.parent_students guardianship
        join public.students child on child.school_id = guardianship.school_id and child.id = guardianship.student_id
        where guardianship.school_id = person.school_id and guardianship.parent_id = person.id
          and (guardianship.until_on is null or guardianship.until_on >= before) and (child.left_on is null or child.left_on >= before)
      )
      else person.status = 'left' and person.left_on < before
    end
  -- Children first: their guardians follow in the same run.
  order by person.kind = 'student' desc, person.id
  limit at_most
$$;

-- Erases one account and all that hangs on it. An adult whom others' records refer to (a mark, a task) stays as a shell
-- without name, address, secrets or roles; true where the row itself is gone.
create function app.erase_account(member uuid, shell_name_encrypted bytea) returns boolean
language plpgsql volatile security definer set search_path = ''
as $$
declare
  school uuid := app.current_tenant();
  member_kind text;
begin
  select kind into member_kind from public.users where school_id = school and id = member;
  if not found then
    return true;
  end if;
  if app.is_held(school, member) then
    raise exception 'a legal hold keeps this account' using errcode = 'object_not_in_prerequisite_state';
  end if;

  if member_kind = 'student' then
    update public.student_consents consent set left_on = coalesce(student.left_on, app.today(school))
    from public.students student
    where consent.school_id = school and consent.student_id = member and student.school_id = school and student.id = member;
    -- Before the tasks that were set for this child alone.
    delete from public.homework_completions where school_id = school and student_id = member;
  end if;
  begin
    delete from public.users where school_id = school and id = member;
    -- Nobody's grants are to be worked out any more.
    delete from public.grants_due where school_id = school and user_id = member;
    return true;
  exception
    -- PostgreSQL 18 calls the second what older ones call the first.
    when foreign_key_violation or restrict_violation then null;
  end;

  delete from public.credentials where school_id = school and user_id = member;
  delete from public.sessions where school_id = school and user_id = member;
  delete from public.device_contacts where school_id = school and user_id = member;
  delete from public.user_roles where school_id = school and user_id = member;
  delete from public.rejected_pushes where school_id = school and user_id = member;
  delete from public.notices where school_id = school and user_id = member;
  delete from public.parent_students where school_id = school and parent_id = member;
  delete from public.teacher_classes where school_id = school and teacher_id = member;
  update public.teachers set title = null, qualifications = null where school_id = school and id = member;
  update public.parents set phone_encrypted = null where school_id = school and id = member;
  update public.school_admins set job_title = null where school_id = school and id = member;
  update public.users
  set status = 'left', erased_on = app.today(school), name_encrypted = shell_name_encrypted, first_name_encrypted = null,
    email_encrypted = null, email_index = null, last_seen_at = null
  where school_id = school and id = member;
  return false;
end
$$;

-- Sessions that ended before the moment, but for those of held people.
create function app.ended_sessions(before timestamptz) returns table (sessions bigint, oldest timestamptz)
language sql stable security definer set search_path = ''
as $$
  select count(*), min(session.expires_at) from public.sessions session
  where session.school_id = app.current_tenant() and session.expires_at < before
    and session.user_id <> all ((select app.held_subjects(app.current_tenant()))::uuid[])
$$;

create function app.delete_ended_sessions(before timestamptz, at_most integer) returns integer
language plpgsql volatile security definer set search_path = ''
as $$
declare
  deleted integer;
begin
  delete from public.sessions
  where school_id = app.current_tenant() and id in (
    select session.id from public.sessions session
    where session.school_id = app.current_tenant() and session.expires_at < before
    and session.user_id <> all ((select app.held_subjects(app.current_tenant()))::uuid[])
    limit at_most
  );
  get diagnostics deleted = row_count;
  return deleted;
end
$$;

-- Archiving (S2): documents of earlier years reach devices as tombstones and stay readable online. Children's runs must be
-- folded first, so that devices come to the same without them.
create function app.documents_to_archive(before date, at_most integer)
returns table (collection text, document_id uuid, done_on date)
language sql stable security definer set search_path = ''
as $$
  select entry.collection, entry.document_id, due.done_on
  from (
    select collection, completion.id, completion.effective_date as done_on
    from public.homework_completions completion cross join (values ('completions'), ('receipts')) as of_completion (collection)
    where completion.school_id = app.current_tenant() and completion.effective_date < before
    union all
    select 'reviews', review.id, completion.effective_date
    from public.homework_completions completion
    join public.completion_reviews review on review.school_id = completion.school_id and review.completion_id = completion.id
    where completion.school_id = app.current_tenant() and completion.effective_date < before
    union all
    select 'tasks', task.id, coalesce(task.due_on, task.opens_on)
    from public.homework_tasks task
    where task.school_id = app.current_tenant() and coalesce(task.due_on, task.opens_on) < before
  ) due (collection, id, done_on)
  join public.sync_index entry
    on entry.school_id = app.current_tenant() and entry.collection = due.collection and entry.document_id = due.id
      and not entry.is_archived and not entry.is_deleted
  limit at_most
$$;

create function app.archive_documents(before date, at_most integer) returns integer
language plpgsql volatile security definer set search_path = ''
as $$
declare
  archived integer;
  due_collections text[];
  due_documents uuid[];
begin
  select array_agg(collection), array_agg(document_id) into due_collections, due_documents from app.documents_to_archive(before, at_most);
  if due_documents is null then
    return 0;
  end if;
  update public.sync_index entry set is_archived = true, version = app.tick(app.current_tenant())
  from unnest(due_collections, due_documents) as due (collection, document_id)
  where entry.school_id = app.current_tenant() and entry.collection = due.collection and entry.document_id = due.document_id;
  get diagnostics archived = row_count;
  return archived;
end
$$;

-- Where the clock stood at the end of a day: how old a version is.
create table clock_marks (
  school_id uuid not null,
  id uuid not null default gen_random_uuid(),
  scope_id uuid not null generated always as (school_id) stored,
  marked_on date not null,
  version bigint not null,
  constraint clock_marks_pkey primary key (school_id, id),
  constraint clock_marks_school_fkey foreign key (school_id) references schools (school_id) on delete cascade,
  constraint clock_marks_day_unique unique (school_id, marked_on)
);

call app.isolate('clock_marks');
-- No grants: marked and read by functions alone.

create function app.mark_clock() returns void
language sql volatile security definer set search_path = ''
as $$
  insert into public.clock_marks (school_id, marked_on, version)
  select school_id, app.today(school_id), version from public.school_clock where school_id = app.current_tenant()
  on conflict (school_id, marked_on) do update set version = excluded.version
$$;

create function app.floor_at(day date) returns bigint
language sql stable security definer set search_path = ''
as $$ select coalesce(max(version), 0) from public.clock_marks where school_id = app.current_tenant() and marked_on < day $$;

create function app.tombstones_below(day date) returns table (tombstones bigint)
language sql stable security definer set search_path = ''
as $$
  select (select count(*) from public.sync_index
      where school_id = app.current_tenant() and is_deleted and version <= app.floor_at(day))
    + (select count(*) from public.access_grants where school_id = app.current_tenant() and to_version <= app.floor_at(day))
$$;

-- Raises the floor first, in the same transaction: no device is ever told less without being told to begin anew.
create function app.prune_tombstones(day date, at_most integer) returns integer
language plpgsql volatile security definer set search_path = ''
as $$
declare
  school uuid := app.current_tenant();
  bottom bigint := app.floor_at(day);
  deleted integer;
  closed integer;
  members uuid[];
begin
  -- Whoever holds the clock must not wait for rows that are held here.
  perform app.hold_clock(school);
  update public.school_clock set floor_version = bottom where school_id = school and floor_version < bottom;

  delete from public.sync_index
  where school_id = school and (collection, document_id) in (
    select collection, document_id from public.sync_index where school_id = school and is_deleted and version <= bottom limit at_most
  );
  get diagnostics deleted = row_count;
  with pruned as (
    delete from public.access_grants
    where school_id = school and id in (
      select id from public.access_grants where school_id = school and to_version <= bottom limit at_most - deleted
    )
    returning user_id
  )
  select count(*), array_agg(distinct user_id) into closed, members from pruned;
  -- Taking a grant away by hand has made app.enter forget what it gave.
  perform app.keep_reach(school, member) from unnest(members) as member;
  delete from public.clock_marks where school_id = school and marked_on < day and version < bottom;
  return deleted + closed;
end
$$;

grant execute on function app.accounts_to_erase(date, integer), app.erase_account(uuid, bytea), app.ended_sessions(timestamptz),
  app.delete_ended_sessions(timestamptz, integer), app.documents_to_archive(date, integer), app.archive_documents(date, integer),
  app.mark_clock(), app.tombstones_below(date), app.prune_tombstones(date, integer)
to background_worker;

reset role;

-- migrate:down
set local role studystreaks_owner;

drop function app.prune_tombstones(date, integer), app.tombstones_below(date), app.floor_at(date), app.mark_clock(),
  app.archive_documents(date, integer), app.documents_to_archive(date, integer), app.delete_ended_sessions(timestamptz, integer),
  app.ended_sessions(timestamptz), app.erase_account(uuid, bytea), app.accounts_to_erase(date, integer);
drop table clock_marks;
drop trigger note_leaving on users;
drop function app.note_leaving();
alter table users drop column erased_on, drop column left_on;
call app.audit('users');
revoke delete on homework_completions, homework_tasks, student_consents from background_worker;
revoke select (school_id, id, user_id, created_at), delete on rejected_pushes from background_worker;
revoke select (school_id, id, user_id, student_id, created_at), delete on notices from background_worker;

reset role;
