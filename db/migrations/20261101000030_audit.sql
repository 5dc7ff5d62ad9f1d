-- migrate:up
set local role studystreaks_owner;

-- Who did what to which row, and when. Append only: written by triggers and by app.record_read, changed by the two functions
-- that let go of what must not be kept (app.blank_audit, app.truncate_audit_addresses), sealed by app.seal_audit.
create table audit_log (
  school_id uuid not null,
  id uuid not null default gen_random_uuid(),
  scope_id uuid not null generated always as (school_id) stored,
  timestamp timestamptz not null default now(),
  -- Rows come to light in another order than they are written: by this the sealing job finds all that is new, and misses none.
  transaction_id xid8 not null default pg_current_xact_id(),
  -- The signed-in person. Null: none, acted_as says what it was then (a job, signing in, the administrator of the database).
  user_id uuid,
  acted_as text not null default session_user,
  action text not null constraint audit_log_action_known check (action in ('CREATE', 'UPDATE', 'DELETE', 'READ')),
  -- The table, or what was read.
  entity_type text not null,
  entity_id uuid not null,
  -- Whose data it is: a child's, or an adult's own. Null: nobody's.
  subject_id uuid,
  -- Columns that changed and no others, each as PostgreSQL writes it as text; encrypted ones as they are, words that anybody wrote as "…".
  old_values jsonb,
  new_values jsonb,
  -- Staff only, never a child's or a parent's. After 90 days of the address its network is left, and no agent.
  ip_address inet,
  user_agent text constraint audit_log_user_agent_length check (char_length(user_agent) <= 200),
  constraint audit_log_pkey primary key (school_id, transaction_id, id, timestamp)
) partition by range (timestamp);
-- Of a person, or of what is nobody's (subject_id is null and entity_id = …). One index, since every write pays for it.
create index idx_audit_log_subject on audit_log (school_id, subject_id, entity_id);
-- Staff's rows until their address is truncated.
create index idx_audit_log_origin on audit_log (school_id, timestamp) where user_agent is not null;

-- What no month takes: a row is written even where the job that makes months has not run.
create table audit_log_rest partition of audit_log default;

call app.isolate('audit_log');
call app.isolate('audit_log_rest');
create policy auditor on audit_log for select to auditor using (true);
create policy reader on audit_log for select to authenticated_user using (app.reaches('audit.read', school_id));
-- No insert, no update, no delete, to anybody: append only, by definer functions alone.
grant select (school_id, id, scope_id, timestamp, user_id, acted_as, action, entity_type, entity_id, subject_id, old_values, new_values,
  ip_address, user_agent) on audit_log to auditor, authenticated_user;

-- Makes the partition of a month (UTC), unless it is there, and moves into it what the month had to leave in the rest.
create function app.add_month(parent text, first_day date) returns boolean
language plpgsql volatile security definer set search_path = '' set lock_timeout = '5s'
as $$
declare
  partition text := format('%s_%s', parent, to_char(first_day, 'YYYY_MM'));
  month_begins text := first_day || ' 00:00:00+00';
  month_ends text := (first_day + interval '1 month')::date || ' 00:00:00+00';
  columns text;
begin
  -- Two processes at once: the second finds it made.
  perform pg_advisory_xact_lock(7016);
  if to_regclass('public.' || partition) is not null then
    return false;
  end if;
  execute format('create table public.%I (like public.%I including all)', partition, parent);
  select string_agg(quote_ident(attname), ', ' order by attnum) into columns
  from pg_catalog.pg_attribute where attrelid = ('public.' || parent)::regclass and attnum > 0 and not attisdropped and attgenerated = '';
  execute format(
    'with moved as (delete from public.%I where timestamp >= %L and timestamp < %L returning %s) insert into public.%I (%s) select %s from moved',
    parent || '_rest', month_begins, month_ends, columns, partition, columns, columns);
  -- Attached, not created in place: that would stop every writer for a moment.
  execute format('alter table public.%I attach partition public.%I for values from (%L) to (%L)', parent, partition, month_begins, month_ends);
  call app.isolate(('public.' || partition)::regclass);
  return true;
end
$$;

-- What a request says of where it comes from, kept for staff alone and for this transaction.
create function app.note_origin(address inet, agent text) returns void
language sql volatile
as $$
  select set_config('app.origin_address', coalesce(host(address), ''), true), set_config('app.origin_agent', left(coalesce(agent, 'unknown'), 200), true)
  where app.current_user_kind() in ('teacher', 'admin')
$$;

grant execute on function app.note_origin(inet, text) to authenticated_user;

-- What the log copies of a table, and what it only says to have changed. Left out: what each row of the log says itself, what
-- follows from other columns, and when somebody was last seen. Not copied: words that a person wrote, hashes and blind indexes. A
-- text is copied only where a constraint says what it may be (named …_known or …_form), or where it refers to a key.
create function app.audited_columns(target regclass) returns table (name text, is_copied boolean)
language sql stable set search_path = ''
as $$
  select a.attname::text, case
    when a.atttypid = 'bytea'::regtype then a.attname ~ '_encrypted$'
    when a.atttypid in ('text'::regtype, 'text[]'::regtype) then exists (
      select from pg_catalog.pg_constraint c
      where c.conrelid = target and a.attnum = any (c.conkey)
        and ((c.contype = 'c' and cardinality(c.conkey) = 1 and c.conname ~ '_(known|form)$') or c.contype = 'f'))
    else a.atttypid not in ('json'::regtype, 'jsonb'::regtype, 'varchar'::regtype)
  end
  from pg_catalog.pg_attribute a
  where a.attrelid = target and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    and a.attname not in ('school_id', 'id', 'created_at', 'last_seen_at')
  order by a.attnum
$$;

-- Who acts in this transaction. Only a person's own pool says who they are: a job that set the same setting would still be the job.
create function app.audit_actor() returns uuid
language sql stable
return case when session_user = 'authenticated_user' then app.current_user_id() end;

create function app.audit_address() returns inet
language sql stable
return nullif(current_setting('app.origin_address', true), '')::inet;

create function app.audit_agent() returns text
language sql stable
return nullif(current_setting('app.origin_agent', true), '');

-- Has the log follow a table: one row of the log for each row of a statement. To be called again when a column was added (a test
-- says so). Entries are about `entity_column`; whose data it is follows from the column that names a child or a person.
-- The function that writes them is made for the table, with its columns by name: a row through to_jsonb costs three times as much.
create procedure app.audit(target regclass, entity_column text default 'id', with_updates boolean default true)
language plpgsql
as $body$
declare
  table_name text := (select relname from pg_class where oid = target);
  writer text := format('app.audit_%s', table_name);
  subject_column text := (
    select candidate.name
    from unnest(array['student_id', 'user_id', 'parent_id', 'teacher_id']) with ordinality as candidate (name, place)
    where exists (select from pg_attribute where attrelid = target and attname = candidate.name and not attisdropped)
    order by place limit 1);
  names text := (select coalesce(string_agg(quote_literal(name), ', '), '') from app.audited_columns(target) where is_copied);
  columns text := (select coalesce(string_agg(format('changed.%I::text', name), ', '), '') from app.audited_columns(target) where is_copied);
  pairs text := (
    select string_agg(
      format(
        case when is_copied then '(%1$L, before.%2$I is distinct from changed.%2$I, before.%2$I::text, changed.%2$I::text)'
          else '(%1$L, before.%2$I is distinct from changed.%2$I, %3$L, %3$L)' end,
        name, name, '…'),
      ', ')
    from app.audited_columns(target));
begin
  if table_name in ('users', 'students', 'teachers', 'parents', 'school_admins') then
    subject_column := 'id';
  end if;
  execute format(
    $function$
      create or replace function %1$s() returns trigger
      language plpgsql volatile security definer set search_path = '' set timezone = 'UTC' set datestyle = 'ISO'
      as $$
      #variable_conflict use_variable
      declare
        actor uuid := app.audit_actor();
        address inet := app.audit_address();
        agent text := app.audit_agent();
      begin
        case tg_op
          when 'INSERT' then
            insert into public.audit_log (school_id, user_id, action, entity_type, entity_id, subject_id, new_values, ip_address, user_agent)
            select changed.school_id, actor, 'CREATE', %2$L, changed.%3$I, %4$s,
              jsonb_strip_nulls(jsonb_object(array[%5$s]::text[], array[%6$s]::text[])), address, agent
            from changed;
          when 'DELETE' then
            insert into public.audit_log (school_id, user_id, action, entity_type, entity_id, subject_id, old_values, ip_address, user_agent)
            select changed.school_id, actor, 'DELETE', %2$L, changed.%3$I, %4$s,
              jsonb_strip_nulls(jsonb_object(array[%5$s]::text[], array[%6$s]::text[])), address, agent
            from changed;
        end case;
        return null;
      end
      $$
    $function$,
    writer, table_name, entity_column, coalesce('changed.' || quote_ident(subject_column), 'null::uuid'), names, columns);
  execute format('drop trigger if exists audit_added on %s', target);
  execute format('drop trigger if exists audit_removed on %s', target);
  execute format('drop trigger if exists audit_changed on %s', target);
  if not with_updates then
    call app.follow(target, 'audit', writer || '()', null);
    return;
  end if;
  execute format(
    $function$
      create or replace function %1$s_changed() returns trigger
      language plpgsql volatile security definer set search_path = '' set timezone = 'UTC' set datestyle = 'ISO'
      as $$
      #variable_conflict use_variable
      declare
        actor uuid := app.audit_actor();
        address inet := app.audit_address();
        agent text := app.audit_agent();
      begin
        -- The same words under another key are no change; app.replace_cells says what it did. The setting alone convinces nobody.
        if current_setting('app.reencrypting', true) = 'on' then
          if app.is_reencrypting() then
            return null;
          end if;
        end if;
        insert into public.audit_log (school_id, user_id, action, entity_type, entity_id, subject_id, old_values, new_values, ip_address, user_agent)
        select coalesce(changed.school_id, before.school_id), actor, 'UPDATE', %2$L, coalesce(changed.%3$I, before.%3$I), %4$s,
          difference.old_values, difference.new_values, address, agent
        -- Full: a row whose very id changed is one that went and one that came.
        from changed full join before using (school_id, id)
        cross join lateral (
          select jsonb_object_agg(pair.name, pair.was) as old_values, jsonb_object_agg(pair.name, pair.becomes) as new_values
          from (values %5$s) as pair (name, is_changed, was, becomes)
          where pair.is_changed
        ) difference
        where difference.new_values is not null;
        return null;
      end
      $$
    $function$,
    writer, table_name, entity_column,
    case when subject_column is null then 'null::uuid' else format('coalesce(changed.%1$I, before.%1$I)', subject_column) end, pairs);
  call app.follow(target, 'audit', writer || '()', writer || '_changed()');
end
$body$;

-- Every table that is there by now, but those of server/audit/left-out.ts, which a test compares; later ones call app.audit.
do $$
declare
  target regclass;
begin
  for target in
    select c.oid::regclass from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attname = 'school_id' and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
      and c.relname <> all (array[
        'access_grants', 'access_reach', 'audit_log', 'derivations_due', 'device_contacts', 'grants_due', 'leaderboards', 'notices', 'rejected_pushes',
        'school_clock', 'sessions', 'sign_in_lookup', 'stamps_due', 'student_progress', 'sync_index'])
    order by c.relname
  loop
    call app.audit(target);
  end loop;
end
$$;
-- Signing in and out, about the person: the id of a session is a secret's hash. A session that slides on is no event.
call app.audit('sessions', 'user_id', false);

-- Reading that is recorded: evidence, exports, a child's full record, lists of many. `facts` are counts and names of
-- collections, never words. A person records for themselves, a job for its school.
create function app.record_read(entity text, entity_key uuid, subject uuid, facts jsonb default null) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  school uuid := case when session_user = 'authenticated_user' then app.current_school_id() else app.current_tenant() end;
begin
  if school is null then
    raise exception 'reading is recorded for a person or a job that has entered' using errcode = 'insufficient_privilege';
  end if;
  insert into public.audit_log (school_id, user_id, action, entity_type, entity_id, subject_id, new_values, ip_address, user_agent)
  values (school, app.audit_actor(), 'READ', entity, entity_key, subject, facts, app.audit_address(), app.audit_agent());
end
$$;

grant execute on function app.record_read(text, uuid, uuid, jsonb) to authenticated_user, background_worker;

insert into permissions (name, audience, kind, sentence) values
  -- Not a read permission: those name audiences, whose documents are synced.
  ('audit.read', 'school', 'write', 'Read the audit log: who did what, and when.')
on conflict (name) do nothing;
insert into role_template_permissions (role_name, permission, on_device) values ('data_protection_lead', 'audit.read', true)
on conflict (role_name, permission) do nothing;
insert into role_permissions (school_id, role_id, permission)
select role.school_id, role.id, 'audit.read' from roles role where role.is_template and role.name = 'data_protection_lead'
on conflict (school_id, role_id, permission) do nothing;

-- Deferred checks speak now: what follows may alter these tables.
set constraints all immediate;

reset role;

-- migrate:down
set local role studystreaks_owner;

delete from role_permissions where permission = 'audit.read';
delete from role_template_permissions where permission = 'audit.read';
delete from permissions where name = 'audit.read';
set constraints all immediate;
do $$
declare
  writer regprocedure;
begin
  for writer in
    select distinct t.tgfoid::regprocedure from pg_trigger t where t.tgname in ('audit_added', 'audit_removed', 'audit_changed')
  loop
    execute format('drop function %s cascade', writer);
  end loop;
end
$$;
drop procedure app.audit(regclass, text, boolean);
drop function app.record_read(text, uuid, uuid, jsonb), app.audit_agent(), app.audit_address(), app.audit_actor(),
  app.audited_columns(regclass), app.note_origin(inet, text), app.add_month(text, date);
drop table audit_log;

reset role;
