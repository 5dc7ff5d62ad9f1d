-- migrate:up
set local role studystreaks_owner;

-- Keys that are being replaced: one row for each old key, from the moment a new one seals until nothing is sealed with the old
-- one any more and it is retired. The keys themselves lie in the vault.
create table key_rotations (
  school_id uuid not null,
  id uuid not null default gen_random_uuid(),
  scope_id uuid not null generated always as (school_id) stored,
  -- Whose key: a child's, or the school's own id.
  subject_id uuid not null,
  key_id text not null constraint key_rotations_key_id_form check (key_id ~ '^[0-9a-f]{32}$'),
  started_at timestamptz not null default now(),
  -- When what it seals was last counted, and how much that was.
  counted_at timestamptz,
  cells_left bigint,
  retired_at timestamptz,
  -- The transaction that re-encrypts for it, while it does. Set by app.replace_cells alone: whoever could set it would pass by the log.
  worked_by xid8,
  created_at timestamptz not null default now(),
  constraint key_rotations_pkey primary key (school_id, id),
  constraint key_rotations_key_unique unique (school_id, key_id),
  constraint key_rotations_school_fkey foreign key (school_id) references schools (school_id) on delete cascade
);

call app.isolate('key_rotations');
grant select, insert (school_id, subject_id, key_id, started_at), update (counted_at, cells_left, retired_at), delete on key_rotations to background_worker;

create function app.schools_to_rotate() returns setof uuid
language sql stable security definer set search_path = ''
as $$ select distinct school_id from public.key_rotations $$;

grant execute on function app.schools_to_rotate() to background_worker;

-- Every encrypted column, as the schema has it.
create function app.encrypted_columns() returns table (table_name text, column_name text)
language sql stable security definer set search_path = ''
as $$
  select c.relname::text, a.attname::text
  from pg_catalog.pg_attribute a
  join pg_catalog.pg_class c on c.oid = a.attrelid and c.relkind in ('r', 'p') and not c.relispartition
  where c.relnamespace = 'public'::regnamespace and a.attnum > 0 and not a.attisdropped and a.attname ~ '_encrypted$'
  order by c.relname, a.attname
$$;

create function app.check_encrypted_column(target text, sealed_column text) returns void
language plpgsql stable security definer set search_path = ''
as $$
begin
  if not exists (select from app.encrypted_columns() known where known.table_name = target and known.column_name = sealed_column) then
    raise exception 'there is no encrypted column %.%', target, sealed_column using errcode = 'undefined_column';
  end if;
end
$$;

-- Cells that a key seals, some at a time, after a row's key. Bytes 2 to 17 of a cell are the id of its key. `student_column`
-- narrows the search to one child's rows where the key is a child's.
create function app.sealed_cells(
  target text, sealed_column text, key_column text, student_column text, student uuid, key_id bytea, after uuid, at_most integer)
returns table (row_id uuid, sealed bytea)
language plpgsql stable security definer set search_path = ''
as $$
begin
  perform app.check_encrypted_column(target, sealed_column);
  return query execute format(
    'select %1$I, %2$I from public.%3$I where school_id = $1 and substr(%2$I, 2, 16) = $2 and %1$I > $3 %4$s order by %1$I limit $5',
    key_column, sealed_column, target, case when student_column is not null then format('and %I = $4', student_column) end)
  using app.current_tenant(), key_id, after, student, at_most;
end
$$;

create function app.count_sealed_cells(target text, sealed_column text, student_column text, student uuid, key_id bytea) returns bigint
language plpgsql stable security definer set search_path = ''
as $$
declare
  cells bigint;
begin
  perform app.check_encrypted_column(target, sealed_column);
  execute format(
    'select count(*) from public.%1$I where school_id = $1 and substr(%2$I, 2, 16) = $2 %3$s',
    target, sealed_column, case when student_column is not null then format('and %I = $3', student_column) end)
  into cells using app.current_tenant(), key_id, student;
  return cells;
end
$$;

-- Puts re-encrypted cells in the place of those that were read, where they still stand: what somebody wrote meanwhile is under
-- the new key already. The words are the same, so nothing is stamped (S2) and no row is written to the log; one entry says what was done.
-- `cells`: [{ row_id, was, becomes }].
create function app.replace_cells(rotation uuid, target text, sealed_column text, key_column text, cells jsonb) returns integer
language plpgsql volatile security definer set search_path = ''
as $$
declare
  school uuid := app.current_tenant();
  old_key bytea;
  subject uuid;
  replaced integer;
begin
  perform app.check_encrypted_column(target, sealed_column);
  update public.key_rotations rotating set worked_by = pg_current_xact_id()
  where rotating.school_id = school and rotating.id = rotation and rotating.retired_at is null
  returning decode(rotating.key_id, 'hex'), rotating.subject_id into old_key, subject;
  if not found or exists (
    select from jsonb_to_recordset(cells) as cell (was bytea, becomes bytea)
    where substr(was, 2, 16) <> old_key or substr(becomes, 2, 16) = old_key or length(was) <> length(becomes)
  ) then
    raise exception 'cells are re-encrypted for a rotation that is under way, from its old key to another' using errcode = 'check_violation';
  end if;

  perform set_config('app.reencrypting', 'on', true);
  execute format(
    'update public.%1$I standing set %2$I = cell.becomes from jsonb_to_recordset($1) as cell (row_id uuid, was bytea, becomes bytea)'
    ' where standing.school_id = $2 and standing.%3$I = cell.row_id and standing.%2$I = cell.was', target, sealed_column, key_column)
  using cells, school;
  get diagnostics replaced = row_count;
  perform set_config('app.reencrypting', '', true);

  update public.key_rotations set worked_by = null where school_id = school and id = rotation;
  insert into public.audit_log (school_id, action, entity_type, entity_id, subject_id, new_values)
  values (school, 'UPDATE', 'encryption_keys', subject, subject,
    jsonb_build_object('reencrypted', replaced, 'table', target, 'column', sealed_column, 'oldKey', encode(old_key, 'hex')));
  return replaced;
end
$$;

grant execute on function
  app.encrypted_columns(), app.sealed_cells(text, text, text, text, uuid, bytea, uuid, integer),
  app.count_sealed_cells(text, text, text, uuid, bytea), app.replace_cells(uuid, text, text, text, jsonb)
to background_worker;

-- The setting alone convinces nobody: anyone can set it.
create function app.is_reencrypting() returns boolean
language sql stable security definer set search_path = ''
return exists (select from public.key_rotations where worked_by = pg_current_xact_id());

create function app.drop_while_reencrypting() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  return case when app.is_reencrypting() then null else new end;
end
$$;

create trigger drop_while_reencrypting before insert on stamps_due for each row
when (current_setting('app.reencrypting', true) = 'on') execute function app.drop_while_reencrypting();

reset role;

-- migrate:down
set local role studystreaks_owner;

drop trigger drop_while_reencrypting on stamps_due;
drop function app.drop_while_reencrypting(), app.is_reencrypting(), app.replace_cells(uuid, text, text, text, jsonb),
  app.count_sealed_cells(text, text, text, uuid, bytea), app.sealed_cells(text, text, text, text, uuid, bytea, uuid, integer),
  app.check_encrypted_column(text, text), app.encrypted_columns(), app.schools_to_rotate();
drop table key_rotations;

reset role;
