-- migrate:up
-- As the migrating role, whose table it is: readiness compares it with the migrations that the code knows.
grant select on schema_migrations to background_worker;

set local role studystreaks_owner;

create schema app authorization studystreaks_owner;
comment on schema app is 'Functions and settings of StudyStreaks; tables lie in public.';

-- A function is nobody's until it is granted by name.
alter default privileges for role studystreaks_owner revoke execute on functions from public;

grant usage on schema app to authenticated_user, sign_in, background_worker, auditor;
grant usage on schema public to authenticated_user, sign_in, background_worker, auditor;

-- nullif: a setting that was once set with SET LOCAL reads as '' in later transactions of its connection, not as null.
create function app.current_school_id() returns uuid
language sql stable parallel safe
return nullif(current_setting('app.school_id', true), '')::uuid;

create function app.current_user_id() returns uuid
language sql stable parallel safe
return nullif(current_setting('app.user_id', true), '')::uuid;

create function app.current_user_kind() returns text
language sql stable parallel safe
return nullif(current_setting('app.user_kind', true), '');

create function app.current_tenant() returns uuid
language sql stable parallel safe
return nullif(current_setting('app.current_tenant', true), '')::uuid;

comment on function app.current_tenant() is 'The one school a background job works for, set by app.enter_worker.';

create function app.scopes(permission text) returns uuid[]
language sql stable parallel safe
return nullif(current_setting('app.scopes.' || permission, true), '')::uuid[];

-- Whether a permission reaches a scope: what policies ask of every row. The scopes lie in sixteen settings a permission, by
-- the last digit, and are searched as text: reading an array out of a setting for every row costs twenty times as much
-- (60 scopes, 1,000 rows: 35 ms against 1), a function with a query in it, or one that cannot be inlined, more still.
create function app.reaches(permission text, scope uuid) returns boolean
language sql stable parallel safe
return strpos(current_setting('app.reach.' || permission || '.x' || right(scope::text, 1), true), scope::text) > 0;

comment on function app.scopes(text) is
  'The scopes that a permission reaches for the person of this transaction; null before app.enter. For the conditions of queries that'
  ' read a whole scope: the index on (school_id, scope_id, …) serves it once a query. Policies use app.reaches.';

grant execute on function app.current_school_id(), app.current_user_id(), app.current_user_kind(), app.scopes(text),
  app.reaches(text, uuid) to authenticated_user;
grant execute on function app.current_school_id(), app.current_user_id() to background_worker, sign_in, auditor;
grant execute on function app.current_tenant() to background_worker, auditor;

-- Puts a table behind the wall between schools. Run for every table that has a school_id, before its own policies:
--   tenant, worker_tenant  restrictive: no permissive policy that is added later can widen them
--   owner                  triggers and definer functions run as the owner, and force applies to the owner too
--   worker                 jobs see their one school; what they may do there is in their grants
create procedure app.isolate(tenant_table regclass)
language plpgsql
as $$
begin
  execute format('alter table %s enable row level security', tenant_table);
  execute format('alter table %s force row level security', tenant_table);
  execute format(
    'create policy tenant on %s as restrictive to authenticated_user, sign_in'
    ' using (school_id = app.current_school_id()) with check (school_id = app.current_school_id())', tenant_table);
  execute format(
    'create policy worker_tenant on %s as restrictive to background_worker, auditor'
    ' using (school_id = app.current_tenant()) with check (school_id = app.current_tenant())', tenant_table);
  execute format('create policy owner on %s to studystreaks_owner using (true) with check (true)', tenant_table);
  execute format('create policy worker on %s to background_worker using (true) with check (true)', tenant_table);
end
$$;

-- Has `action` follow every change of a table, once a statement: it finds all rows of the statement in `changed`, and what
-- an update made of them in `before` as they were. `updated` is called after an update where that is another; null: nothing is.
create procedure app.follow(target regclass, trigger_name text, action text, updated text default 'as action')
language plpgsql
as $$
begin
  execute format(
    'create trigger %I after insert on %s referencing new table as changed for each statement execute function %s',
    trigger_name || '_added', target, action);
  execute format(
    'create trigger %I after delete on %s referencing old table as changed for each statement execute function %s',
    trigger_name || '_removed', target, action);
  if updated is not null then
    execute format(
      'create trigger %I after update on %s referencing new table as changed old table as before for each statement execute function %s',
      trigger_name || '_changed', target, case updated when 'as action' then action else updated end);
  end if;
end
$$;

reset role;

-- migrate:down
set local role studystreaks_owner;

drop procedure app.follow(regclass, text, text, text);
drop procedure app.isolate(regclass);
drop function app.reaches(text, uuid), app.scopes(text), app.current_tenant(), app.current_user_kind(), app.current_user_id(), app.current_school_id();
revoke usage on schema public from authenticated_user, sign_in, background_worker, auditor;
alter default privileges for role studystreaks_owner grant execute on functions to public;
drop schema app;

reset role;

revoke select on schema_migrations from background_worker;
