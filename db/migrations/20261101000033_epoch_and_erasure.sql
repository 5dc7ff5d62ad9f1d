-- migrate:up
set local role studystreaks_owner;

-- Which life of the database this is, and how far it has come in it. The vault holds the same two numbers: a database that is
-- behind them was restored, and is not served until npm run db -- adopt-restore has made it the next epoch (S3). One row.
create table database_epoch (
  is_only boolean not null default true constraint database_epoch_pkey primary key constraint database_epoch_only check (is_only),
  epoch bigint not null default 1,
  -- Advanced every minute, here first and then in the vault.
  beat bigint not null default 0
);
insert into database_epoch default values;

alter table database_epoch enable row level security;
alter table database_epoch force row level security;
create policy owner on database_epoch to studystreaks_owner using (true) with check (true);
-- No grants: read and advanced through functions.

create function app.database_epoch() returns table (epoch bigint, beat bigint)
language sql stable security definer set search_path = ''
as $$ select known.epoch, known.beat from public.database_epoch known $$;

create function app.advance_beat() returns table (epoch bigint, beat bigint)
language sql volatile security definer set search_path = ''
as $$ update public.database_epoch known set beat = known.beat + 1 returning known.epoch, known.beat $$;

grant execute on function app.database_epoch(), app.advance_beat() to background_worker;

-- A school that begins begins in the epoch that it is.
create or replace function app.start_clock() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  insert into public.school_clock (school_id, epoch) select new.id, known.epoch from public.database_epoch known;
  return null;
end
$$;

-- Begins another epoch: every device starts anew.
create function app.begin_epoch(next_epoch bigint, next_beat bigint) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  update public.database_epoch set epoch = next_epoch, beat = next_beat where epoch < next_epoch;
  if not found then
    raise exception 'an epoch is later than the one before' using errcode = 'check_violation';
  end if;
  update public.school_clock set epoch = next_epoch;
  insert into public.audit_log (school_id, action, entity_type, entity_id, new_values)
  select school_id, 'UPDATE', 'database_epoch', school_id, jsonb_build_object('epoch', next_epoch) from public.school_clock;
end
$$;
-- Nobody's: the administrator of the database calls it as the owner.

-- Takes away a child's rows, or an adult's, with all that hangs on them; the log keeps ids and moments. What refers to an
-- adult as the author of something that stays refuses: such a person is blanked by a request, not erased.
create function app.erase_subject(school uuid, subject uuid) returns boolean
language plpgsql volatile security definer set search_path = ''
as $$
declare
  was_there boolean;
begin
  if school is distinct from app.current_tenant() then
    raise exception 'a job erases in the school that it has entered' using errcode = 'insufficient_privilege';
  end if;
  -- Work first: it refers to the person who logged it, and would keep them.
  delete from public.homework_completions where school_id = school and student_id = subject;
  delete from public.users where school_id = school and id = subject;
  was_there := found;
  perform app.blank_audit(school, subject);
  insert into public.audit_log (school_id, action, entity_type, entity_id, subject_id)
  values (school, 'DELETE', 'erasure', subject, subject);
  return was_there;
end
$$;

grant execute on function app.erase_subject(uuid, uuid) to background_worker;

reset role;

-- migrate:down
set local role studystreaks_owner;

drop function app.erase_subject(uuid, uuid), app.begin_epoch(bigint, bigint);
create or replace function app.start_clock() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  insert into public.school_clock (school_id) values (new.id);
  return null;
end
$$;
drop function app.advance_beat(), app.database_epoch();
drop table database_epoch;

reset role;
