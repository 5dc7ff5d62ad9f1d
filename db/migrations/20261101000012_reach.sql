-- migrate:up
set local role studystreaks_owner;

-- What app.enter sets for a person, worked out beforehand: it is asked for with every request, and changes with the person's
-- rights alone. Written with the school's clock in hand, in the transaction that changes what it follows from.
create table access_reach (
  school_id uuid not null,
  user_id uuid not null,
  id uuid not null generated always as (user_id) stored,
  scope_id uuid not null generated always as (user_id) stored,
  names text[] not null,
  -- Beside names, one each.
  settings text[] not null,
  -- The next moment at which a date changes something; from then on app.enter works it out afresh. Null: never.
  holds_until timestamptz,
  created_at timestamptz not null default now(),
  constraint access_reach_pkey primary key (school_id, user_id),
  constraint access_reach_user_fkey foreign key (school_id, user_id) references users (school_id, id) on delete cascade
);
-- Read with every request: not to be decompressed each time.
alter table access_reach alter column settings set storage external;

call app.isolate('access_reach');
-- No grants: read by app.enter, which sets a person's own alone.

-- The settings of a person's rights now: of each permission its scopes, whole and in sixteen parts by their last digit.
create function app.compute_reach(school uuid, member uuid) returns table (name text, setting text)
language sql stable security definer set search_path = ''
as $$
  with granted as materialized (
    select grants.audience, grants.scope_id::text as scope, grants.user_role_ids, grants.user_role_ends
    from public.access_grants grants
    where grants.school_id = school and grants.user_id = member and grants.to_version is null
      and (grants.expires_at is null or grants.expires_at > now())
  ),
  writable as materialized (
    select permission.name, permission.audience, array_agg(user_role.id) as user_role_ids
    from public.user_roles user_role
    join public.role_permissions held on held.school_id = user_role.school_id and held.role_id = user_role.role_id
    join public.permissions permission on permission.name = held.permission and permission.kind = 'write'
    where user_role.school_id = school and user_role.user_id = member
      and (user_role.valid_from is null or user_role.valid_from <= now())
      and (user_role.valid_until is null or user_role.valid_until > now())
    group by permission.name, permission.audience
  ),
  reach (permission, scope) as (
    select granted.audience || '.read', granted.scope from granted
    union all
    select writable.name, granted.scope
    from writable
    join granted on granted.audience = writable.audience
    where exists (
      select from unnest(granted.user_role_ids, granted.user_role_ends) as source (user_role_id, until)
      where source.user_role_id = any (writable.user_role_ids) and (source.until is null or source.until > now())
    )
  ),
  part as materialized (
    select reach.permission, right(reach.scope, 1) as digit, string_agg(reach.scope, ',') as scopes
    from reach group by reach.permission, right(reach.scope, 1)
  )
  select 'app.reach.' || part.permission || '.x' || part.digit, part.scopes from part
  union all
  select 'app.scopes.' || part.permission, '{' || string_agg(part.scopes, ',') || '}' from part group by part.permission
$$;

-- When the next role or grant of this person starts or ends by its date.
create function app.next_turn(school uuid, member uuid) returns timestamptz
language sql stable security definer set search_path = ''
as $$
  select min(turn)
  from (
    select valid_from from public.user_roles where school_id = school and user_id = member
    union all
    select valid_until from public.user_roles where school_id = school and user_id = member
    union all
    select expires_at from public.access_grants where school_id = school and user_id = member and to_version is null
    union all
    select ends
    from public.access_grants cross join unnest(user_role_ends) as ends
    where school_id = school and user_id = member and to_version is null
  ) dates (turn)
  where turn > now()
$$;

create function app.keep_reach(school uuid, member uuid) returns void
language sql volatile security definer set search_path = ''
as $$
  insert into public.access_reach as kept (school_id, user_id, names, settings, holds_until)
  select school, member, coalesce(array_agg(name order by name), '{}'), coalesce(array_agg(setting order by name), '{}'),
    app.next_turn(school, member)
  from app.compute_reach(school, member)
  -- Who left in this very transaction has no rights to keep.
  having exists (select from public.users where school_id = school and id = member)
  on conflict (school_id, user_id) do update
  set names = excluded.names, settings = excluded.settings, holds_until = excluded.holds_until
  where (kept.names, kept.settings, kept.holds_until) is distinct from (excluded.names, excluded.settings, excluded.holds_until)
$$;

-- Whoever changes a grant by hand takes away what was worked out from it.
create function app.forget_reach() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  -- What app.refresh_grants changes it works out itself.
  if pg_trigger_depth() > 1 then
    return null;
  end if;
  -- First the clock: who holds it must never wait for these rows. Not for a user who is gone, with whom this row goes as
  -- well: the clock would be taken long before the commit.
  perform app.hold_clock(school.school_id)
  from (
    select distinct changed.school_id
    from changed join public.users person on person.school_id = changed.school_id and person.id = changed.user_id
  ) school;
  delete from public.access_reach kept
  using changed join public.users person on person.school_id = changed.school_id and person.id = changed.user_id
  where kept.school_id = changed.school_id and kept.user_id = changed.user_id;
  return null;
end
$$;

call app.follow('access_grants', 'reach', 'app.forget_reach()');

reset role;

-- migrate:down
set local role studystreaks_owner;

drop function app.forget_reach() cascade;
drop function app.keep_reach(uuid, uuid), app.next_turn(uuid, uuid), app.compute_reach(uuid, uuid);
drop table access_reach;

reset role;
