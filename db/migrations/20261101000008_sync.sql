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
  -- What was deleted or closed by then has been forgotten: an older checkpoint counts as another epoch (S2).
  floor_version bigint not null default 0,
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
  perform app.hold_clock(school);
  update public.school_clock
  set version = version + 1, ticked_by = pg_current_xact_id(), ticked_at = transaction_timestamp()
  where school_id = school and (ticked_by, ticked_at) is distinct from (pg_current_xact_id(), transaction_timestamp())
  returning version into tick;
  if not found then
    select version into strict tick from public.school_clock where school_id = school;
  end if;
  return tick;
end
$$;

reset role;

-- migrate:down
set local role studystreaks_owner;

drop trigger start_clock on schools;
drop table notices, rejected_pushes, device_contacts, sync_index, school_clock;
drop function app.tick(uuid), app.hold_clock(uuid), app.start_clock();

reset role;
