-- migrate:up
set local role studystreaks_owner;

-- What is known of a file while it is on its way, and the key that opens it.
alter table evidence
  -- The file as the device announced it; `bytes` and `sha256` are of what is kept.
  add column sent_bytes integer constraint evidence_sent_bytes_few check (sent_bytes between 1 and 10485760),
  add column sent_sha256 bytea constraint evidence_sent_sha256_length check (octet_length(sent_sha256) = 32),
  -- The key of this file alone, sealed with the child's: rotation and erasure change this cell, and never the file.
  add column file_key_encrypted bytea,
  add column upload_expires_at timestamptz,
  -- All bytes are here, and have yet to be opened.
  add column arrived_at timestamptz;
alter table evidence add constraint evidence_key_of_file check (file_key_encrypted is null or storage_key is not null);
create index idx_evidence_uploading on evidence (school_id, upload_expires_at) where state = 'uploading';

-- No media_type, bytes, sha256: what a file is, and so that it is ready, is for a job to say that has opened it.
revoke insert (media_type, bytes, sha256, storage_key), update (media_type, bytes, sha256) on evidence from authenticated_user;
grant update (sent_bytes, sent_sha256, file_key_encrypted, upload_expires_at, arrived_at) on evidence to authenticated_user, background_worker;
call app.audit('evidence');

-- A receipt shows how far a file has come; the books that are kept of its bytes are nobody's news.
create function app.touch_evidence() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  insert into public.stamps_due (school_id, kind, collections, documents)
  select changed.school_id, 'touched', array['receipts'], array_agg(distinct changed.completion_id)
  from changed join before using (school_id, id)
  where (before.kind, before.state, before.media_type, before.duration_ms, before.refusal)
    is distinct from (changed.kind, changed.state, changed.media_type, changed.duration_ms, changed.refusal)
  group by changed.school_id;
  return null;
end
$$;

drop trigger touch_changed on evidence;
create trigger touch_changed after update on evidence referencing new table as changed old table as before
for each statement execute function app.touch_evidence();

-- Without its file a row says nothing of it.
create function app.forget_file() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  new.media_type := null;
  new.bytes := null;
  new.sha256 := null;
  new.duration_ms := null;
  new.sent_bytes := null;
  new.sent_sha256 := null;
  new.file_key_encrypted := null;
  new.upload_expires_at := null;
  new.arrived_at := null;
  return new;
end
$$;

create trigger forget_file before update of storage_key on evidence for each row
when (old.storage_key is not null and new.storage_key is null) execute function app.forget_file();

-- Files that no row names any more; deleted from the store after the commit, by whoever comes first. No unique key: the same
-- name twice does no harm.
create table evidence_leftovers (
  school_id uuid not null,
  id uuid not null default gen_random_uuid(),
  scope_id uuid not null generated always as (school_id) stored,
  storage_key text not null,
  created_at timestamptz not null default now(),
  constraint evidence_leftovers_pkey primary key (school_id, id)
);

call app.isolate('evidence_leftovers');
grant select, delete on evidence_leftovers to background_worker;

create function app.leave_file() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if tg_op = 'DELETE' then
    insert into public.evidence_leftovers (school_id, storage_key)
    select school_id, storage_key from changed where storage_key is not null;
  else
    insert into public.evidence_leftovers (school_id, storage_key)
    select before.school_id, before.storage_key
    from before left join changed using (school_id, id)
    where before.storage_key is not null and before.storage_key is distinct from changed.storage_key;
  end if;
  return null;
end
$$;

create trigger leave_file_removed after delete on evidence referencing old table as changed
for each statement execute function app.leave_file();
create trigger leave_file_changed after update on evidence referencing new table as changed old table as before
for each statement execute function app.leave_file();

-- Homework names its files (S25): each comes into being with it, and is withdrawn when the homework names it no more. An id that
-- belongs elsewhere is left alone: here it is a file that never comes.
create function app.declare_evidence() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  wanted uuid[] := case when new.evidence_kind in ('photo', 'audio') then new.evidence_ids else '{}' end;
  known uuid[] := '{}';
begin
  if tg_op = 'UPDATE' then
    update public.evidence file set state = 'withdrawn', refusal = null, storage_key = null
    where file.school_id = new.school_id and file.completion_id = new.id and file.state <> 'withdrawn'
      and (file.id <> all (wanted) or file.kind <> new.evidence_kind);
    if old.evidence_kind = new.evidence_kind then
      known := old.evidence_ids;
    end if;
  end if;
  insert into public.evidence as file (school_id, id, completion_id, student_id, kind, state, refusal)
  select new.school_id, named.file_id, new.id, new.student_id, new.evidence_kind,
    case when consent.is_given then 'expected' else 'refused' end, case when not consent.is_given then 'no_consent' end
  from (select distinct unnest(wanted) as file_id) named
  cross join (select app.has_consent(new.school_id, new.student_id, new.evidence_kind) as is_given) consent
  where named.file_id <> all (known)
  order by named.file_id
  on conflict (school_id, id) do update set kind = excluded.kind, state = excluded.state, refusal = excluded.refusal
    where file.completion_id = excluded.completion_id and file.state = 'withdrawn';
  return null;
end
$$;

create trigger declare_evidence after insert on homework_completions for each row
when (cardinality(new.evidence_ids) > 0) execute function app.declare_evidence();
create trigger declare_evidence_again after update of evidence_kind, evidence_ids on homework_completions for each row
when ((old.evidence_kind, old.evidence_ids) is distinct from (new.evidence_kind, new.evidence_ids)) execute function app.declare_evidence();

-- Withdrawing stops at once: files of that kind are let go of in the transaction of whoever's word it was.
create function app.withdraw_evidence() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  update public.evidence file
  set state = case file.state when 'ready' then 'withdrawn' else 'refused' end,
    refusal = case when file.state <> 'ready' then 'no_consent' end,
    storage_key = null
  from (select distinct school_id, student_id from changed) concerned
  where file.school_id = concerned.school_id and file.student_id = concerned.student_id and file.state in ('expected', 'uploading', 'ready')
    and not app.has_consent(file.school_id, file.student_id, file.kind);
  return null;
end
$$;

call app.follow('student_consents', 'evidence', 'app.withdraw_evidence()');
-- Whose word counts changes with who has parental responsibility today.
call app.follow('parent_students', 'evidence', 'app.withdraw_evidence()');

create function app.schools_with_evidence_due() returns setof uuid
language sql stable security definer set search_path = ''
as $$
  select school_id from public.evidence_leftovers
  union
  select school_id from public.evidence where state = 'uploading' and (arrived_at is not null or upload_expires_at < now())
$$;

comment on function app.schools_with_evidence_due() is 'Where there are files to open or to delete: the job sees the rows of one school at a time.';
grant execute on function app.schools_with_evidence_due() to background_worker;

reset role;

-- migrate:down
set local role studystreaks_owner;

drop function app.schools_with_evidence_due();
drop function app.withdraw_evidence() cascade;
drop function app.declare_evidence() cascade;
drop function app.leave_file() cascade;
drop table evidence_leftovers;
drop function app.forget_file() cascade;
drop trigger touch_changed on evidence;
drop function app.touch_evidence();
create trigger touch_changed after update on evidence referencing new table as changed old table as before
for each statement execute function app.touch('receipts', 'completion_id');
drop index idx_evidence_uploading;
alter table evidence drop column arrived_at, drop column upload_expires_at, drop column file_key_encrypted, drop column sent_sha256,
  drop column sent_bytes;
call app.audit('evidence');
grant insert (media_type, bytes, sha256, storage_key), update (media_type, bytes, sha256) on evidence to authenticated_user;

reset role;
