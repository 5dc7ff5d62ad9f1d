-- migrate:up
set local role studystreaks_owner;

-- How far a school's log is sealed.
create table audit_chains (
  school_id uuid not null,
  id uuid not null generated always as (school_id) stored,
  scope_id uuid not null generated always as (school_id) stored,
  -- Of the last seal; the next one is built on its hash.
  position bigint not null default 0,
  hash bytea not null default decode(repeat('00', 32), 'hex'),
  -- Every row of an earlier transaction has its seal.
  sealed_below xid8 not null default '0',
  looked_at timestamptz,
  -- Up to here retention has taken rows away, so that not every seal is there any more.
  floor_position bigint not null default 0,
  -- How many rows that were.
  forgotten bigint not null default 0,
  created_at timestamptz not null default now(),
  constraint audit_chains_pkey primary key (school_id),
  constraint audit_chains_school_fkey foreign key (school_id) references schools (school_id) on delete cascade
);

call app.isolate('audit_chains');
-- No grants: advanced by app.seal_audit alone.

-- One seal for each row of the log:
--   hash = sha256(previous hash, what never changes of the row, digest of its values, digest of its origin)
-- Both digests are salted. Who blanks a value takes its salt away too: nothing can be guessed from the digest that stays, and
-- the chain stays whole.
create table audit_seals (
  school_id uuid not null,
  -- The row's.
  id uuid not null,
  timestamp timestamptz not null,
  transaction_id xid8 not null,
  scope_id uuid not null generated always as (school_id) stored,
  position bigint not null,
  sealed_at timestamptz not null default now(),
  -- Seen for the first time long after the moment that it claims.
  is_late boolean not null,
  values_salt bytea,
  values_digest bytea not null,
  origin_salt bytea,
  origin_digest bytea not null,
  previous bytea not null,
  hash bytea not null,
  constraint audit_seals_pkey primary key (school_id, transaction_id, id, timestamp)
) partition by range (timestamp);
create index idx_audit_seals_position on audit_seals (school_id, position);

create table audit_seals_rest partition of audit_seals default;

call app.isolate('audit_seals');
call app.isolate('audit_seals_rest');
-- No grants: written by app.seal_audit, read by whoever verifies as the owner.

-- Months are made ahead: this one and the next ones, of the log and of its seals.
create function app.add_audit_months(ahead integer default 3) returns integer
language sql volatile security definer set search_path = ''
as $$
  select count(*) filter (where app.add_month(parent, (date_trunc('month', now() at time zone 'UTC') + step * interval '1 month')::date))::integer
  from generate_series(0, ahead) as step cross join (values ('audit_log'), ('audit_seals')) as parents (parent)
$$;

grant execute on function app.add_audit_months(integer) to background_worker;

do $$ begin perform app.add_audit_months(); end $$;

-- What of a row never changes, as the seal has it. server/audit/verify.ts says the same in its own words: a verifier that
-- called this function would believe whoever replaced it.
create function app.audit_identity(entry audit_log) returns bytea
language sql immutable set search_path = ''
return convert_to(jsonb_build_array(entry.school_id, entry.id, extract(epoch from entry.timestamp)::text, entry.user_id, entry.acted_as, entry.action,
  entry.entity_type, entry.entity_id, entry.subject_id)::text, 'UTF8');

-- Seals what transactions that are over have written since the last time, at most so many rows; returns how many it sealed.
create function app.seal_audit(school uuid, at_most integer default 5000) returns integer
language plpgsql volatile security definer set search_path = ''
as $$
declare
  chain public.audit_chains;
  horizon xid8;
  begins xid8;
  entry public.audit_log;
  sealed integer := 0;
  values_salt bytea;
  values_digest bytea;
  origin_salt bytea;
  origin_digest bytea;
  following bytea;
begin
  if school is distinct from app.current_tenant() then
    raise exception 'a job seals the school that it has entered' using errcode = 'insufficient_privilege';
  end if;
  insert into public.audit_chains (school_id) values (school) on conflict (school_id) do nothing;
  -- One sealer at a time: a chain has one end.
  select * into strict chain from public.audit_chains where school_id = school for update;
  -- Below the horizon no transaction is under way, so that nothing can come to light there any more.
  horizon := pg_snapshot_xmin(pg_current_snapshot());
  -- A database that came from a dump counts its transactions anew: then whatever has no seal is looked for.
  begins := case when chain.sealed_below <= horizon then chain.sealed_below else '0' end;

  for entry in
    select log.* from public.audit_log log
    where log.school_id = school and log.transaction_id >= begins and log.transaction_id < horizon
      and not exists (
        select from public.audit_seals seal
        where seal.school_id = school and seal.transaction_id = log.transaction_id and seal.id = log.id and seal.timestamp = log.timestamp
      )
    order by log.transaction_id, log.id
    limit at_most
  loop
    values_salt := uuid_send(gen_random_uuid());
    values_digest := sha256(values_salt || convert_to(jsonb_build_array(entry.old_values, entry.new_values)::text, 'UTF8'));
    origin_salt := uuid_send(gen_random_uuid());
    origin_digest := sha256(origin_salt || convert_to(jsonb_build_array(entry.ip_address, entry.user_agent)::text, 'UTF8'));
    following := sha256(chain.hash || app.audit_identity(entry) || values_digest || origin_digest);
    chain.position := chain.position + 1;
    insert into public.audit_seals (school_id, id, timestamp, transaction_id, position, is_late, values_salt, values_digest, origin_salt,
      origin_digest, previous, hash)
    values (school, entry.id, entry.timestamp, entry.transaction_id, chain.position,
      coalesce(entry.timestamp < chain.looked_at - interval '1 day', false), values_salt, values_digest, origin_salt, origin_digest, chain.hash, following);
    chain.hash := following;
    sealed := sealed + 1;
  end loop;

  update public.audit_chains
  set position = chain.position, hash = chain.hash, looked_at = case when sealed < at_most then now() else looked_at end,
    sealed_below = case when sealed < at_most then horizon else coalesce(entry.transaction_id, horizon) end
  where school_id = school;
  return sealed;
end
$$;

-- Where a job has work, and where each chain ends (kept in the vault too, where nobody who has the database alone can change it).
create function app.schools_to_seal() returns setof uuid
language sql stable security definer set search_path = ''
as $$
  select school.school_id from public.schools school
  left join public.audit_chains chain on chain.school_id = school.school_id
  where exists (
    select from public.audit_log log
    where log.school_id = school.school_id
      and log.transaction_id >= case when chain.sealed_below <= pg_snapshot_xmin(pg_current_snapshot()) then chain.sealed_below else '0' end
      and log.transaction_id < pg_snapshot_xmin(pg_current_snapshot())
  )
$$;

create function app.audit_ends() returns table (school_id uuid, "position" bigint, hash bytea)
language sql stable security definer set search_path = ''
as $$ select chain.school_id, chain.position, chain.hash from public.audit_chains chain where chain.position > 0 $$;

grant execute on function app.seal_audit(uuid, integer), app.schools_to_seal(), app.audit_ends() to background_worker;

-- Lets go of the values of somebody who was erased. That something was done, when, by whom and to which id stays; so does the chain.
create function app.blank_audit(school uuid, subject uuid) returns integer
language plpgsql volatile security definer set search_path = ''
as $$
declare
  blanked integer;
begin
  if school is distinct from app.current_tenant() then
    raise exception 'a job blanks in the school that it has entered' using errcode = 'insufficient_privilege';
  end if;
  -- The sealer does not look away between the values and their salt.
  perform from public.audit_chains where school_id = school for update;
  update public.audit_seals seal set values_salt = null, origin_salt = null
  from public.audit_log log
  where log.school_id = school and log.subject_id = subject and seal.school_id = school and seal.transaction_id = log.transaction_id and seal.id = log.id;
  update public.audit_log set old_values = null, new_values = null, ip_address = null, user_agent = null
  where school_id = school and subject_id = subject
    and (old_values is not null or new_values is not null or ip_address is not null or user_agent is not null);
  get diagnostics blanked = row_count;
  return blanked;
end
$$;

-- After 90 days of an address its network is left, and nothing of the browser.
create function app.truncate_audit_addresses(school uuid) returns integer
language plpgsql volatile security definer set search_path = ''
as $$
declare
  truncated integer;
begin
  if school is distinct from app.current_tenant() then
    raise exception 'a job truncates in the school that it has entered' using errcode = 'insufficient_privilege';
  end if;
  perform from public.audit_chains where school_id = school for update;
  update public.audit_seals seal set origin_salt = null
  from public.audit_log log
  where log.school_id = school and log.timestamp < now() - interval '90 days' and log.user_agent is not null
    and seal.school_id = school and seal.transaction_id = log.transaction_id and seal.id = log.id;
  update public.audit_log
  set ip_address = network(set_masklen(ip_address, case family(ip_address) when 4 then 24 else 48 end)), user_agent = null
  where school_id = school and timestamp < now() - interval '90 days' and user_agent is not null;
  get diagnostics truncated = row_count;
  return truncated;
end
$$;

-- Retention: takes away sealed rows from before a moment, and says so in the log itself.
create function app.forget_audit(school uuid, before timestamptz) returns integer
language plpgsql volatile security definer set search_path = ''
as $$
declare
  forgotten_rows integer;
  last_position bigint;
begin
  if school is distinct from app.current_tenant() then
    raise exception 'a job forgets in the school that it has entered' using errcode = 'insufficient_privilege';
  end if;
  perform from public.audit_chains where school_id = school for update;
  select max(seal.position) into last_position from public.audit_seals seal where seal.school_id = school and seal.timestamp < before;
  delete from public.audit_log log using public.audit_seals seal
  where log.school_id = school and log.timestamp < before
    and seal.school_id = school and seal.transaction_id = log.transaction_id and seal.id = log.id and seal.timestamp = log.timestamp;
  get diagnostics forgotten_rows = row_count;
  if forgotten_rows > 0 then
    delete from public.audit_seals seal where seal.school_id = school and seal.timestamp < before;
    update public.audit_chains chain
    set floor_position = greatest(chain.floor_position, last_position), forgotten = chain.forgotten + forgotten_rows where chain.school_id = school;
    -- The sum as well, so that a verifier can tell what was forgotten from what was taken out by hand.
    insert into public.audit_log (school_id, action, entity_type, entity_id, new_values)
    select school, 'DELETE', 'audit_log', school,
      jsonb_build_object('before', before, 'rows', forgotten_rows, 'forgotten', chain.forgotten)
    from public.audit_chains chain where chain.school_id = school;
  end if;
  return forgotten_rows;
end
$$;

-- Months of which every school has let go.
create function app.drop_empty_audit_months() returns integer
language plpgsql volatile security definer set search_path = '' set lock_timeout = '5s'
as $$
declare
  month record;
  is_used boolean;
  dropped integer := 0;
begin
  for month in
    select partition.relname as name
    from pg_catalog.pg_inherits inheritance
    join pg_catalog.pg_class partition on partition.oid = inheritance.inhrelid
    where inheritance.inhparent in ('public.audit_log'::regclass, 'public.audit_seals'::regclass)
      and partition.relname ~ '_[0-9]{4}_[0-9]{2}$'
      and right(partition.relname, 7) < to_char(now() at time zone 'UTC' - interval '1 month', 'YYYY_MM')
  loop
    execute format('select exists (select from public.%I)', month.name) into is_used;
    if not is_used then
      execute format('drop table public.%I', month.name);
      dropped := dropped + 1;
    end if;
  end loop;
  return dropped;
end
$$;

grant execute on function app.blank_audit(uuid, uuid), app.truncate_audit_addresses(uuid), app.forget_audit(uuid, timestamptz),
  app.drop_empty_audit_months() to background_worker;

reset role;

-- migrate:down
set local role studystreaks_owner;

drop function app.drop_empty_audit_months(), app.forget_audit(uuid, timestamptz), app.truncate_audit_addresses(uuid),
  app.blank_audit(uuid, uuid), app.audit_ends(), app.schools_to_seal(), app.seal_audit(uuid, integer), app.audit_identity(audit_log),
  app.add_audit_months(integer);
drop table audit_seals, audit_chains;

reset role;
